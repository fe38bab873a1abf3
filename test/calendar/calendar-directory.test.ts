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

test('a list of tasks is named as such; a hidden calendar is not, only that some may be hidden', async () => {
  const store = new MemoryStore(
    ...[new MemoryCollection('Work'), new MemoryCollection('Home')],
    ...[new MemoryCollection('Aufgaben', tasks), new MemoryCollection('Privates', tasks)],
  );
  const all = calendarRig(store);
  const look = ({ service, context }: typeof all, calendar: string) =>
    service.getEvents({ start: '2026-06-10', calendar }, context);
  await expect(look(all, 'aufgaben')).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'The calendar aufgaben holds no events, but tasks.',
    hint: expect.stringContaining('work'),
  });
  const some = calendarRig(store, { calendars: ['Work', 'Aufgaben'] });
  await expect(look(some, 'Aufgaben')).rejects.toMatchObject({ code: 'invalid_input' });
  for (const hidden of ['home', 'privates', 'nowhere']) {
    await expect(look(some, hidden)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no calendar of that name.',
      hint: 'Use one of: work. Others are left out by MAILBOX_CALENDARS.',
    });
  }
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
  await expect(service.listCalendars({}, context)).rejects.toMatchObject({ code: 'invalid_input' });
});
