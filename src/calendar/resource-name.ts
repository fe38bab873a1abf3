/** What a name without `.ics` ends in within an id; percent-encoded names hold no other bare `%`. */
const bare = '%';
const looksLikeOccurrence = /@(?=\d{4}-\d{2}-\d{2}[^@]*$)/u;

/**
 * The resource part of an event id: the last segment of the href, still percent-encoded and without `.ics`. Different
 * resources of a collection have different ones; `hrefOf` is the way back.
 */
export function resourceOf(href: string): string {
  const name = href.slice(href.lastIndexOf('/') + 1).replace(looksLikeOccurrence, '%40');
  return name.endsWith('.ics') && name.length > 4 ? name.slice(0, -4) : name + bare;
}

/** Where a resource of that name should lie; servers agree on `%40` and `@`. */
export function hrefOf(collectionUrl: string, resource: string): string {
  const name = resource.endsWith(bare) ? resource.slice(0, -1) : `${resource}.ics`;
  return `${new URL(collectionUrl).pathname}${name.replaceAll('/', '%2F')}`;
}
