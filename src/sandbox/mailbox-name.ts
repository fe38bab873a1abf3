/** Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3). Inside the sandbox they are plain strings. */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/gu, (run) =>
    run === '&'
      ? '&-'
      : `&${Buffer.from(run, 'utf16le').swap16().toString('base64').replace(/=+$/u, '').replaceAll('/', ',')}-`,
  );
}

/** undefined when the text is no modified UTF-7. */
export function decodeMailboxName(wire: string): string | undefined {
  const decoded = wire.replace(/&([A-Za-z0-9+,]*)-/gu, (_run, base64: string) => {
    if (base64 === '') return '&';
    const bytes = Buffer.from(base64.replaceAll(',', '/'), 'base64');
    return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : '';
  });
  return encodeMailboxName(decoded) === wire ? decoded : undefined;
}

/** Does a LIST pattern fit (RFC 9051 §6.3.9)? `*` spans levels, `%` does not; INBOX in any case. */
export function matchesPattern(name: string, pattern: string, separator = '/'): boolean {
  const source = pattern
    .split(/([*%])/u)
    .map((piece) => (piece === '*' ? '.*' : piece === '%' ? `[^${separator}]*` : escapeRegExp(piece)))
    .join('');
  return new RegExp(`^${source}$`, /^inbox$/iu.test(name) ? 'isu' : 'su').test(name);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
