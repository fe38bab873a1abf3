import { expect, onTestFinished, test, vi } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { openSandboxPostOffice } from '../../support/post-office.ts';
import { startProxy } from '../../support/proxy.ts';
import { codes, context, Desk, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Copy', text: 'Text' };

/** Sends, and gives the reason told for the missing copy. */
async function sentWithoutCopy({ alice, sandbox }: Awaited<ReturnType<typeof faultyOffice>>) {
  const sent = await alice.send(mail);
  expect(sent).toMatchObject({ status: 'sent', accepted: mail.to });
  expect(sent.savedTo).toBeUndefined();
  expect(sandbox.smtp.accepted).toHaveLength(1);
  await expect(alice.send(mail)).rejects.toMatchObject({ code: 'conflict' });
  const [warning, ...more] = sent.warnings?.filter(({ code }) => code === 'copy_not_saved') ?? [];
  expect(more).toEqual([]);
  return warning?.detail;
}

test.each([
  ['NO [OVERQUOTA] server words', /full|quota/iu],
  ['NO [TRYCREATE] server words', /folder/iu],
  ['NO [NOPERM] server words', /not allow|permi|refus/iu],
  ['BAD server words', /./u],
])('a copy the server refuses (%s) is a warning, not a failure', async (reply, reason) => {
  const office = await faultyOffice();
  office.arm(({ command }) => (command === 'APPEND' ? { reply } : undefined));
  const told = await sentWithoutCopy(office);
  expect(told).toMatch(/^The message was sent, but its copy is not in Sent: /u);
  expect(told?.slice(52)).toMatch(reason);
  expect(told).not.toContain('server words');
  expect(await office.alice.standing('Sent')).toEqual([]);
  office.arm(undefined);
  expect(await office.alice.send({ ...mail, subject: 'Next' })).toMatchObject({ savedTo: 'Sent' });
});

test('a server that never answers about the copy holds nobody up who gives up waiting', async () => {
  const office = await faultyOffice();
  const controller = new AbortController();
  const cancelled = new MailboxError('timeout', 'The call was cancelled.');
  let started = 0;
  office.arm(({ command }) => {
    if (command !== 'APPEND') return undefined;
    started = performance.now();
    controller.abort(cancelled);
    return 'stall';
  });
  const sent = await office.alice.account.outbox.send(mail, {
    signal: controller.signal,
    confirm: undefined,
  });
  expect(performance.now() - started).toBeLessThan(1500);
  expect(sent.status).toBe('sent');
  expect(sent.warnings).toContainEqual({
    code: 'copy_not_saved',
    detail: 'The message was sent; the call ended before it was known whether its copy is in Sent.',
  });
});

test('a call that ends while its copy is stored tells of the copy', async () => {
  const office = await faultyOffice();
  const controller = new AbortController();
  office.arm(({ command }) => {
    if (command !== 'APPEND') return undefined;
    controller.abort(new MailboxError('unavailable', 'The server is shutting down.'));
    return { delayMs: 60 };
  });
  const sent = await office.alice.account.outbox.send(mail, {
    signal: controller.signal,
    confirm: undefined,
  });
  expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(codes(sent)).not.toContain('copy_not_saved');
  await office.alice.only('Sent', 'Copy');
});

test('a full mailbox sends, and says why there is no copy', async () => {
  const office = await faultyOffice({ quotaBytes: 100 });
  const sent = await office.alice.send(mail);
  expect(sent.status).toBe('sent');
  const [warning] = sent.warnings?.filter(({ code }) => code === 'copy_not_saved') ?? [];
  expect(warning?.detail).toMatch(/full|quota/iu);
  expect(warning?.detail).not.toContain('Quota exceeded');
  await expect(office.alice.draft(mail)).rejects.toThrow(/full|quota/iu);
});

test('without a folder for sent mail it is sent', async () => {
  const office = await faultyOffice();
  await (await office.alice.client()).mailboxDelete('Sent');
  expect(await sentWithoutCopy(office)).toMatch(/folder/u);
});

test('a folder renamed meanwhile still gets its copy, or the answer says that it did not', async () => {
  const { alice } = await faultyOffice();
  expect(await alice.send(mail)).toMatchObject({ savedTo: 'Sent' });
  const client = await alice.client();
  await client.mailboxRename('Sent', 'Gesendet');
  const sent = await alice.send({ ...mail, subject: 'After' });
  expect(sent.status).toBe('sent');
  const copies = await alice.about('Gesendet', 'After');
  expect(copies.length).toBe(sent.savedTo === undefined ? 0 : 1);
  if (sent.savedTo === undefined) expect(codes(sent)).toContain('copy_not_saved');
  expect(await alice.send({ ...mail, subject: 'Later' })).toMatchObject({ savedTo: 'Gesendet' });
});

test('a draft whose copy cannot be filed and that cannot be moved stays, as the only copy, and is not sent again', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(({ command, line }) =>
    command === 'UID MOVE' || (command === 'APPEND' && line.includes('Sent'))
      ? { reply: 'NO [OVERQUOTA] full' }
      : undefined,
  );
  const sent = await alice.sendDraft(id);
  expect(sent.status).toBe('sent');
  expect(codes(sent)).toContain('copy_not_saved');
  expect(codes(sent)).not.toContain('draft_not_removed');
  await alice.only('Drafts', 'Copy');
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('while IMAP is away a new mail is sent, and an answer is not', async () => {
  const office = await openSandboxPostOffice();
  onTestFinished(() => office.close());
  const proxy = await startProxy({ targetPort: office.sandbox.imapPort });
  onTestFinished(() => proxy.close());
  const alice = await Desk.of(office, 'alice', { MAILBOX_IMAP_PORT: String(proxy.port) });
  onTestFinished(() => alice.close());
  await proxy.refuse();
  const sent = await alice.send(mail);
  expect(sent.status).toBe('sent');
  expect(codes(sent)).toContain('copy_not_saved');
  const answer = alice.send({ inReplyTo: 'INBOX/1-1', text: 'x', to: mail.to });
  await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  expect(office.sandbox.smtp.accepted).toHaveLength(1);
});

test('a refused login for sending makes it read-only, says why, lets reading go on, and heals', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { alice, arm, sandbox } = await faultyOffice();
  sandbox.deliver(alice.address, 'INBOX', 'Subject: Here\r\n\r\nx\r\n');
  let logins = 0;
  arm(({ protocol, command }) => {
    if (protocol !== 'smtp' || command !== 'AUTH') return undefined;
    logins++;
    return { reply: '535 5.7.8 authentication failed' };
  });
  await expect(alice.send(mail)).rejects.toMatchObject({
    code: 'auth_failed',
    message: expect.stringMatching(/Nothing was sent\.$/u),
  });
  const { accounts } = await alice.account.status.status(context());
  expect(accounts[0]).toMatchObject({
    mode: 'read-only',
    reason: expect.stringMatching(/password for sending/u),
  });
  expect(await alice.account.mail.search({}, context())).toMatchObject({ emails: [{ subject: 'Here' }] });
  await expect(alice.send(mail)).rejects.toMatchObject({ code: 'auth_failed' });
  expect(logins).toBeLessThanOrEqual(2);
  arm(undefined);
  vi.setSystemTime(Date.now() + 3_660_000);
  expect(await alice.send(mail)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  const healed = await alice.account.status.status(context());
  expect(healed.accounts[0]).toMatchObject({ mode: 'read-write' });
});

test('a copy that was refused and arrives all the same, after it was looked for, is not stored twice', async () => {
  const office = await faultyOffice();
  const { sandbox, alice } = office;
  let refused = false;
  let isLookedFor = false;
  let isThere = false;
  office.arm(({ command }) => {
    if (command === 'APPEND' && !refused) {
      refused = true;
      return { reply: 'NO [SERVERBUG] no' };
    }
    if (isLookedFor && !isThere) {
      isThere = true;
      sandbox.deliver(alice.address, 'Sent', sandbox.smtp.accepted[0]?.raw ?? '');
    }
    // With it each look for the copy ends.
    isLookedFor ||= refused && command === 'NOOP';
    return undefined;
  });
  expect(await alice.send(mail)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  office.arm(undefined);
  expect(isThere).toBe(true);
  expect(await alice.standing('Sent')).toHaveLength(1);
});
