import { expect, test } from 'vitest';
import { vtimezone } from '../../../src/calendar/edit/vtimezone.ts';
import { writeDocument } from '../../../src/calendar/ics/document.ts';
import { clockFrom } from '../../../src/calendar/time/clock.ts';
import { readDefinition } from '../../../src/calendar/time/vtimezone.ts';
import { childrenOf, readComponents } from '../../../src/content/ics-lines.ts';
import { zoneRules } from '../../../src/content/zone-rules.ts';
import { offsetMinutes, zonedInstant } from '../../../src/domain/time.ts';

const zones = (
  'Europe/Berlin Europe/London Europe/Dublin Europe/Lisbon Europe/Moscow Europe/Istanbul Atlantic/Azores ' +
  'America/New_York America/Los_Angeles America/St_Johns America/Sao_Paulo America/Santiago America/Havana ' +
  'America/Mexico_City America/Nuuk America/Asuncion America/Phoenix Africa/Cairo Africa/Casablanca Asia/Tokyo ' +
  'Asia/Kolkata Asia/Kathmandu Asia/Jerusalem Asia/Gaza Asia/Tehran Asia/Beirut Australia/Lord_Howe Australia/Sydney ' +
  'Pacific/Chatham Pacific/Apia Pacific/Auckland Antarctica/Troll Etc/GMT-5'
).split(' ');

const hour = 3_600_000;

function text(zone: string, from: number, to: number): string {
  return writeDocument({ items: [vtimezone(zone, { from, to })] });
}

/** Instants around every change of offset, and each fortnight. */
function* instants(zone: string, from: number, to: number): Generator<number> {
  const step = 14 * 24 * hour;
  for (let at = from; at < to; at += step) {
    yield at;
    const before = offsetMinutes(new Date(at), zone);
    if (before === offsetMinutes(new Date(at + step), zone)) continue;
    let [low, high] = [at, at + step];
    while (high - low > 60_000) {
      const middle = Math.floor((low + high) / 120_000) * 60_000;
      if (offsetMinutes(new Date(middle), zone) === before) low = middle;
      else high = middle;
    }
    yield* [high - 60_000, high, high + 60_000];
  }
}

test.each(zones)('%s is defined as the runtime knows it, from the event on for twenty years', (zone) => {
  const [from, to] = [Date.UTC(2012, 5, 15), Date.UTC(2032, 0, 1)];
  const definition = readDefinition(vtimezone(zone, { from, to: Number.POSITIVE_INFINITY }));
  if (!definition) throw new Error('nobody can read it');
  const clock = clockFrom(zone, definition.transitions);
  const wrong = [...instants(zone, from, to)].filter(
    (at) => clock.toWall(at) - at !== offsetMinutes(new Date(at), zone) * 60_000,
  );
  expect(wrong.map((at) => new Date(at).toISOString())).toEqual([]);
});

test.each(zones)('%s is read back by the reader of invitations', (zone) => {
  const [from, to] = [Date.UTC(2024, 0, 15), Date.UTC(2031, 0, 1)];
  const written = text(zone, from, Number.POSITIVE_INFINITY);
  const [timezone] = childrenOf(readComponents(written), 'VTIMEZONE');
  const toInstant = timezone && zoneRules(timezone);
  if (!toInstant) throw new Error(`nobody can read ${written}`);
  for (const at of instants(zone, from, to)) {
    const local = new Date(at + offsetMinutes(new Date(at), zone) * 60_000).toISOString().slice(0, 19);
    expect(`${local} ${toInstant(local).toISOString()}`).toBe(
      `${local} ${zonedInstant(local, zone).toISOString()}`,
    );
  }
});

test('a zone with a law is written as two yearly rules', () => {
  expect(text('Europe/Berlin', Date.UTC(2026, 2, 23), Number.POSITIVE_INFINITY)).toBe(
    [
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Berlin',
      'BEGIN:DAYLIGHT',
      'DTSTART:20260329T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'DTSTART:20251026T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'END:STANDARD',
      'END:VTIMEZONE',
      '',
    ].join('\r\n'),
  );
});

test('a zone that stands still is one observance', () => {
  const written = text('Asia/Tokyo', Date.UTC(2026, 0, 1), Number.POSITIVE_INFINITY);
  expect(written.match(/BEGIN:(?:STANDARD|DAYLIGHT)/gu)).toHaveLength(1);
  expect(written).toContain('TZOFFSETTO:+0900');
});

test('a single event carries no dates of other years', () => {
  const written = text('Africa/Casablanca', Date.UTC(2026, 5, 1), Date.UTC(2027, 5, 1));
  expect(written.match(/20[3-9]\d\d{4}T/gu)).toBeNull();
});

test('an event long ago has the law of its time', () => {
  const written = text('America/New_York', Date.UTC(1999, 0, 15), Date.UTC(2000, 0, 15));
  expect(written).toContain('19990404T020000');
});

test('a Windows name is defined as the zone it means', () => {
  expect(text('W. Europe Standard Time', Date.UTC(2026, 2, 23), Number.POSITIVE_INFINITY)).toContain(
    'TZID:W. Europe Standard Time\r\n',
  );
});
