import { describe, expect, test } from 'vitest';
import type { FreeBusyRequest } from '../../src/domain/calendar-port.ts';
import { parseInstant } from '../../src/domain/time.ts';
import { FreeBusyTruth, type RandomEvent, randomEvents } from './support/free-busy-truth.ts';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendarRig, event, me } from './support/rig.ts';

/** 13:00 to 14:00 in Berlin. */
const noon = ['DTSTART:20260610T110000Z', 'DTEND:20260610T120000Z'];
const day = { start: '2026-06-10', end: '2026-06-10' };

async function busyOf(...resources: string[]): Promise<string[]> {
  const work = new MemoryCollection('Work');
  for (const [index, ics] of resources.entries()) work.put(`${index}.ics`, ics);
  const { service, context } = calendarRig(new MemoryStore(work), { addresses: [me, 'alias@rig.test'] });
  const { busy } = await service.getFreeBusy(day, context);
  return busy.map(({ start, end, status }) => `${start.slice(11, 16)}-${end.slice(11, 16)} ${status}`);
}

const mine = (status: string, address = me) => `ATTENDEE;PARTSTAT=${status}:mailto:${address}`;

test.each([
  ['an own event', [], ['13:00-14:00 busy']],
  ['one marked transparent', ['TRANSP:TRANSPARENT'], []],
  ['a cancelled one', ['STATUS:CANCELLED'], []],
  ['a tentative one', ['STATUS:TENTATIVE'], ['13:00-14:00 tentative']],
  ['an accepted invitation', [mine('ACCEPTED')], ['13:00-14:00 busy']],
  ['a declined one', [mine('DECLINED')], []],
  ['one declined by an alias', [mine('DECLINED', 'ALIAS@rig.test')], []],
  ['one not answered', [mine('NEEDS-ACTION')], ['13:00-14:00 tentative']],
  ['one without PARTSTAT', [`ATTENDEE:mailto:${me}`], ['13:00-14:00 tentative']],
  ['a delegated one', [mine('DELEGATED')], []],
  ['one declined by an encoded address', [mine('DECLINED', 'alias%40rig.test')], []],
  ['one somebody else declined', [mine('DECLINED', 'bob@rig.test')], ['13:00-14:00 busy']],
])('%s', async (_what, lines, busy) => {
  expect(await busyOf(event('e', ...noon, ...lines))).toEqual(busy);
});

test.each([
  ['NEEDS-ACTION', [], ['13:00-14:00 busy']],
  ['TENTATIVE', [], ['13:00-14:00 tentative']],
  ['DECLINED', [], []],
  ['NEEDS-ACTION', ['STATUS:TENTATIVE'], ['13:00-14:00 tentative']],
  ['NEEDS-ACTION', ['STATUS:CANCELLED'], []],
])('an own meeting with the own answer %s %j', async (status, lines, busy) => {
  const own = [`ORGANIZER:mailto:${me.toUpperCase()}`, mine(status), mine('ACCEPTED', 'bob@rig.test')];
  expect(await busyOf(event('e', ...noon, ...own, ...lines))).toEqual(busy);
});

test('overlapping and touching spans are one, busy beats tentative, no length takes no time', async () => {
  const span = (uid: string, from: string, to: string, ...lines: string[]) =>
    event(uid, `DTSTART:20260610T${from}00Z`, `DTEND:20260610T${to}00Z`, ...lines);
  const tentative = span('c', '0900', '1200', 'STATUS:TENTATIVE');
  const answer = await busyOf(
    span('a', '1000', '1030'),
    span('b', '1030', '1100'),
    tentative,
    span('d', '1500', '1500'),
  );
  expect(answer).toEqual(['11:00-12:00 tentative', '12:00-13:00 busy', '13:00-14:00 tentative']);
});

test('a whole day blocks the local day, also one of 23 hours, unless its calendar takes no time', async () => {
  const dayOff = event('o', 'DTSTART;VALUE=DATE:20260329');
  const birthday = event('b', 'DTSTART;VALUE=DATE:19800328', 'RRULE:FREQ=YEARLY');
  const [work, birthdays] = [
    new MemoryCollection('Work'),
    new MemoryCollection('Birthdays', { writable: false }),
  ];
  const shared = new MemoryCollection('Shared', { transparent: true });
  work.put('o.ics', dayOff);
  birthdays.put('b.ics', birthday);
  shared.put('s.ics', event('s', 'DTSTART:20260330T060000Z', 'DURATION:PT1H'));
  const { service, context } = calendarRig(new MemoryStore(work, birthdays, shared));
  const { busy } = await service.getFreeBusy({ start: '2026-03-28', end: '2026-03-30' }, context);
  expect(busy).toEqual([
    { start: '2026-03-29T00:00:00+01:00', end: '2026-03-30T00:00:00+02:00', status: 'busy' },
  ]);
});

test('the same invitation in a shared calendar counts as the own copy says', async () => {
  const [team, own] = [new MemoryCollection('Team', { order: 1 }), new MemoryCollection('Own', { order: 2 })];
  team.put('e.ics', event('e', ...noon));
  own.put('e.ics', event('e', ...noon, mine('DECLINED')));
  const { service, context } = calendarRig(new MemoryStore(team, own));
  expect((await service.getFreeBusy(day, context)).busy).toEqual([]);
});

