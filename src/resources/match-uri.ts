import type { Resource, Variables } from './define-resource.ts';

export interface Match {
  resource: Resource;
  variables: Variables;
}

/** The resource a URI means, and the values of its variables; undefined when there is none. */
export function matchUri(resources: readonly Resource[], uri: string): Match | undefined {
  for (const resource of resources) {
    const found = patternOf(resource).exec(uri);
    if (found) return { resource, variables: (name) => decoded(found.groups?.[name] ?? '') };
  }
  return undefined;
}

export function isTemplate({ uri }: Resource): boolean {
  return uri.includes('{');
}

/** Scheme and first segment in any letters, as RFC 3986 §6.2.2.1 has it and some clients write them. */
function patternOf({ uri, variables }: Resource): RegExp {
  const source = uri.replace(
    /\{(\w+)\}/gu,
    (_braces, name: string) => `(?<${name}>${variables[name]?.pattern ?? '.+'})`,
  );
  return new RegExp(`^${source}$`, 'iu');
}

/** Ids hold slashes, spaces and percent signs. People write them as they are: what cannot be decoded is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
