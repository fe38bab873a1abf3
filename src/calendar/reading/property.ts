import ICAL from 'ical.js';
import { type Component, type ContentLine, linesOf, unfolded } from '../ics/document.ts';

/** A content line as ical.js reads it. */
export interface Property {
  /** Lower-case names; of several values the first. */
  parameters: Readonly<Record<string, string>>;
  /** jCal type (RFC 7265 §3.4), e.g. `date-time`. */
  type: string;
  /** jCal values: text unescaped, `2026-03-28T10:00:00`, `PT1H`, a pair for a period. */
  values: readonly unknown[];
}

/** No sane line is longer; a list of 50,000 dates fits, and the longest of descriptions. */
const maxChars = 2_000_000;
const maxLines = 2_000;

/** The first property of that name, undefined when there is none or ical.js cannot read its line. */
export function property(component: Component, name: string): Property | undefined {
  const [line] = linesOf(component, name);
  return line && parseLine(line);
}

/** Every readable property of that name, at most 2,000. */
export function properties(component: Component, name: string): Property[] {
  return linesOf(component, name)
    .slice(0, maxLines)
    .flatMap((line) => parseLine(line) ?? []);
}

/** The text of a property, empty when there is none. */
export function text(component: Component, name: string): string {
  const value = property(component, name)?.values[0];
  return typeof value === 'string' ? value : '';
}

/** What stands after the colon, escapes and all: for rules, which ical.js would judge. */
export function rawValue(line: ContentLine): string {
  const whole = unfolded(line.raw.slice(0, maxChars));
  return whole.replace(/^[^:"]*(?:"[^"]*"[^:"]*)*:/u, '').trim();
}

function parseLine(line: ContentLine): Property | undefined {
  // A group in front (`A.SUMMARY`) hides the name from ical.js, and with it the type.
  const whole = unfolded(line.raw.slice(0, maxChars)).replace(/^\uFEFF?(?:[\w-]+\.)?/u, '');
  let jcal: unknown;
  try {
    jcal = ICAL.parse.property(whole);
  } catch {
    // The line is broken; the component lives on without it, as if it were not there.
    return undefined;
  }
  if (!Array.isArray(jcal)) return undefined;
  const [, parameters, type, ...values]: unknown[] = jcal;
  return { parameters: firstValues(parameters), type: String(type), values };
}

function firstValues(parameters: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value[0] : value),
    ]),
  );
}