test('free slots lie within working hours and days and are long enough', async () => {
  const work = new MemoryCollection('Work');
  work.put('e.ics', event('e', 'DTSTART:20260612T080000Z', 'DTEND:20260612T142000Z'));
  const { service, context } = calendarRig(new MemoryStore(work));
  const asked = { start: '2026-06-12', end: '2026-06-15', duration: 45, workingHours: '9:00-17:00' };
  const free = async (request: Partial<FreeBusyRequest>) =>
    (await service.getFreeBusy({ ...asked, ...request }, context)).free.map(
      ({ start, end }) => `${start.slice(8, 16)}-${end.slice(8, 16)}`,
    );
  expect(await free({})).toEqual(['12T09:00-12T10:00', '15T09:00-15T17:00']);
  expect(await free({ duration: 30 })).toContain('12T16:20-12T17:00');
  for (const workingHours of ['9-17', '09.00-17.00', '9:00 – 17:00']) {
    expect(await free({ workingHours })).toEqual(['12T09:00-12T10:00', '15T09:00-15T17:00']);
  }
  expect(await free({ workingHours: '00:00-24:00', workingDays: ['sa'] })).toEqual(['13T00:00-14T00:00']);
  expect(await free({ workingDays: ['sa'] })).toEqual(['13T09:00-13T17:00']);
  expect(await free({ workingHours: '22:00-02:00', workingDays: ['Friday'] })).toEqual(['12T22:00-13T02:00']);
});

test.each([
  ['workingHours', { workingHours: '9 to 5' }],
  ['workingHours', { workingHours: '09:00-25:00' }],
  ['workingHours', { workingHours: '17:00-17:00' }],
  ['workingHours', { workingHours: '9-5' }],
  ['workingHours', { workingHours: '9:00-5:00' }],
  ['workingHours', { workingHours: '22-06:00' }],
  ['workingDays', { workingDays: ['someday'] }],
  ['workingDays', { workingDays: [] }],
  ['duration', { duration: 0 }],
])('a wrong %s is refused by name', async (name, request) => {
  const { service, context } = calendarRig(new MemoryStore(new MemoryCollection('Work')));
  await expect(service.getFreeBusy({ ...day, ...request }, context)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(name),
  });
});

test('hours like 9-5 are refused with the way to write them', async () => {
  const { service, context } = calendarRig(new MemoryStore(new MemoryCollection('Work')));
  const asked = service.getFreeBusy({ ...day, workingHours: '9-5' }, context);
  await expect(asked).rejects.toMatchObject({ hint: expect.stringContaining('09:00-17:00') });
});

test('more than has room is cut at a time that is told', async () => {
  const work = new MemoryCollection('Work');
  const lines = ['DTSTART:20260101T000000Z', 'DURATION:PT10M', 'RRULE:FREQ=HOURLY;COUNT=2000'];
  work.put('e.ics', event('e', ...lines));
  const { service, context } = calendarRig(new MemoryStore(work));
  const request = { start: '2026-01-01', end: '2026-03-31' };
  const answer = await service.getFreeBusy(request, context);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(16_000);
  const [cut] = answer.incomplete ?? [];
  const from = cut?.where.replace('from ', '') ?? '';
  expect(answer.busy.every(({ end }) => Date.parse(end) <= Date.parse(from))).toBe(true);
  const rest = await service.getFreeBusy({ ...request, start: from }, context);
  expect(rest.busy[0]?.start ?? rest.free[0]?.start).toBe(from);
});

describe('two thousand random events, minute by minute', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];

  test.each(zones)('busy and free are those of the grid: %s', async (zone) => {
    const events = randomEvents(2_000, 7);
    const [work, other] = [new MemoryCollection('Work'), new MemoryCollection('Other')];
    const collections = [work, other, new MemoryCollection('Quiet', { transparent: true })];
    for (const { ics, name, calendar } of events) collections[calendar]?.put(name, ics);
    const { service, context } = calendarRig(new MemoryStore(...collections), { zone });
    for (const [start, end] of ranges) {
      const answer = await service.getFreeBusy({ start, end, ...working }, context);
      const truth = new FreeBusyTruth(touching(events), { start, end, zone });
      const minutes = answer.busy.flatMap((span) => truth.minutesOf(span).map((at) => [at, span.status]));
      expect(Object.fromEntries(minutes)).toEqual(truth.taken());
      expect(answer.free.flatMap((span) => truth.minutesOf(span))).toEqual(truth.free(45, '08:30', '18:00'));
    }
  });
});

const working = {
  duration: 45,
  workingHours: '08:30-18:00',
  workingDays: ['mo', 'tu', 'we', 'th', 'fr', 'su'],
};
const ranges = [
  ['2026-03-27', '2026-03-30'],
  ['2026-03-07T05:17', '2026-03-09T23:01'],
  ['2026-04-03', '2026-04-06'],
  ['2026-10-24', '2026-10-26'],
  ['2026-10-31', '2026-11-02'],
] as const;

function touching(events: readonly RandomEvent[]): readonly RandomEvent[] {
  return events.filter(({ calendar }) => calendar !== 2);
}

test('a time without offset means the zone of the user', () => {
  expect(parseInstant('2026-03-07T05:17', 'America/New_York')?.toISOString()).toBe(
    '2026-03-07T10:17:00.000Z',
  );
});
