import { expect, test } from 'vitest';
import { MemoryCollection, MemoryStore } from './support/memory-store.ts';
import { calendar, calendarRig, event } from './support/rig.ts';

function holding(resources: Record<string, string>) {
  const work = new MemoryCollection('Work');
  for (const [name, ics] of Object.entries(resources)) work.put(name, ics);
  const store = new MemoryStore(work);
  return { store, ...calendarRig(store) };
}

const review = calendar(
  ...['BEGIN:VEVENT', 'UID:r', 'SUMMARY:Review', 'DTSTART;TZID=Europe/Berlin:20260602T100000'],
  ...['DTEND;TZID=Europe/Berlin:20260602T110000', 'RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260630T080000Z'],
  ...['LOCATION:Room 5', 'DESCRIPTION:Line one\\nLine two', 'URL:https://example.org/r'],
  ...['ORGANIZER;CN=Bob:mailto:bob@rig.test', 'CREATED:20260101T120000Z', 'LAST-MODIFIED:20260102T120000Z'],
  'ATTENDEE;CN=Alice;PARTSTAT=ACCEPTED:mailto:alice@rig.test',
  'ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:carol@rig.test',
  ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:x', 'TRIGGER:-PT15M', 'END:VALARM', 'END:VEVENT'],
);

const series = {
  ...{ calendar: 'work', title: 'Review', location: 'Room 5', recurring: true, busy: true },
  ...{ myStatus: 'accepted', description: 'Line one\nLine two', url: 'https://example.org/r' },
  organizer: 'Bob <bob@rig.test>',
  attendees: [
    { name: 'Alice', email: 'alice@rig.test', status: 'accepted' },
    { email: 'carol@rig.test', status: 'needs-action', role: 'optional' },
  ],
  recurrence: {
    rule: 'FREQ=WEEKLY;BYDAY=TU;UNTIL=20260630T080000Z',
    text: 'weekly on Tuesday until 30 June 2026',
    until: '2026-06-30T10:00:00+02:00',
  },
  reminders: [15],
  ...{ created: '2026-01-01T13:00:00+01:00', modified: '2026-01-02T13:00:00+01:00' },
};

test('a series and one of its occurrences, with everything there is to say', async () => {
  const { service, context } = holding({ 'r.ics': review });
  expect(await service.getEvent({ id: 'work/r' }, context)).toEqual({
    ...{ id: 'work/r', start: '2026-06-02T10:00:00+02:00', end: '2026-06-02T11:00:00+02:00' },
    ...series,
  });
  const id = 'work/r@2026-06-09T10:00:00+02:00';
  expect(await service.getEvent({ id }, context)).toEqual({
    ...{ id, start: '2026-06-09T10:00:00+02:00', end: '2026-06-09T11:00:00+02:00' },
    ...series,
    series: { id: 'work/r', start: '2026-06-02T10:00:00+02:00' },
  });
});

test('one round trip reads it, known or not, and it is as the server has it now', async () => {
  const { service, context, store } = holding({ 'r.ics': review });
  await service.listCalendars({}, context);
  store.take();
  await service.getEvent({ id: 'work/r' }, context);
  expect(store.take()).toEqual({ get: 1 });
  await service.getEvents({ start: '2026-06-01' }, context);
  store.collections[0]?.put('r.ics', review.replace('SUMMARY:Review', 'SUMMARY:Review, new'));
  store.take();
  expect((await service.getEvent({ id: 'work/r' }, context)).title).toBe('Review, new');
  expect(store.take()).toEqual({ get: 1 });
});

test.each([
  ['not_found', 'work/nothing'],
  ['not_found', 'nowhere/r'],
  ['not_found', 'work/r@2026-06-10T10:00:00+02:00'],
  ['not_found', 'work/once@2026-06-11T10:00:00+02:00'],
  ['invalid_input', 'r'],
  ['invalid_input', 'work/broken'],
])('%s for %s, with a hint', async (code, id) => {
  const once = event('o', 'DTSTART:20260610T080000Z');
  const { service, context } = holding({ 'r.ics': review, 'once.ics': once, 'broken.ics': 'BEGIN:VEVENT' });
  const failure = service.getEvent({ id }, context);
  await expect(failure).rejects.toMatchObject({ code });
});

