/**
 * An entity tag without quotes and `W/`: Open-Xchange quotes it in headers and not in XML.
 * @returns undefined when there is none that could be sent in a header (RFC 9110 §8.8.3).
 */
export function bareTag(tag: string | undefined): string | undefined {
  const bare = tag
    ?.trim()
    .replace(/^W\//u, '')
    .replace(/^"(.*)"$/u, '$1');
  return bare !== undefined && /^[\x20\x21\x23-\x7e\x80-\xff]+$/u.test(bare) ? bare : undefined;
}

/** As If-Match and If-Schedule-Tag-Match want it. */
export function quotedTag(bare: string): string {
  return `"${bare}"`;
}
