import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { CalDav, CalDavSettings } from '../../src/connections/caldav.ts';
import { status } from '../../src/connections/imap/commands.ts';
import { imapStatus } from '../../src/connections/imap/status.ts';
import { Imap } from '../../src/connections/imap.ts';
import { createLog } from '../../src/log.ts';
import type { Fault, FaultEvent } from '../../src/sandbox/faults.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import {
  client,
  event,
  failure,
  loggedIn,
  multistatus,
  never,
  reply,
  type Script,
  ScriptedDav,
} from '../support/dav-rig.ts';
import { context, openMail } from '../support/mailboxes.ts';
import { alice, failing, label, message, SmtpRig } from './smtp/rig.ts';

/** Hours that pass at once. */
class Clock {
  private ahead = 0;
  readonly now = () => Date.now() + this.ahead;
  pass(ms: number) {
    this.ahead += ms;
  }
}

async function calendar(script: Script, settings: Partial<CalDavSettings> = {}) {
  const server = await ScriptedDav.start(loggedIn(script));
  const clock = new Clock();
  const caldav = client({ url: server.url, now: clock.now, ...settings });
  await caldav.ready(never);
  server.requests.length = 0;
  return { server, caldav, clock, url: `${server.url}cal/` };
}

/** An empty calendar. */
const itself = '<response><href>/cal/</href></response>';

const busy = (wait: string, code = 429): Script => {
  return (_request, response) => reply(response, code, '', { 'retry-after': wait });
};

test.each<[string, Script]>([
  ['429 in seconds', busy('120')],
  ['503 in seconds', busy('120', 503)],
  ['429 as a date', busy(new Date(Date.now() + 120_500).toUTCString())],
])('CalDAV, %s: nothing more is asked until then, whatever is to be done', async (_name, script) => {
  const { server, caldav, clock, url } = await calendar(script);
  const change = { signal: never };
  expect(await failure(caldav.entries(url, never))).toMatchObject({ code: 'rate_limited' });
  server.script = (_request, response) => multistatus(response, itself);
  clock.pass(60_000);
  const asked = [
    () => caldav.entries(url, never),
    () => caldav.create('/cal/a.ics', event('a'), change),
    () => caldav.remove('/cal/a.ics', { etag: 'x' }, change),
  ];
  for (const ask of asked) {
    const error = await failure(ask());
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(error.hint).toMatch(/^Try again in (?:5\d|6[01]) seconds\.$/u);
  }
  expect(caldav.rate.status.rateLimit?.waitMs).toBeGreaterThan(50_000);
  expect(server.requests).toHaveLength(1);
  clock.pass(61_000);
  expect(await caldav.entries(url, never)).toEqual([]);
  expect(caldav.rate.status.rateLimit?.waitMs).toBeUndefined();
});

test.each<[string, (caldav: CalDav, url: string, number: number) => Promise<unknown>]>([
  ['reads', (caldav, url) => caldav.entries(url, never)],
  ['writes', (caldav, _url, number) => caldav.create(`/cal/${number}.ics`, event('a'), { signal: never })],
])('CalDAV: %s that wait for a connection when the pause is asked for do not go out', async (_name, ask) => {
  const { server, caldav, url } = await calendar((_request, response) => {
    setTimeout(() => reply(response, 429, '', { 'retry-after': '90' }), 50);
  });
  const errors = await Promise.all(
    Array.from({ length: 20 }, (_, number) => failure(ask(caldav, url, number))),
  );
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['rate_limited']));
  expect(server.requests.length).toBeLessThanOrEqual(2);
});

test('CalDAV: who is told of a pause of three seconds waits for it, who comes later is told', async () => {
  const { server, caldav, url } = await calendar(busy('3'));
  const first = caldav.entries(url, never);
  await expect.poll(() => server.requests.length).toBe(1);
  await sleep(50);
  server.script = (_request, response) => multistatus(response, itself);
  expect(await failure(caldav.entries(url, never))).toMatchObject({ hint: 'Try again in 3 seconds.' });
  expect(await first).toEqual([]);
});