test('the id of an occurrence still serves when the event recurs no more', async () => {
  const { service, context } = holding({ 'o.ics': event('o', 'DTSTART:20260610T080000Z') });
  const details = await service.getEvent({ id: 'work/o@2026-06-10T10:00:00+02:00' }, context);
  expect(details.id).toBe('work/o');
  expect(details).not.toHaveProperty('series');
});

test('an all-day series: dates in the id, the end of the rule and the series', async () => {
  const lines = ['SUMMARY:Leap', 'DTSTART;VALUE=DATE:20240229', 'RRULE:FREQ=YEARLY;UNTIL=20320229'];
  const { service, context } = holding({ 'l.ics': event('l', ...lines) });
  expect(await service.getEvent({ id: 'work/l@2028-02-29' }, context)).toMatchObject({
    ...{ id: 'work/l@2028-02-29', start: '2028-02-29', end: '2028-02-29', allDay: true },
    recurrence: { until: '2032-02-29', text: 'yearly on 29 February until 29 February 2032' },
    series: { id: 'work/l', start: '2024-02-29' },
  });
});

test('names of resources survive the id: blanks, at signs, no .ics, a date at the end', async () => {
  const names = ['a%20b.ics', 'x@y.org.ics', 'bare', 'bare.ics', 'day@2026-06-10.ics', '.ics'];
  const entry = (name: string) => event(name, `SUMMARY:${name}`, 'DTSTART:20260610T080000Z');
  const { service, context } = holding(Object.fromEntries(names.map((name) => [name, entry(name)])));
  const { events } = await service.getEvents({ start: '2026-06-10' }, context);
  expect(events.map(({ title }) => title).sort()).toEqual([...names].sort());
  for (const { id, title } of events) {
    expect((await service.getEvent({ id }, context)).title).toBe(title);
  }
});

test('long descriptions and long lists are cut and say so, and the answer keeps its size', async () => {
  const many = Array.from({ length: 900 }, (_, index) => `ATTENDEE:mailto:person${index}@example.org`);
  const alarms = Array.from(
    { length: 300 },
    (_, minute) => `BEGIN:VALARM\r\nTRIGGER:-PT${minute}M\r\nEND:VALARM`,
  );
  const lines = ['DTSTART:20260610T080000Z', `DESCRIPTION:${'長'.repeat(250_000)}`, ...many, ...alarms];
  const { service, context } = holding({ 'l.ics': event('l', ...lines) });
  const details = await service.getEvent({ id: 'work/l' }, context);
  expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThan(16_000);
  expect(details.totalChars).toBe(250_000);
  expect(details.description?.length).toBeGreaterThan(2_000);
  expect(details.warnings).toMatchObject([
    { code: 'attendees_cut', detail: expect.stringContaining('of 900') },
    { code: 'reminders_cut', detail: 'Only the first 50 of 300 reminders are listed.' },
  ]);
  expect(details.reminders).toHaveLength(50);
});

test('a description alone fills an answer of 4,000 tokens, no more', async () => {
  const lines = ['DTSTART:20260610T080000Z', `DESCRIPTION:${'word '.repeat(4_800)}`];
  const { service, context } = holding({ 'l.ics': event('l', ...lines) });
  const details = await service.getEvent({ id: 'work/l' }, context);
  const bytes = Buffer.byteLength(JSON.stringify(details));
  expect([bytes > 15_000, bytes < 16_000, details.totalChars]).toEqual([true, true, 23_999]);
});

