import { expect, test } from 'vitest';
import { behaviours, calendar, davForTest, event, vevent } from './rig.ts';

test('plain: a body is stored byte for byte, and PUT tells its ETag', async () => {
  const client = await davForTest();
  const ics = event('a', 'SUMMARY:Ä', 'X-ODD;P="a:b":1');
  const created = await client.put('a.ics', ics, { 'If-None-Match': '*' });
  expect(created.status).toBe(201);
  const read = await client.send('GET', client.path('Kalender', 'a.ics'));
  expect(read.text).toBe(ics);
  expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
  const updated = await client.put('a.ics', ics, { 'If-Match': read.headers.get('etag') ?? '' });
  expect(updated.status).toBe(204);
  expect(updated.headers.get('etag')).not.toBe(read.headers.get('etag'));
});

test('open-xchange: PUT is always 201 and tells no ETag, the body is in the server’s words', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  for (const _time of [1, 2]) {
    const { status, headers } = await client.put('a.ics', event('a', 'X-ODD;P="a:b":1'));
    expect([status, headers.get('etag')]).toEqual([201, null]);
  }
  const ics = await client.get('a.ics');
  expect(ics).toContain('X-ODD;P="a:b":1\r\n');
  expect(ics).toContain('DTSTAMP:20260318T100000Z\r\n');
  for (const line of ['CREATED:', 'LAST-MODIFIED:', 'SEQUENCE:0', 'TRANSP:OPAQUE'])
    expect(ics).toContain(line);
  const [found] = await client.propfind(client.path('Kalender', 'a.ics'), '0', 'getetag');
  const { headers } = await client.send('GET', client.path('Kalender', 'a.ics'));
  const etag = found?.properties['D:getetag']?.text ?? '';
  expect(etag).toMatch(/^1755-\d+$/u);
  expect(headers.get('etag')).toBe(`"${etag}"`);
  expect((await client.put('a.ics', event('a'), { 'If-Match': etag })).status).toBe(201);
});

test.each(behaviours)(
  '%s: a write under a stale or wrong condition is 412 and changes nothing',
  async (behaviour) => {
    const client = await davForTest({ behaviour });
    await client.put('a.ics', event('a', 'SUMMARY:eins'));
    const path = client.path('Kalender', 'a.ics');
    const etag = (await client.send('GET', path)).headers.get('etag') ?? '';
    await client.put('a.ics', event('a', 'SUMMARY:zwei'), { 'If-Match': etag });
    const wrong = [{ 'If-Match': etag }, { 'If-None-Match': '*' }, { 'If-Schedule-Tag-Match': '"x"' }];
    for (const headers of wrong as Record<string, string>[]) {
      expect((await client.put('a.ics', event('a', 'SUMMARY:drei'), headers)).status).toBe(412);
      expect((await client.send('DELETE', path, undefined, headers)).status).toBe(412);
    }
    expect((await client.put('none.ics', event('n'), { 'If-Match': '*' })).status).toBe(412);
    expect(await client.get('a.ics')).toContain('SUMMARY:zwei');
    expect((await client.send('DELETE', path, undefined, { 'If-Match': '*' })).status).toBe(204);
    expect((await client.send('GET', path)).status).toBe(404);
  },
);

test.each([
  ['garbage', 'no calendar', 'valid-calendar-data'],
  ['an open component', event('a').replace('END:VEVENT\r\n', ''), 'valid-calendar-data'],
  ['no start', event('a', 'DTSTART:tomorrow'), 'valid-calendar-data'],
  ['a METHOD', event('a').replace('VERSION', 'METHOD:REQUEST\r\nVERSION'), 'valid-calendar-object-resource'],
  ['two UIDs', calendar(vevent('a'), vevent('b')), 'valid-calendar-object-resource'],
  ['two masters', calendar(vevent('a'), vevent('a')), 'valid-calendar-object-resource'],
  ['no UID', event('').replace('UID:\r\n', ''), 'valid-calendar-object-resource'],
  ['a task', event('a').replaceAll('VEVENT', 'VTODO'), 'supported-calendar-component'],
])('%s is refused with its precondition', async (_what, body, condition) => {
  const client = await davForTest();
  const { status, text } = await client.put('a.ics', body);
  expect(status).toBe(403);
  expect(text).toContain(`<D:error`);
  expect(text).toContain(condition);
});

test('a body too large, another type, no collection and a collection itself are refused', async () => {
  const client = await davForTest({ maxResourceSize: 300 });
  expect((await client.put('a.ics', event('a', `SUMMARY:${'x'.repeat(300)}`))).text).toContain(
    'max-resource-size',
  );
  expect((await client.put('a.ics', event('a'), { 'Content-Type': 'text/html' })).text).toContain(
    'supported-calendar-data',
  );
  expect(
    (await client.send('PUT', client.path().replace(/[^/]+\/$/u, 'none/a.ics'), event('a'))).status,
  ).toBe(409);
  expect((await client.send('PUT', client.path(), event('a'))).status).toBe(405);
});

