import { expect, test } from 'vitest';
import { behaviours, calendar, DavClient, davForTest, event, vevent } from './rig.ts';

const organizer = 'ORGANIZER:mailto:alice@sandbox.test';
const self = 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@sandbox.test';
const bobLine = 'ATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@sandbox.test';
const outside = 'ATTENDEE:mailto:eve@outside.example';
const invitation = [organizer, self, bobLine, outside];

async function pair(behaviour: 'plain' | 'open-xchange' = 'plain') {
  const alice = await davForTest({ behaviour, schedules: true });
  const told = () => {
    const { scheduled } = alice.sandbox.caldav;
    return (scheduled as unknown[]).splice(0).map((message) => {
      const { method, from, to } = message as (typeof scheduled)[number];
      return `${method} ${from.split('@')[0]} ${to.split('@')[0]}`;
    });
  };
  return { alice, bob: new DavClient(alice.sandbox, 'bob'), told };
}

/** The content line of an attendee, unfolded. */
function lineFor(ics: string, address: string): string {
  return (
    ics
      .replace(/\r\n /gu, '')
      .split('\r\n')
      .find((line) => line.endsWith(`:mailto:${address}`)) ?? ''
  );
}

test.each(behaviours)(
  '%s: an invitation reaches the attendees’ calendars, without alarms',
  async (behaviour) => {
    const { alice, bob, told } = await pair(behaviour);
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT5M', 'END:VALARM'];
    const { status, headers } = await alice.put('m.ics', event('m', ...invitation, ...alarm));
    expect([status, headers.get('etag')]).toEqual([201, null]);
    expect(told()).toEqual(['REQUEST alice bob', 'REQUEST alice eve']);
    const copy = await bob.get('m.ics');
    expect(copy).toContain('UID:m');
    expect(copy).not.toContain('VALARM');
    expect(copy).not.toContain('SCHEDULE-STATUS');
    const own = await alice.get('m.ics');
    expect(lineFor(own, 'bob@sandbox.test')).toContain(';SCHEDULE-STATUS=1.2');
    expect(lineFor(own, 'eve@outside.example')).toContain(';SCHEDULE-STATUS=1.1');
    expect(own).toContain('VALARM');
  },
);

test('an answer reaches the organizer, whose schedule tag stays while the ETag changes', async () => {
  const { alice, bob, told } = await pair();
  await alice.put('m.ics', event('m', ...invitation));
  const path = alice.path('Kalender', 'm.ics');
  const before = await alice.send('GET', path);
  told();
  const copy = await bob.get('m.ics');
  await bob.put('m.ics', copy.replace('ATTENDEE;CN=Bob', 'ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED'));
  expect(told()).toEqual(['REPLY bob alice']);
  const after = await alice.send('GET', path);
  expect(lineFor(after.text, 'bob@sandbox.test')).toMatch(/PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2\.0/u);
  expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  expect(after.headers.get('schedule-tag')).toBe(before.headers.get('schedule-tag'));
  const headers = { 'If-Schedule-Tag-Match': before.headers.get('schedule-tag') ?? '' };
  expect((await alice.put('m.ics', after.text, headers)).status).toBe(204);
  expect(told()).toEqual([]);
});

test('an answer to one occurrence makes an override in the organizer’s copy', async () => {
  const { alice, bob, told } = await pair();
  await alice.put('m.ics', event('m', 'RRULE:FREQ=DAILY', ...invitation));
  told();
  const override = vevent(
    ...(['m', 'RECURRENCE-ID:20260403T080000Z', 'DTSTART:20260403T080000Z'] as const),
    ...[organizer, self, bobLine.replace(';RSVP', ';PARTSTAT=DECLINED;RSVP')],
  );
  await bob.put('m.ics', calendar(vevent('m', 'RRULE:FREQ=DAILY', ...invitation), override));
  expect(told()).toEqual(['REPLY bob alice']);
  const [master = '', changed = ''] = (await alice.get('m.ics')).split('END:VEVENT');
  expect(lineFor(master, 'bob@sandbox.test')).not.toContain('DECLINED');
  expect(changed).toContain('RECURRENCE-ID:20260403T080000Z');
  expect(changed).not.toContain('RRULE');
  expect(lineFor(changed, 'bob@sandbox.test')).toContain('PARTSTAT=DECLINED');
});

