/**
 * The path of an href as this account's server wrote it, absolute or relative to `base`, in one spelling: `%40` and `@`
 * name the same resource (RFC 3986 §6.2.2), and dot segments are resolved.
 * @returns undefined for what is no address, or one on another host: nothing is ever asked there.
 */
export function hrefPath(href: string, base: URL): string | undefined {
  const url = httpUrl(href, base);
  // Behind a proxy servers write http:// and odd ports into their answers; the path alone is used.
  return url?.hostname === base.hostname ? spelled(url) : undefined;
}

/**
 * As `hrefPath` for what a server lists of a collection, whose URL ends in `/`. Behind a proxy it may go by a name we do
 * not know: then the path counts if it lies in the collection, where our host is asked anyway.
 */
export function listedPath(href: string, collection: URL): string | undefined {
  const url = httpUrl(href, collection);
  const path = url && spelled(url);
  if (url?.hostname === collection.hostname) return path;
  return path !== undefined && isWithin(path, collection.pathname) ? path : undefined;
}

function httpUrl(href: string, base: URL): URL | undefined {
  const trimmed = href.trim();
  if (trimmed === '' || !URL.canParse(trimmed, base.href)) return undefined;
  const url = new URL(trimmed, base);
  return /^https?:$/u.test(url.protocol) ? url : undefined;
}

/** Proxies that join paths carelessly double the slash between a collection and its members. */
function spelled({ pathname, search }: URL): string {
  return (
    pathname
      .replace(/\/{2,}/gu, '/')
      .split('/')
      .map(oneSpelling)
      .join('/') + search
  );
}

/** Whether it is the collection, whose path ends in `/`, or lies anywhere in it. */
export function isWithin(path: string, collection: string): boolean {
  return path.startsWith(collection) || isSelf(path, collection);
}

/** Some servers leave out the slash that collections end in. */
export function isSelf(path: string, collection: string): boolean {
  return path === collection || `${path}/` === collection;
}

/** Whether the resource lies directly in the collection, whose path ends in `/`. */
export function isMember(path: string, collection: string): boolean {
  const rest = path.startsWith(collection) ? path.slice(collection.length) : '';
  return rest !== '' && !rest.includes('/');
}

/** As a path with the slash that collections end in; some servers leave it out. */
export function collectionPath(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/**
 * A name as a segment of a path, in the spelling hrefs have here: what may stand in one stays as it is (`pchar`,
 * RFC 3986 §3.3), all else is percent-encoded UTF-8.
 */
export function pathSegment(name: string): string {
  return encodeURIComponent(name).replace(/%(?:40|3A|24|26|2B|2C|3B|3D)/gu, (code) =>
    decodeURIComponent(code),
  );
}

function oneSpelling(segment: string): string {
  try {
    return pathSegment(decodeURIComponent(segment));
  } catch {
    // Not UTF-8: only the hex digits have two spellings.
    return segment.replace(/%[0-9a-f]{2}/giu, (code) => code.toUpperCase());
  }
}
