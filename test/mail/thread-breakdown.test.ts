import { expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import { formatMailId } from '../../src/domain/mail-id.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { context, openMail } from '../support/mailboxes.ts';

const alice = 'alice@sandbox.test';

/** A question and its answer, on a server that ends the connection whenever it is asked for threads. */
async function onBrokenServer(work: (account: OpenAccount, id: string, sandbox: Sandbox) => Promise<void>) {
  const sandbox = await startSandbox({
    seed: false,
    intercept: ({ command }) => (command === 'UID THREAD' ? 'drop' : undefined),
  });
  const account = await openMail(sandbox.env(alice));
  try {
    sandbox.deliver(alice, 'INBOX', letter({ id: '<a@x>', subject: 'Flat' }));
    const headers = ['In-Reply-To: <a@x>', 'References: <a@x>'];
    const date = 'Tue, 03 Mar 2026 10:00:00 +0100';
    const { uid } = sandbox.deliver(
      alice,
      'INBOX',
      letter({ id: '<b@x>', subject: 'Re: Flat', date, headers }),
    );
    const uidValidity = BigInt(sandbox.store.account(alice).find('INBOX')?.uidValidity ?? 0);
    await work(account, formatMailId({ folder: 'INBOX', uidValidity, uid }), sandbox);
  } finally {
    await account.close();
    await sandbox.close();
  }
}

test('a server that breaks down over THREAD still gives the conversation, by its ids', async () => {
  await onBrokenServer(async ({ mail }, id) => {
    const { emails, incomplete } = await mail.thread({ id }, context());
    expect(emails.map(({ subject }) => subject)).toEqual(['Flat', 'Re: Flat']);
    expect(incomplete).toBeUndefined();
  });
});

test('it is not asked for THREAD in that folder again', async () => {
  await onBrokenServer(async ({ mail }, id, sandbox) => {
    await mail.thread({ id }, context());
    const asked = () => sandbox.imap.commands.filter((command) => command.includes('UID THREAD')).length;
    const before = asked();
    sandbox.deliver(
      alice,
      'INBOX',
      letter({ id: '<c@x>', subject: 'Re: Flat', headers: ['In-Reply-To: <b@x>'] }),
    );
    expect((await mail.thread({ id }, context())).emails).toHaveLength(3);
    expect(before).toBeGreaterThan(0);
    expect(asked()).toBe(before);
  });
});
