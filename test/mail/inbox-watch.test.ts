import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';
import { InboxWatch } from '../../src/mail/inbox-watch.ts';
import { quick, quiet, soon, watchRig } from '../connections/imap/watch-rig.ts';
import { letter } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';

async function house(env: Record<string, string> = {}) {
  const rig = await watchRig(env);
  const logged: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => logged.push(line) });
  const watches = new InboxWatch({ imap: rig.imap, log, times: quick });
  onTestFinished(() => watches.close());
  let told = 0;
  const count = () => {
    told++;
  };
  return { ...rig, watches, logged, count, told: () => told };
}

describe('several who watch', () => {
  test('share one connection; who stops hears no more, and with the last one the connection goes', async () => {
    const { watches, deliver, sandbox, sent, count, told } = await house();
    let firsts = 0;
    const first = await watches.watch(() => firsts++, context());
    const [second, third] = await Promise.all([
      watches.watch(count, context()),
      watches.watch(count, context()),
    ]);
    expect(sandbox.imap.connections.total).toBe(1);
    deliver();
    await soon(() => [firsts, told()]).toEqual([1, 2]);
    await Promise.all([first.stop(), first.stop(), second.stop()]);
    deliver();
    await soon(told).toBe(3);
    expect([firsts, sent('LOGOUT')]).toEqual([1, 0]);
    await third.stop();
    await soon(() => sandbox.imap.connections.open).toBe(0);
    expect(sent('LOGOUT')).toBe(1);
  });

  test('one that throws keeps nothing from the others', async () => {
    const { watches, deliver, count, told, logged } = await house();
    const broken = () => {
      throw new Error('broken');
    };
    await watches.watch(broken, context());
    await watches.watch(count, context());
    deliver();
    await soon(told).toBe(1);
    deliver();
    await soon(told).toBe(2);
    expect(logged.join('')).toContain('could not be told');
  });

  test('a watch begun while the last one ends has its connection after it', async () => {
    const { watches, deliver, count, told, sent, arm } = await house();
    const first = await watches.watch(count, context());
    arm(({ command }) => (command === 'LOGOUT' ? { delayMs: 300 } : undefined));
    const stopped = first.stop();
    const second = watches.watch(count, context());
    await soon(() => sent('LOGOUT')).toBe(1);
    await sleep(100);
    expect(sent('AUTHENTICATE')).toBe(1);
    await Promise.all([stopped, second]);
    deliver();
    await soon(told).toBe(1);
    expect(sent('AUTHENTICATE')).toBe(2);
  });
});

describe('a watch that does not come to stand', () => {
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail('it worked'),
      (error) => (error instanceof MailboxError ? error.code : expect.fail(`not ours: ${error}`)),
    );

  test('leaves nothing behind when its call is cancelled, and others waiting for it get theirs', async () => {
    const { watches, count, told, arm, deliver, imap } = await house();
    arm(({ command }) => (command === 'EXAMINE' ? { delayMs: 100 } : undefined));
    const cancelled = new AbortController();
    const first = failure(watches.watch(count, { signal: cancelled.signal }));
    const second = watches.watch(count, context());
    cancelled.abort();
    expect(await first).toBe('timeout');
    await second;
    deliver();
    await soon(told).toBe(1);
    await (await second).stop();
    const alone = new AbortController();
    const third = failure(watches.watch(count, { signal: alone.signal }));
    alone.abort();
    expect(await third).toBe('timeout');
    expect(imap.pool.status.busy).toBe(0);
    expect(await failure(watches.watch(count, { signal: alone.signal }))).toBe('timeout');
  });

  test('is tried anew by the next who asks', async () => {
    const { watches, count, arm } = await house();
    arm(({ command }) => (command === 'EXAMINE' ? { reply: 'NO [NOPERM] no' } : undefined));
    expect(await failure(watches.watch(count, context()))).toBe('forbidden');
    arm(undefined);
    await watches.watch(count, context());
  });

  test('is refused once the account is closed, and the end of the account ends those that stand', async () => {
    const { watches, count, told, deliver, sandbox } = await house();
    const watch = await watches.watch(count, context());
    await watches.close();
    await soon(() => sandbox.imap.connections.open).toBe(0);
    await watch.stop();
    deliver();
    await quiet();
    expect(told()).toBe(0);
    expect(await failure(watches.watch(count, context()))).toBe('unavailable');
  });
});

test('the port of an account tells of mail, also of what we did ourselves, and closes with the account', async () => {
  const box = await openSandbox();
  onTestFinished(() => box.close());
  const account = await openMail({ ...box.env, POOL_MAX_CONNECTIONS: '2' });
  let told = 0;
  await account.watch.watch(() => told++, context());
  box.sandbox.deliver('alice@sandbox.test', 'INBOX', letter({ subject: 'Mine' }));
  await soon(() => told).toBe(1);
  const searches = Array.from({ length: 5 }, () => account.mail.search({ query: 'Mine' }, context()));
  const [found] = await Promise.all(searches);
  expect(found?.emails).toHaveLength(1);
  expect(box.sandbox.imap.connections.max).toBe(2);
  const began = performance.now();
  await account.close();
  expect(performance.now() - began).toBeLessThan(500);
  await soon(() => box.sandbox.imap.connections.open).toBe(0);
});
