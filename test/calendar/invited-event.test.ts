import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendar, calendarRig, event, type RigOptions } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };
const lunch = event('lunch@rig.test', 'SUMMARY:Lunch', 'DTSTART:20260610T100000Z');
const weekly = ['DTSTART;TZID=Europe/Berlin:20260602T100000', 'RRULE:FREQ=WEEKLY;COUNT=4', 'DURATION:PT1H'];

/** Shared by a colleague, and ours. */
function calendars(options: RigOptions = {}) {
  const shared = new MemoryCollection('Shared', { writable: false });
  const work = new MemoryCollection('Work');
  const store = new MemoryStore(shared, work);
  const rig = calendarRig(store, options);
  return {
    ...{ shared, work, store, ...rig },
    look: async (calendar?: string) => void (await rig.service.getEvents({ ...june, calendar }, rig.context)),
    idOf: (uid: string, occurrence?: string) =>
      rig.service.eventIdOf({ uid, ...(occurrence === undefined ? {} : { occurrence }) }, rig.context),
  };
}

test('calendars that nobody has looked at are not looked at for a mail', async () => {
  const { work, store, idOf, service, context } = calendars();
  work.put('l.ics', lunch);
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  await service.listCalendars({}, context);
  expect(store.take()).toEqual({ home: 1 });
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  expect(store.take()).toEqual({});
});

test('once they were read, one question names the event, and get_event takes the id', async () => {
  const { work, store, look, idOf, service, context } = calendars();
  work.put('l.ics', lunch);
  await look();
  store.take();
  const id = await idOf('lunch@rig.test');
  expect(store.take()).toEqual({ states: 1 });
  expect((await service.getEvent({ id: id ?? '' }, context)).title).toBe('Lunch');
  expect(await idOf('other@rig.test')).toBeUndefined();
});

test('an event that came or went since the last look is named, or not, as it is now', async () => {
  const { work, look, idOf } = calendars();
  await look();
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  work.put('l.ics', lunch);
  expect(await idOf('lunch@rig.test')).toBe('work/l');
  work.remove('l.ics');
  expect(await idOf('lunch@rig.test')).toBeUndefined();
});

test('the own copy is named before that of others, and none that MAILBOX_CALENDARS hides', async () => {
  const both = calendars();
  both.shared.put('theirs.ics', lunch);
  await both.look();
  expect(await both.idOf('lunch@rig.test')).toBe('shared/theirs');
  both.work.put('mine.ics', lunch);
  expect(await both.idOf('lunch@rig.test')).toBe('work/mine');
  const hidden = calendars({ calendars: ['Shared'] });
  hidden.work.put('mine.ics', lunch);
  await hidden.look();
  // As answering an invitation does, which is for all calendars.
  await hidden.parts.lookup.ofUid('other@rig.test', hidden.context.signal);
  expect(await hidden.idOf('lunch@rig.test')).toBeUndefined();
});

test('the copy of others alone is not named while the own calendar is not known', async () => {
  const { shared, store, look, idOf } = calendars();
  shared.put('theirs.ics', lunch);
  await look('shared');
  store.take();
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  expect(store.take()).toEqual({});
});

test('nor while the own calendar cannot be asked: what came into it meanwhile is not known', async () => {
  const { shared, work, store, look, idOf } = calendars();
  shared.put('theirs.ics', lunch);
  await look();
  work.put('mine.ics', lunch);
  store.before = (method, where) => {
    if (method === 'sync' && where === work.dav.url) throw new MailboxError('unavailable', 'Not now.');
  };
  expect(await idOf('lunch@rig.test')).toBeUndefined();
});

test('of a series the occurrence is named in the zone of the user, and as a day where days recur', async () => {
  const { work, look, idOf, service, context } = calendars();
  work.put('w.ics', event('weekly', ...weekly));
  work.put('d.ics', event('days', 'DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=DAILY;COUNT=9'));
  await look();
  expect(await idOf('weekly')).toBe('work/w');
  const id = await idOf('weekly', '2026-06-09T08:00:00Z');
  expect(id).toBe('work/w@2026-06-09T10:00:00+02:00');
  expect((await service.getEvent({ id: id ?? '' }, context)).series?.id).toBe('work/w');
  expect(await idOf('days', '2026-06-03')).toBe('work/d@2026-06-03');
});

test('an occurrence the series does not have names nothing: the series would be another answer', async () => {
  const { work, look, idOf } = calendars();
  work.put('w.ics', event('weekly', ...weekly, 'EXDATE;TZID=Europe/Berlin:20260609T100000'));
  await look();
  expect(await idOf('weekly', '2026-06-09T10:00:00+02:00')).toBeUndefined();
  expect(await idOf('weekly', '2026-06-10T10:00:00+02:00')).toBeUndefined();
  expect(await idOf('weekly', '2026-06-16T10:00:00+02:00')).toBe('work/w@2026-06-16T10:00:00+02:00');
});

test('one occurrence stored without its series is named, and an event that recurs no more by itself', async () => {
  const { work, look, idOf } = calendars();
  const lone = ['UID:lone', 'RECURRENCE-ID:20260609T080000Z', 'DTSTART:20260609T090000Z'];
  work.put('o.ics', calendar('BEGIN:VEVENT', ...lone, 'END:VEVENT'));
  work.put('l.ics', lunch);
  await look();
  expect(await idOf('lone', '2026-06-09T10:00:00+02:00')).toBe('work/o@2026-06-09T10:00:00+02:00');
  expect(await idOf('lunch@rig.test', '2026-06-10T12:00:00+02:00')).toBe('work/l');
});

test('what stayed unproven for too long is not read anew for a mail', async () => {
  const { work, store, look, idOf, clock } = calendars({ ttlMs: 60_000 });
  work.put('l.ics', lunch);
  await look();
  clock.now += 60_000;
  store.take();
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  expect(store.take()).toEqual({});
});

test('a server that fails costs the id and nothing else', async () => {
  const { work, store, look, idOf } = calendars();
  work.put('l.ics', lunch);
  await look();
  store.before = () => {
    throw new MailboxError('auth_failed', 'The password is wrong by now.');
  };
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  store.before = () => undefined;
  expect(await idOf('lunch@rig.test')).toBe('work/l');
});

test('a server that hangs holds a mail up for two seconds at most; who ends the call ends it at once', async () => {
  const { work, store, look, idOf, service } = calendars();
  work.put('l.ics', lunch);
  await look();
  store.before = () => new Promise(() => undefined);
  const began = performance.now();
  expect(await idOf('lunch@rig.test')).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(2_000);
  const signal = AbortSignal.timeout(50);
  const ended = service.eventIdOf({ uid: 'lunch@rig.test' }, { signal });
  await expect(ended).rejects.toThrow(/timeout/u);
  expect(performance.now() - began).toBeLessThan(2_500);
});
