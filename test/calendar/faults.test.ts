import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DavFault } from '../../src/sandbox/caldav/dav-faults.ts';
import { calendarOffices } from '../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig, refusal, type Session } from '../support/calendar-rig.ts';
import { day, single } from '../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);
const week = { start: day(0), end: day(6) };

/** Somewhere else on the network; nothing may ever be asked there. */
const elsewhere = createServer(({ headers }, response) => {
  visitors.push(headers);
  response.end();
});
const visitors: IncomingHttpHeaders[] = [];
const away = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;

const html = { 'Content-Type': 'text/html' };
const xml = { 'Content-Type': 'application/xml' };
const faults: [name: string, fault: () => DavFault, code: string][] = [
  ['403', () => ({ status: 403 }), 'forbidden'],
  ['404', () => ({ status: 404 }), 'not_found|unavailable'],
  ['500', () => ({ status: 500 }), 'unavailable'],
  ['503', () => ({ status: 503 }), 'unavailable'],
  ['a lost connection', () => 'drop', 'unavailable'],
  ['torn XML', () => ({ truncate: 90 }), 'unavailable|invalid_input'],
  ['an answer cut off', () => ({ cutAfter: 90 }), 'unavailable'],
  ['malformed XML', () => ({ status: 207, headers: xml, body: '<a><b></a>' }), 'unavailable'],
  ['an empty 207', () => ({ status: 207, headers: xml, body: '' }), 'unavailable'],
  ['a page for people', () => ({ status: 200, headers: html, body: '<html>Login</html>' }), 'unavailable'],
  ['a redirect elsewhere', () => ({ status: 302, headers: { Location: away() } }), 'unavailable'],
  ['a redirect by 308', () => ({ status: 308, headers: { Location: `${away()}x` } }), 'unavailable'],
];

/** The server wants to be left alone. */
const pauses: [name: string, fault: DavFault][] = [
  ['429', { status: 429, headers: { 'Retry-After': '120' } }],
  ['429 without a pause', { status: 429 }],
  ['503 for a while', { status: 503, headers: { 'Retry-After': '600' } }],
];

describe.each(sandboxes)('reading from $name', ({ open }) => {
  let rig: CalendarRig;
  let sessions = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    rig = await openRig({ open });
    const { inbox } = rig.office;
    for (const number of [0, 1, 2]) {
      await rig.office.put('alice', inbox, { name: `e${number}.ics`, ics: single(`e${number}`, number) });
    }
  });
  afterEach(() => rig.office.sandbox.caldav.faults.clear());
  afterAll(async () => {
    await rig?.close();
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  const readers = ({ calendar }: Session) => [
    () => calendar.getEvents(week, asked()),
    () => calendar.searchEvents({ query: 'e1' }, asked()),
    () => calendar.getFreeBusy(week, asked()),
    () => calendar.listCalendars({}, asked()),
    () => calendar.getEvent({ id: `${rig.office.inbox}/e1` }, asked()),
  ];

  /**
   * An error, an answer that says what is missing, or all that was known, with its age; never fewer events as though
   * there were no more.
   */
  async function expectTruth(read: () => Promise<object>, code: string, known?: object): Promise<void> {
    let answer: object;
    try {
      answer = await read();
    } catch (error) {
      expect(code.split('|')).toContain((error as { code: string }).code);
      return;
    }
    if ('stale' in answer) {
      expect(code).toContain('unavailable');
      expect(answer).toEqual({ ...known, stale: { since: expect.any(String) } });
    } else if ('incomplete' in answer) {
      expect(answer.incomplete).not.toEqual([]);
      if ('free' in answer) expect(answer.free).toEqual([]);
    } else if ('calendars' in answer) {
      expect(answer.calendars).not.toEqual([]);
    } else {
      expect(answer).toBe('an error');
    }
  }

  test.each(faults)(
    '%s is an error or named, never nothing; the next call works',
    async (_name, fault, code) => {
      const { faults: planned } = rig.office.sandbox.caldav;
      const session = await rig.session('alice', { MAILBOX_NAME: `Nr. ${++sessions}` });
      const all = async () => (await session.calendar.getEvents(week, asked())).events;
      await all();
      for (const read of readers(session)) {
        const known = await read();
        planned.plan({ times: 1000 }, fault());
        await expectTruth(read, code, known);
        planned.clear();
        expect(await all()).toHaveLength(3);
      }
      const cold = await rig.session('alice', { MAILBOX_NAME: `Nr. ${++sessions}` });
      planned.plan({ times: 1000 }, fault());
      await Promise.all(readers(cold).map((read) => expectTruth(read, code)));
      expect(visitors).toEqual([]);
    },
  );

  test.each(pauses)(
    '%s is an error or named, never nothing, and the server is left alone',
    async (_name, fault) => {
      const { faults: planned, requests } = rig.office.sandbox.caldav;
      for (const at of [0, 1, 2, 3, 4]) {
        const session = await rig.session('alice', { MAILBOX_NAME: `Nr. ${++sessions}` });
        await session.calendar.getEvents(week, asked());
        planned.plan({ times: 1000 }, fault);
        const read = readers(session)[at] ?? expect.fail();
        await expectTruth(read, 'rate_limited');
        const before = requests.length;
        if ('headers' in (fault as object)) {
          for (const other of readers(session)) await expectTruth(other, 'rate_limited');
          expect(requests.length).toBe(before);
        }
        planned.clear();
      }
    },
  );

  test('only one part of the answers fails: what could be read is shown, the rest named', async () => {
    const session = await rig.session('alice', { MAILBOX_NAME: 'Part' });
    const other = await rig.emptyCalendar();
    await rig.office.put('alice', other, { name: 'x.ics', ics: single('x', 3) });
    const [{ id } = { id: '' }] = (await session.calendar.listCalendars({}, asked())).calendars.filter(
      ({ name }) => name === other,
    );
    const { hrefs, calendars } = rig.office.sandbox.caldav;
    const path = hrefs
      .collection(calendars.user(rig.office.address('alice')).collection(other))
      .split('/')
      .at(-2);
    rig.office.sandbox.caldav.faults.plan(
      { method: 'REPORT', path: new RegExp(`/${path}/`), times: 99 },
      { status: 500 },
    );
    const { events, incomplete } = await session.calendar.getEvents(week, asked());
    expect(events).toHaveLength(3);
    expect(incomplete).toMatchObject([{ where: id, code: 'unavailable' }]);
    const { free, incomplete: unknown } = await session.calendar.getFreeBusy(week, asked());
    expect(free).toEqual([]);
    expect(unknown).toContainEqual(expect.objectContaining({ where: id }));
    rig.office.sandbox.caldav.faults.clear();
    expect((await session.calendar.getEvents(week, asked())).events).toHaveLength(4);
  });

  test.each(['PROPFIND', 'REPORT'])(
    'a hang in %s ends with the call, and the next one works',
    async (method) => {
      const session = await rig.session('alice', { MAILBOX_NAME: method });
      rig.office.sandbox.caldav.faults.plan({ method }, 'hang');
      const signal = AbortSignal.timeout(700);
      const started = performance.now();
      await refusal(session.calendar.getEvents(week, { signal }));
      expect(performance.now() - started).toBeLessThan(1500);
      expect((await session.calendar.getEvents(week, asked())).events.length).toBeGreaterThan(2);
    },
  );
});
