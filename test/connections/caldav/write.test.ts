import { expect, test } from 'vitest';
import type { CalDav } from '../../../src/connections/caldav.ts';
import {
  event,
  failure,
  gone,
  multistatus,
  never,
  oneCalendar,
  precondition,
  reply,
  type Script,
} from '../../support/dav-rig.ts';

const href = '/cal/a.ics';
const options = { signal: never };
const limits = { requestMs: 300 };

const rig = (script: Script) => oneCalendar(script, limits);

const writes: readonly (readonly [string, (caldav: CalDav, signal?: AbortSignal) => Promise<unknown>])[] = [
  ['create', (caldav, signal = never) => caldav.create(href, event('a'), { signal })],
  ['update', (caldav, signal = never) => caldav.update(href, event('a'), { etag: 'e1' }, { signal })],
  ['remove', (caldav, signal = never) => caldav.remove(href, { etag: 'e1' }, { signal })],
];

test('says under which condition and in what form it writes', async () => {
  const { server, caldav } = await rig((_request, response) =>
    reply(response, 201, '', { etag: 'W/"e2"', 'schedule-tag': '"s2"' }),
  );
  expect(await caldav.create(href, event('ü'), options)).toEqual({ etag: 'e2', scheduleTag: 's2' });
  await caldav.update(href, event('a'), { etag: '"e1"' }, options);
  await caldav.update(href, event('a'), { scheduleTag: 's1' }, { ...options, quiet: true });
  await caldav.remove(href, { etag: 'e1' }, { ...options, quiet: true });
  const [create, update, quiet, remove] = server.requests.slice(1);
  expect(create).toMatchObject({ method: 'PUT', path: href, body: event('ü') });
  expect(create?.headers).toMatchObject({
    ...{ 'if-none-match': '*', 'content-type': 'text/calendar; charset=utf-8' },
    'content-length': String(Buffer.byteLength(event('ü'))),
  });
  expect(create?.headers['if-match']).toBeUndefined();
  expect(update?.headers['if-match']).toBe('"e1"');
  expect(update?.headers.scheduling).toBeUndefined();
  expect(quiet?.headers).toMatchObject({
    ...{ 'if-schedule-tag-match': '"s1"', scheduling: 'none', 'schedule-reply': 'F' },
  });
  expect(quiet?.headers['if-match']).toBeUndefined();
  expect(remove).toMatchObject({ method: 'DELETE', headers: { 'if-match': '"e1"', scheduling: 'none' } });
  expect(server.accepted).toBe(1);
});

test('an answer without a tag, as Open-Xchange gives it, is a success without one', async () => {
  const { caldav } = await rig((_request, response) => reply(response, 201));
  expect(await caldav.create(href, event('a'), options)).toEqual({ etag: undefined, scheduleTag: undefined });
});

test.each(['', '"', 'a\r\nX-Evil: 1'])('never writes blindly: the tag %j', async (etag) => {
  const { server, caldav } = await rig((_request, response) => reply(response, 204));
  expect(await failure(caldav.update(href, event('a'), { etag }, options))).toMatchObject({
    code: 'internal',
  });
  expect(await failure(caldav.remove(href, { etag }, options))).toMatchObject({ code: 'internal' });
  expect(server.requests).toEqual([]);
});

test.each([
  [403, 'C:no-uid-conflict', 'conflict', 'same UID'],
  [409, 'C:no-uid-conflict', 'conflict', 'same UID'],
  [403, 'C:unique-scheduling-object-resource', 'conflict', 'Another calendar'],
  [403, 'C:max-resource-size', 'invalid_input', 'larger'],
  [403, 'C:valid-calendar-data', 'invalid_input', 'malformed'],
  [403, 'C:supported-calendar-component', 'unsupported', 'kind'],
  [403, 'C:min-date-time', 'invalid_input', 'earliest'],
  [403, 'C:max-date-time', 'invalid_input', 'latest'],
  [403, 'C:allowed-attendee-scheduling-object-change', 'forbidden', 'organizer'],
  [403, 'C:allowed-organizer-scheduling-object-change', 'forbidden', 'organizer'],
  [403, 'C:same-organizer-in-all-components', 'invalid_input', 'same organizer'],
  [403, 'D:need-privileges', 'forbidden', 'permission'],
  [507, 'D:quota-not-exceeded', 'conflict', 'full'],
  [403, 'D:constructor', 'forbidden', 'not permit'],
])('%i %s is %s in our own words', async (status, name, code, words) => {
  const { server, caldav } = await rig((_request, response) => reply(response, status, precondition(name)));
  const error = await failure(caldav.update(href, event('a'), { etag: 'e1' }, options));
  expect(error).toMatchObject({ code, message: expect.stringContaining(words), retryable: false });
  expect(server.requests).toHaveLength(2);
});

