import { existsSync, readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import type { EventSummary } from '../../../src/domain/calendar.ts';
import { type Case, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import { spread } from '../support/spread.ts';

const homes = ['Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const changing = [
  ...['Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'America/Santiago'],
  ...['Australia/Lord_Howe', 'Australia/Sydney', 'Pacific/Chatham', 'Africa/Cairo', 'Asia/Jerusalem'],
];
/** Months in which one of those clocks changes; the times of day at which it does. */
const seasons = ['20260301', '20260401', '20260901', '20261001', '20261101'];
const hours = ['003000', '023000'];

const file = new URL('../../../../shared/corpora/ics/windows-zones.json', import.meta.url);
const few = { 'W. Europe Standard Time': 'Europe/Berlin', 'Eastern Standard Time': 'America/New_York' };
const windows: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : few;

/** One stored event and, for a home, the start of each occurrence. */
interface Input {
  name: string;
  ics: string;
  starts(home: string): string[];
  unknownZone?: string;
}

export const zones: Case = {
  id: 'C3',
  title:
    'clocks that change, Windows names, own definitions, unknown, floating and all-day times, in five homes',
  async run(effort) {
    const tally = new Tally(effort);
    const inputs = [...overChanges(), ...windowsNames(), ...definitions(), ...rest()];
    for (const home of spread(homes, effort.seed)) {
      if (tally.isOver) break;
      await atCalendar({ env: { MAILBOX_TIMEZONE: home } }, (desk) => compare(desk, home, inputs, tally));
    }
    const leftOut = windows === few ? { leftOut: 'most Windows names' } : {};
    return tally.outcome({ of: inputs.length * homes.length, ...leftOut });
  },
};

async function compare(
  desk: CalendarDesk,
  home: string,
  inputs: readonly Input[],
  tally: Tally,
): Promise<void> {
  for (const [nth, input] of inputs.entries()) desk.calendar().put(`e${nth}.ics`, input.ics);
  const { events, incomplete } = await desk.events({ start: '2026-01-01', end: '2026-12-31' }, 100_000);
  const told = new Map<string, EventSummary[]>();
  for (const event of events) told.set(event.title, [...(told.get(event.title) ?? []), event]);
  for (const input of inputs) {
    const wrong = differences(told.get(input.name) ?? [], input, home);
    tally.count(`${input.name} in ${home}`, wrong);
  }
  const reasons = incomplete.map(({ where, reason }) => `${where}: ${reason}`);
  if (reasons.length > 0) tally.count(`all in ${home}`, reasons);
}

function differences(events: readonly EventSummary[], input: Input, home: string): string[] {
  const seen = events.map(({ start }) => start.replace(/Z$/u, '+00:00'));
  const due = input.starts(home).sort((one, other) => Date.parse(one) - Date.parse(other));
  const wrong = seen.join(' ') === due.join(' ') ? [] : [`at ${seen.join(' ')}, should be ${due.join(' ')}`];
  const names = new Set(events.map(({ unknownZone }) => unknownZone));
  return names.size === 1 && names.has(input.unknownZone) ? wrong : [...wrong, `unknown zone: ${[...names]}`];
}

/** Where the clock skips a time the offset before holds, where it shows one twice the first (RFC 5545 §3.3.5). */
function inHome(wall: string, zone: string, home: string): string {
  const instant = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone, { disambiguation: 'compatible' });
  return shown(instant.toInstant(), home);
}

function shown(instant: Temporal.Instant, home: string): string {
  return instant.toZonedDateTimeISO(home).toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

function event(name: string, start: string, ...more: string[]): string {
  return ics([`UID:${name}`, `SUMMARY:${name}`, `DTSTART${start}`, ...more]);
}

/** Each day of two months, at the times at which clocks change, without a definition in the file. */
function overChanges(): Input[] {
  const cases = changing.flatMap((zone) =>
    seasons.flatMap((month) => hours.map((time) => ({ zone, month, time }))),
  );
  return cases.map(({ zone, month, time }) => {
    const name = `${zone} ${month} ${time}`;
    const first = Temporal.PlainDateTime.from(`${month}T${time}`);
    const walls = Array.from({ length: 30 }, (_, day) => first.add({ days: day }).toString());
    return {
      name,
      ics: event(name, `;TZID=${zone}:${month}T${time}`, 'RRULE:FREQ=DAILY;COUNT=30'),
      starts: (home) => walls.map((wall) => inHome(wall, zone, home)),
    };
  });
}

function windowsNames(): Input[] {
  return Object.entries(windows).map(([name, zone]) => ({
    name,
    ics: event(name, `;TZID="${name}":20260115T120000`, 'RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2'),
    starts: (home) => ['2026-01-15T12:00', '2026-07-15T12:00'].map((wall) => inHome(wall, zone, home)),
  }));
}

function definitions(): Input[] {
  return ['Own', 'Customized Time Zone', 'W. Europe Standard Time', 'Europe/Berlin'].map((tzid) => {
    const name = `defined ${tzid}`;
    const part = (kind: string, start: string, from: string, to: string) => [
      ...[
        `BEGIN:${kind}`,
        `DTSTART:${start}`,
        `TZOFFSETFROM:${from}`,
        `TZOFFSETTO:${to}`,
        'RRULE:FREQ=YEARLY',
      ],
      `END:${kind}`,
    ];
    const summer = part('DAYLIGHT', '20000501T010000', '+0345', '+0515');
    const winter = part('STANDARD', '20001101T010000', '+0515', '+0345');
    const zone = ['BEGIN:VTIMEZONE', `TZID:${tzid}`, ...summer, ...winter, 'END:VTIMEZONE', 'BEGIN:VEVENT'];
    const stored = event(name, `;TZID=${tzid}:20260215T120000`, 'RRULE:FREQ=MONTHLY;INTERVAL=4;COUNT=2');
    const instants = ['2026-02-15T12:00+03:45', '2026-06-15T12:00+05:15'];
    return {
      name,
      ics: stored.replace('BEGIN:VEVENT', zone.join('\r\n')),
      starts: (home) => instants.map((text) => shown(Temporal.Instant.from(text), home)),
    };
  });
}

function rest(): Input[] {
  const walls = [
    '2026-03-08T02:30',
    '2026-03-29T02:30',
    '2026-10-25T02:30',
    '2026-11-01T01:30',
    '2026-04-05T01:45',
  ];
  const compact = (wall: string) => `${wall.replace(/[-:]/gu, '')}00`;
  const floating = walls.map((wall): Input => {
    const name = `floating ${wall}`;
    return { name, ics: event(name, `:${compact(wall)}`), starts: (home) => [inHome(wall, home, home)] };
  });
  const unknown = ['Bogus/Zone', 'My own', 'CEST-99'].map((zone): Input => {
    const name = `unknown ${zone}`;
    const stored = event(name, `;TZID=${zone}:20260615T120000`);
    return {
      name,
      ics: stored,
      starts: (home) => [inHome('2026-06-15T12:00', home, home)],
      unknownZone: zone,
    };
  });
  const allDay = walls.map((wall): Input => {
    const [day = ''] = wall.split('T');
    const name = `all day ${day}`;
    return { name, ics: event(name, `;VALUE=DATE:${day.replaceAll('-', '')}`), starts: () => [day] };
  });
  return [...floating, ...unknown, ...allDay];
}
