import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ErrorCode, MailboxError } from '../../src/domain/errors.ts';
import { OwnWrites } from '../../src/domain/own-writes.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-10', end: '2026-06-12' };
const noon = { since: '2026-06-10T12:00:00+02:00' };

function at(uid: string, day: string): string {
  return event(uid, `SUMMARY:${uid}`, `DTSTART:202606${day}T080000Z`, 'DURATION:PT1H');
}

/** Two calendars that were read at noon; `code` is what the server fails with from now on. */
async function known() {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  work.put('a.ics', at('a', '10'));
  home.put('b.ics', at('b', '11'));
  const store = new MemoryStore(work, home);
  const writes = new OwnWrites();
  const rig = calendarRig(store, { writes });
  const fails = (code: ErrorCode | undefined, only?: string) => {
    store.before = (_method, where) => {
      if (code && (only === undefined || where === only)) throw new MailboxError(code, 'Not now.');
    };
  };
  const events = (more = {}) => rig.service.getEvents({ ...june, ...more }, rig.context);
  await events();
  return { ...rig, work, home, store, writes, fails, events };
}

test.each(['unavailable', 'timeout'] as const)(
  'when the server answers %s every reading tool tells what it knew, and since when',
  async (code) => {
    const { service, context, clock, fails, events } = await known();
    clock.now += 300_000;
    fails(code);
    const page = await events();
    expect(page).toMatchObject({ stale: noon, events: [{ title: 'a' }, { title: 'b' }] });
    expect(page.incomplete).toBeUndefined();
    const [first] = page.events;
    const found = await service.searchEvents({ query: 'b' }, context);
    expect(found).toMatchObject({ stale: noon, events: [{ title: 'b' }] });
    const event = await service.getEvent({ id: first?.id ?? '' }, context);
    expect(event).toMatchObject({ stale: noon, title: 'a' });
    const time = await service.getFreeBusy(june, context);
    expect(time).toMatchObject({ stale: noon, busy: [{}, {}] });
    expect(time.free.length).toBeGreaterThan(0);
    fails(undefined);
    for (const fresh of [await events(), await service.getEvent({ id: first?.id ?? '' }, context)]) {
      expect(fresh.stale).toBeUndefined();
    }
  },
);

test.each(['auth_failed', 'forbidden', 'rate_limited', 'internal'] as const)(
  'a server that answers %s is heard, whatever is remembered',
  async (code) => {
    const { service, context, fails, events } = await known();
    const id = (await events()).events[0]?.id ?? '';
    fails(code);
    await expect(events()).rejects.toMatchObject({ code });
    await expect(service.getEvent({ id }, context)).rejects.toMatchObject({ code });
    await expect(service.getFreeBusy(june, context)).rejects.toMatchObject({ code });
  },
);

test('since is the last proof, and nothing is told any more when that is its time to live ago', async () => {
  const { clock, fails, events } = await known();
  clock.now += 600_000;
  await events();
  clock.now += 600_000;
  fails('unavailable');
  expect(await events()).toMatchObject({ stale: { since: '2026-06-10T12:10:00+02:00' } });
  clock.now += 299_000;
  expect(await events()).toMatchObject({ stale: { since: '2026-06-10T12:10:00+02:00' } });
  clock.now += 2_000;
  await expect(events()).rejects.toMatchObject({ code: 'unavailable' });
});

test('after a write of ours, begun or failed, nothing older is told unproven', async () => {
  const { service, context, writes, fails, events } = await known();
  const id = (await events()).events[0]?.id ?? '';
  await expect(writes.during(() => Promise.reject(new Error('half-way')))).rejects.toThrow('half-way');
  fails('unavailable');
  await expect(events()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(service.getEvent({ id }, context)).rejects.toMatchObject({ code: 'unavailable' });
  fails(undefined);
  await events();
  fails('unavailable');
  expect(await events()).toMatchObject({ stale: noon });
});

test('an index half brought up to date is not told', async () => {
  const { work, store, fails, events } = await known();
  work.remove('a.ics');
  work.put('renamed.ics', at('a', '10'));
  store.before = (method) => {
    if (method === 'fetch') throw new MailboxError('unavailable', 'The line was cut.');
  };
  const page = await events({ calendar: 'Work' }).catch((error) => error);
  expect(page).toMatchObject({ code: 'unavailable' });
  fails(undefined);
  expect((await events()).events.map(({ title }) => title)).toEqual(['a', 'b']);
});

test('a calendar that was never read is named, and no time is called free', async () => {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  work.put('a.ics', at('a', '10'));
  const store = new MemoryStore(work, home);
  const rig = calendarRig(store);
  await rig.service.getEvents({ ...june, calendar: 'Work' }, rig.context);
  store.before = () => {
    throw new MailboxError('unavailable', 'Away.');
  };
  const time = await rig.service.getFreeBusy(june, rig.context);
  expect(time).toMatchObject({ stale: noon, busy: [{}], free: [] });
  expect(time.incomplete).toMatchObject([{ where: 'free' }, { where: 'home', code: 'unavailable' }]);
  await expect(rig.service.getEvents({ ...june, calendar: 'Home' }, rig.context)).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('one calendar that fails beside others is missing from a fresh answer, not recalled', async () => {
  const { home, work, fails, events } = await known();
  work.put('c.ics', at('c', '12'));
  home.put('d.ics', at('d', '12'));
  fails('timeout', home.dav.url);
  const page = await events();
  expect(page.events.map(({ title }) => title)).toEqual(['a', 'c']);
  expect(page).toMatchObject({ incomplete: [{ where: 'home', code: 'timeout' }] });
  expect(page.stale).toBeUndefined();
});

test('the list of calendars need not be new for what they held to be told', async () => {
  const { clock, fails, events } = await known();
  clock.now += 800_000;
  await events();
  clock.now += 200_000;
  fails('unavailable');
  expect(await events()).toMatchObject({ stale: { since: '2026-06-10T12:13:20+02:00' } });
  expect(await events({ calendar: 'Home' })).toMatchObject({ events: [{ title: 'b' }] });
  await expect(events({ calendar: 'Garden' })).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that answered the first question has the time of the call for the rest', async () => {
  const { work, store, events } = await known();
  work.put('c.ics', at('c', '12'));
  store.before = (method) => (method === 'fetch' ? sleep(10_500) : undefined);
  const page = await events();
  expect(page.events.map(({ title }) => title)).toEqual(['a', 'b', 'c']);
  expect(page.stale).toBeUndefined();
});

test.each([86_400_000, -86_400_000])(
  'a wall clock set by %i ms changes nothing of what may be told',
  async (jump) => {
    const { fails, events, wall, clock } = await known();
    wall.jump = jump;
    const before = (await events()).stale;
    expect(before).toBeUndefined();
    fails('unavailable');
    expect((await events()).stale).toBeDefined();
    clock.now += 900_000;
    await expect(events()).rejects.toMatchObject({ code: 'unavailable' });
  },
);
