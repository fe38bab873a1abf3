import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { noop } from '../../../src/connections/imap/commands.ts';
import type { Imap } from '../../../src/connections/imap.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { quiet, soon, watcherOf, watchRig } from './watch-rig.ts';

const never = new AbortController().signal;
const look = (imap: Imap) => imap.read([], never, (session) => session.run([noop()], { signal: never }));
const without = (...hidden: string[]) => ({
  capabilities: defaultCapabilities.filter((name) => !hidden.includes(name)),
});
const failure = (work: Promise<unknown>): Promise<MailboxError> =>
  work.then(
    () => expect.fail('it worked'),
    (error) => (error instanceof MailboxError ? error : expect.fail(`not ours: ${error}`)),
  );

describe('a server without IDLE', () => {
  test.each([
    ['knows none', without('IDLE')],
    ['knows neither IDLE nor CONDSTORE', without('IDLE', 'CONDSTORE')],
  ])('that %s is asked by NOOP on the one line, and flags count too', async (_which, options) => {
    const { imap, sandbox, deliver, sent } = await watchRig({}, options);
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    const message = deliver();
    await soon(() => told.length).toBe(1);
    sandbox.store.account('alice@sandbox.test').find('INBOX')?.setFlags(message, ['\\Flagged']);
    await soon(() => told.length).toBe(2);
    expect([sent('IDLE'), sandbox.imap.connections.total]).toEqual([0, 1]);
    expect(sent('NOOP')).toBeGreaterThan(1);
  });

  test.each([
    ['refuses it', { reply: 'NO not now' }],
    ['ends it by itself', { reply: 'OK that was it' }],
  ])('that only %s is asked by NOOP as well, and IDLE is not tried over and over', async (_how, fault) => {
    const { imap, arm, deliver, sent } = await watchRig();
    arm(({ command }) => (command === 'IDLE' ? fault : undefined));
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    deliver();
    await soon(() => told.length).toBe(1);
    await quiet();
    expect(sent('IDLE')).toBe(1);
  });
});

describe('few connections', () => {
  test('with two, five calls at once and the watch together never have more, and every call is answered', async () => {
    const { imap, sandbox, deliver } = await watchRig({ POOL_MAX_CONNECTIONS: '2' });
    await Promise.all([look(imap), look(imap)]);
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    await Promise.all(Array.from({ length: 5 }, () => look(imap)));
    deliver();
    await soon(() => told.length).toBe(1);
    expect(sandbox.imap.connections.max).toBe(2);
    await watcher.stop();
    await Promise.all([look(imap), look(imap)]);
    expect(imap.pool.status).toMatchObject({ busy: 0, waiting: 0 });
  });

  test('a watch waits its turn while all are busy, and says so when none becomes free', async () => {
    const { imap } = await watchRig({ POOL_MAX_CONNECTIONS: '2', POOL_TIMEOUT_MS: '1000' });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const calls = [imap.read([], never, () => gate), imap.read([], never, () => gate)];
    await soon(() => imap.pool.status.busy).toBe(2);
    expect((await failure(watcherOf(imap).watcher.start())).code).toBe('timeout');
    const start = watcherOf(imap).watcher.start();
    await sleep(50);
    expect(imap.pool.status.waiting).toBe(1);
    release();
    await Promise.all([start, ...calls]);
  });

  test('with one, none is kept: the inbox is looked at between the calls', async () => {
    const { imap, sandbox, deliver, sent } = await watchRig({ POOL_MAX_CONNECTIONS: '1' });
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    await look(imap);
    expect(told).toEqual([]);
    deliver();
    await soon(() => told.length).toBe(1);
    await look(imap);
    expect([sent('IDLE'), sent('EXAMINE'), sandbox.imap.connections.max]).toEqual([0, 0, 1]);
  });

  test('a server that allows one only: the calls get it back at once, and the inbox is looked at between them', async () => {
    const { imap, sandbox, deliver, sent } = await watchRig(
      { POOL_MAX_CONNECTIONS: '3', POOL_TIMEOUT_MS: '5000' },
      { maxConnectionsPerUser: 1 },
    );
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    await soon(() => sent('IDLE')).toBe(1);
    await look(imap);
    expect([sent('UNSELECT'), sent('LOGOUT')]).toEqual([1, 0]);
    deliver();
    await soon(() => told.length).toBe(1);
    await look(imap);
    expect(sent('IDLE')).toBe(1);
    await soon(() => sandbox.imap.connections.open).toBe(1);
  });

  test('where the calls have found out that there is one only, a watch that comes later leaves it to them', async () => {
    const { imap, deliver, sent } = await watchRig(
      { POOL_MAX_CONNECTIONS: '2', POOL_TIMEOUT_MS: '5000' },
      { maxConnectionsPerUser: 1 },
    );
    const slow = imap.read([], never, () => sleep(100));
    await Promise.all([slow, look(imap)]);
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    await look(imap);
    deliver();
    await soon(() => told.length).toBe(1);
    expect(sent('IDLE')).toBe(0);
  });

  test('after a while it is tried whether a connection may be kept again', async () => {
    const { imap, sent } = await watchRig({ POOL_MAX_CONNECTIONS: '3' }, { maxConnectionsPerUser: 1 });
    const { watcher } = watcherOf(imap, { times: { crampedMs: 100 } });
    await watcher.start();
    await soon(() => sent('IDLE')).toBe(1);
    await look(imap);
    await soon(() => sent('EXAMINE')).toBeGreaterThan(1);
    await look(imap);
  });

  test('work in spare time goes on beside a watch', async () => {
    const { imap } = await watchRig();
    const { watcher } = watcherOf(imap);
    await watcher.start();
    await look(imap);
    let done = 0;
    imap.spareTime.plan([
      async () => {
        done++;
      },
    ]);
    await soon(() => done).toBe(1);
  });
});

