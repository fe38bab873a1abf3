import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  client,
  entry,
  failure,
  loggedIn,
  multistatus,
  never,
  reply,
  type Script,
  ScriptedDav,
} from '../../support/dav-rig.ts';

const challenge = { 'www-authenticate': 'Basic realm="OX WebDAV"' };
const listing = entry('/cal/a.ics', '1');
const granted: Script = loggedIn((_request, response) => multistatus(response, listing));
const secretOf = (authorization = '') =>
  Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')[1];

/** A password command that gives one password, and another from the first refusal on. */
function changing(old: string, anew: string) {
  const asked: (string | undefined)[] = [];
  const password = async (refused?: string) => {
    asked.push(refused);
    return refused === undefined && !asked.includes(old) ? old : anew;
  };
  return { asked, password };
}

test('two refusals that come apart are two logins in all, however late the second', async () => {
  const held: ServerResponse[] = [];
  let revoked = false;
  const server = await ScriptedDav.start((request, response) => {
    if (!revoked) granted(request, response);
    else if (request.path === '/cal/') held.push(response);
    else reply(response, 401, '', challenge);
  });
  const caldav = client({ url: server.url });
  const url = `${server.url}cal/`;
  await Promise.all([caldav.entries(url, never), caldav.entries(url, never)]);
  revoked = true;
  const before = server.requests.length;
  const calls = [failure(caldav.entries(url, never)), failure(caldav.entries(url, never))];
  await expect.poll(() => held.length).toBe(2);
  for (const response of held) {
    reply(response, 401, '', challenge);
    await sleep(150);
  }
  for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'auth_failed' });
  expect(server.requests.length - before).toBe(2);
});

test('refused on one line while the other still gives an answer, the password is tried once more and serves', async () => {
  const held: ServerResponse[] = [];
  let holding = false;
  const server = await ScriptedDav.start((request, response) => {
    if (holding && request.path === '/cal/' && held.length < 2) held.push(response);
    else granted(request, response);
  });
  const caldav = client({ url: server.url });
  const url = `${server.url}cal/`;
  await Promise.all([caldav.entries(url, never), caldav.entries(url, never)]);
  holding = true;
  const calls = [caldav.entries(url, never), caldav.entries(url, never)];
  await expect.poll(() => held.length).toBe(2);
  const [first, second] = held as [ServerResponse, ServerResponse];
  reply(first, 401, '', challenge);
  await sleep(100);
  multistatus(second, listing);
  for (const found of await Promise.all(calls)) expect(found).toHaveLength(1);
});

/** One connection is busy, and the next request opens another with what logged in before. */
async function withOneBusy(script: Script, password?: (refused?: string) => Promise<string>) {
  const held: ServerResponse[] = [];
  const server = await ScriptedDav.start((request, response) => {
    if (request.path === '/busy/') held.push(response);
    else script(request, response);
  });
  const caldav = client({ url: server.url, ...(password && { password }) });
  const url = `${server.url}cal/`;
  await caldav.entries(url, never);
  const busy = caldav.entries(`${server.url}busy/`, never);
  await expect.poll(() => held.length).toBe(1);
  const release = async () => {
    for (const response of held) multistatus(response, '<response><href>/busy/</href></response>');
    await busy;
  };
  return { server, entries: () => caldav.entries(url, never), release };
}

test('the first request of a new connection meets a changed password: the source is asked and the call answered', async () => {
  let right = 'old';
  const script: Script = (request, response) => {
    if (secretOf(request.headers.authorization) === right) granted(request, response);
    else reply(response, 401, '', challenge);
  };
  const { asked, password } = changing('old', 'anew');
  const { entries, release } = await withOneBusy(script, password);
  right = 'anew';
  expect(await entries()).toHaveLength(1);
  expect(asked.filter((refused) => refused === 'old')).toHaveLength(1);
  await release();
});

test('the same with a password that stays: two logins, then none', async () => {
  let revoked = false;
  const { server, entries, release } = await withOneBusy((request, response) => {
    if (revoked) reply(response, 401, '', challenge);
    else granted(request, response);
  });
  revoked = true;
  const before = server.requests.length;
  const calls = [failure(entries())];
  await sleep(100);
  await release();
  for (let call = 0; call < 2; call++) calls.push(failure(entries()));
  for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'auth_failed' });
  expect(server.requests.length - before).toBe(2);
});

test.each([429, 503])('a first login answered by %i waits as long as the server says', async (status) => {
  const pauses = ['1'];
  const server = await ScriptedDav.start((request, response) => {
    const pause = pauses.shift();
    if (pause === undefined) granted(request, response);
    else reply(response, status, '', { 'retry-after': pause });
  });
  const caldav = client({ url: server.url });
  expect(await caldav.entries(`${server.url}cal/`, never)).toHaveLength(1);
  expect(server.requests).toHaveLength(3);
});

test('a first login told to wait for longer says so, and is tried again when that is over', async () => {
  let now = 0;
  const pauses = ['7'];
  const server = await ScriptedDav.start((request, response) => {
    const pause = pauses.shift();
    if (pause === undefined) granted(request, response);
    else reply(response, 429, '', { 'retry-after': pause });
  });
  const caldav = client({ url: server.url, now: () => now });
  const ask = () => caldav.entries(`${server.url}cal/`, never);
  expect(await failure(ask())).toMatchObject({ code: 'rate_limited', hint: 'Try again in 7 seconds.' });
  now = 2000;
  expect(await failure(ask())).toMatchObject({ code: 'rate_limited', hint: 'Try again in 5 seconds.' });
  expect(server.requests).toHaveLength(1);
  now = 7001;
  expect(await ask()).toHaveLength(1);
});

test('a pause until a date is counted by the clock of the server that told it', async () => {
  const base = Date.UTC(2030, 0, 1);
  const dates = { date: new Date(base).toUTCString(), 'retry-after': new Date(base + 60_000).toUTCString() };
  const server = await ScriptedDav.start(loggedIn((_request, response) => reply(response, 503, '', dates)));
  const error = await failure(client({ url: server.url }).entries(`${server.url}cal/`, never));
  expect(error).toMatchObject({ code: 'rate_limited', hint: 'Try again in 60 seconds.' });
});
