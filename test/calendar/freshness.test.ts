import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };

function at(uid: string, day: string, title = uid): string {
  return event(uid, `SUMMARY:${title}`, `DTSTART:202606${day}T080000Z`, 'DURATION:PT1H');
}

function calendars(about = {}): { work: MemoryCollection; home: MemoryCollection; store: MemoryStore } {
  const [work, home] = [new MemoryCollection('Work', about), new MemoryCollection('Home', about)];
  work.put('a.ics', at('a', '10'));
  home.put('b.ics', at('b', '11'));
  return { work, home, store: new MemoryStore(work, home) };
}

async function titles(rig: ReturnType<typeof calendarRig>): Promise<string[]> {
  const { events } = await rig.service.getEvents(june, rig.context);
  return events.map(({ title }) => title);
}

test('after the first look one round trip proves all calendars, and changes are fetched alone', async () => {
  const { work, home, store } = calendars();
  const rig = calendarRig(store);
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ home: 1, sync: 2 });
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ states: 1 });
  work.put('a.ics', at('a', '12', 'a, moved'));
  work.put('c.ics', at('c', '13'));
  home.remove('b.ics');
  expect(await titles(rig)).toEqual(['a, moved', 'c']);
  expect(store.asked.filter(({ method }) => method === 'fetch')).toEqual([
    { method: 'fetch', where: work.dav.url, count: 2 },
  ]);
});

test('a token the server no longer takes costs a listing, not the texts', async () => {
  const { work, store } = calendars();
  const rig = calendarRig(store);
  await titles(rig);
  store.take();
  work.put('c.ics', at('c', '13'));
  work.remove('a.ics');
  let refused = false;
  store.before = (method, where) => {
    if (method !== 'sync' || refused || where !== work.dav.url) return;
    refused = true;
    throw new MailboxError('stale_reference', 'The token is too old.');
  };
  expect(await titles(rig)).toEqual(['b', 'c']);
  expect(store.asked.filter(({ method }) => method === 'fetch')).toMatchObject([{ count: 1 }]);
});

test('without sync the ctag proves the index, and a changed one leads to the ETags', async () => {
  const { work, store } = calendars({ syncs: false });
  const rig = calendarRig(store);
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ home: 1, ctag: 2, entries: 2, fetch: 2 });
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ states: 1 });
  work.put('c.ics', at('c', '13'));
  work.remove('a.ics');
  expect(await titles(rig)).toEqual(['b', 'c']);
  expect(store.take()).toEqual({ states: 1, ctag: 1, entries: 1, fetch: 1 });
});

test('a server that advertises sync and cannot is asked for it once', async () => {
  const { store } = calendars();
  const rig = calendarRig(store);
  store.before = (method) => {
    if (method === 'sync') throw new MailboxError('unsupported', 'No sync here.');
  };
  expect(await titles(rig)).toEqual(['a', 'b']);
  store.take();
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ states: 1 });
});

test('an index nobody proved for its time to live is read anew', async () => {
  const { store } = calendars();
  const rig = calendarRig(store);
  await titles(rig);
  rig.clock.now += 899_000;
  await titles(rig);
  expect(store.take()).toEqual({ home: 1, sync: 2, states: 1 });
  rig.clock.now += 900_000;
  await titles(rig);
  expect(store.take()).toEqual({ home: 1, sync: 2 });
});

test('calls at the same time share the refresh that begins after they asked', async () => {
  const { work, store } = calendars();
  const rig = calendarRig(store, { calendars: ['Work'] });
  await titles(rig);
  store.take();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.before = (method) => (method === 'states' ? held : undefined);
  const first = titles(rig);
  await sleep(5);
  work.put('c.ics', at('c', '13'));
  const later = [titles(rig), titles(rig), titles(rig)];
  await sleep(5);
  release();
  await first;
  expect(await Promise.all(later)).toEqual([
    ['a', 'c'],
    ['a', 'c'],
    ['a', 'c'],
  ]);
  expect(store.take()).toMatchObject({ states: 2, fetch: 1 });
});

test('a cancelled call ends at once and takes nobody else with it', async () => {
  const { store } = calendars();
  const rig = calendarRig(store);
  store.before = (method) => (method === 'texts' ? sleep(50) : undefined);
  const controller = new AbortController();
  const cancelled = rig.service.getEvents(june, { signal: controller.signal });
  const other = titles(rig);
  const ended = expect(cancelled).rejects.toThrow('enough');
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await ended;
  expect(await other).toEqual(['a', 'b']);
});

