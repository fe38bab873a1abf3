import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendar, calendarRig, event, me } from './support/rig.ts';

const dentist = event('d', 'SUMMARY:Dentist', 'DTSTART:20260611T070000Z', 'DTEND:20260611T073000Z');

test('a week from a date, in the zone of the user, whole days first', async () => {
  const work = new MemoryCollection('Work');
  work.put('d.ics', dentist);
  work.put(
    'h.ics',
    event('h', 'SUMMARY:Holiday', 'DTSTART;VALUE=DATE:20260611', 'DTEND;VALUE=DATE:20260613'),
  );
  work.put('late.ics', event('l', 'SUMMARY:Next week', 'DTSTART:20260617T070000Z'));
  const { service, context } = calendarRig(new MemoryStore(work));
  expect(await service.getEvents({ start: '2026-06-10' }, context)).toEqual({
    timezone: 'Europe/Berlin',
    events: [
      {
        ...{ id: 'work/h', calendar: 'work', title: 'Holiday', busy: true },
        ...{ start: '2026-06-11', end: '2026-06-12', allDay: true },
      },
      {
        ...{ id: 'work/d', calendar: 'work', title: 'Dentist', busy: true },
        ...{ start: '2026-06-11T09:00:00+02:00', end: '2026-06-11T09:30:00+02:00' },
      },
    ],
  });
});

test('an end that is a date includes its day, one that is a time does not', async () => {
  const work = new MemoryCollection('Work');
  work.put('d.ics', dentist);
  const { service, context } = calendarRig(new MemoryStore(work));
  const titles = async (start: string, end: string) =>
    (await service.getEvents({ start, end }, context)).events.map(({ title }) => title);
  expect(await titles('2026-06-10', '2026-06-11')).toEqual(['Dentist']);
  expect(await titles('2026-06-10', '2026-06-11T09:00')).toEqual([]);
  expect(await titles('2026-06-11T09:30', '2026-06-12')).toEqual([]);
  expect(await titles('2026-06-11T09:29', '2026-06-12')).toEqual(['Dentist']);
});

test.each([
  ['start', { start: 'tomorrow' }],
  ['end', { start: '2026-06-10', end: '2026-02-31' }],
  ['end', { start: '2026-06-10', end: '2026-06-09' }],
  ['years', { start: '2020-01-01', end: '2026-01-01' }],
  ['cursor', { start: '2026-06-10', cursor: 'abc' }],
])('what cannot be asked is refused naming it: %s', async (word, request) => {
  const { service, context } = calendarRig(new MemoryStore(new MemoryCollection('Work')));
  await expect(service.getEvents(request, context)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(word),
  });
});

test('a series shows each occurrence under an id of its own, a moved one under its original start', async () => {
  const work = new MemoryCollection('Work');
  work.put(
    's.ics',
    calendar(
      ...['BEGIN:VEVENT', 'UID:s', 'SUMMARY:Standup', 'DTSTART;TZID=Europe/Berlin:20260330T093000'],
      ...['DURATION:PT15M', 'RRULE:FREQ=DAILY;COUNT=3', 'END:VEVENT'],
      ...[
        'BEGIN:VEVENT',
        'UID:s',
        'SUMMARY:Standup late',
        'RECURRENCE-ID;TZID=Europe/Berlin:20260331T093000',
      ],
      ...['DTSTART;TZID=Europe/Berlin:20260331T110000', 'DURATION:PT15M', 'END:VEVENT'],
    ),
  );
  const { service, context } = calendarRig(new MemoryStore(work));
  const { events } = await service.getEvents({ start: '2026-03-30' }, context);
  expect(events.map(({ id, start, recurring }) => [id, start, recurring])).toEqual([
    ['work/s@2026-03-30T09:30:00+02:00', '2026-03-30T09:30:00+02:00', true],
    ['work/s@2026-03-31T09:30:00+02:00', '2026-03-31T11:00:00+02:00', true],
    ['work/s@2026-04-01T09:30:00+02:00', '2026-04-01T09:30:00+02:00', true],
  ]);
  const ids = events.map(({ id }) => id);
  const [, moved] = await Promise.all(ids.map((id) => service.getEvent({ id }, context)));
  expect(moved).toMatchObject({ title: 'Standup late', start: '2026-03-31T11:00:00+02:00' });
});

