import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };
const good = event('good', 'SUMMARY:Good', 'DTSTART:20260610T080000Z', 'DURATION:PT1H');

test('a calendar that fails is named, and the others are answered', async () => {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  work.put('good.ics', good);
  const store = new MemoryStore(work, home);
  const { service, context } = calendarRig(store);
  store.before = (_method, where) => {
    if (where === home.dav.url) throw new MailboxError('timeout', 'The server did not answer in time.');
  };
  const answer = await service.getEvents(june, context);
  expect(answer.events.map(({ title }) => title)).toEqual(['Good']);
  expect(answer.incomplete).toEqual([
    { where: 'home', code: 'timeout', reason: 'The server did not answer in time.' },
  ]);
});

test('when no calendar answers the error itself is told, never an empty list', async () => {
  const store = new MemoryStore(new MemoryCollection('Work'), new MemoryCollection('Home'));
  const { service, context } = calendarRig(store);
  store.before = (method) => {
    if (method === 'sync') throw new MailboxError('auth_failed', 'The password was refused.');
  };
  await expect(service.getEvents(june, context)).rejects.toMatchObject({ code: 'auth_failed' });
  await expect(service.searchEvents({ query: 'x' }, context)).rejects.toMatchObject({ code: 'auth_failed' });
  await expect(service.getFreeBusy(june, context)).rejects.toMatchObject({ code: 'auth_failed' });
});

test('a thousand broken resources neither hide the good ones nor flood the answer', async () => {
  const work = new MemoryCollection('Work');
  for (let index = 0; index < 1_000; index += 1) work.put(`broken${index}.ics`, 'BEGIN:NONSENSE');
  work.put('good.ics', good);
  const { service, context } = calendarRig(new MemoryStore(work));
  const { events, incomplete = [] } = await service.getEvents(june, context);
  expect(events.map(({ title }) => title)).toEqual(['Good']);
  expect(incomplete).toHaveLength(6);
  expect(incomplete[0]).toMatchObject({ where: 'work/broken0', code: 'invalid_input' });
  expect(incomplete[0]?.reason).not.toBe('');
  expect(incomplete[5]).toMatchObject({ where: '995 more' });
});

test('a resource the server refuses is named, one that is gone meanwhile is not, and it is asked for again', async () => {
  const work = new MemoryCollection('Work');
  const hidden = work.put('hidden.ics', good);
  const busy = work.put('busy.ics', event('busy', 'SUMMARY:Busy', 'DTSTART:20260611T080000Z'));
  const store = new MemoryStore(work);
  store.refused.set(hidden, 403).set(busy, 503);
  store.before = (method) => {
    if (method === 'fetch') work.resources.delete(`${work.path}gone.ics`);
  };
  work.put('gone.ics', good);
  store.givesTexts = false;
  const { service, context } = calendarRig(store);
  const first = await service.getEvents(june, context);
  expect(first.incomplete?.map(({ where, code }) => [where, code])).toEqual([
    ['work/hidden', 'forbidden'],
    ['work/busy', 'unavailable'],
  ]);
  store.refused.delete(busy);
  const second = await service.getEvents(june, context);
  expect(second.events.map(({ title }) => title)).toEqual(['Busy']);
  expect(second.incomplete?.map(({ where }) => where)).toEqual(['work/hidden']);
  store.refused.clear();
  const third = await service.getEvents(june, context);
  expect(third.events.map(({ title }) => title)).toEqual(['Good', 'Busy']);
  expect(third.incomplete).toBeUndefined();
});

test('a server that shows only some years is said to', async () => {
  const work = new MemoryCollection('Work', { minDateTime: new Date('2026-06-05T00:00:00Z') });
  const { service, context } = calendarRig(new MemoryStore(work));
  const { incomplete } = await service.getEvents(june, context);
  expect(incomplete).toMatchObject([
    { where: 'work', reason: 'The server shows nothing before 2026-06-05.' },
  ]);
  expect((await service.getEvents({ start: '2026-06-05' }, context)).incomplete).toBeDefined();
  expect((await service.getEvents({ start: '2026-06-06' }, context)).incomplete).toBeUndefined();
});

test('free time is not claimed while a calendar, or a resource of it, is withheld', async () => {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  work.put('good.ics', good);
  const store = new MemoryStore(work, home);
  const { service, context } = calendarRig(store);
  const day = { start: '2026-06-10', end: '2026-06-10' };
  expect((await service.getFreeBusy(day, context)).free).not.toEqual([]);
  home.put('later.ics', good);
  store.before = (method, where) => {
    if (method === 'sync' && where === home.dav.url) throw new MailboxError('unavailable', 'Down.');
  };
  const answer = await service.getFreeBusy(day, context);
  expect(answer.free).toEqual([]);
  expect(answer.busy).toHaveLength(1);
  expect(answer.incomplete?.map(({ where }) => where)).toEqual(['free', 'home']);
  store.before = () => undefined;
  home.remove('later.ics');
  store.refused.set(home.put('x.ics', good), 403);
  expect((await service.getFreeBusy(day, context)).free).toEqual([]);
});

test('a calendar that the settings name and the server has not is said, and its time is not free', async () => {
  const store = new MemoryStore(new MemoryCollection('Work'));
  const { service, context } = calendarRig(store, { calendars: ['Work', 'Club'] });
  const missing = [{ where: 'Club', code: 'not_found' }];
  expect((await service.getEvents(june, context)).incomplete).toMatchObject(missing);
  const day = { start: '2026-06-10', end: '2026-06-10' };
  expect((await service.getFreeBusy(day, context)).free).toEqual([]);
  expect((await service.getEvents({ ...june, calendar: 'work' }, context)).incomplete).toBeUndefined();
});