test('CalDAV: idle connections are not looked after while the server wants to be left alone', async () => {
  const pool = { max: 2, min: 1, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 50 };
  const { server, caldav, url } = await calendar(busy('60'), { pool });
  await expect.poll(() => server.requests.length).toBeGreaterThan(1);
  await failure(caldav.entries(url, never));
  const before = server.requests.length;
  await sleep(300);
  expect(server.requests).toHaveLength(before);
});

test('CalDAV: more than the limit is refused at once with the wait; the server never sees it', async () => {
  const ok: Script = (_request, response) => multistatus(response, itself);
  const { server, caldav, clock, url } = await calendar(ok, { requestsPerMinute: 2 });
  for (let request = 0; request < 20; request++) await caldav.entries(url, never);
  const begun = performance.now();
  expect(await failure(caldav.entries(url, never))).toMatchObject({
    code: 'rate_limited',
    hint: 'Try again in 30 seconds. MAILBOX_RATE_LIMIT sets the limit.',
  });
  expect(performance.now() - begun).toBeLessThan(500);
  expect(server.requests).toHaveLength(20);
  expect(caldav.rate.status).toEqual({ rateLimit: { limit: 20, remaining: 0 } });
  clock.pass(30_000);
  await caldav.entries(url, never);
  // A line silent for so long is asked first whether it is alive.
  expect(server.requests.filter(({ method }) => method !== 'OPTIONS')).toHaveLength(21);
});

test.each([
  [{}, [12_000, 1200, 3000]],
  [{ MAILBOX_RATE_LIMIT: '7' }, [70, 70, 70]],
  [{ MAILBOX_RATE_LIMIT: '0' }, [undefined, undefined, undefined]],
])('the status tells the limits of IMAP, SMTP and CalDAV: %j', async (settings, limits) => {
  const sandbox = await startSandbox({ seed: false });
  onTestFinished(() => sandbox.close());
  const account = await openMail({ ...sandbox.env('alice@sandbox.test'), ...settings });
  onTestFinished(() => account.close());
  const { accounts } = await account.status.status(context());
  expect(accounts[0]?.protocols.map(({ rateLimit }) => rateLimit?.limit)).toEqual(limits);
});

async function mailbox(settings: { requestsPerMinute?: number } = {}) {
  let fault: ((event: FaultEvent) => Fault | undefined) | undefined;
  const sandbox = await startSandbox({ seed: false, intercept: (event) => fault?.(event) });
  onTestFinished(() => sandbox.close());
  const clock = new Clock();
  const { MAILBOX_PASSWORD: password = '', MAILBOX_IMAP_PORT: port } = sandbox.env('alice@sandbox.test');
  const imap = new Imap({
    ...{
      host: '127.0.0.1',
      port: Number(port),
      secure: false,
      username: 'alice@sandbox.test',
      ca: undefined,
    },
    password: async () => password,
    pool: { max: 2, min: 0, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 3_600_000 },
    log: createLog({ level: 'error', write: () => undefined }),
    now: clock.now,
    ...settings,
  });
  onTestFinished(() => imap.pool.close());
  const look = () =>
    imap.read([], never, async (session) => await session.run([status('INBOX', false)], { signal: never }));
  const arm = (next: typeof fault) => {
    fault = next;
  };
  const seen = () => sandbox.imap.commands.length;
  return { imap, clock, look, arm, seen };
}

test.each([
  'NO [LIMIT] later',
  'NO [UNAVAILABLE] Temporarily throttled',
  'NO [INUSE] Too many requests',
  'BAD Request is throttled. Suggested Backoff Time: 4000 milliseconds',
])('IMAP, %s: the account rests, longer the second time, and then works', async (answer) => {
  const { imap, clock, look, arm, seen } = await mailbox();
  arm(({ command }) => (command === 'STATUS' ? { reply: answer } : undefined));
  const begun = performance.now();
  await look();
  clock.pass(4000);
  await look();
  expect(performance.now() - begun).toBeLessThan(2000);
  const before = seen();
  const error = await failure(look());
  expect(error).toMatchObject({ code: 'rate_limited', retryable: true, hint: 'Try again in 4 seconds.' });
  const told = await imapStatus(imap, never);
  expect(told).toMatchObject({ reachable: false, error: { code: 'rate_limited' } });
  expect(told.rateLimit?.waitMs).toBeGreaterThan(3000);
  expect(seen()).toBe(before);
  arm(undefined);
  clock.pass(4000);
  expect((await look())[0]).toMatchObject({ status: 'OK' });
  expect(await imapStatus(imap, never)).toMatchObject({ reachable: true, rateLimit: { limit: 12_000 } });
});

