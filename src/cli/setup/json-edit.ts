import { isDeepStrictEqual } from 'node:util';
import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parse,
  parseTree,
  stripComments,
} from 'jsonc-parser';
import { MailboxError } from '../../domain/errors.ts';

/** A place two levels down: the object in which servers stand, and the name of one. */
export type Place = readonly [section: string, name: string];

/** Why a file was left as it is. */
export class UnusableFile extends MailboxError {
  /** The end of a sentence: `it is not an object`. */
  readonly why: string;

  constructor(why: string, cause?: unknown) {
    super('invalid_input', `The file was left as it is: ${why}.`, { cause });
    this.why = why;
  }
}

/**
 * Why the reader of the file makes nothing of the text, as the end of a sentence; undefined when it does.
 *
 * @param comments whether it takes comments and trailing commas.
 */
export function faultIn(text: string, comments: boolean): string | undefined {
  const body = withoutMark(text);
  try {
    if (!hasNothing(body, comments)) unlessTooDeep(() => readObject(body, comments));
    return undefined;
  } catch (error) {
    if (error instanceof UnusableFile) return error.why;
    throw error;
  }
}

/**
 * What stands at the place, or undefined when the text is broken or has nothing there.
 *
 * @throws MailboxError as `wholeIn`.
 */
export function valueAt(text: string, [section, name]: Place): unknown {
  const servers = wholeIn(text)[section];
  return isObject(servers) ? servers[name] : undefined;
}

/**
 * All that stands in a text, as far as it can be read; nothing when it is no object.
 *
 * @throws MailboxError `invalid_input` when the text is nested too deep to be read.
 */
export function wholeIn(text: string): Readonly<Record<string, unknown>> {
  const whole: unknown = unlessTooDeep(() => parse(withoutMark(text), [], { allowTrailingComma: true }));
  return isObject(whole) ? whole : {};
}

/**
 * The text with the value at that place and not a byte changed elsewhere: comments, order, indentation, line ends and
 * a byte order mark stay. An empty text becomes a whole one.
 *
 * @param comments whether the reader of the file takes comments and trailing commas.
 * @throws MailboxError `invalid_input` when the text is not what it should be: then nothing may be written.
 */
export function withValueAt(text: string, place: Place, value: object, comments: boolean): string {
  return unlessTooDeep(() => changed(text, place, value, comments));
}

/** Whoever reads JSON here does so by recursion. */
function unlessTooDeep<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new UnusableFile('it is nested too deep') : error;
  }
}

function changed(text: string, place: Place, value: object, comments: boolean): string {
  const body = withoutMark(text);
  const mark = text.slice(0, text.length - body.length);
  const [section, name] = place;
  if (hasNothing(body, comments)) {
    const gap = body.trim() === '' ? '' : `${body.trimEnd()}${styleOf(body).eol}`;
    return `${mark}${gap}${JSON.stringify({ [section]: { [name]: value } }, null, 2)}\n`;
  }
  const [tree, before] = readObject(body, comments);
  const servers = before[section];
  if (servers !== undefined && !isObject(servers))
    throw new UnusableFile(`"${section}" in it is not an object`);
  const after = spliced(body, tree, place, value);
  const wanted = { ...before, [section]: { ...servers, [name]: value } };
  // A name that stands twice in an object counts the second time for its readers and the first time here.
  if (!isDeepStrictEqual(readObject(after, comments)[1], wanted))
    throw new UnusableFile('a name stands in it twice');
  return mark + after;
}

/** Also of comments alone, as programs write their files at first. */
function hasNothing(body: string, comments: boolean): boolean {
  return (comments ? stripComments(body) : body).trim() === '';
}

function readObject(body: string, comments: boolean): [tree: Node, value: Record<string, unknown>] {
  const errors: ParseError[] = [];
  const options = { allowTrailingComma: comments, disallowComments: !comments };
  const tree = parseTree(body, errors, options);
  const [first] = errors;
  if (first)
    throw new UnusableFile(`it is not valid JSON in line ${body.slice(0, first.offset).split('\n').length}`);
  const value: unknown = parse(body, [], options);
  if (!tree || !isObject(value)) throw new UnusableFile('it is not an object');
  return [tree, value];
}

/** jsonc-parser finds the place; its own `modify` would lay out neighbours anew, too. */
function spliced(body: string, tree: Node, place: Place, value: object): string {
  const style = styleOf(body);
  const [section, name] = place;
  const former = findNodeAtLocation(tree, [...place]);
  if (former?.parent) {
    const object = former.parent.parent?.offset ?? 0;
    const outer = isInOneLine(body, object, former.offset) ? undefined : former.offset;
    return replaced(body, former.offset, former.length, laidOut(body, value, outer, style));
  }
  const servers = findNodeAtLocation(tree, [section]);
  return servers
    ? withMember(body, servers, name, value, style)
    : withMember(body, tree, section, { [name]: value }, style);
}

/** Behind the last member of the object, and on a line of its own if that has one. */
function withMember(body: string, object: Node, key: string, value: object, style: Style): string {
  const start = object.offset + 1;
  const last = object.children?.at(-1);
  const inOneLine = last ? isInOneLine(body, object.offset, last.offset) : !body.includes('\n');
  const text = `${JSON.stringify(key)}: `;
  if (last) {
    const end = last.offset + last.length;
    const outer = inOneLine ? undefined : last.offset;
    const [behind, comma, comment] = outer === undefined ? ['', '', ''] : remarkAt(body, end);
    const gap = outer === undefined ? ', ' : `,${comment}${style.eol}${indentAt(body, outer)}`;
    return replaced(body, end, behind.length, gap + text + laidOut(body, value, outer, style) + comma);
  }
  if (inOneLine) return replaced(body, start, 0, text + JSON.stringify(value));
  const inside = body.slice(start, object.offset + object.length - 1);
  const outer = indentAt(body, object.offset);
  const inner = `${style.eol}${outer}${style.unit}`;
  const lines = `${inner}${text}${JSON.stringify(value, null, style.unit).replaceAll('\n', inner)}`;
  // A comment inside stays; then the line of the closing brace is there already.
  return inside.trim() === ''
    ? replaced(body, start, inside.length, `${lines}${style.eol}${outer}`)
    : replaced(body, start, 0, lines);
}

/** A comment about a member stands behind it on its line, and behind the comma if there is one. */
function remarkAt(body: string, end: number): [behind: string, comma: string, comment: string] {
  const found = /^(?:[ \t]*(,))?((?:[ \t]*(?:\/\/[^\r\n]*|\/\*.*?\*\/))+)/u.exec(body.slice(end));
  return found ? [found[0], found[1] ?? '', found[2] ?? ''] : ['', '', ''];
}

interface Style {
  eol: string;
  unit: string;
}

/** As the file is written already: its line ends, and the indentation of its first indented line. */
function styleOf(body: string): Style {
  return { eol: body.includes('\r\n') ? '\r\n' : '\n', unit: /^([ \t]+)\S/mu.exec(body)?.[1] ?? '  ' };
}

/** In lines indented like the one at that offset; in one line without it. */
function laidOut(body: string, value: object, offset: number | undefined, { eol, unit }: Style): string {
  if (offset === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll('\n', eol + indentAt(body, offset));
}

function indentAt(body: string, offset: number): string {
  const lineStart = body.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/u.exec(body.slice(lineStart, offset))?.[0] ?? '';
}

function isInOneLine(body: string, from: number, to: number): boolean {
  return !body.slice(from, to).includes('\n');
}

function replaced(body: string, offset: number, length: number, text: string): string {
  return body.slice(0, offset) + text + body.slice(offset + length);
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
