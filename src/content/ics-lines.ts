import ICAL from 'ical.js';

/** A component as it stands in the text. Lines are unfolded but unparsed: most are never looked at. */
export interface IcsComponent {
  /** Upper case, e.g. `VEVENT`. */
  name: string;
  lines: { name: string; text: string }[];
  children: IcsComponent[];
}

export interface IcsProperty {
  /** Lower-case names; of several values the first. */
  parameters: Readonly<Record<string, string>>;
  /** jCal type (RFC 7265 §3.4), e.g. `date-time`. */
  type: string;
  /** jCal value: text unescaped, `2026-03-28T10:00:00`, `PT1H`, an object for a recurrence rule. */
  value: unknown;
  /** All values where the property lists several, as RDATE does. */
  values: readonly unknown[];
}

/** Of a mailed invitation all that is ever fetched; files attached inside of it make up most of that. */
const maxChars = 4 * 1024 * 1024;
/** What a heap can take; people's files have a thousandth of it. */
const maxLines = 250_000;
const maxLineChars = 20_000;
const maxDepth = 10;

/**
 * The component tree of an iCalendar text (RFC 5545 §3.4), its first four million characters. Tolerant: unclosed and
 * crossed components, any line break, lower case. ICAL.parse would give up on the first bad line of a file,
 * so only its line parser is used, on demand, in `property`.
 */
export function readComponents(ics: string): IcsComponent {
  const root: IcsComponent = { name: '', lines: [], children: [] };
  const open: IcsComponent[] = [root];
  for (const text of unfold(ics.slice(0, maxChars)).slice(0, maxLines)) {
    const [, keyword = '', rest = ''] = /^\uFEFF?([A-Za-z0-9-]+)[;:](.*)$/su.exec(text) ?? [];
    const name = keyword.toUpperCase();
    if (name === 'BEGIN') begin(open, rest.trim().toUpperCase());
    else if (name === 'END') end(open, rest.trim().toUpperCase());
    else if (name !== '') open.at(-1)?.lines.push({ name, text: text.slice(0, maxLineChars) });
  }
  return root;
}

/**
 * Whether `readComponents` sees the text to its end, and that is there: of what was cut on its way, the last component is
 * not closed, and what is missing may say that the event recurs, or that only one occurrence is meant.
 */
export function isWhole(ics: string): boolean {
  if (ics.length > maxChars) return false;
  const lines = unfold(ics);
  const marks = /^\uFEFF?(BEGIN|END)[ \t]*:\s*(\S*)/iu;
  const [, , first = ''] = marks.exec(lines.find((line) => marks.test(line)) ?? '') ?? [];
  const [, mark, last = ''] = marks.exec(lines.findLast((line) => marks.test(line)) ?? '') ?? [];
  if (mark === undefined) return true;
  return (
    lines.length <= maxLines && mark.toUpperCase() === 'END' && last.toUpperCase() === first.toUpperCase()
  );
}

/** The first property of that name, undefined when there is none or ical.js cannot read its line. */
export function property(component: IcsComponent, name: string): IcsProperty | undefined {
  return properties(component, name)[0];
}

/** Every readable property of that name, at most 100. */
export function properties(component: IcsComponent, name: string): IcsProperty[] {
  return component.lines
    .filter((line) => line.name === name)
    .slice(0, 100)
    .flatMap(({ text }) => parseLine(text.replace(/^\uFEFF/u, '')));
}

/** Children of that name, e.g. `VEVENT`. */
export function childrenOf(component: IcsComponent, name: string): IcsComponent[] {
  return component.children.filter((child) => child.name === name);
}

function unfold(ics: string): string[] {
  const lines = ics.replace(/\r+\n?/gu, '\n');
  return lines.replace(/\n[ \t]/gu, '').split('\n');
}

function begin(open: IcsComponent[], name: string): void {
  const child: IcsComponent = { name, lines: [], children: [] };
  if (open.length <= maxDepth) open.at(-1)?.children.push(child);
  open.push(child);
}

function end(open: IcsComponent[], name: string): void {
  const index = open.findLastIndex((component) => component.name === name);
  if (index > 0) open.length = index;
}

function parseLine(text: string): IcsProperty[] {
  let jcal: unknown;
  try {
    jcal = ICAL.parse.property(text);
  } catch {
    // The line is broken; the component lives on without it, as if it were not there.
    return [];
  }
  if (!Array.isArray(jcal)) return [];
  const [, parameters, type, ...values]: unknown[] = jcal;
  return [{ parameters: firstValues(parameters), type: String(type), value: values[0], values }];
}

function firstValues(parameters: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value[0] : value),
    ]),
  );
}
