import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { caldavStatus } from '../../../src/connections/caldav/status.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import {
  client,
  entry,
  event,
  failure,
  logged,
  loggedIn,
  multistatus,
  never,
  oneCalendar,
  reply,
  type Script,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const limits = { requestMs: 300, silenceMs: 300, optionalSilenceMs: 200 };

const rig = (script: Script) => oneCalendar(script, limits);

const listing = entry('/cal/a.ics', '1');
const challenge = { 'www-authenticate': 'Basic realm="OX WebDAV", encoding="UTF-8"' };

test('a refused password is tried once, by however many calls, and the hint names the right one', async () => {
  const server = await ScriptedDav.start((_request, response) => reply(response, 401, '', challenge));
  const caldav = client({ url: server.url });
  const errors = await Promise.all([
    ...Array.from({ length: 5 }, () => failure(caldav.home(never))),
    failure(caldav.entries(`${server.url}cal/`, never)),
    failure(caldav.create('/cal/a.ics', event('a'), { signal: never })),
  ]);
  for (const error of [...errors, await failure(caldav.get('/cal/a.ics', never))]) {
    expect(error).toMatchObject({ code: 'auth_failed', retryable: false });
    expect(error.hint).toMatch(/Application password of type CalDAV\/CardDAV.*MAILBOX_DAV_PASSWORD/);
  }
  expect(server.requests).toHaveLength(1);
  expect(caldav.access.status).toMatchObject({ mode: 'read-only' });
});

test('a password that is refused later is tried once more at most, and never an empty list', async () => {
  let revoked = false;
  const server = await ScriptedDav.start((request, response) => {
    if (revoked) reply(response, 401, '', challenge);
    else loggedIn((_request, rest) => multistatus(rest, listing))(request, response);
  });
  const caldav = client({ url: server.url });
  expect(await caldav.entries(`${server.url}cal/`, never)).toHaveLength(1);
  revoked = true;
  const before = server.requests.length;
  for (let call = 0; call < 4; call++) {
    expect(await failure(caldav.entries(`${server.url}cal/`, never))).toMatchObject({ code: 'auth_failed' });
  }
  expect(server.requests.length - before).toBeLessThanOrEqual(2);
});

test('calls at the same time do not try a refused password more often than twice', async () => {
  let revoked = false;
  const refused: ServerResponse[] = [];
  const server = await ScriptedDav.start((request, response) => {
    const answer = loggedIn((_request, rest) => multistatus(rest, listing));
    if (!revoked) return void setTimeout(() => answer(request, response), 30);
    // Both connections are under way when the refusals come.
    refused.push(response);
    if (refused.length >= 2) for (const each of refused.splice(0)) reply(each, 401, '', challenge);
  });
  const caldav = client({ url: server.url });
  const list = () => caldav.entries(`${server.url}cal/`, never);
  await Promise.all([list(), list(), list()]);
  expect(server.accepted).toBe(2);
  revoked = true;
  const before = server.requests.length;
  for (let round = 0; round < 2; round++) {
    const errors = await Promise.all(Array.from({ length: 5 }, () => failure(list())));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['auth_failed']));
    expect(errors.filter(({ hint }) => /restart.*restart/u.test(hint ?? ''))).toEqual([]);
  }
  expect(server.requests.length - before).toBe(2);
});

test('one 401 between good answers locks nobody out', async () => {
  let answers = 0;
  const { url, caldav } = await rig((_request, response) => {
    if (++answers % 2 === 1) reply(response, 401, '', challenge);
    else multistatus(response, listing);
  });
  await caldav.ready(never);
  for (let round = 0; round < 3; round++) expect(await caldav.entries(url, never)).toHaveLength(1);
  expect(answers).toBe(6);
});

test('a server that wants another kind of login is named as such', async () => {
  const server = await ScriptedDav.start((_request, response) =>
    reply(response, 401, '', { 'www-authenticate': 'Bearer realm="x"' }),
  );
  expect((await failure(client({ url: server.url }).home(never))).hint).toContain('HTTP Basic');
});

