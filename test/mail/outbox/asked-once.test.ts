import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { faultyOffice } from './rig.ts';

test('a person is not asked about a mail that has gone out before, and it does not go out again', async () => {
  const { alice, sandbox } = await faultyOffice();
  const mail = { to: ['bob@sandbox.test'], subject: 'Once', text: 'x' };
  expect(await alice.send(mail)).toMatchObject({ status: 'sent' });
  await alice.restart({ MAILBOX_SEND: 'confirm' });
  const asked: string[] = [];
  const confirm = async (text: string) => {
    asked.push(text);
    return true;
  };
  await expect(alice.send(mail, confirm)).rejects.toMatchObject({ code: 'conflict' });
  expect(asked).toEqual([]);
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.send({ ...mail, subject: 'Another' }, confirm)).toMatchObject({ status: 'sent' });
  expect(asked).toHaveLength(1);
});

test('a yes that came after the call was over lets out, with the next call, the very bytes that were shown', async () => {
  const { alice, sandbox } = await faultyOffice({}, { MAILBOX_SEND: 'confirm' });
  const mail = { to: ['bob@sandbox.test'], subject: 'Shown', text: 'x' };
  const asked: string[] = [];
  let agree = () => {};
  const confirm = (text: string) => {
    asked.push(text);
    return new Promise<boolean>((resolve) => {
      agree = () => resolve(true);
    });
  };
  await alice.restart({ MAILBOX_SEND: 'confirm' });
  const ending = new AbortController();
  const early = alice.account.outbox.send(mail, { signal: ending.signal, confirm });
  await expect.poll(() => asked).toHaveLength(1);
  ending.abort(new MailboxError('timeout', 'The call was cancelled.'));
  await expect(early).rejects.toThrow(/Nothing was sent/u);
  agree();
  const { messageId } = await alice.send(mail, confirm);
  expect(asked).toHaveLength(1);
  const [, shown] = /Digest: sha256 ([\da-f]{16})$/mu.exec(asked[0] ?? '') ?? [];
  const raw = sandbox.smtp.accepted[0]?.raw ?? '';
  expect(createHash('sha256').update(raw).digest('hex').slice(0, 16)).toBe(shown);
  expect(raw.toString()).toContain(messageId);
  expect((await alice.only('Sent', 'Shown')).headers.first('message-id')).toBe(messageId);
});
