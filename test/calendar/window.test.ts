import { describe, expect, test } from 'vitest';
import { searchWindow, windowOf } from '../../src/calendar/window.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const hourMs = 3_600_000;

/** Where the clocks go from 00:00 to 01:00, so that the day begins at one. */
const midnightGaps = [
  ['Atlantic/Azores', '2026-03-29', '2026-03-30'],
  ['Africa/Cairo', '2026-04-24', '2026-04-25'],
  ['America/Santiago', '2026-09-06', '2026-09-07'],
  ['Asia/Beirut', '2026-03-29', '2026-03-30'],
  ['America/Havana', '2026-03-08', '2026-03-09'],
] as const;

const compact = (date: string) => date.replaceAll('-', '');

describe.each(midnightGaps)('in %s on %s', (zone, day, next) => {
  test('a day without midnight is one day, of 23 hours', () => {
    const { from, to } = windowOf(day, day, zone, 1);
    expect(to - from).toBe(23 * hourMs);
    expect(windowOf(next, next, zone, 1).from).toBe(to);
  });

  test('seven days without end are those of the calendar, as date and as time', () => {
    const { to } = windowOf(day, undefined, zone, 1);
    expect(to - windowOf(day, day, zone, 1).to).toBe(6 * 24 * hourMs);
    expect(windowOf(`${day}T00:00`, undefined, zone, 1).to).toBe(to);
    expect(windowOf(`${day}T00:30:00`, undefined, zone, 1).to).toBe(to + hourMs / 2);
  });

  test('nothing of the next day is listed, busy or free', async () => {
    const work = new MemoryCollection('Work');
    work.put('all.ics', event('all', 'SUMMARY:All day', `DTSTART;VALUE=DATE:${compact(next)}`));
    work.put(
      'early.ics',
      event('early', 'SUMMARY:Early', `DTSTART;TZID=${zone}:${compact(next)}T003000`, 'DURATION:PT1H'),
    );
    const { service, context } = calendarRig(new MemoryStore(work), { zone });
    const asked = { start: day, end: day };
    expect((await service.getEvents(asked, context)).events).toEqual([]);
    expect((await service.searchEvents({ query: 'early', ...asked }, context)).events).toEqual([]);
    const hours = { workingHours: '00:00-24:00', workingDays: ['fr', 'sa', 'su', 'mo'] };
    const { busy, free } = await service.getFreeBusy({ ...asked, ...hours }, context);
    expect(busy).toEqual([]);
    expect(free.map(({ start, end }) => [start.slice(0, 19), end.slice(0, 19)])).toEqual([
      [`${day}T01:00:00`, `${next}T00:00:00`],
    ]);
  });

  test('a search up to that day begins at the midnight of the day after it, a year before', () => {
    const { from, to } = searchWindow({ end: day }, zone, Date.parse('2027-01-01T00:00:00Z'), 30);
    expect(to).toBe(windowOf(day, day, zone, 1).to);
    const before = `${Number(day.slice(0, 4)) - 1}${next.slice(4)}`;
    expect(from).toBe(windowOf(before, before, zone, 1).from);
  });
});

test('days are those of the calendar where the clocks change at other hours', () => {
  const berlin = (start: string, end?: string) => {
    const { from, to } = windowOf(start, end, 'Europe/Berlin', 1);
    return (to - from) / hourMs;
  };
  expect(berlin('2026-03-29', '2026-03-29')).toBe(23);
  expect(berlin('2026-10-25', '2026-10-25')).toBe(25);
  expect(berlin('2026-03-28')).toBe(7 * 24 - 1);
  expect(berlin('2026-03-28T09:30')).toBe(7 * 24 - 1);
  expect(berlin('2026-03-28T09:30:00+01:00')).toBe(7 * 24 - 1);
});