test.each([
  ['two pages', 'Wort für Wort 🙂\n'.repeat(1_400)],
  ['one character to a line', '長\n'.repeat(9_000)],
  ['more than a list would hold', `${'x'.repeat(99_990)}🙂${'y'.repeat(60_000)}`],
])('a long description is read on, page by page, to exactly its whole: %s', async (_name, whole) => {
  const lines = ['DTSTART:20260610T080000Z', `DESCRIPTION:${whole.replaceAll('\n', '\\n')}`];
  const { service, context } = holding({ 'l.ics': event('l', ...lines) });
  const expected = whole.trim();
  let text = '';
  let pages = 0;
  for (let offset: number | undefined = 0; offset !== undefined; pages += 1) {
    const details = await service.getEvent({ id: 'work/l', offset }, context);
    expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThan(16_000);
    expect(details.totalChars).toBe(expected.length);
    text += details.description ?? '';
    offset = details.nextOffset;
  }
  expect(text).toBe(expected);
  expect(pages).toBeGreaterThan(1);
  const { description, ...end } = await service.getEvent({ id: 'work/l', offset: 1_000_000 }, context);
  expect([description, end.totalChars, end.nextOffset]).toEqual(['', expected.length, undefined]);
});

test('what fits is whole: no count, nothing to read on', async () => {
  const { service, context } = holding({ 'r.ics': review });
  const details = await service.getEvent({ id: 'work/r', offset: 0 }, context);
  expect(details.description).toBe('Line one\nLine two');
  expect(details).not.toHaveProperty('totalChars');
  expect(details).not.toHaveProperty('nextOffset');
});

test('a time long ago or far ahead is shown as it is', async () => {
  const lines = ['DTSTART:18800505T080000Z', 'DTEND:18800505T090000Z'];
  const far = ['DTSTART:19000101T080000Z', 'DTEND;VALUE=DATE:99991231'];
  const { service, context } = holding({ 'l.ics': event('l', ...lines), 'f.ics': event('f', ...far) });
  expect((await service.getEvent({ id: 'work/l' }, context)).start).toMatch(/^1880-05-05T/u);
  const { start, end } = await service.getEvent({ id: 'work/f' }, context);
  expect([start.slice(0, 10), end.slice(0, 7)]).toEqual(['1900-01-01', '9999-12']);
});

test('a start or end no calendar has is drawn to the edge of four-digit years', async () => {
  const lines = ['DTSTART:20260610T080000Z', 'DURATION:P9999999D'];
  const { service, context } = holding({ 'l.ics': event('l', ...lines) });
  const { start, end } = await service.getEvent({ id: 'work/l' }, context);
  expect([start, end].every((time) => /^\d{4}-\d\d-\d\dT/u.test(time))).toBe(true);
});

test('title and location are whole, so that they can be written back; lists cut them visibly', async () => {
  const [title, place] = ['Titel '.repeat(80).trim(), 'Raum 5, '.repeat(124).trim()];
  const ics = event(
    'o',
    'DTSTART:20260610T080000Z',
    `SUMMARY:${title}`,
    `LOCATION:${place.replaceAll(',', '\\,')}`,
  );
  const { service, context } = holding({ 'o.ics': ics });
  const details = await service.getEvent({ id: 'work/o' }, context);
  expect(details).toMatchObject({ title, location: place });
  expect(details.warnings).toBeUndefined();
  const { events } = await service.getEvents({ start: '2026-06-10' }, context);
  expect(events[0]?.title).toMatch(/^Titel .*…$/u);
  expect(events[0]?.location).toMatch(/^Raum 5, .*…$/u);
});

test('a location no answer has room for is cut, which is said', async () => {
  const ics = event(
    'o',
    'DTSTART:20260610T080000Z',
    `LOCATION:${'漢'.repeat(15_000)}`,
    `DESCRIPTION:${'x'.repeat(90_000)}`,
  );
  const { service, context } = holding({ 'o.ics': ics });
  const details = await service.getEvent({ id: 'work/o' }, context);
  expect(details.location).toMatch(/^漢+…$/u);
  expect(details.warnings?.map(({ code }) => code)).toEqual(['location_cut']);
  expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThan(20_000);
});
