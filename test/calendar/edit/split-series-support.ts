import type { EditContext } from '../../../src/calendar/edit/edit.ts';
import type { Occurrence, OccurrenceKey } from '../../../src/calendar/event.ts';
import { occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import type { Clock } from '../../../src/calendar/time/clock.ts';
import { ianaClock } from '../../../src/calendar/time/iana.ts';
import { MailboxError } from '../../../src/domain/errors.ts';

export const zone = 'Europe/Berlin';

export const context: EditContext = {
  zone,
  now: new Date('2026-03-01T08:00:00Z'),
  newUid: () => 'new-uid',
  ownAddresses: ['me@mailbox.org', 'alias@mailbox.org'],
  ownName: 'Me',
};

export const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'DTSTART:19810329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** A resource of these VEVENTs, each given by its lines without UID, DTSTAMP and SUMMARY where it has them not. */
export function calendar(...events: readonly string[][]): string {
  const written = events.flatMap((lines) => [
    'BEGIN:VEVENT',
    'UID:old-uid',
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'END:VEVENT',
  ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//EN', ...berlin, ...written];
  return `${[...all, 'END:VCALENDAR'].join('\r\n')}\r\n`;
}

/** Lines of `after` that `before` has not, and the other way round, `-` and `+` in front; DTSTAMP and LAST-MODIFIED left out. */
export function diff(before: string, after: string): string[] {
  const rest = linesOf(after);
  const gone: string[] = [];
  for (const line of linesOf(before)) {
    const at = rest.indexOf(line);
    if (at < 0) gone.push(`-${line}`);
    else rest.splice(at, 1);
  }
  const stamps = /^[+-](?:DTSTAMP|LAST-MODIFIED):/u;
  return [...gone, ...rest.map((line) => `+${line}`)].filter((line) => !stamps.test(line));
}

export function linesOf(ics: string): string[] {
  return ics.replaceAll('\r\n ', '').split('\r\n');
}

const window = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2029, 0, 1) };

/** Every occurrence up to 2029. */
export function shown(ics: string | undefined): Occurrence[] {
  if (ics === undefined) return [];
  return occurrencesOf(readResource(ics, zone), window, 3_000).occurrences;
}

export function keyOf(occurrence: Occurrence | undefined): OccurrenceKey {
  if (!occurrence?.original) throw new Error('It is no occurrence of a series.');
  return occurrence.original;
}

/** Local starts in the user's zone, as people read them. */
export function starts(ics: string | undefined): string[] {
  return shown(ics).map(({ start, allDay }) =>
    allDay ? allDay.first : new Date(start).toISOString().slice(0, 16),
  );
}

/** What a person sees of an occurrence, but for the names of its series. */
export function face({ view, ...times }: Occurrence): unknown {
  const {
    uid: _uid,
    sequence: _sequence,
    modified: _modified,
    stamped: _stamped,
    rule: _rule,
    ...seen
  } = view;
  return { ...times, ...seen };
}

export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof MailboxError) return error.code;
    throw error;
  }
  throw new Error('It did not throw.');
}

/** Of DTSTART; undefined for days. */
export function clockOf(ics: string): Clock | undefined {
  const [, tzid, utc] =
    /^DTSTART(?:;TZID=([^:]+))?:\d{8}T\d{6}(Z?)/mu.exec(ics.split('BEGIN:VEVENT')[1] ?? '') ?? [];
  if (utc === undefined) return undefined;
  return ianaClock(tzid ?? (utc ? 'UTC' : zone));
}

/** The wall clock every instance has, also where a gap of the zone hides it. */
export function timeOfDay(ics: string): number {
  const [, hour, minute] =
    /^DTSTART[^\r\n]*T(\d{2})(\d{2})\d{2}Z?\r$/mu.exec(ics.split('BEGIN:VEVENT')[1] ?? '') ?? [];
  return (Number(hour) * 60 + Number(minute)) * 60_000;
}

/** The second of both: no wall clock of the zone means it. */
export function isShownTwice(clock: Clock | undefined, instant: number): boolean {
  return clock !== undefined && clock.toInstant(clock.toWall(instant)) !== instant;
}

/** The series has a time there that the clocks of its zone leave out. */
export function isHidden(ics: string, instant: number): boolean {
  const clock = clockOf(ics);
  return clock !== undefined && clock.toWall(instant) % 86_400_000 !== timeOfDay(ics);
}
