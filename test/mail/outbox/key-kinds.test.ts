import { expect, test } from 'vitest';
import { at, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Keyed', text: 'Pay 100', idempotencyKey: 'K-1' };

test('after a restart a key that a mail was sent with is refused for a draft', async () => {
  const { alice, sandbox } = await faultyOffice();
  const { messageId } = await alice.send(mail);
  const { id } = await alice.draft({ to: mail.to, subject: 'Draft', text: 'Pay 200' });
  await alice.restart();
  await expect(alice.send({ draft: id, idempotencyKey: 'K-1' })).rejects.toMatchObject({
    code: 'conflict',
    message: `A message was already sent with this idempotencyKey: ${messageId}.`,
  });
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.send({ draft: id, idempotencyKey: 'K-2' })).toMatchObject({ status: 'sent' });
});

test('after a restart a key is refused from another address of the account, too', async () => {
  const { alice, sandbox } = await faultyOffice({}, { MAILBOX_ALIASES: 'alice@other.test' });
  await alice.send(mail);
  await alice.restart({ MAILBOX_ALIASES: 'alice@other.test' });
  await expect(alice.send({ ...mail, from: 'alice@other.test' })).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('a draft without a Message-ID is found in Sent when it is sent again after a restart', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const raw = 'From: alice@sandbox.test\r\nTo: bob@sandbox.test\r\nSubject: Bare\r\n\r\nhi\r\n';
  const draft = await alice.put('Drafts', raw, ['\\Draft']);
  arm(({ line }) =>
    /UID (?:EXPUNGE|MOVE|COPY)|\\\\Deleted/u.test(line) ? { reply: 'NO [NOPERM] never' } : undefined,
  );
  const { messageId } = await alice.send({ draft, idempotencyKey: 'one' });
  await alice.only('Drafts', 'Bare');
  await alice.restart();
  await expect(alice.send({ draft, idempotencyKey: 'two' })).rejects.toThrow(/may have been sent already/u);
  await expect(alice.send({ draft, idempotencyKey: 'two' })).rejects.toMatchObject({
    code: 'conflict',
    message: `This message was already sent: ${messageId} is in Sent.`,
  });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

const full = { reply: 'NO [OVERQUOTA] full' };
const forgets = /After a restart this server may not know of it, not even by its idempotencyKey/u;

test.each(['outcome_unknown', 'copy_not_saved'])(
  'where the mailbox keeps nothing of it, the answer says that a restart forgets it: %s',
  async (code) => {
    const { alice, arm } = await faultyOffice();
    const lost = at('.', 'dropAfter');
    arm((event) =>
      event.command === 'APPEND' ? full : code === 'outcome_unknown' ? lost(event) : undefined,
    );
    const { warnings = [] } = await alice.send(mail);
    expect(warnings.find((warning) => warning.code === code)?.detail).toMatch(forgets);
  },
);

test('what Sent keeps needs no such word', async () => {
  const { alice, arm } = await faultyOffice();
  arm(({ command, line }) => (command === 'APPEND' && line.includes('Drafts') ? full : undefined));
  const { status, warnings } = await alice.send(mail);
  expect(status).toBe('sent');
  expect(JSON.stringify(warnings)).not.toMatch(forgets);
});

test('a mail that another process files at the last moment is not sent again with its key', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  let messageId = '';
  arm(({ command, line }) => {
    if (command === 'UID SEARCH') messageId = /<[^>]+>/u.exec(line)?.[0] ?? messageId;
    if (command === 'APPEND') sandbox.deliver(alice.address, 'Sent', `Message-ID: ${messageId}\r\n\r\nx\r\n`);
    return undefined;
  });
  await expect(alice.send(mail)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^This message was already sent: <.+> is in Sent\.$/u),
  });
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('a mail with a key is looked for by its key, not by its text, and in Sent only behind what lay there', async () => {
  const { alice, sandbox } = await faultyOffice();
  await alice.send({ ...mail, idempotencyKey: 'K-0', subject: 'Before' });
  const before = sandbox.imap.commands.length;
  const { messageId } = await alice.send({ ...mail, subject: 'Sought after' });
  const searches = sandbox.imap.commands.slice(before).filter((line) => line.startsWith('UID SEARCH'));
  expect(searches.filter((line) => line.includes('Sought after'))).toEqual([]);
  expect(searches.filter((line) => line.includes('UID 2:*') && line.includes(messageId))).toHaveLength(1);
});
