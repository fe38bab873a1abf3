import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readDocument } from '../../../src/calendar/ics/document.ts';
import { clockOf } from '../../../src/calendar/time/clock-of.ts';
import { ianaClock } from '../../../src/calendar/time/iana.ts';

const part = (name: string, start: string, from: string, to: string, ...more: string[]) =>
  [
    ...[`BEGIN:${name}`, `DTSTART:${start}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`],
    ...[...more, `END:${name}`],
  ].join('\r\n');
const timezone = (tzid: string, ...parts: string[]) =>
  readDocument(
    ['BEGIN:VCALENDAR', 'BEGIN:VTIMEZONE', `TZID:${tzid}`, ...parts, 'END:VTIMEZONE', 'END:VCALENDAR'].join(
      '\r\n',
    ),
  );
const none = readDocument('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
const user = 'Europe/Berlin';

const rule = (month: number, day: string, more = '') =>
  `RRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=${day}${more}`;
const berlinRules = (first: number) => [
  part('DAYLIGHT', `${first}0329T020000`, '+0100', '+0200', rule(3, '-1SU')),
  part('STANDARD', `${first}1025T030000`, '+0200', '+0100', rule(10, '-1SU')),
];

/** UTC hour and minute that the clock gives for local noon of a day. */
function noon(tzid: string, source: ReturnType<typeof timezone>, day: string): string {
  const instant = clockOf(tzid, source, user).clock.toInstant(Date.parse(`${day}T12:00:00Z`));
  return new Date(instant).toISOString().slice(11, 16);
}

test('a definition by rules agrees with IANA at every hour of 1996 to 2499', () => {
  const { clock, zone } = clockOf('Private', timezone('Private', ...berlinRules(1996)), user);
  const berlin = ianaClock('Europe/Berlin');
  expect(zone).toBe('Private');
  for (const year of [1997, 2020, 2026, 2099, 2100, 2101, 2150, 2400, 2499, 2600, 9000]) {
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const instant = Date.UTC(year, 0, 1) + hour * 3_600_000;
      if (clock.toWall(instant) !== berlin.toWall(instant))
        expect([year, new Date(instant)]).toBe('as in Berlin');
    }
  }
});

test('the definition in the file comes before what its name means elsewhere', () => {
  const windows = 'W. Europe Standard Time';
  const own = timezone(windows, part('STANDARD', '16010101T000000', '+0300', '+0300'));
  expect(noon(windows, own, '2026-07-01')).toBe('09:00');
  expect(noon(windows, none, '2026-07-01')).toBe('10:00');
  const fixed = timezone(windows, part('STANDARD', '16010101T000000', '+0100', '+0100'));
  expect(noon(windows, fixed, '2026-07-01')).toBe('11:00');
  const partly = timezone(
    'Europe/Berlin',
    part('STANDARD', '20260101T000000', '+0100', '+0100'),
    part('DAYLIGHT', '20260401T000000', '+0100', '+0500'),
  );
  expect(noon('Europe/Berlin', partly, '2026-07-01')).toBe('07:00');
  const foreign = timezone('Europe/Berlin', part('STANDARD', '19700101T000000', '+0500', '+0500'));
  expect(noon('Europe/Berlin', foreign, '2026-07-01')).toBe('07:00');
});

test.each([
  ['one fixed offset', part('STANDARD', '19700101T000000', '+0100', '+0100'), '2026-07-01', '10:00'],
  ['rules that begin this year', berlinRules(2026).join('\r\n'), '2010-07-01', '10:00'],
  ['DST only', part('DAYLIGHT', '20260329T020000', '+0100', '+0200'), '2026-12-01', '11:00'],
])('a definition of an IANA zone cut down to %s is not believed', (_name, parts, day, expected) => {
  expect(noon('Europe/Berlin', timezone('Europe/Berlin', parts), day)).toBe(expected);
});

test('a law since repealed does not outlive itself in a file', () => {
  const mexico = timezone(
    'America/Mexico_City',
    part('DAYLIGHT', '19960407T020000', '-0600', '-0500', rule(4, '1SU')),
    part('STANDARD', '19961027T020000', '-0500', '-0600', rule(10, '-1SU')),
  );
  expect(noon('America/Mexico_City', mexico, '2015-07-01')).toBe('17:00');
  expect(noon('America/Mexico_City', mexico, '2026-07-01')).toBe('18:00');
});

