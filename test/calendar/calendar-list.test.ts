import { expect, test } from 'vitest';
import type { MailboxError } from '../../src/domain/errors.ts';
import { presentResult } from '../../src/server/present.ts';
import { listCalendars } from '../../src/tools/calendar/list-calendars.ts';
import { davForTest } from '../sandbox/caldav/rig.ts';
import { client } from '../support/dav-rig.ts';
import { calendarRig } from './support/rig.ts';

async function rigWith(names: readonly string[]) {
  const dav = await davForTest();
  const user = dav.sandbox.caldav.calendars.user(dav.user);
  for (const name of names) user.add({ name });
  const { href: url } = new URL(dav.sandbox.caldavUrl);
  const rig = calendarRig(client({ url, username: dav.user, password: async () => dav.password }));
  const { calendars, ...rest } = await rig.service.listCalendars({}, rig.context);
  return { ...rig, dav, calendars, rest };
}

const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, number) => `${number} ${name}`);

test('three hundred calendars with very long names are listed, each with an id that means it', async () => {
  const names = numbered(300, 'Ein Kalender für alles und jeden, 日本語 '.repeat(30));
  const { calendars, rest, service, context } = await rigWith(names);
  expect(() => presentResult(listCalendars, { calendars, ...rest })).not.toThrow();
  expect(rest).toEqual({ timezone: 'Europe/Berlin' });
  const listed = calendars.filter(({ name }) => name.endsWith('…'));
  expect(listed).toHaveLength(300);
  expect(new Set(listed.map(({ name }) => name)).size).toBe(300);
  const [, second] = listed;
  const page = await service.getEvents({ start: '2026-06-01', calendar: second?.id }, context);
  expect(page.incomplete).toBeUndefined();
});

test('what has no room even so is counted', async () => {
  const { calendars, rest } = await rigWith(numbered(1_000, '日本語のカレンダー、とても長い名前'));
  expect(() => presentResult(listCalendars, { calendars, ...rest })).not.toThrow();
  expect(calendars.length).toBeGreaterThan(150);
  const [left] = rest.incomplete ?? [];
  expect(left?.code).toBe('cut');
  expect(calendars.length + Number.parseInt(left?.where ?? '', 10)).toBeGreaterThanOrEqual(1_000);
});

test('names of ordinary length stay whole, and show nothing that nobody sees', async () => {
  const whole = `${'A name '.repeat(20)}of a team`;
  const { calendars } = await rigWith([whole, 'Fami\u200blie\u202e']);
  const names = calendars.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([whole, 'Familie']));
});

test('three hundred calendars that fail are counted beside the one that answers, and hints stay short', async () => {
  const { dav, service, context } = await rigWith(numbered(300, 'Team'));
  const answering = dav.path().split('/').at(-2);
  const others = new RegExp(`^(?!.*/${answering}/)`, 'u');
  dav.sandbox.caldav.faults.plan({ method: 'REPORT', path: others, times: 9_999 }, { status: 500 });
  const { incomplete = [], ...page } = await service.getEvents({ start: '2026-06-01' }, context);
  expect(JSON.stringify({ ...page, incomplete }).length).toBeLessThan(12_000);
  const [last] = incomplete.slice(-1);
  expect(last).toMatchObject({ where: expect.stringMatching(/^26\d more calendars$/u), code: 'unavailable' });
  const { free } = await service.getFreeBusy({ start: '2026-06-01', end: '2026-06-05' }, context);
  expect(free).toEqual([]);
  const unknown = { start: '2026-06-01', calendar: 'nobody knows it' };
  const error = await service.getEvents(unknown, context).catch((thrown: MailboxError) => thrown);
  expect(error).toMatchObject({ code: 'not_found', hint: expect.stringContaining('0-team, ') });
  expect(error).toMatchObject({ hint: expect.stringMatching(/^.{0,900}$/u) });
});

test('a calendar of which the server tells nothing is named, and no calendar to choose', async () => {
  const { calendars, dav } = await rigWith(['Team']);
  const { href: url } = new URL(dav.sandbox.caldavUrl);
  const store = client({ url, username: dav.user, password: async () => dav.password });
  const home = await store.home(AbortSignal.timeout(5000));
  const refusing = Object.assign(Object.create(store), {
    home: async () => ({
      ...home,
      collections: home.collections.map((one) => (one.name === 'Team' ? { ...one, untold: 500 } : one)),
    }),
  });
  const rig = calendarRig(refusing);
  const answer = await rig.service.listCalendars({}, rig.context);
  expect(answer.calendars.map(({ id }) => id)).toEqual(
    calendars.map(({ id }) => id).filter((id) => id !== 'team'),
  );
  expect(answer.incomplete).toMatchObject([{ where: 'team', code: 'unavailable' }]);
});
