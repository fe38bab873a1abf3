import { type ContentLine, unfolded } from '../ics/document.ts';

/** Parameters by their upper-case names, unquoted; undefined ones are left out. */
export type Params = Readonly<Record<string, string | undefined>>;

/** Properties whose value is TEXT and is escaped (RFC 5545 §3.3.11); of the others the value stands as it is given. */
const textProperties: ReadonlySet<string> = new Set([
  ...['SUMMARY', 'DESCRIPTION', 'LOCATION', 'COMMENT', 'CONTACT', 'UID', 'RELATED-TO', 'CATEGORIES'],
  ...['PRODID', 'TZID', 'TZNAME'],
]);

/** CR, LF and the breaks of Unicode, at which some parsers split lines although RFC 5545 does not. */
const lineBreaks = /\r\n?|[\n\v\f\u0085\u2028\u2029]/gu;
/** A lone surrogate has no UTF-8. */
const forbidden = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;
const foldOctets = 75;

/**
 * A new content line. Nothing in `value` or `params` can start another line or parameter: controls are dropped (in a
 * TEXT value line breaks become `\n`), TEXT is escaped, parameters are quoted and encoded (RFC 6868). Folded at
 * 75 octets with CRLF; helpers of tree.ts give it the line end of its file.
 */
export function property(name: string, value: string, params: Params = {}): ContentLine {
  const written = Object.entries(params).map(([key, text]) =>
    text === undefined ? '' : `;${key}=${paramText(text)}`,
  );
  const body = textProperties.has(name) ? escapeText(value) : stripControls(value);
  return contentLine(name, `${name}${written.join('')}:${body}`, '\r\n');
}

/** The value as it stands in the file, escapes included. */
export function rawValue(line: ContentLine): string {
  const { text, valueAt } = scan(line);
  return text.slice(valueAt);
}

/** The value of a TEXT property as people read it (RFC 5545 §3.3.11). */
export function textOf(line: ContentLine): string {
  return rawValue(line).replace(/\\([\s\S])/gu, (_, char: string) => (/[nN]/u.test(char) ? '\n' : char));
}

/** Parameters with upper-case names, unquoted and decoded (RFC 6868); a list keeps its commas. */
export function paramsOf(line: ContentLine): Params {
  const { text, params } = scan(line);
  return Object.fromEntries(
    params.toReversed().map(({ name, valueAt, end }) => [name, readParam(text.slice(valueAt, end))]),
  );
}

/** The line with that parameter set, or without it; every other character of the unfolded line stays as it was. */
export function withParam(line: ContentLine, name: string, value: string | undefined): ContentLine {
  const { text, params, valueAt } = scan(line);
  const found = params.filter((param) => param.name === name);
  const [first] = found;
  if (first && value !== undefined && readParam(text.slice(first.valueAt, first.end)) === value) return line;
  if (!first && value === undefined) return line;
  let changed = text;
  if (!first) {
    changed = `${text.slice(0, valueAt - 1)};${name}=${paramText(value ?? '')}${text.slice(valueAt - 1)}`;
  }
  for (const param of found.toReversed()) {
    const keeps = param === first && value !== undefined;
    const [from, put] = keeps ? [param.valueAt, paramText(value)] : [param.at, ''];
    changed = changed.slice(0, from) + put + changed.slice(param.end);
  }
  return contentLine(line.name, changed, lineEndOf(line.raw) ?? '\r\n');
}

/** The line with another value, name and parameters as they were. `value` is escaped where the property is TEXT. */
export function withValue(line: ContentLine, value: string): ContentLine {
  const { text, valueAt } = scan(line);
  const body = textProperties.has(line.name) ? escapeText(value) : stripControls(value);
  if (text.slice(valueAt) === body) return line;
  return contentLine(line.name, text.slice(0, valueAt) + body, lineEndOf(line.raw) ?? '\r\n');
}

/** The same line with `lineEnd` at its end and in its folds. */
export function withLineEnd(line: ContentLine, lineEnd: string): ContentLine {
  return { ...line, raw: line.raw.replace(/\r\n?|\n/gu, lineEnd) };
}

/** The line break a text begins its second line with; undefined when it has none. */
export function lineEndOf(raw: string): string | undefined {
  return /\r\n?|\n/u.exec(raw)?.[0];
}

/** Text without characters that are not allowed in any value (RFC 5545 §3.1); HTAB stays. */
export function stripControls(text: string): string {
  return text.replace(forbidden, (char) => (char === '\t' ? char : ''));
}

function escapeText(text: string): string {
  const oneLine = text.replace(/[\\;,]/gu, '\\$&').replace(lineBreaks, '\\n');
  return stripControls(oneLine);
}

/** Quoted where it must be; `"`, `^` and line breaks as RFC 6868 writes them. */
function paramText(text: string): string {
  const encoded = stripControls(text.replace(/\^/gu, '^^').replace(/"/gu, "^'").replace(lineBreaks, '^n'));
  return /[,:;]/u.test(encoded) ? `"${encoded}"` : encoded;
}

function readParam(raw: string): string {
  const text = raw.replace(/"/gu, '');
  return text.replace(/\^([n'^])/gu, (_, char: string) => (char === 'n' ? '\n' : char === "'" ? '"' : '^'));
}

interface Scanned {
  text: string;
  params: { name: string; at: number; valueAt: number; end: number }[];
  /** Behind the colon. */
  valueAt: number;
}

const headEnd = /^[^;:]*/u;
const param = /;([^=;:"]*)(?:=((?:"[^"]*"|[^";:])*))?/uy;

/** Where the parts of an unfolded line stand. Quotes protect `:` and `;`; one left open ends nothing. */
function scan(line: ContentLine): Scanned {
  const text = unfolded(line.raw);
  const params: Scanned['params'] = [];
  let at = headEnd.exec(text)?.[0].length ?? 0;
  while (text.charAt(at) === ';') {
    param.lastIndex = at;
    const [whole, name = '', value = ''] = param.exec(text) ?? [];
    if (whole === undefined) break;
    const end = at + whole.length;
    params.push({ name: name.trim().toUpperCase(), at, valueAt: end - value.length, end });
    at = end;
  }
  const colon = text.indexOf(':', at);
  return { text, params, valueAt: colon < 0 ? text.length : colon + 1 };
}

function contentLine(name: string, text: string, lineEnd: string): ContentLine {
  return { kind: 'line', name, raw: fold(text, lineEnd) + lineEnd };
}

/** Lines of at most 75 octets, the blank of a continuation counted, no character cut in two. */
function fold(text: string, lineEnd: string): string {
  let folded = '';
  let octets = 0;
  for (const char of text) {
    const size = Buffer.byteLength(char);
    if (octets + size > foldOctets) {
      folded += `${lineEnd} `;
      octets = 1;
    }
    folded += char;
    octets += size;
  }
  return folded;
}
