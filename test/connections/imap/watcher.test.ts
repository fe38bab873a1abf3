import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { noop } from '../../../src/connections/imap/commands.ts';
import type { Imap } from '../../../src/connections/imap.ts';
import { imapOf } from '../../mail/filing/rig.ts';
import { letter } from '../../support/letters.ts';
import { mailboxKinds, type TestMailbox } from '../../support/mailboxes.ts';
import { startProxy } from '../../support/proxy.ts';
import { quick, quiet, soon, watcherOf, watchRig } from './watch-rig.ts';

const never = new AbortController().signal;

describe.each(mailboxKinds)('$name: a watched inbox', ({ open }) => {
  let box: TestMailbox;
  beforeAll(async () => {
    box = await open();
  }, 30_000);
  afterAll(() => box.close());

  function connected(env: Record<string, string> = {}): Imap {
    const imap = imapOf({ ...box.env, ...env });
    onTestFinished(() => imap.pool.close());
    return imap;
  }

  test('what another mail program appends is told within three seconds, with the usual times', async () => {
    const other = await box.otherClient();
    const { watcher, told } = watcherOf(connected(), { times: { firstMs: 1000, everyMs: 5000 } });
    await watcher.start();
    const began = performance.now();
    await other.append('INBOX', letter({}));
    await soon(() => told.length).toBe(1);
    const after = (told[0] ?? 0) - began;
    expect(after).toBeGreaterThan(900);
    expect(after).toBeLessThan(3000);
  });

  test('a flag set, a flag taken away and a mail gone for good are each told', async () => {
    const other = await box.otherClient();
    await other.append('INBOX', letter({ subject: 'Flags' }));
    await other.mailboxOpen('INBOX');
    const { watcher, told } = watcherOf(connected());
    await watcher.start();
    for (const change of [
      () => other.messageFlagsAdd('*', ['\\Flagged']),
      () => other.messageFlagsRemove('*', ['\\Flagged']),
      () => other.messageDelete('*'),
    ]) {
      await quiet();
      const before = told.length;
      await change();
      await soon(() => told.length).toBeGreaterThan(before);
    }
  });

  test('a burst of fifty is told in a few calls, and the last of them comes after the last mail', async () => {
    const other = await box.otherClient();
    const { watcher, told } = watcherOf(connected());
    await watcher.start();
    const began = performance.now();
    let lastAt = 0;
    for (let mail = 0; mail < 50; mail++) {
      lastAt = performance.now();
      await other.append('INBOX', letter({ subject: `Mail ${mail}` }));
    }
    await soon(() => (told.at(-1) ?? 0) > lastAt).toBe(true);
    await quiet();
    expect(told.length).toBeLessThanOrEqual(3 + ((told.at(-1) ?? 0) - began) / quick.everyMs);
    const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0));
    expect(Math.min(Number.POSITIVE_INFINITY, ...gaps)).toBeGreaterThan(quick.everyMs - 10);
  });

  test('what was missed while no connection could be had is told once, and nothing when nothing was missed', async () => {
    const other = await box.otherClient();
    const proxy = await startProxy({
      targetPort: Number(box.env.MAILBOX_IMAP_PORT),
      targetHost: box.env.MAILBOX_IMAP_HOST ?? '',
    });
    onTestFinished(() => proxy.close());
    const host = box.env.MAILBOX_IMAP_HOST ?? '';
    const imap = connected({ MAILBOX_IMAP_HOST: host, MAILBOX_IMAP_PORT: String(proxy.port) });
    const { watcher, told, logged } = watcherOf(imap);
    await watcher.start();
    for (const isMissed of [false, true, false]) {
      const before = { told: told.length, lines: proxy.traffic.connections.total };
      await proxy.refuse();
      if (isMissed) await other.append('INBOX', letter({ subject: 'Missed' }));
      await proxy.accept();
      await soon(() => proxy.traffic.connections.total).toBeGreaterThan(before.lines);
      await soon(() => imap.pool.status.busy).toBe(1);
      await quiet();
      expect(told.length - before.told).toBe(isMissed ? 1 : 0);
    }
    expect(logged.join('')).toContain('tried again');
  });

  test('a stopped watch has logged out, and the connection is free for others', async () => {
    const imap = connected({ POOL_MAX_CONNECTIONS: '2' });
    const { watcher, told } = watcherOf(imap);
    await watcher.start();
    expect(imap.pool.status).toMatchObject({ size: 1, busy: 1 });
    await Promise.all([watcher.stop(), watcher.stop()]);
    await watcher.stop();
    expect(imap.pool.status).toMatchObject({ size: 0, busy: 0, waiting: 0 });
    const other = await box.otherClient();
    await other.append('INBOX', letter({}));
    await quiet();
    expect(told).toEqual([]);
  });
});

