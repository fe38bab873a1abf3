import { childrenOf, type IcsComponent, type IcsProperty, properties, property } from './ics-lines.ts';

/** One STANDARD or DAYLIGHT; offsets in minutes east of UTC, onsets in UTC milliseconds. */
interface Observance {
  from: number;
  to: number;
  /** The onset in a year, undefined when it has none there. */
  onsetIn(year: number): number | undefined;
  /** Onsets outside the yearly rule: DTSTART and RDATE. */
  single: number[];
}

interface YearlyRule {
  month: number;
  weekday?: number;
  /** Which of these weekdays; negative from the end of the month. */
  nth?: number;
  days?: number[];
  until: number;
}

const day = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const maxObservances = 200;

/**
 * A VTIMEZONE (RFC 5545 §3.6.5) as a function from wall clock (`YYYY-MM-DDTHH:MM:SS`) to instant: in a gap the
 * offset before it, in a fold the first. Only fixed onsets and plain yearly rules, which is what mail programs
 * write; anything else gives undefined. Nothing is iterated, so no rule can make it slow.
 */
export function zoneRules(vtimezone: IcsComponent): ((local: string) => Date) | undefined {
  const observances: Observance[] = [];
  const definitions = [...childrenOf(vtimezone, 'STANDARD'), ...childrenOf(vtimezone, 'DAYLIGHT')];
  for (const definition of definitions.slice(0, maxObservances)) {
    const observance = readObservance(definition);
    if (!observance) return undefined;
    observances.push(observance);
  }
  if (observances.length === 0) return undefined;
  return (local) => toInstant(Date.parse(`${local}Z`), observances);
}

/** As `zonedInstant` of domain/time.ts, with these offsets. */
function toInstant(wall: number, observances: Observance[]): Date {
  const before = offsetAt(wall - day, observances);
  const after = offsetAt(wall + day, observances);
  const first = wall - before * 60_000;
  if (before === after || offsetAt(first, observances) === before) return new Date(first);
  const second = wall - after * 60_000;
  return new Date(offsetAt(second, observances) === after ? second : first);
}

function offsetAt(instant: number, observances: Observance[]): number {
  const year = new Date(instant).getUTCFullYear();
  let latest = Number.NEGATIVE_INFINITY;
  // Before the first onset the offset it starts from holds.
  let offset = observances.find(({ from, to }) => from <= to)?.from ?? observances[0]?.to ?? 0;
  for (const observance of observances) {
    const yearly = [year - 1, year, year + 1].map((candidate) => observance.onsetIn(candidate));
    for (const onset of [...observance.single, ...yearly]) {
      if (onset === undefined || onset > instant || onset < latest) continue;
      latest = onset;
      offset = observance.to;
    }
  }
  return offset;
}

function readObservance(definition: IcsComponent): Observance | undefined {
  const start = localTime(property(definition, 'DTSTART')?.value);
  const from = offsetMinutes(property(definition, 'TZOFFSETFROM')?.value);
  const to = offsetMinutes(property(definition, 'TZOFFSETTO')?.value);
  if (start === undefined || from === undefined || to === undefined) return undefined;
  const shift = from * 60_000;
  const dates = properties(definition, 'RDATE').flatMap(({ values }) =>
    values.flatMap((value) => localTime(value) ?? []),
  );
  const single = [start, ...dates].map((local) => local - shift);
  const ruleProperty = property(definition, 'RRULE');
  if (!ruleProperty) return { from, to, single, onsetIn: () => undefined };
  const rule = readRule(ruleProperty, new Date(start));
  if (!rule) return undefined;
  const onsetIn = (year: number) => {
    const local = onsetDay(rule, year);
    if (local === undefined || year < new Date(start).getUTCFullYear()) return undefined;
    const onset = local + (start % day) + (start % day < 0 ? day : 0) - shift;
    return onset > rule.until ? undefined : onset;
  };
  return { from, to, single, onsetIn };
}

/** The local midnight of the onset. BYMONTHDAY with BYDAY names the one such weekday among those days. */
function onsetDay({ month, weekday, nth, days }: YearlyRule, year: number): number | undefined {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const candidates = (days ?? Array.from({ length }, (_, index) => index + 1))
    .map((date) => (date < 0 ? length + 1 + date : date))
    .filter((date) => date >= 1 && date <= length)
    .map((date) => Date.UTC(year, month - 1, date))
    .filter((date) => weekday === undefined || new Date(date).getUTCDay() === weekday)
    .sort((a, b) => a - b);
  if (nth === undefined) return candidates[0];
  return candidates.at(nth > 0 ? nth - 1 : nth);
}

function readRule({ value }: IcsProperty, start: Date): YearlyRule | undefined {
  const parts: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const known = new Set(['freq', 'bymonth', 'byday', 'bymonthday', 'until', 'interval', 'wkst']);
  if (parts.freq !== 'YEARLY' || Object.keys(parts).some((part) => !known.has(part))) return undefined;
  if (parts.interval !== undefined && Number(parts.interval) !== 1) return undefined;
  const months = asList(parts.bymonth).map(Number);
  const [byDay, ...moreDays] = asList(parts.byday).map(String);
  if (months.length > 1 || moreDays.length > 0) return undefined;
  const month = months[0] ?? start.getUTCMonth() + 1;
  const until = parts.until === undefined ? Number.POSITIVE_INFINITY : localTime(String(parts.until));
  if (!(month >= 1 && month <= 12) || until === undefined) return undefined;
  const days = asList(parts.bymonthday).map(Number);
  if (!byDay) return { month, until, days: days.length > 0 ? days : [start.getUTCDate()] };
  const [, nth, name = ''] = /^([+-]?[1-5])?([A-Z]{2})$/u.exec(byDay) ?? [];
  const weekday = weekdays.indexOf(name);
  if (weekday < 0 || (nth === undefined && days.length === 0)) return undefined;
  return { month, until, weekday, ...(nth && { nth: Number(nth) }), ...(days.length > 0 && { days }) };
}

function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.slice(0, 50) : [value];
}

/** `2026-03-29T02:00:00`, with or without Z, as if it were UTC. */
function localTime(value: unknown): number | undefined {
  const [, text] = /^(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?)Z?$/u.exec(String(value)) ?? [];
  const time = text ? Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** `+01:00`, `-03:30`. */
function offsetMinutes(value: unknown): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})/u.exec(String(value)) ?? [];
  if (!sign || !hours || !minutes || Number(hours) > 23) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
