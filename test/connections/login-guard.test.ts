import { beforeEach, expect, test } from 'vitest';
import { LoginGuard, type LoginGuardOptions } from '../../src/connections/login-guard.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';

let now = 0;
let logins = 0;
let refuse = true;

beforeEach(() => {
  now = 0;
  logins = 0;
  refuse = true;
});

function guard(latchMs?: LoginGuardOptions<string>['latchMs']): () => Promise<string> {
  const logs = new LoginGuard<string>({
    connect: async () => {
      logins++;
      if (refuse) throw new MailboxError('auth_failed', `refused ${logins}`);
      return 'in';
    },
    backoff: { attempts: 3, baseMs: 1, maxMs: 1, random: () => 0 },
    now: () => now,
    log: createLog({ level: 'error', write: () => undefined }),
    ...(latchMs ? { latchMs } : {}),
  });
  return () => logs.connect(AbortSignal.timeout(1000), now);
}

const doubling = (refusals: number) => 100 * 2 ** (refusals - 1);

test('without a pause a refused password is never tried again', async () => {
  const connect = guard();
  await expect(connect()).rejects.toThrow('refused 1');
  now = Number.MAX_SAFE_INTEGER;
  refuse = false;
  await expect(connect()).rejects.toThrow('refused 1');
  expect(logins).toBe(1);
});

test('within the pause the same error, after it one login, and the pause grows', async () => {
  const connect = guard(doubling);
  await expect(connect()).rejects.toThrow('refused 1');
  now = 99;
  await expect(connect()).rejects.toThrow('refused 1');
  now = 100;
  await expect(connect()).rejects.toThrow('refused 2');
  now = 299;
  await expect(connect()).rejects.toThrow('refused 2');
  now = 300;
  await expect(connect()).rejects.toThrow('refused 3');
  expect(logins).toBe(3);
});

test('a login that succeeds ends the pause and its growth', async () => {
  const connect = guard(doubling);
  await expect(connect()).rejects.toThrow('refused 1');
  now = 100;
  await expect(connect()).rejects.toThrow('refused 2');
  now = 300;
  refuse = false;
  expect(await Promise.all([connect(), connect()])).toEqual(['in', 'in']);
  refuse = true;
  await expect(connect()).rejects.toThrow('refused 5');
  now = 400;
  await expect(connect()).rejects.toThrow('refused 6');
});

test('calls that come together after the pause share one login, even where logins had succeeded before', async () => {
  refuse = false;
  const connect = guard(doubling);
  expect(await connect()).toBe('in');
  refuse = true;
  await expect(connect()).rejects.toThrow('refused 2');
  now = 100;
  const outcomes = await Promise.allSettled([connect(), connect(), connect()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(logins).toBe(3);
});