describe('logins', () => {
  const refuse = { reply: 'NO [AUTHENTICATIONFAILED] no' };

  test('a wrong password is told by the start, and nothing is tried after it', async () => {
    const { imap, sandbox } = await watchRig({ MAILBOX_PASSWORD: 'wrong' });
    const { watcher } = watcherOf(imap);
    expect((await failure(watcher.start())).code).toBe('auth_failed');
    const { total } = sandbox.imap.connections;
    await quiet();
    expect(sandbox.imap.connections.total).toBe(total);
    await watcher.stop();
  });

  test('a login refused later rests and is in the log; when the time is over it is tried again', async () => {
    const { imap, sandbox, arm, proxy, deliver } = await watchRig();
    let passed = 0;
    const now = () => performance.now() + passed;
    const { watcher, told, logged } = watcherOf(imap, { now, times: { refusedMs: 60_000 } });
    await watcher.start();
    arm(({ command }) => (command === 'AUTHENTICATE' ? refuse : undefined));
    proxy.dropAll();
    await soon(() => logged.join('')).toContain('the login was refused');
    deliver();
    const { total } = sandbox.imap.connections;
    await quiet();
    expect(sandbox.imap.connections.total).toBe(total);
    arm(undefined);
    // The pool's guard rests by its own clock: what is tried is an attempt, not yet a login.
    const refusals = () => logged.filter((line) => line.includes('the login was refused')).length;
    passed = 60_000;
    await soon(refusals).toBe(2);
    expect([sandbox.imap.connections.total, told.length]).toEqual([total, 0]);
  });

  test('an inbox that cannot be opened is told by the start', async () => {
    const { imap, arm } = await watchRig();
    arm(({ command }) => (command === 'EXAMINE' ? { reply: 'NO [NOPERM] no' } : undefined));
    expect((await failure(watcherOf(imap).watcher.start())).code).toBe('forbidden');
    expect(imap.pool.status.busy).toBe(0);
  });
});

describe('the end of a watch', () => {
  test('comes within about a second on a line that is dead, and during a login that hangs', async () => {
    const { imap, proxy } = await watchRig();
    const { watcher } = watcherOf(imap, { times: { answerMs: 5000 } });
    await watcher.start();
    proxy.stall();
    const began = performance.now();
    await watcher.stop();
    const hanging = watcherOf(imap).watcher;
    const start = failure(hanging.start());
    await sleep(50);
    await hanging.stop();
    expect((await start).code).toBe('unavailable');
    expect(performance.now() - began).toBeLessThan(2500);
  });

  test('leaves no listener, no timer and no connection, after many watches', async () => {
    const { imap, sandbox } = await watchRig();
    const told: string[] = [];
    const onWarning = ({ message }: Error) => told.push(message);
    process.on('warning', onWarning);
    for (let round = 0; round < 15; round++) {
      const { watcher } = watcherOf(imap);
      await watcher.start();
      await watcher.stop();
    }
    process.off('warning', onWarning);
    expect(told).toEqual([]);
    await soon(() => sandbox.imap.connections.open).toBe(0);
    const inbox = sandbox.store.account('alice@sandbox.test').find('INBOX');
    expect(inbox?.listeners.size).toBe(0);
  });
});