test('when all have left the refresh is ended, and the next call begins one of its own', async () => {
  const { store } = calendars();
  const rig = calendarRig(store);
  store.before = (method) => (method === 'texts' ? sleep(30) : undefined);
  const controller = new AbortController();
  const cancelled = rig.service.getEvents(june, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await expect(cancelled).rejects.toThrow('enough');
  expect(await titles(rig)).toEqual(['a', 'b']);
});

test.each([
  ['the first answer', 'texts', true, [200]],
  ['a later batch', 'fetch', false, [200]],
] as const)(
  'what was read before %s was cut off is not asked for again',
  async (_name, cut, gives, counts) => {
    const work = new MemoryCollection('Work');
    for (let index = 0; index < 1_200; index += 1) work.put(`${index}.ics`, at(`u${index}`, '10'));
    const store = new MemoryStore(work);
    store.givesTexts = gives;
    const rig = calendarRig(store);
    let parts = 0;
    store.before = (method) => {
      parts += method === cut ? 1 : 0;
      if (parts === 3) throw new MailboxError('unavailable', 'The line was cut.');
    };
    await expect(titles(rig)).rejects.toMatchObject({ code: 'unavailable' });
    store.before = () => undefined;
    store.asked = [];
    work.put('1.ics', at('u1', '10', 'changed meanwhile'));
    work.remove('2.ics');
    const { events } = await rig.service.getEvents({ ...june, limit: 500 }, rig.context);
    expect(events.map(({ title }) => title)).toContain('changed meanwhile');
    const asked = store.asked.filter(({ method }) => method === 'fetch').map(({ count }) => count);
    expect(asked).toEqual(counts.map((count) => count + 1));
  },
);

test('a server that gives a list without texts is asked for them', async () => {
  const { store } = calendars();
  store.givesTexts = false;
  const rig = calendarRig(store);
  expect(await titles(rig)).toEqual(['a', 'b']);
  expect(store.take()).toEqual({ home: 1, sync: 2, fetch: 2 });
});

test('a calendar that is gone leads to a new list of calendars', async () => {
  const { home, store } = calendars();
  const rig = calendarRig(store);
  await titles(rig);
  store.collections.splice(store.collections.indexOf(home), 1);
  expect(await titles(rig)).toEqual(['a']);
});

test('a resource the writer just saw is not fetched when the next look lists that very ETag', async () => {
  const { work, store } = calendars();
  const rig = calendarRig(store, { calendars: ['Work'] });
  await titles(rig);
  const href = work.put('c.ics', at('c', '13'));
  const seen = await store.get(href, rig.context.signal);
  if (seen) rig.parts.mirror.offer(work.dav, seen);
  store.take();
  expect(await titles(rig)).toEqual(['a', 'c']);
  expect(store.take()).toEqual({ states: 1, sync: 1 });
  const before = await store.get(href, rig.context.signal);
  work.put('c.ics', at('c', '13', 'changed again'));
  if (before) rig.parts.mirror.offer(work.dav, before);
  expect(await titles(rig)).toEqual(['a', 'changed again']);
});

test('where the states cannot be asked for at once each calendar is asked, and a server that is down is asked once', async () => {
  const { work, store } = calendars();
  const rig = calendarRig(store);
  await titles(rig);
  work.put('c.ics', at('c', '13'));
  let code: 'forbidden' | 'unavailable' = 'forbidden';
  store.before = (method) => {
    if (method === 'states') throw new MailboxError(code, 'Not now.');
  };
  store.take();
  expect(await titles(rig)).toEqual(['a', 'b', 'c']);
  expect(store.take()).toEqual({ states: 1, sync: 2, fetch: 1 });
  code = 'unavailable';
  expect(await rig.service.getEvents(june, rig.context)).toMatchObject({ stale: {} });
  expect(store.take()).toEqual({ states: 1 });
});

test('a calendar that went back to an earlier state is seen as it is', async () => {
  const { work, store } = calendars();
  const rig = calendarRig(store);
  await titles(rig);
  work.put('c.ics', at('c', '13'));
  expect(await titles(rig)).toEqual(['a', 'b', 'c']);
  work.remove('c.ics');
  expect(await titles(rig)).toEqual(['a', 'b']);
});

test.each(['Work', 'Work, Home'])(
  'with %s a calendar that somebody makes is seen at the next question',
  async (names) => {
    const { work, home } = calendars();
    const store = new MemoryStore(work, ...(names === 'Work' ? [] : [home]));
    const rig = calendarRig(store);
    const before = await titles(rig);
    const club = new MemoryCollection('Club');
    club.put('c.ics', at('c', '12'));
    store.collections.push(club);
    expect(await titles(rig)).toEqual([...before, 'c']);
    store.collections.pop();
    expect(await titles(rig)).toEqual(before);
  },
);
