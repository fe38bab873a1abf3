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

const maxChars = 1_000_000;
const maxLineChars = 20_000;
const maxDepth = 10;

/**
 * The component tree of an iCalendar text (RFC 5545 §3.4), its first million characters. Tolerant: unclosed and
 * crossed components, any line break, lower case. ICAL.parse would give up on the first bad line of a file,
 * so only its line parser is used, on demand, in `property`.
 */
export function readComponents(ics: string): IcsComponent {
  const root: IcsComponent = { name: '', lines: [], children: [] };
  const open: IcsComponent[] = [root];
  for (const text of unfold(ics)) {
    const [, keyword = '', rest = ''] = /^\uFEFF?([A-Za-z0-9-]+)[;:](.*)$/su.exec(text) ?? [];
    const name = keyword.toUpperCase();
    if (name === 'BEGIN') begin(open, rest.trim().toUpperCase());
    else if (name === 'END') end(open, rest.trim().toUpperCase());
    else if (name !== '') open.at(-1)?.lines.push({ name, text: text.slice(0, maxLineChars) });
  }
  return root;
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
  const lines = ics.slice(0, maxChars).replace(/\r+\n?/gu, '\n');
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
