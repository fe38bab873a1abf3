import iconv from 'iconv-lite';

/**
 * From mail bytes to text, for SEARCH, SORT and PREVIEW. Own code on purpose: the sandbox judges what the
 * product decodes, so the two share no decoder.
 */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64');
    case 'quoted-printable':
      return Buffer.from(unescapeQuoted(body.toString('latin1').replace(/=[ \t]*\r?\n/gu, '')), 'latin1');
    default:
      return body;
  }
}

/** Unknown charsets read as UTF-8, as Dovecot does. */
export function decodeCharset(bytes: Buffer, charset: string): string {
  return iconv.encodingExists(charset) ? iconv.decode(bytes, charset) : bytes.toString('utf8');
}

/** A raw header value (latin1) as text: unfolded, encoded words decoded (RFC 2047), raw 8-bit read as UTF-8. */
export function decodeHeader(raw: string): string {
  const unfolded = Buffer.from(raw.replace(/\r?\n(?=[ \t])/gu, ''), 'latin1').toString('utf8');
  const joined = unfolded.replace(/(=\?[^?\s]+\?[bq]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bq]\?)/giu, '$1');
  return joined.replace(/(?:=\?[^?\s]+\?[bq]\?[^?]*\?=)+/giu, (run) => decodeWords(run)).trim();
}

/** Adjacent words of one charset are joined as bytes first: makers split multi-byte characters across words. */
function decodeWords(run: string): string {
  const runs: { charset: string; bytes: Buffer[] }[] = [];
  for (const [, label = '', encoding = '', text = ''] of run.matchAll(
    /=\?([^?\s]+)\?([bq])\?([^?]*)\?=/giu,
  )) {
    const charset = label.replace(/\*.*$/u, '').toLowerCase();
    const bytes =
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64')
        : Buffer.from(unescapeQuoted(text.replaceAll('_', ' ')), 'latin1');
    const last = runs.at(-1);
    if (last?.charset === charset) last.bytes.push(bytes);
    else runs.push({ charset, bytes: [bytes] });
  }
  return runs.map(({ charset, bytes }) => decodeCharset(Buffer.concat(bytes), charset)).join('');
}

function unescapeQuoted(text: string): string {
  return text.replace(/=([0-9a-f]{2})/giu, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Text in the form in which SEARCH compares: case and composition do not count (RFC 5051). */
export function searchForm(text: string): string {
  return text.normalize('NFKD').toLowerCase();
}
