import { expect, test } from 'vitest';
import { davForTest, event } from './rig.ts';

test('a planned answer meets the next matching request and no other', async () => {
  const client = await davForTest();
  const { faults, requests } = client.sandbox.caldav;
  const headers = { 'Retry-After': '7' };
  faults.plan({ method: 'PUT', path: /a\.ics$/u }, { status: 503, headers, body: 'later' });
  expect((await client.put('b.ics', event('b'))).status).toBe(201);
  const refused = await client.put('a.ics', event('a'));
  expect([refused.status, refused.text, refused.headers.get('retry-after')]).toEqual([503, 'later', '7']);
  expect((await client.put('a.ics', event('a'))).status).toBe(201);
  expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
    'PUT 201',
    'PUT 503',
    'PUT 201',
  ]);
});

test.each([
  ['drop', 404],
  ['dropAfter', 200],
] as const)('%s: the connection dies, and the event is there: %s', async (fault, expected) => {
  const client = await davForTest();
  client.sandbox.caldav.faults.plan({ method: 'PUT' }, fault);
  await expect(client.put('a.ics', event('a'))).rejects.toThrow();
  expect((await client.send('GET', client.path('Kalender', 'a.ics'))).status).toBe(expected);
});

test('hang: no answer, and the sandbox still closes', async () => {
  const client = await davForTest();
  client.sandbox.caldav.faults.plan({}, 'hang');
  const outcome = client.put('a.ics', event('a')).then(
    () => 'answered',
    () => 'broken',
  );
  const soon = new Promise((resolve) => setTimeout(() => resolve('waiting'), 80));
  expect(await Promise.race([outcome, soon])).toBe('waiting');
  await client.sandbox.close();
  expect(await outcome).toBe('broken');
});

test('truncate gives torn XML as though it were all; cutAfter breaks the connection within', async () => {
  const client = await davForTest();
  const { faults, requests } = client.sandbox.caldav;
  faults.plan({ body: /sync-collection/u }, { truncate: 50 });
  expect((await client.sync('')).text).toHaveLength(50);
  expect(requests.at(-1)).toMatchObject({ method: 'REPORT', path: client.path(), status: 207, bytes: 50 });
  faults.plan({}, { cutAfter: 50 });
  await expect(client.sync('')).rejects.toThrow();
});

test('drip and delay: everything arrives, slowly', async () => {
  const client = await davForTest();
  await client.put('a.ics', event('a'));
  client.sandbox.caldav.faults.plan({ times: 1 }, { drip: 40, pauseMs: 10 });
  const start = performance.now();
  expect(await client.get('a.ics')).toBe(event('a'));
  expect(performance.now() - start).toBeGreaterThan(30);
  client.sandbox.caldav.faults.plan({}, { delayMs: 50 });
  const second = performance.now();
  expect(await client.get('a.ics')).toBe(event('a'));
  expect(performance.now() - second).toBeGreaterThan(45);
});

test('the log shows headers without credentials', async () => {
  const client = await davForTest();
  await client.put('a.ics', event('a'), { 'If-None-Match': '*' });
  const [entry] = client.sandbox.caldav.requests;
  expect(entry?.headers['if-none-match']).toBe('*');
  expect(JSON.stringify(client.sandbox.caldav.requests)).not.toMatch(/basic|authorization/iu);
});
