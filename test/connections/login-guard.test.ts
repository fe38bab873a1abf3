import { beforeEach, expect, test } from 'vitest';
import { LoginGuard } from '../../src/connections/login-guard.ts';
import type { Password } from '../../src/connections/password-command.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';

const hour = 3_600_000;
let now = 0;
/** Passwords the server was sent, and the one it takes. */
let tried: string[] = [];
let right: string | undefined;
/** What the source was asked: undefined for a first time, or the password refused. */
let asked: (string | undefined)[] = [];
/** What it gives, one after the other; the last for ever. */
let gives: string[] = [];

beforeEach(() => {
  now = 0;
  tried = [];
  right = undefined;
  asked = [];
  gives = ['one'];
});

const commandLike: Password = async (refused) => {
  asked.push(refused);
  if (refused !== undefined && refused === gives[0] && gives.length > 1) gives.shift();
  return gives[0] ?? '';
};

function rig(password = commandLike) {
  const guard = new LoginGuard<string>({
    connect: async (_signal, secret) => {
      tried.push(secret);
      if (secret !== right) throw new MailboxError('auth_failed', 'refused', { hint: 'Check it.' });
      return 'in';
    },
    password,
    backoff: { attempts: 3, baseMs: 1, maxMs: 1, random: () => 0 },
    now: () => now,
    log: createLog({ level: 'error', write: () => undefined }),
  });
  return { guard, connect: () => guard.connect(AbortSignal.timeout(1000), now) };
}

test('a refused password that stays the same is tried once, then not for an hour, and the error says until when', async () => {
  const { connect } = rig();
  await expect(connect()).rejects.toMatchObject({ hint: expect.stringMatching(/^Check it\. .*60 minutes/u) });
  expect(asked).toEqual([undefined, 'one']);
  now = hour - 30_000;
  right = 'one';
  await expect(connect()).rejects.toMatchObject({
    ...{ code: 'auth_failed', retryable: false, message: 'refused' },
    hint: expect.stringMatching(/in 1 minute at the earliest; restart/u),
  });
  expect(tried).toEqual(['one']);
  now = hour;
  expect(await connect()).toBe('in');
});

test('another password, asked for after the refusal, logs in within the same call', async () => {
  gives = ['one', 'two'];
  right = 'two';
  const { connect } = rig();
  expect(await connect()).toBe('in');
  expect(tried).toEqual(['one', 'two']);
});

test('never more than two refused logins in any hour, whatever the source gives and however many ask', async () => {
  gives = Array.from({ length: 50 }, (_, index) => `p${index}`);
  const { connect } = rig();
  const times: number[] = [];
  for (; now < 6 * hour; now += 60_000) {
    const before = tried.length;
    await Promise.allSettled([connect(), connect(), connect()]);
    for (let login = before; login < tried.length; login++) times.push(now);
  }
  expect(times.length).toBeGreaterThanOrEqual(6);
  for (const time of times) {
    expect(times.filter((at) => at >= time && at < time + hour).length).toBeLessThanOrEqual(2);
  }
});

test('after the hour the source is asked anew, and its other password tried', async () => {
  const { connect } = rig();
  await expect(connect()).rejects.toThrow('refused');
  gives = ['one', 'two'];
  right = 'two';
  now = hour;
  expect(await connect()).toBe('in');
  expect(tried).toEqual(['one', 'two']);
});

test('a source that fails when it is asked once more changes nothing about the refusal', async () => {
  const { connect } = rig(async (refused) => {
    if (refused !== undefined) throw new MailboxError('auth_failed', 'locked', { retryable: true });
    return 'one';
  });
  await expect(connect()).rejects.toThrow('refused');
  await expect(connect()).rejects.toThrow('refused');
  expect(tried).toEqual(['one']);
});

test('a source that fails before anything was tried is asked by the next call again', async () => {
  let locked = true;
  right = 'one';
  const { connect } = rig(async () => {
    if (locked) throw new MailboxError('auth_failed', 'locked', { retryable: true });
    return 'one';
  });
  await expect(connect()).rejects.toThrow('locked');
  locked = false;
  now++;
  expect(await connect()).toBe('in');
});

test('calls that come together after the hour share one login, even where logins had succeeded before', async () => {
  right = 'one';
  const { connect } = rig();
  expect(await connect()).toBe('in');
  right = undefined;
  await expect(connect()).rejects.toThrow('refused');
  now = hour;
  const outcomes = await Promise.allSettled([connect(), connect(), connect()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(tried).toEqual(['one', 'one', 'one']);
});

test('a password revoked in use may prove itself once; a success forgets, a second refusal rests', async () => {
  right = 'one';
  const { guard, connect } = rig();
  const revoked = () => guard.revoked('one', new MailboxError('auth_failed', 'refused'));
  await connect();
  revoked();
  expect(await connect()).toBe('in');
  revoked();
  right = undefined;
  await expect(connect()).rejects.toThrow('refused');
  await expect(connect()).rejects.toThrow('refused');
  expect(tried).toEqual(['one', 'one', 'one']);
});

test('revoked on two connections at once it is not sent a third time, but another password is', async () => {
  right = 'one';
  const { guard, connect } = rig();
  const revoked = () => guard.revoked('one', new MailboxError('auth_failed', 'refused'));
  await connect();
  revoked();
  revoked();
  await expect(connect()).rejects.toThrow('refused');
  expect(tried).toEqual(['one']);
  now = hour;
  await connect();
  gives = ['one', 'two'];
  right = 'two';
  revoked();
  revoked();
  expect(await connect()).toBe('in');
  expect(tried).toEqual(['one', 'one', 'two']);
});

test('a call that is taken back while another logs in ends at once, and never logs in', async () => {
  let give: (password: string) => void = () => undefined;
  right = 'one';
  const { guard } = rig(() => new Promise((resolve) => (give = resolve)));
  const first = guard.connect(AbortSignal.timeout(1000), now);
  const cancelled = new AbortController();
  const second = guard.connect(cancelled.signal, now);
  cancelled.abort('taken back');
  await expect(second).rejects.toBe('taken back');
  give('one');
  expect([await first, tried, guard.counters]).toEqual(['in', ['one'], { created: 1, failed: 0 }]);
});