test('several observances, RDATE and UNTIL: each holds in its time, before the first its starting offset', () => {
  const zone = timezone(
    'Own',
    part('STANDARD', '20000101T000000', '+0100', '+0200'),
    part(
      'DAYLIGHT',
      '20100301T000000',
      '+0200',
      '+0300',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;UNTIL=20120229T215959Z',
    ),
    part('STANDARD', '20100901T000000', '+0300', '+0200', 'RDATE:20110901T000000,20120901T000000'),
    part('STANDARD', '20200601T000000', '+0200', '+0545'),
  );
  const days = [
    '1990-01-01',
    '2005-01-01',
    '2010-07-01',
    '2011-01-01',
    '2012-07-01',
    '2013-07-01',
    '2026-01-01',
  ];
  expect(days.map((day) => noon('Own', zone, day))).toEqual([
    ...['11:00', '10:00', '09:00', '10:00', '10:00', '10:00', '06:15'],
  ]);
});

test.each([
  ['no observance', ''],
  ['no offset', 'BEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nEND:STANDARD'],
  ['an offset of 99 hours', part('STANDARD', '20000101T000000', '+0100', '+9900')],
  ['a rule nobody can read', part('STANDARD', '20000101T000000', '+0100', '+0300', 'RRULE:FREQ=NEVER')],
  ['a change every second', part('STANDARD', '20000101T000000', '+0100', '+0300', 'RRULE:FREQ=SECONDLY')],
  [
    'a thousand observances',
    part('STANDARD', '20000101T000000', '+0100', '+0300').concat('\r\n').repeat(1_000).trim(),
  ],
])('a definition with %s is nonsense: the name decides, quickly', (_name, parts) => {
  const begin = process.cpuUsage();
  expect(noon('Europe/London', timezone('Europe/London', parts), '2026-07-01')).toBe('11:00');
  expect(clockOf('Nobody knows', timezone('Nobody knows', parts), user)).toMatchObject({
    unknown: 'Nobody knows',
  });
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(500);
});

test('gaps and folds of a definition are as RFC 5545 wants', () => {
  const { clock } = clockOf('Own', timezone('Own', ...berlinRules(1996)), user);
  const at = (text: string) => new Date(clock.toInstant(Date.parse(`${text}Z`))).toISOString();
  expect(at('2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z');
  expect(at('2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z');
  expect(clock.exists(Date.parse('2026-03-29T02:30:00Z'))).toBe(false);
});

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['"Europe/Berlin"', 'Europe/Berlin'],
  ['/citadel.org/20190914_1/Europe/Berlin', 'Europe/Berlin'],
  ['Eastern Standard Time', 'America/New_York'],
  ['UTC', 'UTC'],
  ['Z', 'UTC'],
])('without a definition, %s is %s', (tzid, zone) => {
  const { unknown, ...found } = clockOf(tzid, none, user);
  expect([found.zone, unknown]).toEqual([zone, undefined]);
});

test('no TZID is the clock of the user and no zone; an unknown one is said', () => {
  const floating = clockOf(undefined, none, user);
  expect([floating.zone, floating.unknown, floating.clock.tzid]).toEqual([undefined, undefined, undefined]);
  expect(noon('', none, '2026-07-01')).toBe('10:00');
  expect(clockOf('Customized Time Zone', none, user)).toMatchObject({ unknown: 'Customized Time Zone' });
  expect(noon('Customized Time Zone', none, '2026-07-01')).toBe('10:00');
});

test('a file of 20,000 events is not searched again for each of its zones', () => {
  const file = readDocument(
    `BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\nEND:VEVENT\r\n'.repeat(20_000)}END:VCALENDAR`,
  );
  const begin = process.cpuUsage();
  const zones = Array.from({ length: 2_000 }, (_, index) => clockOf(`Nowhere ${index}`, file, user).unknown);
  expect(new Set(zones).size).toBe(2_000);
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(1_500);
});

const windowsZones = new URL('../../../../shared/corpora/ics/windows-zones.json', import.meta.url);

test('every Windows zone of the corpus has a clock of its own', () => {
  const names = existsSync(windowsZones)
    ? Object.keys(JSON.parse(readFileSync(windowsZones, 'utf8')))
    : ['W. Europe Standard Time', 'Pacific Standard Time'];
  const unknown = names.filter((name) => clockOf(name, none, user).unknown !== undefined);
  expect([unknown, names.length > 1]).toEqual([[], true]);
});
