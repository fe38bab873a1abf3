import { expect, test } from 'vitest';
import { conflictsWith } from '../../../src/calendar/schedule/conflicts.ts';
import type { StoredEvent, Written } from '../../../src/calendar/schedule/desk.ts';
import { MemoryCollection, MemoryStore } from '../support/memory-store.ts';
import { calendarRig, event } from '../support/rig.ts';

const at = (uid: string, hour: string, ...more: string[]) =>
  event(uid, `SUMMARY:${uid}`, `DTSTART:20260610T${hour}0000Z`, 'DURATION:PT1H', ...more);

/** Two calendars as they were read when a call began, and the event it stored. */
async function begun() {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  const store = new MemoryStore(work, home);
  work.put('old.ics', at('old', '08', 'RRULE:FREQ=DAILY;COUNT=9'));
  home.put('dentist.ics', at('dentist', '09'));
  const rig = calendarRig(store);
  const { signal } = rig.context;
  const { parts } = rig;
  const calendars = await parts.directory.eventCalendars(signal);
  const around = await parts.mirror.fresh(calendars, signal);
  store.take();
  const event = (name: string, ics: string): StoredEvent => ({
    ...{ calendar: 'work', collection: work.dav, href: `${work.path}${name}` },
    ...{ etag: 'e', scheduleTag: undefined, ics },
  });
  const conflicts = async (written: Omit<Written, 'around'>, ageMs: number) => {
    const surroundings = { ...around, provenAt: performance.now() - ageMs, opened: `${work.path}old.ics` };
    const viewer = parts.viewerOf(await parts.directory.home(signal));
    const found = await conflictsWith(parts, { ...written, around: surroundings }, viewer, signal);
    return { titles: found.conflicts.map(({ title }) => title), incomplete: found.incomplete };
  };
  return { store, work, home, event, conflicts };
}

test('what was proven when the call began is not asked for again', async () => {
  const { store, event, conflicts } = await begun();
  const stored = event('new.ics', at('new', '09'));
  expect(await conflicts({ stored, beside: [] }, 0)).toEqual({ titles: ['dentist'], incomplete: false });
  expect(store.take()).toEqual({});
});

test('after a person has thought about it the calendars are asked again', async () => {
  const { store, home, event, conflicts } = await begun();
  home.put('call.ics', at('call', '09'));
  const stored = event('new.ics', at('new', '09'));
  const found = await conflicts({ stored, beside: [] }, 60_000);
  expect(found.titles.sort()).toEqual(['call', 'dentist']);
  expect(store.take()).toMatchObject({ states: 1 });
});

test('a series that was cut counts as it is left, not as it was', async () => {
  const { event, conflicts } = await begun();
  const later = event('new.ics', at('new', '08').replaceAll('20260610', '20260612'));
  const left = event('old.ics', at('old', '08', 'RRULE:FREQ=DAILY;COUNT=2'));
  expect((await conflicts({ stored: later, beside: [left] }, 0)).titles).toEqual([]);
  // Nothing is left of it: it was removed.
  expect((await conflicts({ stored: later, beside: [] }, 0)).titles).toEqual([]);
  const early = event('new.ics', at('new', '08').replaceAll('20260610', '20260611'));
  expect((await conflicts({ stored: early, beside: [left] }, 0)).titles).toEqual(['old']);
});

test('a calendar of which the server did not give all is said to be incomplete', async () => {
  const { store, home, event, conflicts } = await begun();
  store.refused.set(home.put('locked.ics', at('locked', '09')), 403);
  const stored = event('new.ics', at('new', '12'));
  expect(await conflicts({ stored, beside: [] }, 60_000)).toEqual({ titles: [], incomplete: true });
});