test.each([
  [400, 'invalid_input'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [405, 'unsupported'],
  [409, 'conflict'],
  [412, 'conflict'],
  [413, 'invalid_input'],
  [423, 'conflict'],
  [429, 'rate_limited'],
  [500, 'unknown_outcome'],
  [502, 'unknown_outcome'],
  [503, 'unknown_outcome'],
  [504, 'unknown_outcome'],
  [507, 'conflict'],
  [301, 'unavailable'],
])('%i to a PUT is %s, and it is not sent again', async (status, code) => {
  const { server, caldav } = await rig((_request, response) =>
    reply(response, status, '<html>secret of the server</html>', { location: 'https://evil.example/' }),
  );
  const error = await failure(caldav.update(href, event('a'), { etag: 'e1' }, options));
  expect(error).toMatchObject({ code });
  expect(`${error.message} ${error.hint}`).not.toMatch(/secret|evil/);
  expect(server.requests).toHaveLength(2);
});

test.each([429, 503])(
  '%i with Retry-After says that nothing was done and how long to wait',
  async (status) => {
    const { server, caldav } = await rig((_request, response) =>
      reply(response, status, '', { 'retry-after': '1' }),
    );
    expect(await failure(caldav.create(href, event('a'), options))).toMatchObject({
      ...{ code: 'rate_limited', hint: 'Try again in 1 second.', retryable: true },
    });
    expect(server.requests).toHaveLength(2);
  },
);

test('a refusal inside a 207, as Xandikos words it, is a refusal; any other 207 says nothing', async () => {
  const error = '<error><C:valid-calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav"/></error>';
  const bodies = [
    gone(href, '403 Forbidden').replace('</status>', `</status>${error}`),
    gone(href, '200 OK'),
  ];
  const { caldav } = await rig((_request, response) => multistatus(response, bodies.shift() ?? ''));
  expect(await failure(caldav.create(href, event('a'), options))).toMatchObject({ code: 'invalid_input' });
  expect(await failure(caldav.create(href, event('a'), options))).toMatchObject({ code: 'unknown_outcome' });
});

test('create says that the name is taken', async () => {
  const { caldav } = await rig((_request, response) => reply(response, 412));
  expect((await failure(caldav.create(href, event('a'), options))).message).toContain('already holds');
});

test('what is gone counts as removed, also where the server answers the condition', async () => {
  const { server, caldav } = await rig(({ method }, response) => {
    reply(response, method === 'GET' ? 404 : server.requests.length === 2 ? 410 : 412);
  });
  await caldav.remove(href, { etag: 'e1' }, options);
  await caldav.remove(href, { etag: 'e1' }, options);
  expect(server.asked.slice(1)).toEqual([`DELETE ${href}`, `DELETE ${href}`, `GET ${href}`]);
});

test.each(writes)(
  '%s: cut before an answer is an unknown outcome, and it is not sent again',
  async (_name, write) => {
    const { server, caldav } = await rig((_request, response) => response.destroy());
    await caldav.ready(never);
    expect(await failure(write(caldav))).toMatchObject({ code: 'unknown_outcome', retryable: false });
    expect(server.requests).toHaveLength(2);
  },
);

test.each(writes)('%s: silence is an unknown outcome', async (_name, write) => {
  const { server, caldav } = await rig(() => 'no answer');
  expect(await failure(write(caldav))).toMatchObject({ code: 'unknown_outcome' });
  expect(server.requests).toHaveLength(2);
  await expect.poll(() => server.sockets.size).toBe(0);
});

test.each(writes)(
  '%s: a call that is cancelled on the way has an unknown outcome and frees its connection',
  async (_name, write) => {
    const controller = new AbortController();
    const { server, caldav } = await rig(() => controller.abort());
    expect(await failure(write(caldav, controller.signal))).toMatchObject({ code: 'unknown_outcome' });
    await expect.poll(() => server.sockets.size).toBe(0);
  },
);

test('a call that was cancelled before sends nothing and says nothing of an outcome', async () => {
  const { server, caldav } = await rig((_request, response) => reply(response, 201));
  await caldav.ready(never);
  const error = await failure(caldav.create(href, event('a'), { signal: AbortSignal.abort() }));
  expect(error).toMatchObject({ name: 'AbortError' });
  expect(server.requests).toHaveLength(1);
});

test('the status is enough: a body that is cut or never ends changes nothing', async () => {
  const endings: Script[] = [
    (_request, response) =>
      void response.writeHead(201, { etag: '"e2"', 'content-length': '9' }).flushHeaders(),
    (_request, response) => {
      response.writeHead(412, { 'content-length': '9' }).write('x');
      setTimeout(() => response.destroy(), 20);
    },
  ];
  const { server, caldav } = await rig((request, response) => endings.shift()?.(request, response));
  expect(await caldav.create(href, event('a'), options)).toMatchObject({ etag: 'e2' });
  expect(await failure(caldav.create(href, event('a'), options))).toMatchObject({ code: 'conflict' });
  expect(server.requests).toHaveLength(3);
});

test('the mode is read-write after a write that worked', async () => {
  const { caldav } = await rig((_request, response) => reply(response, 201));
  await caldav.create(href, event('a'), options);
  expect(caldav.access.status).toEqual({ mode: 'read-write' });
});