describe('the line of a watch', () => {
  test('INBOX is opened for reading only, and IDLE is begun anew before the server forgets it', async () => {
    const { imap, sent } = await watchRig();
    const { watcher, told } = watcherOf(imap, { times: { idleMs: 50 } });
    await watcher.start();
    await soon(() => sent('IDLE')).toBeGreaterThan(3);
    expect([sent('EXAMINE'), sent('SELECT'), sent('LOGOUT')]).toEqual([1, 0, 0]);
    expect(told).toEqual([]);
  });

  test('no watch, no connection: nobody idles on those of the calls', async () => {
    const { imap, sandbox, sent } = await watchRig();
    await imap.read([], never, (session) => session.run([noop()], { signal: never }));
    expect([sandbox.imap.connections.total, sent('IDLE'), sent('EXAMINE')]).toEqual([1, 0, 0]);
  });

  test('a line that died in its sleep is replaced when the machine wakes, and what was missed is told', async () => {
    const { imap, proxy, deliver, sandbox } = await watchRig();
    let asleep = 0;
    const now = () => performance.now() + asleep;
    const { watcher, told } = watcherOf(imap, { now });
    await watcher.start();
    proxy.freeze();
    deliver();
    await quiet();
    expect(told).toEqual([]);
    asleep = 60_000;
    await soon(() => told.length).toBe(1);
    expect(sandbox.imap.connections.total).toBe(2);
  });

  test('another network makes the line prove itself', async () => {
    const { imap, proxy, deliver } = await watchRig();
    let network = 'home';
    const { watcher, told } = watcherOf(imap, { network: () => network });
    await watcher.start();
    proxy.freeze();
    deliver();
    await quiet();
    expect(told).toEqual([]);
    network = 'train';
    await soon(() => told.length).toBe(1);
  });

  test('what had come in just before the line broke is told after it', async () => {
    const { imap, proxy, deliver, sandbox } = await watchRig();
    const { watcher, told } = watcherOf(imap, { times: { firstMs: 200 } });
    await watcher.start();
    const { bytesDown } = proxy.traffic;
    deliver();
    await soon(() => proxy.traffic.bytesDown).toBeGreaterThan(bytesDown);
    proxy.dropAll();
    await soon(() => told.length).toBe(1);
    expect(sandbox.imap.connections.total).toBe(2);
  });

  test('a line that had stood for a while is replaced at once', async () => {
    const { imap, proxy, deliver } = await watchRig();
    const slow = { attempts: 9, baseMs: 60_000, maxMs: 60_000, random: () => 1 };
    const { watcher, told } = watcherOf(imap, { times: { settledMs: 0 }, backoff: slow });
    await watcher.start();
    proxy.dropAll();
    deliver();
    await soon(() => told.length).toBe(1);
  });

  test('a server that takes everybody in and throws everybody out is not run into over and over', async () => {
    const { imap, arm, sandbox } = await watchRig();
    const { watcher } = watcherOf(imap, {
      backoff: { attempts: 99, baseMs: 100, maxMs: 400, random: () => 1 },
    });
    await watcher.start();
    const { total } = sandbox.imap.connections;
    arm(({ command }) => (command === 'IDLE' || command === 'NOOP' ? 'drop' : undefined));
    sandbox.deliver('alice@sandbox.test', 'INBOX', letter({}));
    await quiet();
    await quiet();
    expect(sandbox.imap.connections.total - total).toBeLessThan(6);
  });
});
