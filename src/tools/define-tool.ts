import type * as z from 'zod';
import type { SendContext } from '../domain/outbox-port.ts';
import type { Services } from '../domain/services.ts';

export type Toolset = 'mail' | 'calendar' | 'server';

export interface ToolContext extends Services, SendContext {}

/** What a client may assume before it asks the user. All four are a decision; none has a default. */
export interface ToolAnnotations {
  /** True: changes nothing anywhere. Read-only mode lists exactly these tools. */
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  /** True: reaches text or people outside the user's own machine. */
  openWorldHint: boolean;
}

/** A result with a picture beside its data. This and `WithLink` are all a handler may return that is not plain data. */
export class WithImage<Data> {
  readonly data: Data;
  readonly image: Image;

  constructor(data: Data, image: Image) {
    this.data = data;
    this.image = image;
  }
}

export interface Image {
  data: Uint8Array;
  mimeType: string;
}

/** A result with a link beside its data, to a file the client may open. */
export class WithLink<Data> {
  readonly data: Data;
  readonly link: Link;

  constructor(data: Data, link: Link) {
    this.data = data;
    this.link = link;
  }
}

export interface Link {
  /** `file://` */
  uri: string;
  name: string;
}

/** A tool is a value: what the model is told, and the verb that does it. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** snake_case, and the file's name in kebab case. */
  name: string;
  toolset: Toolset;
  title: string;
  /** The first sentence says what it is for: clients search it. */
  description: string;
  /**
   * A flat `z.strictObject`: unknown arguments are refused, unions at the top would be listed as nothing. No field is
   * called `account`: that chooses among several, and no handler sees it.
   */
  input: Input;
  /** The noun it returns. */
  output: Output;
  annotations: ToolAnnotations;
  /** Can be asked of all accounts at once, where there are several; then this is what it returns. */
  spansAccounts?: z.ZodObject;
  /** Always of all accounts: there is none to choose. */
  tellsOfAllAccounts?: true;
  /** Lets mail leave the house: not listed where only drafts are allowed. */
  sends?: true;
  /** Transmits or destroys: the client must ask the user on every call. */
  requiresUserInteraction?: true;
  /** Returns data only; errors pass through as they are. */
  handler(
    input: z.output<Input>,
    context: ToolContext,
  ): Promise<z.output<Output> | WithImage<z.output<Output>> | WithLink<z.output<Output>>>;
}

/** Checks a tool literal against its own schemas; the catalogue holds tools without their particulars. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool {
  return tool;
}
