/** What the values of a variable are, for who completes them. */
export type Completes = 'folder' | 'calendar' | 'date';

export interface Variable {
  completes?: Completes;
  /** What a value looks like, as a regular expression; default anything. */
  pattern?: string;
}

/** What a client can open: a name for what a tool says to certain arguments, in the same words and of the same size. */
export interface Resource {
  /** With variables it is a URI template (RFC 6570, simple expansion). */
  uri: string;
  /** snake_case; clients show the title. */
  name: string;
  title: string;
  description: string;
  /** Left out where it depends on what is opened. */
  mimeType?: string;
  /** The tool whose answer it is. It is listed only where that tool is, and reading it changes as little. */
  tool: string;
  /** Those of the template, by name. */
  variables: Readonly<Record<string, Variable>>;
  /** The mail folder it shows, by path or role: an inbox can be watched, and so subscribed to. */
  showsFolder?(variables: Variables): string;
  /** The tool's arguments. @param today ISO date in the user's zone */
  arguments(variables: Variables, today: string): Readonly<Record<string, unknown>>;
}

/** The values of a URI, decoded; '' for one that the template does not have. */
export type Variables = (name: string) => string;

/** Checks a literal; the catalogue holds resources. */
export function defineResource(resource: Resource): Resource {
  return resource;
}
