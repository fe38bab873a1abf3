import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FreeBusy } from '../../src/domain/calendar.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { calendar } from '../support/calendar-texts.ts';
import { fakeServices } from '../tools/services.ts';
import { accountsOf, addressOf, asked, type Name, names, type OpenTwo, openTwo, startTwo } from './rig.ts';

let sandboxes: Record<Name, Sandbox>;
let two: OpenTwo;

beforeAll(async () => {
  sandboxes = await startTwo();
  for (const name of names) put(name, 'Kalender', 'twin', '20261123T090000Z', '20261123T100000Z');
  put('home', 'Kalender', 'dentist', '20261124T093000Z', '20261124T103000Z');
  put('work', 'Kalender', 'review', '20261124T090000Z', '20261124T100000Z');
  sandboxes.home.caldav.calendars.user(addressOf('home')).add({ name: 'Familie' });
  put('home', 'Familie', 'party', '20261125T100000Z', '20261125T110000Z');
  two = openTwo(sandboxes);
});
afterAll(async () => {
  await two.close();
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

function put(name: Name, into: string, uid: string, start: string, end: string): void {
  const lines = [`UID:${uid}`, 'DTSTAMP:20261101T000000Z', `DTSTART:${start}`, `DTEND:${end}`];
  const { calendars } = sandboxes[name].caldav;
  const ics = calendar([...lines, `SUMMARY:${uid} of ${name}`]);
  calendars.user(addressOf(name)).collection(into).put(`${uid}.ics`, ics);
}

const week = { start: '2026-11-23', end: '2026-11-27' };
const titles = (page: { events: { title: string }[] }) => page.events.map(({ title }) => title);

test('events of all accounts come in order, each with its account, page by page', async () => {
  const all = two.services('all').calendar;
  const page = await all.getEvents(week, asked());
  const expected = ['twin of home', 'twin of work', 'review of work', 'dentist of home', 'party of home'];
  expect(titles(page)).toEqual(expected);
  expect(page.events[0]).toMatchObject({
    id: 'home:kalender/twin',
    calendar: 'home:kalender',
    account: 'home',
  });
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const part = await all.getEvents({ ...week, limit: 2, cursor }, asked());
    found.push(...titles(part));
    cursor = part.nextCursor;
  } while (cursor !== undefined);
  expect(found).toEqual(expected);
  const hits = await all.searchEvents({ query: 'dentist OR review', ...week }, asked());
  expect(titles(hits)).toEqual(['review of work', 'dentist of home']);
});

test('a cursor of one account is never taken for another, although it would fit', async () => {
  const page = await two.services('home').calendar.getEvents({ ...week, limit: 1 }, asked());
  const cursor = page.nextCursor ?? '';
  await expect(
    two.services('work').calendar.getEvents({ ...week, limit: 1, cursor }, asked()),
  ).rejects.toMatchObject({ code: 'invalid_input' });
  const next = await two.services().calendar.getEvents({ ...week, limit: 1, cursor }, asked());
  expect(titles(next)).toEqual(['dentist of home']);
});

test('an event is read, changed and deleted in its own account only', async () => {
  const { calendar: reading, schedule } = two.services();
  expect(await reading.getEvent({ id: 'home:kalender/twin' }, asked())).toMatchObject({
    id: 'home:kalender/twin',
    title: 'twin of home',
  });
  const changed = await schedule.updateEvent({ id: 'home:kalender/twin', location: 'Here' }, asked());
  expect(changed).toMatchObject({ id: 'home:kalender/twin', calendar: 'home:kalender' });
  const other = await two.services('work').calendar.getEvent({ id: 'work:kalender/twin' }, asked());
  expect(other.location).toBeUndefined();
  await expect(
    two.services('work').schedule.deleteEvent({ id: 'home:kalender/twin' }, asked()),
  ).rejects.toMatchObject({ code: 'invalid_input' });
  const made = await schedule.createEvent(
    { title: 'New', start: '2026-12-01T10:00', duration: 30, calendar: 'home:kalender' },
    asked(),
  );
  expect(made.id).toMatch(/^home:kalender\//u);
  const { deleted } = await schedule.deleteEvent({ id: made.id }, asked());
  expect(deleted.id).toBe(made.id);
});

test('a conflict named by a new event says its account, too', async () => {
  const { schedule } = two.services('home');
  const made = await schedule.createEvent(
    { title: 'Clash', start: '2026-11-24T10:30', duration: 30, timezone: 'Europe/Berlin' },
    asked(),
  );
  expect(made.conflicts).toMatchObject([{ id: 'home:kalender/dentist', calendar: 'home:kalender' }]);
  await schedule.deleteEvent({ id: made.id }, asked());
});

test('calendars of all accounts are listed together; the default is that of the default account', async () => {
  const { calendars } = await two.services('all').calendar.listCalendars({}, asked());
  expect(calendars.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['work:kalender', 'home:kalender', 'home:familie']),
  );
  expect(calendars.filter((one) => one.default).map(({ id }) => id)).toEqual(['work:kalender']);
});

test('a calendar that says its account is asked there alone; one by name wherever it is', async () => {
  const all = two.services('all').calendar;
  const own = await all.getEvents({ ...week, calendar: 'home:familie' }, asked());
  expect(titles(own)).toEqual(['party of home']);
  const named = await all.getEvents({ ...week, calendar: 'Familie' }, asked());
  expect(named.incomplete).toBeUndefined();
  expect(titles(named)).toEqual(['party of home']);
  await expect(all.getEvents({ ...week, calendar: 'Nowhere' }, asked())).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a calendar named as if it were another account’s is told by the name that means it', async () => {
  const calendarsOf = (...named: string[]) =>
    fakeServices({
      listCalendars: async () => ({
        calendars: named.map((name, index) => ({ id: `k${index}`, name, holds: ['events'] })),
        timezone: 'UTC',
      }),
    });
  const [work, home] = [calendarsOf('Home:Team', 'work:Inner', '10:30'), calendarsOf('Team')];
  const services = accountsOf([
    { name: 'work', addresses: [], open: async () => work },
    { name: 'home', addresses: [], open: async () => home },
  ]);
  const { calendars } = await services('all').calendar.listCalendars({}, asked());
  const told = calendars.map(({ name }) => name);
  expect(told).toEqual(['work:Home:Team', 'work:work:Inner', '10:30', 'Team']);
  await services('all').calendar.getEvents({ start: '2026-11-23', calendar: told[0] }, asked());
  expect(work.asked.map(({ request }) => request)).toMatchObject([{ calendar: 'Home:Team' }]);
  expect(home.asked.map(({ method }) => method)).toEqual([]);
  const day = { start: '2026-11-23', end: '2026-11-23' };
  for (const call of [
    () => services('work').calendar.getEvents({ ...day, calendar: 'home:Team' }, asked()),
    () => services('work').calendar.getFreeBusy({ ...day, calendars: ['home:Team'] }, asked()),
    () => services('work').schedule.createEvent({ ...day, title: 'x', calendar: 'home:Team' }, asked()),
  ]) {
    await expect(call()).rejects.toMatchObject({
      message: 'A calendar in this call is of the account home, not of work.',
      hint: expect.stringContaining('One of work called so is work:home:Team.'),
    });
  }
});

const hours = (spans: { start: string; end: string }[]) =>
  spans.map(({ start, end }) => `${start.slice(8, 16)}-${end.slice(11, 16)}`);

test('busy in one account is busy; free is what is free in all', async () => {
  const day = { start: '2026-11-24', end: '2026-11-24' };
  const both = await two.services('all').calendar.getFreeBusy(day, asked());
  expect(hours(both.busy)).toEqual(['24T10:00-11:30']);
  expect(hours(both.free)).toEqual(['24T09:00-10:00', '24T11:30-17:00']);
  const of = async (said: string | undefined, calendars: string[]) =>
    hours((await two.services(said).calendar.getFreeBusy({ ...day, calendars }, asked())).busy);
  expect(await of('all', [])).toEqual(['24T10:00-11:30']);
  expect(await of(undefined, ['home:kalender'])).toEqual(['24T10:30-11:30']);
  expect(await of(undefined, ['home:kalender', 'work:kalender'])).toEqual(['24T10:00-11:30']);
  expect(await of('all', ['Familie', 'work:kalender'])).toEqual(['24T10:00-11:00']);
  await expect(of('all', ['Familie', 'Nowhere'])).rejects.toMatchObject({ code: 'not_found' });
  await expect(of('work', ['home:kalender'])).rejects.toMatchObject({ code: 'invalid_input' });
});

test('an account whose settings name no calendar there is is told, also where one is asked for by name', async () => {
  const misspelt = openTwo(sandboxes, { more: { home: { MAILBOX_CALENDARS: 'Kalendr' } } });
  const { calendar } = misspelt.services('all');
  const day = { start: '2026-11-24', end: '2026-11-24' };
  const named = { ...day, calendar: 'Kalender' };
  const answers = [
    await calendar.getEvents(named, asked()),
    await calendar.searchEvents({ ...named, query: 'o' }, asked()),
    await calendar.getFreeBusy({ ...day, calendars: ['Kalender'] }, asked()),
  ];
  await misspelt.close();
  for (const { incomplete } of answers) {
    expect(incomplete).toContainEqual(expect.objectContaining({ where: 'home', code: 'invalid_input' }));
  }
  expect(answers[2]).toMatchObject({ free: [] });
});

const spans = (minutes: readonly number[]) => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24) + minute * 60_000).toISOString();
  const sorted = [...new Set(minutes)].sort((a, b) => a - b);
  return sorted.flatMap((from, index) => {
    const to = sorted[index + 1];
    return index % 2 === 0 && to !== undefined ? [{ start: at(from), end: at(to) }] : [];
  });
};

