import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { learningStatus } from '../../src/accounts/learning-status.ts';
import { assemble } from '../../src/cli/account.ts';
import { lazyAccount } from '../../src/cli/lazy-account.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { ServerStatus } from '../../src/domain/status.ts';
import { createLog } from '../../src/log.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { fakeServices } from '../tools/services.ts';
import { accountsOf, addressOf, asked, blackhole, envOf, type Name, names } from './rig.ts';

/** Work is well; the mail server of home does as a test says. */
let sandboxes: Record<Name, Sandbox>;
let hole: Awaited<ReturnType<typeof blackhole>>;
let fault: Fault | undefined;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const users = (name: Name) => [{ email: addressOf(name), password: `${name}-pw` }];
  sandboxes = {
    work: await startSandbox({ seed: false, users: users('work') }),
    home: await startSandbox({
      seed: false,
      users: users('home'),
      intercept: ({ command }) => (/NOOP/u.test(command) ? fault : undefined),
    }),
  };
  hole = await blackhole();
});
beforeEach(() => {
  fault = undefined;
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await Promise.all(names.map((name) => sandboxes[name].close()));
  await hole.close();
});

/** Both accounts as the server opens them: each knows that it is not alone. */
function open(home: Record<string, string> = {}) {
  const config = readConfig([], envOf(sandboxes, { home }));
  const log = createLog({ level: 'error', write: () => undefined });
  const lazy = config.accounts.map((account) => ({
    ...{ name: account.accountName ?? '', addresses: [account.email] },
    ...lazyAccount(() => assemble(account, config, log, '0.0.0')),
  }));
  const close = async () => void (await Promise.all(lazy.map((one) => one.close())));
  closing.push(close);
  const services = accountsOf(lazy);
  return { close, status: () => told(() => services().status.status(asked(40_000))) };
}

/** What cannot be reached of each account, and how long it took to tell. */
async function told(ask: () => Promise<ServerStatus>) {
  const started = performance.now();
  const { accounts } = await ask();
  const away = accounts.map(({ account, protocols }) => {
    const silent = protocols.filter(({ reachable }) => !reachable);
    return [account, silent.map(({ protocol, error }) => `${protocol} ${error?.code}`).join(' ')];
  });
  return { away: Object.fromEntries(away), ms: performance.now() - started };
}

const wholeTime = 7_500;
const shortTime = 2_000;

test('a silent account slows the status down once; what is told of the others is whole', async () => {
  const { port } = hole;
  const { status } = open({
    ...{ MAILBOX_IMAP_PORT: String(port), MAILBOX_SMTP_PORT: String(port) },
    MAILBOX_CALDAV_URL: `http://127.0.0.1:${port}/`,
  });
  const away = { work: '', home: 'imap timeout smtp timeout caldav timeout' };
  const first = await status();
  expect(first.away).toEqual(away);
  expect(first.ms).toBeLessThan(wholeTime);
  for (const _ of [1, 2, 3]) {
    const next = await status();
    expect(next.away).toEqual(away);
    expect(next.ms).toBeLessThan(shortTime);
  }
});

test('a silent calendar server does not make the mail of its account look away', async () => {
  const { status } = open({ MAILBOX_CALDAV_URL: `http://127.0.0.1:${hole.port}/` });
  const away = { work: '', home: 'caldav timeout' };
  expect((await status()).away).toEqual(away);
  const next = await status();
  expect(next.away).toEqual(away);
  expect(next.ms).toBeLessThan(shortTime);
});

test('an account that answers again is told at once', async () => {
  const { status } = open();
  expect((await status()).away).toEqual({ work: '', home: '' });
  fault = 'stall';
  for (const _ of [1, 2]) expect((await status()).away).toEqual({ work: '', home: 'imap timeout' });
  fault = undefined;
  expect((await status()).away).toEqual({ work: '', home: '' });
});

test('what still asks a silent server does not hold up the end', async () => {
  const { status, close } = open({ MAILBOX_CALDAV_URL: `http://127.0.0.1:${hole.port}/` });
  await status();
  await status();
  const started = performance.now();
  await close();
  expect(performance.now() - started).toBeLessThan(2_000);
});

type Protocol = ServerStatus['accounts'][number]['protocols'][number]['protocol'];

/** A status of protocols that take so long; what the time is up for is told as a timeout. */
function taking(ms: Partial<Record<Protocol, number>>) {
  const seen = { asked: 0 };
  const ask = async (signal: AbortSignal): Promise<ServerStatus> => {
    seen.asked += 1;
    const pool = { size: 0, idle: 0, busy: 0, waiting: 0, created: 0, failed: 0, reconnects: 0 };
    const answers = (['imap', 'caldav'] as const).map(async (protocol) => {
      const reachable = await sleep(ms[protocol] ?? 1, true, { signal }).catch(() => false);
      const error = reachable ? {} : { error: { code: 'timeout', message: 'Late.' } };
      return { protocol, reachable, mode: 'read-write' as const, pool, ...error };
    });
    const cache = { entries: 0, hits: 0, misses: 0, invalidations: 0 };
    const account = { mode: 'read-write' as const, cache, protocols: await Promise.all(answers) };
    return { version: '1', uptimeSeconds: 1, accounts: [account] };
  };
  return {
    ms,
    seen,
    status: learningStatus((signal) => ask(AbortSignal.any([signal, AbortSignal.timeout(200)])), {
      silentMs: 30,
    }),
  };
}

const never = new AbortController().signal;
const reachable = ({ accounts }: ServerStatus) =>
  accounts.flatMap(({ protocols }) => protocols.flatMap((one) => (one.reachable ? [one.protocol] : [])));

test('one that is slow has its whole time, though another of its account is silent', async () => {
  const { ms, status } = taking({ caldav: 10_000 });
  expect(reachable(await status(never))).toEqual(['imap']);
  ms.imap = 100;
  expect(reachable(await status(never))).toEqual(['imap']);
});

test('one that is back, but slowly, is known by the next call, from the question that went on', async () => {
  const { ms, seen, status } = taking({ caldav: 10_000 });
  await status(never);
  ms.caldav = 100;
  expect(reachable(await status(never))).toEqual(['imap']);
  expect(seen.asked).toBe(3);
  await sleep(200);
  expect(reachable(await status(never))).toEqual(['imap', 'caldav']);
});

test('a status that was taken back says nothing of the servers', async () => {
  const { ms, status } = taking({ caldav: 10_000 });
  await status(AbortSignal.timeout(60));
  ms.caldav = 100;
  expect(reachable(await status(never))).toEqual(['imap', 'caldav']);
});

test('an account that hangs while it is opened slows one status down, and is told when it is open', async () => {
  let opened: () => void = () => undefined;
  const opening = new Promise<void>((resolve) => (opened = resolve));
  const services = accountsOf(
    [
      { name: 'work', addresses: [], open: async () => fakeServices() },
      { name: 'home', addresses: [], open: () => opening.then(() => fakeServices()) },
    ],
    {},
    { patienceMs: 300, silentMs: 20 },
  );
  const status = async () => {
    const started = performance.now();
    const { accounts } = await services().status.status(asked());
    const unopened = accounts.filter(({ reason }) => reason === 'The account could not be opened.');
    return { unopened: unopened.length, ms: performance.now() - started };
  };
  const first = await status();
  expect(first).toMatchObject({ unopened: 1 });
  expect(first.ms).toBeGreaterThan(250);
  const second = await status();
  expect(second).toMatchObject({ unopened: 1 });
  expect(second.ms).toBeLessThan(250);
  opened();
  await sleep(5);
  expect(await status()).toMatchObject({ unopened: 0 });
});
