/**
 * A small iCalendar reader and writer (RFC 5545 §3.1). Own code on purpose: the sandbox judges what the product
 * reads and writes, so the two share none.
 */
export interface IcsLine {
  /** Upper case. */
  name: string;
  /** As written, each with its `;` in front. */
  parameters: string;
  value: string;
}

export interface IcsComponent {
  /** Upper case. */
  name: string;
  lines: IcsLine[];
  parts: IcsComponent[];
}

const contentLine = /^([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):([\s\S]*)$/u;

/** @throws Error when it is not exactly one well-formed VCALENDAR. */
export function readIcs(text: string): IcsComponent {
  const root: IcsComponent = { name: '', lines: [], parts: [] };
  const open = [root];
  for (const raw of unfold(text).split(/\r?\n/u)) {
    if (raw === '') continue;
    const [, word = '', parameters = '', value = ''] = contentLine.exec(raw) ?? [];
    const name = word.toUpperCase();
    const current = open.at(-1) ?? root;
    if (name === '') throw new Error(`No content line: ${raw.slice(0, 60)}`);
    if (name === 'BEGIN') {
      const part: IcsComponent = { name: value.trim().toUpperCase(), lines: [], parts: [] };
      current.parts.push(part);
      open.push(part);
    } else if (name === 'END') {
      if (current === root || current.name !== value.trim().toUpperCase()) throw new Error(`END:${value}`);
      open.pop();
    } else current.lines.push({ name, parameters, value });
  }
  const [calendar, ...more] = root.parts;
  if (open.length > 1 || root.lines.length > 0 || more.length > 0 || calendar?.name !== 'VCALENDAR') {
    throw new Error('Not one VCALENDAR');
  }
  return calendar;
}

/** With CRLF, folded at 75 octets. Properties stand before the components inside. */
export function writeIcs(component: IcsComponent): string {
  const lines = component.lines.map(({ name, parameters, value }) => fold(`${name}${parameters}:${value}`));
  const parts = component.parts.map(writeIcs).join('');
  return `BEGIN:${component.name}\r\n${lines.join('')}${parts}END:${component.name}\r\n`;
}

export function unfold(text: string): string {
  return text.replace(/^\uFEFF/u, '').replace(/\r?\n[ \t]/gu, '');
}

function fold(line: string): string {
  const pieces: string[] = [];
  let piece = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      pieces.push(piece);
      piece = ' ';
      octets = 1;
    }
    piece += character;
    octets += size;
  }
  return `${[...pieces, piece].join('\r\n')}\r\n`;
}

export function lineOf(component: IcsComponent | undefined, name: string): IcsLine | undefined {
  return component?.lines.find((line) => line.name === name);
}

export function textOf(component: IcsComponent | undefined, name: string): string | undefined {
  return lineOf(component, name)?.value;
}

/** Replaces the first line of that name where it stands, or adds one at the end. */
export function setLine(component: IcsComponent, name: string, value: string, parameters = ''): void {
  const line = lineOf(component, name);
  if (line) Object.assign(line, { value, parameters });
  else component.lines.push({ name, parameters, value });
}

/** Without quotes; undefined when the line has no such parameter. */
export function parameterOf(line: IcsLine | undefined, name: string): string | undefined {
  const [, quoted, plain] = parameterPattern(name).exec(line?.parameters ?? '') ?? [];
  return quoted ?? plain;
}

export function setParameter(line: IcsLine, name: string, value: string): void {
  line.parameters = `${line.parameters.replace(parameterPattern(name), '')};${name}=${value}`;
}

export function dropParameter(line: IcsLine, name: string): void {
  line.parameters = line.parameters.replace(parameterPattern(name), '');
}

function parameterPattern(name: string): RegExp {
  return new RegExp(`;${name}=(?:"([^"]*)"|([^";]*))`, 'iu');
}

/** The components that are calendar objects, not zones. */
export function objectsOf(calendar: IcsComponent | undefined): IcsComponent[] {
  return calendar?.parts.filter(({ name }) => name !== 'VTIMEZONE') ?? [];
}

/** RECURRENCE-ID as written; empty for the master. */
export function recurrenceId(component: IcsComponent): string {
  return textOf(component, 'RECURRENCE-ID') ?? '';
}
