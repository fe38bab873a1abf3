import { expect, onTestFinished, test } from 'vitest';
import { letter } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';
import { startProxy } from '../support/proxy.ts';

/** A server that, once it lies, answers what is asked of such mails with the number of the next. */
async function wrongNumbers(uids: RegExp) {
  const box = await openSandbox();
  let lies = false;
  const offByOne = (text: string) =>
    text.replace(/(^\* \d+ FETCH .*?UID )(\d+)/gmu, (line, before, uid) =>
      uids.test(uid) ? `${before}${Number(uid) + 1}` : line,
    );
  const rewrite = (piece: Buffer) =>
    lies ? Buffer.from(offByOne(piece.toString('latin1')), 'latin1') : piece;
  const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT), rewrite });
  const open = async () => {
    const account = await openMail({ ...box.env, MAILBOX_IMAP_PORT: String(proxy.port) });
    onTestFinished(() => account.close());
    return account.mail;
  };
  onTestFinished(async () => {
    await proxy.close();
    await box.close();
  });
  const deliver = (subject: string, id: string, ...headers: string[]) =>
    box.sandbox.deliver('alice@sandbox.test', 'INBOX', letter({ subject, id, headers, body: subject }));
  const lie = () => {
    lies = true;
  };
  return { open, deliver, lie };
}

test('what is answered of another mail is never shown for the one that was asked for', async () => {
  const { open, deliver, lie } = await wrongNumbers(/./u);
  for (const name of ['first', 'second', 'third']) deliver(name, `<${name}@b.test>`);
  const known = await open();
  const { emails } = await known.search({ folder: 'inbox' }, context());
  const [, second] = emails;
  const id = second?.id ?? '';
  expect(second?.subject).toBe('second');
  lie();
  for (const mail of [known, await open()]) {
    const reading = mail.read({ id }, context());
    await expect(reading).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:not_found|unavailable)$/u),
    });
  }
});

test('a conversation holds only mails that were found', async () => {
  const { open, deliver, lie } = await wrongNumbers(/^3$/u);
  deliver('Plan', '<1@b.test>');
  deliver('Re: Plan', '<2@b.test>', 'In-Reply-To: <1@b.test>');
  deliver('Re: Plan', '<3@b.test>', 'In-Reply-To: <1@b.test>');
  deliver('Foreign', '<4@b.test>');
  const mail = await open();
  const { emails } = await mail.search({ folder: 'inbox' }, context());
  const id = emails.find(({ subject }) => subject === 'Plan')?.id ?? '';
  await mail.read({ id }, context());
  lie();
  const thread = await mail.thread({ id }, context());
  const told = thread.emails.map(({ id, text }) => `${id.split('-').at(-1)} ${text}`);
  expect(told).toEqual(['1 Plan', '2 Re: Plan']);
  expect(thread.incomplete).toEqual([{ where: 'INBOX', code: 'unavailable' }]);
});
