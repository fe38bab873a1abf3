import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event } from './support/rig.ts';

const tasks = { components: ['VTODO'] };

test('calendars in their order, with what a person needs to choose one', async () => {
  const store = new MemoryStore(
    new MemoryCollection('Müller, Anna', { order: 2, color: '#ff0000' }),
    new MemoryCollection('Aufgaben', { order: 3, ...tasks }),
    new MemoryCollection('Feiertage', { order: 1, writable: false }),
  );
  const { service, context } = calendarRig(store);
  expect(await service.listCalendars({}, context)).toEqual({
    timezone: 'Europe/Berlin',
    calendars: [
      { id: 'feiertage', name: 'Feiertage', readOnly: true, holds: ['events'] },
      { id: 'muller-anna', name: 'Müller, Anna', color: '#ff0000', default: true, holds: ['events'] },
      { id: 'aufgaben', name: 'Aufgaben', holds: ['tasks'] },
    ],
  });
});

test('the default is what the server says, written with or without slash and host', async () => {
  const [work, home] = [
    new MemoryCollection('Work', { order: 1 }),
    new MemoryCollection('Home', { order: 2 }),
  ];
  const store = new MemoryStore(work, home);
  const defaultOf = async (defaultUrl: string | undefined) => {
    store.about = { defaultUrl };
    const { service, context } = calendarRig(store);
    const { calendars } = await service.listCalendars({}, context);
    return calendars.find((calendar) => calendar.default)?.id;
  };
  expect(await defaultOf(undefined)).toBe('work');
  expect(await defaultOf(home.dav.url)).toBe('home');
  expect(await defaultOf('/cal/Home')).toBe('home');
  expect(await defaultOf('/cal/gone/')).toBe('work');
});

test('equal names get ids that stay when others come and go; the name alone is refused', async () => {
  const twins = ['one', 'two'].map((path) => new MemoryCollection(path, { name: 'Team' }));
  const store = new MemoryStore(...twins, new MemoryCollection('Work', { order: 1 }));
  const { service, context } = calendarRig(store);
  const idsOf = async () => (await service.listCalendars({}, context)).calendars.map(({ id }) => id);
  const ids = await idsOf();
  expect(new Set(ids).size).toBe(3);
  store.collections.push(new MemoryCollection('three', { name: 'team!' }));
  expect(await idsOf()).toEqual(expect.arrayContaining(ids));
  expect(ids).toContain('team');
  expect((await service.getEvents({ start: '2026-06-10', calendar: 'team' }, context)).events).toEqual([]);
  await expect(service.getEvents({ start: '2026-06-10', calendar: 'TEAM' }, context)).rejects.toMatchObject({
    code: 'invalid_input',
    hint: expect.stringContaining(ids[1] ?? ''),
  });
});

test('a second calendar of the same name leaves the first its id', async () => {
  const [first, second] = ['a', 'b'].map((path) => new MemoryCollection(path, { name: 'Work' }));
  if (!first || !second) throw new Error('Two were made.');
  first.put('e.ics', event('e', 'SUMMARY:E', 'DTSTART:20260610T080000Z'));
  const store = new MemoryStore(first);
  store.about = { defaultUrl: '/elsewhere/' };
  const { service, context } = calendarRig(store);
  expect((await service.getEvent({ id: 'work/e' }, context)).title).toBe('E');
  store.collections.unshift(second);
  await service.listCalendars({}, context);
  expect((await service.getEvent({ id: 'work/e' }, context)).title).toBe('E');
});

test('a calendar is meant by id or name in any case; an unknown one is refused naming those there are', async () => {
  const [work, home] = [new MemoryCollection('My Work'), new MemoryCollection('Home')];
  work.put('a.ics', event('a', 'SUMMARY:A', 'DTSTART:20260610T080000Z'));
  home.put('b.ics', event('b', 'SUMMARY:B', 'DTSTART:20260610T080000Z'));
  const store = new MemoryStore(work, home);
  const { service, context } = calendarRig(store);
  for (const calendar of ['my-work', 'MY-WORK', 'my work']) {
    const { events } = await service.getEvents({ start: '2026-06-10', calendar }, context);
    expect(events.map(({ title }) => title)).toEqual(['A']);
  }
  await expect(service.getEvents({ start: '2026-06-10', calendar: 'x' }, context)).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('my-work'),
  });
  store.collections.push(new MemoryCollection('New'));
  expect((await service.getEvents({ start: '2026-06-10', calendar: 'new' }, context)).events).toEqual([]);
});

test('MAILBOX_CALENDARS limits everything', async () => {
  const [work, home] = [new MemoryCollection('Work'), new MemoryCollection('Home')];
  home.put('b.ics', event('b', 'SUMMARY:B', 'DTSTART:20260610T080000Z'));
  const { service, context } = calendarRig(new MemoryStore(work, home), { calendars: ['WORK'] });
  expect((await service.listCalendars({}, context)).calendars.map(({ id }) => id)).toEqual(['work']);
  expect((await service.getEvents({ start: '2026-06-10' }, context)).events).toEqual([]);
  expect((await service.searchEvents({ query: 'B' }, context)).events).toEqual([]);
  const hidden = { code: 'not_found' };
  await expect(service.getEvent({ id: 'home/b' }, context)).rejects.toMatchObject(hidden);
  await expect(
    service.getFreeBusy({ start: '2026-06-10', end: '2026-06-10', calendars: ['home'] }, context),
  ).rejects.toMatchObject(hidden);
});

test('MAILBOX_CALENDARS that name nothing there is are an error, not an empty account', async () => {
  const { service, context } = calendarRig(new MemoryStore(new MemoryCollection('Work')), {
    calendars: ['wrok'],
  });
  await expect(service.listCalendars({}, context)).rejects.toMatchObject({ code: 'not_found' });
});
