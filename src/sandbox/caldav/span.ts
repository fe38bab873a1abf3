import { type IcsComponent, type IcsLine, parameterOf, textOf } from './ics.ts';

/** Half open, ms since the epoch. */
export interface Span {
  from: number;
  to: number;
}

export const always: Span = { from: -Infinity, to: Infinity };
const nowhere: Span = { from: Infinity, to: -Infinity };
/** No zone is further from UTC: what stands in local time is taken as wide as it can be. */
const zoneMargin = 14 * 3_600_000;

/**
 * What a VEVENT or VTODO covers at most. Zones are not looked up and rules not expanded: it may be too wide, never too
 * narrow. A rule without UNTIL goes on for ever; a task without dates is always there (RFC 4791 §9.9).
 */
export function spanOf(component: IcsComponent): Span {
  const start = spanOfLine(component, 'DTSTART');
  const due = spanOfLine(component, 'DUE');
  const first = start ?? due;
  if (!first) return component.name === 'VTODO' ? always : nowhere;
  const end = spanOfLine(component, 'DTEND') ?? due;
  const last = Math.max(first.to, end?.to ?? 0, first.to + durationOf(component));
  const dates = component.lines.filter(({ name }) => name === 'RDATE').flatMap(datesOf);
  const length = last - first.from;
  const until = untilOf(textOf(component, 'RRULE'));
  const latest = Math.max(
    last,
    ...dates.map(({ to }) => to + length),
    until === undefined ? 0 : until + length,
  );
  return { from: Math.min(first.from, ...dates.map(({ from }) => from)), to: latest };
}

/** An event without length counts at its start. */
export function overlaps(span: Span, window: Span): boolean {
  return (
    span.from < window.to && (span.to > window.from || (span.from === span.to && span.to >= window.from))
  );
}

export function joined(spans: readonly Span[]): Span {
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
}

function spanOfLine(component: IcsComponent, name: string): Span | undefined {
  const line = component.lines.find((candidate) => candidate.name === name);
  return line && datesOf(line)[0];
}

function datesOf(line: IcsLine): Span[] {
  return line.value.split(',').flatMap((value) => {
    const span = spanOfValue(value.split('/')[0] ?? '');
    return span && parameterOf(line, 'TZID') ? [widened(span)] : (span ?? []);
  });
}

/** A date is its day; a local time and a date are widened by what zones can do. */
function spanOfValue(value: string): Span | undefined {
  const [all, year, month, day, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/u.exec(value.trim()) ?? [];
  if (all === undefined) return undefined;
  const fields = [hour, minute, second].map((field) => Number(field ?? 0));
  const from = Date.UTC(Number(year), Number(month) - 1, Number(day), fields[0], fields[1], fields[2]);
  if (utc === 'Z') return { from, to: from };
  return widened({ from, to: hour === undefined ? from + 86_400_000 : from });
}

function widened({ from, to }: Span): Span {
  return { from: from - zoneMargin, to: to + zoneMargin };
}

function durationOf(component: IcsComponent): number {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u.exec(
      textOf(component, 'DURATION') ?? '',
    ) ?? [];
  const hoursInAll = (Number(weeks) * 7 + Number(days)) * 24 + Number(hours);
  return ((hoursInAll * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

function untilOf(rule: string | undefined): number | undefined {
  if (rule === undefined) return undefined;
  return spanOfValue(/(?:^|;)UNTIL=([^;]+)/iu.exec(rule)?.[1] ?? '')?.to ?? Infinity;
}
