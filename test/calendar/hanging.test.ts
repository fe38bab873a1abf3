import { expect, test } from 'vitest';
import { inTime } from '../../src/calendar/in-time.ts';
import { davLimits } from '../../src/connections/dav/answer.ts';
import type { CalendarIncomplete, EventPage, FreeBusy } from '../../src/domain/calendar.ts';
import { davForTest } from '../sandbox/caldav/rig.ts';
import { client } from '../support/dav-rig.ts';
import { type CalendarRig, calendarRig, event } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };
const limits = { ...davLimits, silenceMs: 400, optionalSilenceMs: 300 };
const at = (uid: string) => event(uid, `SUMMARY:${uid}`, 'DTSTART:20260610T080000Z', 'DURATION:PT1H');

/** What silence costs at most ends before a call does, so that there is something left to answer with. */
test('the two silences of a first look together are shorter than a call', () => {
  expect(davLimits.silenceMs + davLimits.optionalSilenceMs).toBeLessThanOrEqual(38_000);
});

test.each([
  ['at the first look', false],
  ['later', true],
])('a calendar that hangs %s is named in time, and the others are answered', async (_when, isKnown) => {
  const dav = await davForTest();
  const { calendars, faults } = dav.sandbox.caldav;
  calendars.user(dav.user).add({ name: 'Second' });
  await dav.put('a.ics', at('a'));
  await dav.put('b.ics', at('b'), {}, 'Second');
  const { href: url } = new URL(dav.sandbox.caldavUrl);
  const store = client({ url, username: dav.user, password: async () => dav.password, limits });
  const { service, context } = calendarRig(store);
  const titles = async () => {
    const { events, incomplete = [] } = await service.getEvents(june, context);
    return { titles: events.map(({ title }) => title).sort(), missing: incomplete.map(({ code }) => code) };
  };
  if (isKnown) expect(await titles()).toEqual({ titles: ['a', 'b'], missing: [] });
  await dav.put('c.ics', at('c'));
  await dav.put('d.ics', at('d'), {}, 'Second');
  const segment = dav.path('Second').split('/').at(-2);
  faults.plan({ method: 'REPORT', path: new RegExp(`/${segment}/`, 'u'), times: 99 }, 'hang');
  const started = performance.now();
  expect(await titles()).toEqual({ titles: ['a', 'c'], missing: ['timeout'] });
  expect(performance.now() - started).toBeLessThan(2_000);
  faults.clear();
  expect(await titles()).toEqual({ titles: ['a', 'b', 'c', 'd'], missing: [] });
});

/** Silence that outlasts what others wait for a connection (1 s here), as it does in earnest. */
const slowLimits = { ...davLimits, silenceMs: 1_500, optionalSilenceMs: 1_200 };
const whole = { start: '2026-06-10', end: '2026-06-10' };
const titlesOf = ({ events }: EventPage) => events.map(({ title }) => title).sort();

/** What each tool shows of calendars that hold one event each. */
const answers: [tool: string, ask: (rig: CalendarRig) => Promise<Answer>][] = [
  [
    'get_calendar_events',
    async ({ service, context }) => {
      const page = await service.getEvents(june, context);
      return { shown: titlesOf(page), incomplete: page.incomplete };
    },
  ],
  [
    'search_calendar',
    async ({ service, context }) => {
      const page = await service.searchEvents({ ...june, query: 'held' }, context);
      return { shown: titlesOf(page), incomplete: page.incomplete };
    },
  ],
  [
    'get_free_busy',
    async ({ service, context }) => {
      const { busy, free, incomplete } = await service.getFreeBusy(whole, context);
      return { shown: busy.map(({ start }) => `held ${Number(start.slice(11, 13)) - 8}`), free, incomplete };
    },
  ],
];

interface Answer {
  shown: string[];
  free?: FreeBusy['free'];
  incomplete: CalendarIncomplete | undefined;
}

const timesOfCall = answers.flatMap(([tool, ask]) => [
  { tool, ask, known: false },
  { tool, ask, known: true },
]);

test.each(timesOfCall)(
  'two of six calendars that hang hold up none of the others: $tool, read before: $known',
  async ({ ask, known }) => {
    const dav = await davForTest();
    const { calendars, faults } = dav.sandbox.caldav;
    const names = [0, 1, 2, 3, 4, 5].map((number) => `Cal ${number}`);
    for (const name of names) calendars.user(dav.user).add({ name });
    const fill = async (hour: number) => {
      for (const [number, name] of names.entries()) {
        const start = `DTSTART;TZID=Europe/Berlin:20260610T${String(8 + number).padStart(2, '0')}${hour}000`;
        await dav.put(
          `${number}-${hour}.ics`,
          event(`${number}-${hour}`, `SUMMARY:held ${number}`, start, 'DURATION:PT5M'),
          {},
          name,
        );
      }
    };
    const { href: url } = new URL(dav.sandbox.caldavUrl);
    const store = client({ url, username: dav.user, password: async () => dav.password, limits: slowLimits });
    const rig = calendarRig(store);
    await fill(0);
    if (known) {
      expect((await ask(rig)).shown).toHaveLength(6);
      await fill(3);
    }
    const hung = ['Cal 0', 'Cal 1'].map((name) => dav.path(name).split('/').at(-2));
    faults.plan({ method: 'REPORT', path: new RegExp(`/(?:${hung.join('|')})/`, 'u'), times: 99 }, 'hang');
    const { shown, free = [], incomplete } = await ask(rig);
    expect([...new Set(shown)]).toEqual(['held 2', 'held 3', 'held 4', 'held 5']);
    expect(shown).toHaveLength(known ? 8 : 4);
    expect(free).toEqual([]);
    const named = (incomplete ?? []).filter(({ where }) => where !== 'free');
    expect(named.map(({ where, code }) => `${where} ${code}`)).toEqual(['cal-0 timeout', 'cal-1 timeout']);
    faults.clear();
    const healed = await ask(rig);
    expect(healed.incomplete).toBeUndefined();
    expect(healed.free).not.toEqual([]);
  },
);

test('a look ends when it must, with what has been answered by then', async () => {
  const dav = await davForTest();
  const { calendars, faults } = dav.sandbox.caldav;
  calendars.user(dav.user).add({ name: 'Second' });
  const { href: url } = new URL(dav.sandbox.caldavUrl);
  const store = client({ url, username: dav.user, password: async () => dav.password });
  const { parts, context } = calendarRig(store);
  const segment = dav.path('Second').split('/').at(-2);
  faults.plan({ method: 'REPORT', path: new RegExp(`/${segment}/`, 'u'), times: 99 }, 'hang');
  const asked = await parts.directory.eventCalendars(context.signal);
  const look = await inTime(300, (until) => parts.mirror.fresh(asked, context.signal, { until }));
  expect(look.fresh.map(({ calendar }) => calendar.name)).toContain('Kalender');
  expect(look.failed.map(({ calendar, error }) => `${calendar.name} ${error.code}`)).toEqual([
    'Second timeout',
  ]);
});
