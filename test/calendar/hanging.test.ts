import { expect, test } from 'vitest';
import { davLimits } from '../../src/connections/dav-answer.ts';
import { davForTest } from '../sandbox/caldav/rig.ts';
import { client } from '../support/dav-rig.ts';
import { calendarRig, event } from './support/rig.ts';

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
