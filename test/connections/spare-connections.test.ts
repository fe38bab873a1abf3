import { expect, onTestFinished, test } from 'vitest';
import { noop } from '../../src/connections/imap/commands.ts';
import type { ImapReader } from '../../src/connections/imap.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { imapOf } from '../mail/filing/rig.ts';

const never = new AbortController().signal;
const look = (reader: ImapReader, signal = never) =>
  reader.read([], signal, (session) => session.run([noop()], { signal }));

test('a call that comes as work in spare time begins waits for it; it opens no connection of its own', async () => {
  const sandbox = await startSandbox({ seed: false });
  onTestFinished(() => sandbox.close());
  const imap = imapOf(sandbox.env('alice@sandbox.test'));
  onTestFinished(() => imap.pool.close());
  await look(imap);
  const calls: Promise<unknown>[] = [];
  imap.spareTime.plan([
    async (signal) => {
      calls.push(Promise.resolve().then(() => look(imap)));
      await look(imap.spare, signal);
    },
  ]);
  await expect.poll(() => calls.length).toBe(1);
  await calls[0];
  expect(imap.pool.status.created).toBe(1);
});