test('neither password nor login is ever logged', async () => {
  const { url, caldav } = await rig((_request, response) => multistatus(response, listing));
  await caldav.entries(url, never);
  expect(logged.length).toBeGreaterThan(0);
  const secrets = ['pässword', Buffer.from('alice@rig.test:pässword').toString('base64')];
  expect(logged.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});

test.each([
  [
    'cut off',
    (response: Parameters<Script>[1]) => reply(response, 207, '<multistatus xmlns="DAV:"><response>'),
  ],
  [
    'cut off by length',
    (response) => {
      response.writeHead(207, { 'content-length': '99' }).write('<multistatus');
      setTimeout(() => response.destroy(), 10);
    },
  ],
  ['malformed', (response) => reply(response, 207, '<multistatus xmlns="DAV:"></response>')],
  ['empty', (response) => reply(response, 207)],
  ['a page for people', (response) => reply(response, 200, '<html/>', { 'content-type': 'text/html' })],
  ['nothing', (response) => reply(response, 204)],
  ['a server error', (response) => reply(response, 502)],
  ['oddly packed', (response) => reply(response, 207, 'x', { 'content-encoding': 'br' })],
  ['badly packed', (response) => reply(response, 207, 'x', { 'content-encoding': 'gzip' })],
  ['no HTTP', (response) => response.socket?.end('garbage\r\n\r\n')],
] satisfies [string, (response: Parameters<Script>[1]) => unknown][])(
  'an answer that is %s is an error for every reader',
  async (_name, answer) => {
    const { url, caldav } = await rig((_request, response) => void answer(response));
    const readers = [
      () => caldav.entries(url, never),
      () => caldav.sync(url, undefined, never),
      () => caldav.ctag(url, never),
      () => caldav.sync(url, undefined, never, async () => undefined),
      () => caldav.fetch(url, ['/cal/a.ics'], never),
      () => caldav.home(never),
    ];
    for (const read of readers) expect(await failure(read())).toMatchObject({ code: 'unavailable' });
  },
);

test('a read is asked again on a new connection when the old one had died in silence', async () => {
  let died = 0;
  const { server, url, caldav } = await rig((request, response) => {
    if (request.headers.depth === '1' && died++ === 0) response.socket?.resetAndDestroy();
    else multistatus(response, listing);
  });
  await caldav.ctag(url, never);
  expect(await caldav.entries(url, never)).toHaveLength(1);
  expect(server.accepted).toBe(2);
  expect(caldav.pool.status).toMatchObject({ created: 2, reconnects: 1 });
});

test('a connection the server closed is replaced without a fault', async () => {
  const { server, url, caldav } = await rig((_request, response) => multistatus(response, listing));
  await caldav.entries(url, never);
  for (const socket of server.sockets) socket.end();
  await expect.poll(() => server.sockets.size).toBe(0);
  expect(await caldav.entries(url, never)).toHaveLength(1);
});

test('one connection is used for call after call', async () => {
  const { server, url, caldav } = await rig((_request, response) => multistatus(response, listing));
  for (let call = 0; call < 5; call++) await caldav.entries(url, never);
  expect(server.accepted).toBe(1);
  await Promise.all(Array.from({ length: 6 }, () => caldav.entries(url, never)));
  expect(server.accepted).toBe(2);
});

test('silence and slow bodies end in time, with the connection', async () => {
  const slow: Script = (_request, response) => {
    response.writeHead(207, { 'content-type': 'application/xml' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  };
  for (const script of [slow, () => 'silence']) {
    const { server, url, caldav } = await rig(script);
    const started = performance.now();
    expect(await failure(caldav.entries(url, never))).toMatchObject({ code: 'timeout', retryable: true });
    expect(performance.now() - started).toBeLessThan(1500);
    await expect.poll(() => server.sockets.size).toBe(0);
  }
});

test('a server that does not even accept or greet is given up in time', async () => {
  const server = await ScriptedDav.start(() => 'silence');
  const pool = { max: 1, min: 0, timeoutMs: 300, idleTimeoutMs: 60_000, healthCheckMs: 60_000 };
  const started = performance.now();
  expect(await failure(client({ url: server.url, pool }).home(never))).toMatchObject({ code: 'timeout' });
  expect(performance.now() - started).toBeLessThan(3000);
  const nobody = client({ url: 'http://127.0.0.1:9/' });
  expect(await failure(nobody.home(never))).toMatchObject({ code: 'unavailable', retryable: true });
});

test('a cancelled call ends at once with its reason and frees the connection for the next', async () => {
  let silent = true;
  const { server, url, caldav } = await rig((_request, response) => {
    if (!silent) multistatus(response, listing);
  });
  await caldav.ready(never);
  const controller = new AbortController();
  const reason = new MailboxError('timeout', 'Cancelled by the test.');
  const call = failure(caldav.entries(url, controller.signal));
  await expect.poll(() => server.requests.length).toBe(2);
  const started = performance.now();
  controller.abort(reason);
  expect(await call).toBe(reason);
  expect(performance.now() - started).toBeLessThan(100);
  await expect.poll(() => server.sockets.size).toBe(0);
  silent = false;
  expect(await caldav.entries(url, never)).toHaveLength(1);
});

test.each([429, 503])('%i with a short pause is waited for once', async (status) => {
  const pauses = ['1', '1'];
  const { server, url, caldav } = await rig((_request, response) => {
    const pause = pauses.shift();
    if (pause === undefined) multistatus(response, listing);
    else reply(response, status, '', { 'retry-after': pause });
  });
  expect(await failure(caldav.entries(url, never))).toMatchObject({ code: 'rate_limited' });
  expect(server.requests).toHaveLength(3);
  pauses.push('0');
  expect(await caldav.entries(url, never)).toHaveLength(1);
});

test('a long pause is not waited for but said', async () => {
  const date = new Date(Date.now() + 120_000).toUTCString();
  const { server, url, caldav } = await rig((_request, response) =>
    reply(response, 503, '', { 'retry-after': date }),
  );
  const error = await failure(caldav.entries(url, never));
  expect(error).toMatchObject({
    code: 'rate_limited',
    hint: expect.stringMatching(/^Try again in 1[12]\d seconds\.$/),
  });
  expect(server.requests).toHaveLength(2);
});

test('a check of an idle connection carries no password', async () => {
  const server = await ScriptedDav.start(
    loggedIn((request, response) => {
      if (request.method === 'OPTIONS') reply(response, 401, '', challenge);
      else multistatus(response, listing);
    }),
  );
  const pool = { max: 1, min: 0, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 50 };
  const caldav = client({ url: server.url, pool });
  await caldav.ready(never);
  await sleep(120);
  expect(await caldav.entries(`${server.url}cal/`, never)).toHaveLength(1);
  const checks = server.requests.filter(({ method }) => method === 'OPTIONS');
  expect(checks.length).toBeGreaterThan(0);
  expect(checks.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  expect(server.accepted).toBe(1);
});

test('the status tells what the server can do, and how it fails', async () => {
  const { server, caldav } = await rig((_request, response) =>
    reply(response, 200, '', { dav: '1, 2, Calendar-Access, calendar-auto-schedule, x' }),
  );
  expect(await caldavStatus(caldav, never)).toMatchObject({
    ...{ protocol: 'caldav', reachable: true, mode: 'read-write', latencyMs: expect.any(Number) },
    capabilities: ['calendar-access', 'calendar-auto-schedule'],
    pool: { size: 1, created: 1 },
  });
  server.script = (_request, response) => reply(response, 500);
  expect(await caldavStatus(caldav, never)).toMatchObject({
    reachable: false,
    error: { code: 'unavailable' },
  });
});