test('IMAP: more than the limit is refused at once with the wait; the server never sees it', async () => {
  const { look, clock, seen } = await mailbox({ requestsPerMinute: 1 });
  for (let job = 0; job < 10; job++) await look();
  const before = seen();
  expect((await failure(look())).hint).toMatch(/^Try again in (?:59|60) seconds\. MAILBOX_RATE_LIMIT/u);
  expect(seen()).toBe(before);
  clock.pass(60_000);
  await look();
});

test('IMAP: a first pause of two seconds is waited for', async () => {
  const { look, arm } = await mailbox();
  arm(failing('STATUS', { reply: 'NO [LIMIT] later' }, 1));
  await look();
  const begun = performance.now();
  expect((await look())[0]).toMatchObject({ status: 'OK' });
  expect(performance.now() - begun).toBeGreaterThan(1500);
});

test.each(['NO [INUSE] in use', 'NO [UNAVAILABLE] later', 'NO [SERVERBUG] sorry', 'NO [NONEXISTENT] no'])(
  'IMAP, %s: a fault, and no reason to rest',
  async (answer) => {
    const { imap, look, arm } = await mailbox();
    arm(({ command }) => (command === 'STATUS' ? { reply: answer } : undefined));
    for (let call = 0; call < 3; call++) expect((await look())[0]).toMatchObject({ status: 'NO' });
    expect(imap.rate.status.rateLimit?.waitMs).toBeUndefined();
  },
);

test('IMAP: a goodbye for too many requests is answered by a pause, not by the next connection', async () => {
  const { imap, look, arm } = await mailbox();
  await look();
  arm(({ command }) => (command === 'STATUS' ? { reply: '* BYE Too many requests, slow down' } : undefined));
  await failure(look());
  expect(imap.rate.status.rateLimit?.waitMs).toBeGreaterThan(0);
});

test('IMAP: one connection too many is no reason to rest while another is open', async () => {
  const { imap, look, arm } = await mailbox();
  await look();
  arm(({ command }) => (/LOGIN|AUTHENTICATE/u.test(command) ? { reply: 'NO [LIMIT] too many' } : undefined));
  await Promise.all(Array.from({ length: 6 }, look));
  expect(imap.rate.status.rateLimit?.waitMs).toBeUndefined();
});

test.each<[string, string]>([
  ['MAIL', '451 4.7.1 Rate limit exceeded'],
  ['MAIL', '421 4.7.0 too much mail'],
  ['RCPT', '450 4.7.1 <bob@sandbox.test>: sending rate limit exceeded'],
  ['DATA', '454 4.7.0 throttled'],
  ['.', '450 4.7.1 too many messages'],
  ['AUTH', '454 4.7.0 Temporary authentication failure'],
  ['GREETING', '421 4.7.0 too many connections from you'],
])('SMTP, %s answered "%s": the account rests, and then sends', async (command, answer) => {
  const rig = await SmtpRig.start();
  const clock = new Clock();
  const smtp = rig.smtp({ now: clock.now });
  rig.fault = failing(command, { reply: answer });
  expect(await label(smtp)).toBe('error rate_limited');
  const before = rig.context.commandLog.length;
  const refused = await failure(smtp.submit(message(), never));
  expect(refused).toMatchObject({ code: 'rate_limited', hint: 'Try again in 30 seconds.' });
  expect(refused.message).toMatch(/alone for a while\. Nothing was sent\.$/u);
  expect(rig.context.commandLog.length).toBe(before);
  rig.fault = undefined;
  clock.pass(30_000);
  expect(await label(smtp)).toBe('sent');
  expect(rig.accepted).toBe(1);
});

test('SMTP: one greylisted recipient holds up nobody else', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  rig.fault = failing('RCPT', { reply: '450 4.7.1 Greylisted' }, 1);
  expect(await label(smtp)).toBe('error rate_limited');
  expect(await label(smtp, message({ recipients: [alice] }))).toBe('sent');
});