test('own answer, attendees and whether it blocks are told', async () => {
  const work = new MemoryCollection('Work');
  const at = ['DTSTART:20260611T070000Z', 'DTEND:20260611T080000Z', 'ORGANIZER:mailto:bob@rig.test'];
  const invited = (address: string, status: string) => `ATTENDEE;PARTSTAT=${status}:mailto:${address}`;
  const bob = invited('bob@rig.test', 'ACCEPTED');
  work.put('a.ics', event('a', 'SUMMARY:A', ...at, bob, invited('Alice@Rig.test', 'DECLINED')));
  work.put('b.ics', event('b', 'SUMMARY:B', ...at, bob, invited('alias@rig.test', 'NEEDS-ACTION')));
  work.put('c.ics', event('c', 'SUMMARY:C', ...at, 'STATUS:CANCELLED'));
  work.put('d.ics', event('d', 'SUMMARY:D', ...at, 'TRANSP:TRANSPARENT', 'STATUS:TENTATIVE'));
  const store = new MemoryStore(work);
  store.about = { addresses: ['alias@rig.test'] };
  const { service, context } = calendarRig(store, { addresses: [me] });
  const { events } = await service.getEvents({ start: '2026-06-11', end: '2026-06-11' }, context);
  const told = events.map(({ title, myStatus, attendees, busy, status }) => [
    title,
    myStatus,
    attendees,
    busy,
    status,
  ]);
  expect(told).toEqual([
    ['A', 'declined', 2, undefined, undefined],
    ['B', 'needs-action', 2, true, undefined],
    ['C', undefined, undefined, undefined, 'cancelled'],
    ['D', undefined, undefined, undefined, 'tentative'],
  ]);
});

function manyEvents(count: number, title = (index: number) => `Event ${index % 7}`): MemoryCollection {
  const work = new MemoryCollection('Work');
  for (let index = 0; index < count; index += 1) {
    const day = String(1 + (index % 28)).padStart(2, '0');
    const hour = String(index % 3).padStart(2, '0');
    const lines = [`SUMMARY:${title(index)}`, `DTSTART:202606${day}T${hour}0000Z`, 'DURATION:PT1H'];
    work.put(`r${index}.ics`, event(`u${index}`, ...lines));
  }
  return work;
}

test('pages continue exactly, whatever changes in between before or behind the cursor', async () => {
  const work = manyEvents(120);
  const { service, context } = calendarRig(new MemoryStore(work));
  const request = { start: '2026-06-01', end: '2026-06-30', limit: 50 };
  const first = await service.getEvents(request, context);
  work.put('new-early.ics', event('early', 'SUMMARY:Early', 'DTSTART:20260601T000100Z'));
  work.put('new-late.ics', event('late', 'SUMMARY:Late', 'DTSTART:20260628T120000Z'));
  work.remove(`${first.events[3]?.id.slice('work/'.length)}.ics`);
  const seen = first.events.map(({ id }) => id);
  let cursor = first.nextCursor;
  while (cursor !== undefined) {
    const page = await service.getEvents({ ...request, cursor }, context);
    seen.push(...page.events.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(first.events).toHaveLength(50);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toContain('work/new-late');
  expect(seen).not.toContain('work/new-early');
  expect(seen).toHaveLength(121);
});

test('a cursor does not serve another question', async () => {
  const { service, context } = calendarRig(new MemoryStore(manyEvents(30)));
  const { nextCursor = '' } = await service.getEvents({ start: '2026-06-01', limit: 2 }, context);
  await expect(
    service.getEvents({ start: '2026-06-02', limit: 2, cursor: nextCursor }, context),
  ).rejects.toMatchObject({ code: 'invalid_input' });
});

test('no answer exceeds 40 kB, a default one about 4,000 tokens, and nothing is lost by the cut', async () => {
  const { service, context } = calendarRig(
    new MemoryStore(manyEvents(500, (index) => `${index} ${'語'.repeat(490)}`)),
  );
  const request = { start: '2026-06-01', end: '2026-06-30', limit: 500 };
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await service.getEvents({ ...request, ...(cursor ? { cursor } : {}) }, context);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(40_000);
    for (const { id } of page.events) seen.add(id);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen.size).toBe(500);
  const standard = await service.getEvents({ start: '2026-06-01', end: '2026-06-30' }, context);
  expect(Buffer.byteLength(JSON.stringify(standard))).toBeLessThan(16_000);
});

test('an event older than the window that reaches into it is listed, and paging does not repeat it', async () => {
  const work = manyEvents(10);
  work.put('long.ics', event('long', 'SUMMARY:Long', 'DTSTART:20250101T000000Z', 'DTEND:20270101T000000Z'));
  const { service, context } = calendarRig(new MemoryStore(work));
  const request = { start: '2026-06-01', end: '2026-12-30', limit: 4 };
  const first = await service.getEvents(request, context);
  const second = await service.getEvents({ ...request, cursor: first.nextCursor }, context);
  expect(first.events[0]).toMatchObject({ title: 'Long', start: '2025-01-01T01:00:00+01:00' });
  expect(second.events.map(({ title }) => title)).not.toContain('Long');
});
