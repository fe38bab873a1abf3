import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const day = { start: '2026-06-10' };

/** Holds one event; all have the same resource name, so that only the calendar tells them apart. */
function named(path: string, name: string): MemoryCollection {
  const made = new MemoryCollection(path, { name });
  made.put('e.ics', event('e', `SUMMARY:${path}`, 'DTSTART:20260610T080000Z'));
  return made;
}

/** A new session on the store. */
function session(store: MemoryStore, calendars: readonly string[] = []) {
  const { service, parts, context } = calendarRig(store, { calendars });
  return {
    ids: async () => (await service.listCalendars({}, context)).calendars.map(({ id }) => id),
    title: async (id: string) => (await service.getEvent({ id }, context)).title,
    titles: async (calendar?: string) => {
      const { events } = await service.getEvents({ ...day, ...(calendar && { calendar }) }, context);
      return events.map(({ title }) => title);
    },
    /** As a change looks for what it changes. */
    among: async (calendar: string) => {
      const ref = { calendar, resource: 'e' };
      return (await parts.lookup.locateAmong(ref, context.signal)).located.href;
    },
  };
}

test('of calendars with one name each carries a piece of its URL, the default like the others', async () => {
  const [a, b] = [named('a', 'Team'), named('b', 'team!')];
  const store = new MemoryStore(a, b, named('w', 'Work'));
  store.about = { defaultUrl: b.dav.url };
  const ids = await session(store).ids();
  expect(ids).toEqual([expect.stringMatching(/^team-[0-9a-f]{6}$/u), expect.any(String), 'work']);
  expect(new Set(ids).size).toBe(3);
  store.collections.push(named('c', 'TEAM'));
  expect(await session(store).ids()).toEqual(expect.arrayContaining(ids));
});

test.each(['a', 'z'])(
  'in a session an id stays with its calendar, and /%s/ of the same name does not get it',
  async (newcomer) => {
    const first = named('m', 'Team');
    const store = new MemoryStore(first);
    const { ids, title, among, titles } = session(store);
    expect(await ids()).toEqual(['team']);
    await titles();
    store.collections.unshift(named(newcomer, 'Team'));
    expect((await ids()).sort()).toEqual(['team', expect.stringMatching(/^team-/u)]);
    expect(await title('team/e')).toBe('m');
    expect(await among('team')).toBe('/cal/m/e.ics');
    expect(await titles('team')).toEqual(['m']);
    store.collections.splice(store.collections.indexOf(first), 1);
    expect(await ids()).toEqual([expect.stringMatching(/^team-/u)]);
    await expect(title('team/e')).rejects.toMatchObject({ code: 'stale_reference' });
  },
);

test('in a session the id of a calendar that is gone goes to no other', async () => {
  const store = new MemoryStore(named('m', 'Team'), named('w', 'Work'));
  const { ids, title } = session(store);
  expect(await ids()).toEqual(['team', 'work']);
  store.collections.shift();
  expect(await ids()).toEqual(['work']);
  store.collections.push(named('n', 'Team'));
  await expect(title('team/e')).rejects.toMatchObject({ code: 'stale_reference' });
  expect(await ids()).toEqual([expect.stringMatching(/^team-/u), 'work']);
});

test('a calendar that is renamed keeps its id in the session, and is meant by its new name', async () => {
  const work = named('w', 'Work');
  const store = new MemoryStore(work);
  const { ids, title, titles } = session(store);
  await ids();
  Object.assign(work.dav, { name: 'Büro' });
  expect(await ids()).toEqual(['work']);
  expect(await title('work/e')).toBe('w');
  for (const name of ['büro', 'buro', 'work']) expect(await titles(name)).toEqual(['w']);
});

test('an id with a hash means its calendar in every session, also when the name is unique again', async () => {
  const [a, b] = [named('a', 'Team'), named('b', 'Team')];
  const store = new MemoryStore(a, b);
  const [first = '', second = ''] = await session(store).ids();
  store.collections.pop();
  const later = session(store);
  expect(await later.ids()).toEqual(['team']);
  expect(await later.title(`${first}/e`)).toBe('a');
  expect(await later.titles(first)).toEqual(['a']);
  expect(await session(store, [first]).ids()).toEqual(['team']);
  await expect(later.title(`${second}/e`)).rejects.toMatchObject({ code: 'not_found' });
  store.collections.push(b);
  expect(await later.title(`${second}/e`)).toBe('b');
});

test('an id of an earlier session that could be of several calendars is refused, and they are named', async () => {
  const store = new MemoryStore(named('a', 'Team!'), named('b', 'Team?'));
  const { ids, title, titles, among } = session(store);
  const both = (await ids()).join(', ');
  const naming = { hint: expect.stringContaining(both) };
  const stale = { code: 'stale_reference', ...naming };
  await expect(title('team/e')).rejects.toMatchObject(stale);
  await expect(among('team')).rejects.toMatchObject(stale);
  await expect(titles('team')).rejects.toMatchObject({ code: 'invalid_input', ...naming });
});

test('the name of a calendar is no event id', async () => {
  const store = new MemoryStore(named('a', 'Work'), named('b', 'My Work'));
  const { title } = session(store);
  expect(await title('my-work/e')).toBe('b');
  await expect(title('My Work/e')).rejects.toMatchObject({ code: 'not_found' });
});

test('a name that looks like an id with a hash does not become that id', async () => {
  const [a, b] = [named('a', 'Team'), named('b', 'Team')];
  const store = new MemoryStore(a, b);
  const [id = ''] = await session(store).ids();
  store.collections.push(named('c', id.replace('-', ' ')));
  const later = session(store);
  expect(new Set(await later.ids()).size).toBe(3);
  expect(await later.title(`${id}/e`)).toBe('a');
});

test('MAILBOX_CALENDARS goes on to let through a calendar whose id got a hash', async () => {
  const store = new MemoryStore(named('a', 'Team!'), named('w', 'Work'));
  expect(await session(store, ['team']).titles()).toEqual(['a']);
  store.collections.push(named('b', 'Team?'));
  expect((await session(store, ['team']).titles()).sort()).toEqual(['a', 'b']);
  expect(await session(store, ['Team!']).titles()).toEqual(['a']);
});
