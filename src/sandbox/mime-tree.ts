/** A header field: raw value (latin1, folding included) and the byte range of the whole field with its line end. */
export interface HeaderField {
  name: string;
  value: string;
  start: number;
  end: number;
}

export type Parameter = readonly [name: string, value: string];

/** One entity of a message, by byte offsets: IMAP answers with exact ranges of what was stored (RFC 9051 §6.4.5). */
export interface MimeNode {
  headers: readonly HeaderField[];
  headerStart: number;
  bodyStart: number;
  bodyEnd: number;
  /** As written; compare in lower case. */
  type: string;
  subtype: string;
  parameters: readonly Parameter[];
  /** The parts of a multipart. */
  children: readonly MimeNode[];
  /** The message inside a message/rfc822 part. */
  message?: MimeNode;
}

const maxDepth = 50;

/** `text` is the message as latin1: an index is a byte offset. Never throws; what is no MIME is one text part. */
export function parseMime(
  text: string,
  start = 0,
  end = text.length,
  defaultType = 'text/plain',
  depth = 0,
): MimeNode {
  const { headers, bodyStart } = parseHeaders(text, start, end);
  const contentType = headerValue(headers, 'content-type');
  const [mediaType, parameters] = parseParameterized(contentType ?? defaultType);
  // An unreadable type shows as empty, like Dovecot's.
  const [, type = '', subtype = ''] = /^([^/\s]+)(?:\/([^/\s]+))?$/u.exec(mediaType) ?? [];
  const node: MimeNode = {
    headers,
    headerStart: start,
    bodyStart,
    bodyEnd: end,
    type,
    subtype,
    parameters: type === '' ? [] : parameters,
    children: [],
  };
  if (depth >= maxDepth) return node;
  const boundary = parameters.find(([name]) => name === 'boundary')?.[1];
  if (type.toLowerCase() === 'multipart' && boundary) {
    const inner = subtype.toLowerCase() === 'digest' ? 'message/rfc822' : 'text/plain';
    node.children = partRanges(text, bodyStart, end, boundary).map(([from, to]) =>
      parseMime(text, from, to, inner, depth + 1),
    );
  } else if (type.toLowerCase() === 'message' && subtype.toLowerCase() === 'rfc822') {
    node.message = parseMime(text, bodyStart, end, 'text/plain', depth + 1);
  }
  return node;
}

/** The first field of that name, raw; undefined when there is none. */
export function headerValue(headers: readonly HeaderField[], name: string): string | undefined {
  return headers.find((field) => field.name.toLowerCase() === name)?.value;
}

/** All fields of that name, raw. */
export function headerValues(headers: readonly HeaderField[], name: string): string[] {
  return headers.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
}

/** `attachment; filename="x y"` → value and parameters, names in lower case, values raw (RFC 2045 §5.1). */
export function parseParameterized(raw: string): [value: string, parameters: Parameter[]] {
  const text = raw.replace(/\r?\n/gu, ' ');
  const value = /^[^;]*/u.exec(text)?.[0] ?? '';
  const parameters: Parameter[] = [];
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/gu;
  for (const [, name = '', quoted, bare = ''] of text.slice(value.length).matchAll(pattern)) {
    parameters.push([name.toLowerCase(), quoted?.replace(/\\(.)/gu, '$1') ?? bare.trim()]);
  }
  return [value.trim(), parameters];
}

function parseHeaders(
  text: string,
  start: number,
  end: number,
): { headers: HeaderField[]; bodyStart: number } {
  const headers: HeaderField[] = [];
  let position = start;
  while (position < end) {
    const next = lineEnd(text, position, end);
    const line = text.slice(position, next).replace(/\r?\n$/u, '');
    if (line === '') return { headers, bodyStart: next };
    const last = headers.at(-1);
    const field = /^([^:\s]+)[ \t]*:[ \t]*(.*)$/su.exec(line);
    if (/^[ \t]/u.test(line) && last) {
      last.value += text.slice(last.end - trailingLineEnd(text, last.end), position) + line;
      last.end = next;
    } else if (field) {
      headers.push({ name: field[1] ?? '', value: field[2] ?? '', start: position, end: next });
    }
    position = next;
  }
  return { headers, bodyStart: position };
}

function lineEnd(text: string, from: number, end: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 || newline >= end ? end : newline + 1;
}

function trailingLineEnd(text: string, end: number): number {
  if (text[end - 1] !== '\n') return 0;
  return text[end - 2] === '\r' ? 2 : 1;
}

/** Body parts between delimiter lines; the line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function partRanges(text: string, start: number, end: number, boundary: string): [number, number][] {
  const ranges: [number, number][] = [];
  const delimiter = `--${boundary}`;
  let open: number | undefined;
  let position = start;
  while (position < end) {
    const found = text.indexOf(delimiter, position);
    if (found < 0 || found >= end) break;
    position = found + delimiter.length;
    const atLineStart = found === start || text[found - 1] === '\n';
    if (
      !atLineStart ||
      !/^(?:--)?[ \t]*(?:\r?\n|$)/u.test(text.slice(position, Math.min(end, position + 200)))
    ) {
      continue;
    }
    if (open !== undefined) ranges.push([open, Math.max(open, found - trailingLineEnd(text, found))]);
    open = undefined;
    if (text.startsWith('--', position)) return ranges;
    position = lineEnd(text, position, end);
    open = position;
  }
  if (open !== undefined && open < end) ranges.push([open, end]);
  return ranges;
}