test.each(['Geburtstage', 'Feiertage'])('%s can be read only', async (name) => {
  const client = await davForTest();
  client.sandbox.caldav.calendars.user(client.user).collection(name).put('a.ics', event('a'));
  expect(await client.get('a.ics', name)).toContain('UID:a');
  const { status, text } = await client.put('a.ics', event('a'), {}, name);
  expect([status, text.includes('need-privileges')]).toEqual([403, true]);
  expect((await client.send('DELETE', client.path(name, 'a.ics'))).status).toBe(403);
});

test.each([
  ['plain', 409],
  ['open-xchange', 403],
] as const)('%s: a UID is in a calendar once', async (behaviour, expected) => {
  const client = await davForTest({ behaviour });
  await client.put('a.ics', event('a'));
  const twice = await client.put('b.ics', event('a'));
  expect([twice.status, twice.text.includes('no-uid-conflict')]).toEqual([expected, true]);
  expect(twice.text).toContain(client.path('Kalender', 'a.ics'));
  expect((await client.put('a.ics', event('other'))).status).toBe(expected);
  client.sandbox.caldav.calendars.user(client.user).add({ name: 'Zweiter' });
  const elsewhere = await client.put('a.ics', event('a'), {}, 'Zweiter');
  expect(elsewhere.status).toBe(behaviour === 'plain' ? 201 : 403);
  if (behaviour === 'open-xchange') expect(elsewhere.text).toContain('unique-scheduling-object-resource');
});

test('open-xchange: a lower SEQUENCE is 409, a rule it cannot keep 400, garbage 400', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  await client.put('a.ics', event('a', 'SEQUENCE:3'));
  expect((await client.put('a.ics', event('a', 'SEQUENCE:2'))).status).toBe(409);
  expect((await client.put('a.ics', event('a', 'SEQUENCE:3', 'SUMMARY:x'))).status).toBe(201);
  await client.put('a.ics', event('a'));
  expect(await client.get('a.ics')).toContain('SEQUENCE:3');
  expect((await client.put('b.ics', event('b', 'RRULE:FREQ=HOURLY'))).status).toBe(400);
  expect((await client.put('b.ics', 'x')).status).toBe(400);
});

test('open-xchange: an override left out stays, unless its occurrence is gone', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  const master = (...lines: string[]) => vevent('s', 'RRULE:FREQ=DAILY', ...lines);
  const override = vevent('s', 'RECURRENCE-ID:20260403T080000Z', 'SUMMARY:anders');
  await client.put('s.ics', calendar(master(), override));
  await client.put('s.ics', calendar(master('SUMMARY:neu')));
  expect(await client.get('s.ics')).toContain('SUMMARY:anders');
  await client.put('s.ics', calendar(master('EXDATE:20260403T080000Z')));
  expect(await client.get('s.ics')).not.toContain('SUMMARY:anders');
  for (const [rule, stays] of [
    ['FREQ=DAILY;UNTIL=20260402T235959Z', false],
    ['FREQ=DAILY;COUNT=2', false],
    ['FREQ=DAILY;COUNT=3', true],
    ['FREQ=WEEKLY;BYDAY=WE,FR;COUNT=2', true],
  ] as const) {
    await client.put('s.ics', calendar(master(), override));
    await client.put('s.ics', calendar(vevent('s', `RRULE:${rule}`)));
    expect((await client.get('s.ics')).includes('SUMMARY:anders'), rule).toBe(stays);
  }
});

test('plain: an override left out is gone', async () => {
  const client = await davForTest();
  const override = vevent('s', 'RECURRENCE-ID:20260403T080000Z', 'SUMMARY:anders');
  await client.put('s.ics', calendar(vevent('s', 'RRULE:FREQ=DAILY'), override));
  await client.put('s.ics', event('s', 'RRULE:FREQ=DAILY'));
  expect(await client.get('s.ics')).not.toContain('anders');
});

test('open-xchange: lines are folded at 75 octets, never within a character', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  const summary = `SUMMARY:${'ü€😀'.repeat(60)}`;
  await client.put('a.ics', event('a', summary));
  const ics = await client.get('a.ics');
  expect(Math.max(...ics.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  expect(ics.replaceAll('\r\n ', '')).toContain(summary);
});

test('open-xchange: a resource also answers to its UID', async () => {
  const client = await davForTest({ behaviour: 'open-xchange' });
  await client.put('odd-name.ics', event('the-uid'));
  expect(await client.get('the-uid.ics')).toContain('UID:the-uid');
});
