import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { watchBackoff } from '../../../src/connections/imap/watch-times.ts';
import { Watcher, type WatcherOptions } from '../../../src/connections/imap/watcher.ts';
import type { Imap } from '../../../src/connections/imap.ts';
import { createLog } from '../../../src/log.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { imapOf } from '../../mail/filing/rig.ts';
import { letter } from '../../support/letters.ts';
import { openSandbox } from '../../support/mailboxes.ts';
import { startProxy } from '../../support/proxy.ts';

/** Short enough that no test waits long, and still apart from each other. */
export const quick = { firstMs: 30, everyMs: 150, pollMs: 50, answerMs: 300, tickMs: 300 };

/** A watcher, when it told, and what it logged. */
export function watcherOf(imap: Imap, options: Partial<WatcherOptions> = {}) {
  const told: number[] = [];
  const logged: string[] = [];
  const watcher = new Watcher({
    imap,
    onChange: () => told.push(performance.now()),
    log: createLog({ level: 'debug', write: (line) => logged.push(line) }),
    backoff: { ...watchBackoff, baseMs: 10, maxMs: 40 },
    ...options,
    times: { ...quick, ...options.times },
  });
  onTestFinished(() => watcher.stop());
  return { watcher, told, logged };
}

/** A sandbox behind a proxy, our connections to it, and faults that can be armed. */
export async function watchRig(env: Record<string, string> = {}, options: SandboxOptions = {}) {
  let fault: ((event: FaultEvent) => Fault | undefined) | undefined;
  const box = await openSandbox({ ...options, intercept: (event) => fault?.(event) });
  const { sandbox } = box;
  const proxy = await startProxy({ targetPort: sandbox.imapPort });
  const imap = imapOf({ ...box.env, MAILBOX_IMAP_PORT: String(proxy.port), ...env });
  onTestFinished(async () => {
    await imap.pool.close();
    await proxy.close();
    await box.close();
  });
  return {
    ...{ sandbox, proxy, imap },
    arm: (next: typeof fault) => {
      fault = next;
    },
    deliver: (subject = 'News') => sandbox.deliver('alice@sandbox.test', 'INBOX', letter({ subject })),
    /** How often the server was sent commands that begin so. */
    sent: (start: string) => sandbox.imap.commands.filter((line) => line.startsWith(start)).length,
  };
}

/** Long enough for everything that `quick` lets come. */
export const quiet = () => sleep(400);

/** What comes at once, also on a machine that has much else to do. */
export const soon = <T>(look: () => T) => expect.poll(look, { timeout: 5000 });