test('free in all accounts is exactly every minute free in each, in slots that are long enough', async () => {
  const free = fc.array(fc.nat({ max: 400 }), { maxLength: 12 }).map(spans);
  await fc.assert(
    fc.asyncProperty(free, free, fc.integer({ min: 1, max: 60 }), async (work, home, duration) => {
      const timezone = 'UTC';
      const of = (own: FreeBusy['free']) => async () =>
        fakeServices({ getFreeBusy: async () => ({ timezone, busy: [], free: own }) });
      const services = accountsOf([
        { name: 'work', addresses: [], open: of(work) },
        { name: 'home', addresses: [], open: of(home) },
      ]);
      const answer = await services('all').calendar.getFreeBusy({ ...week, duration }, asked());
      const isIn = (list: FreeBusy['free'], minute: number) => {
        const at = Date.UTC(2026, 10, 24) + minute * 60_000;
        return list.some(({ start, end }) => Date.parse(start) <= at && at < Date.parse(end));
      };
      const both = Array.from({ length: 402 }, (_, minute) => isIn(work, minute) && isIn(home, minute));
      const runs = both.map((free, minute) => free && length(both, minute) >= duration);
      expect(Array.from({ length: 402 }, (_, minute) => isIn(answer.free, minute))).toEqual(runs);
    }),
    { numRuns: 200, seed: 20261120 },
  );
});

/** Of the run of true around an index. */
function length(list: readonly boolean[], index: number): number {
  const before = list.slice(0, index).lastIndexOf(false);
  const after = list.indexOf(false, index);
  return (after < 0 ? list.length : after) - before - 1;
}