test('only what concerns people is told: a new time, not an alarm; and who is dropped', async () => {
  const { alice, bob, told } = await pair();
  await alice.put('m.ics', event('m', ...invitation));
  told();
  await alice.put('m.ics', event('m', ...invitation, 'BEGIN:VALARM', 'TRIGGER:-PT5M', 'END:VALARM'));
  expect(told()).toEqual([]);
  await alice.put('m.ics', event('m', 'DTSTART:20260402T080000Z', ...invitation));
  expect(told()).toEqual(['REQUEST alice bob', 'REQUEST alice eve']);
  expect(await bob.get('m.ics')).toContain('DTSTART:20260402T080000Z');
  await alice.put('m.ics', event('m', 'DTSTART:20260402T080000Z', organizer, self, outside));
  expect(told()).toEqual(['CANCEL alice bob']);
  expect(await bob.get('m.ics')).toContain('STATUS:CANCELLED');
});

test('an attendee keeps the own alarm when the meeting moves, and cannot move it', async () => {
  const { alice, bob } = await pair();
  await alice.put('m.ics', event('m', ...invitation));
  const alarm = 'BEGIN:VALARM\r\nTRIGGER:-PT9M\r\nEND:VALARM\r\nEND:VEVENT';
  const copy = (await bob.get('m.ics')).replace('END:VEVENT', alarm);
  expect((await bob.put('m.ics', copy)).status).toBe(204);
  await alice.put('m.ics', event('m', 'DTSTART:20260402T080000Z', ...invitation));
  const moved = await bob.get('m.ics');
  expect(moved).toContain('TRIGGER:-PT9M');
  const refused = await bob.put('m.ics', moved.replace('20260402', '20260404'));
  expect(refused.text).toContain('allowed-attendee-scheduling-object-change');
});

test.each(behaviours)(
  '%s: a deletion by the organizer cancels, one by an attendee declines',
  async (behaviour) => {
    const { alice, bob, told } = await pair(behaviour);
    await alice.put('m.ics', event('m', ...invitation));
    await alice.put('n.ics', event('n', ...invitation));
    told();
    await bob.send('DELETE', bob.path('Kalender', 'm.ics'));
    expect(told()).toEqual(['REPLY bob alice']);
    expect(lineFor(await alice.get('m.ics'), 'bob@sandbox.test')).toContain('PARTSTAT=DECLINED');
    await alice.send('DELETE', alice.path('Kalender', 'n.ics'));
    expect(told()).toEqual(['CANCEL alice bob', 'CANCEL alice eve']);
    const left = await bob.get('n.ics');
    expect(left.includes('STATUS:CANCELLED')).toBe(behaviour === 'plain');
  },
);

test.each([{ Scheduling: 'none' }, { 'Schedule-Reply': 'F' }] as Record<string, string>[])(
  'with %o nobody is told',
  async (headers) => {
    const { alice, told } = await pair('open-xchange');
    await alice.put('m.ics', event('m', ...invitation), headers);
    await alice.send('DELETE', alice.path('Kalender', 'm.ics'), undefined, headers);
    expect(told()).toEqual([]);
  },
);

test('nobody is told of what is over, nor when the server does not schedule', async () => {
  const { alice, told } = await pair();
  await alice.put('m.ics', event('m', 'DTSTART:20250101T080000Z', ...invitation));
  expect(told()).toEqual([]);
  const silent = await davForTest();
  await silent.put('m.ics', event('m', ...invitation));
  expect(silent.sandbox.caldav.scheduled).toEqual([]);
});

test.each([
  ['plain', []],
  ['open-xchange', ['REQUEST alice bob']],
] as const)('%s: SCHEDULE-AGENT=CLIENT leaves %o to the server', async (behaviour, expected) => {
  const { alice, told } = await pair(behaviour);
  await alice.put(
    'm.ics',
    event('m', organizer, self, bobLine.replace(';RSVP', ';SCHEDULE-AGENT=CLIENT;RSVP')),
  );
  expect(told()).toEqual(expected);
});

test('an answer to an invitation that came from outside is told to its organizer', async () => {
  const { bob, told } = await pair();
  const from = 'ORGANIZER:mailto:eve@outside.example';
  await bob.put('o.ics', event('o', from, bobLine.replace(';RSVP', ';PARTSTAT=TENTATIVE;RSVP')));
  expect(told()).toEqual(['REPLY bob eve']);
  expect(await bob.get('o.ics')).toContain('ORGANIZER;SCHEDULE-STATUS=1.1:mailto:eve');
});
