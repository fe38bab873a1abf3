import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { openSandboxPostOffice } from '../../support/post-office.ts';
import { startProxy } from '../../support/proxy.ts';
import { at, codes, Desk, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], bcc: ['b@else.test'], subject: 'Doubt', text: 'Text' };

test('when nobody knows whether it went out, its text is kept as a draft and nothing sends it again', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(at('.', 'dropAfter'));
  const sent = await alice.send(mail);
  expect(sent).toMatchObject({
    status: 'unknown',
    accepted: ['bob@sandbox.test', 'b@else.test'],
    savedTo: 'Drafts',
  });
  expect(codes(sent)).toContain('outcome_unknown');
  const [{ detail } = { detail: '' }] = sent.warnings?.filter(({ code }) => code === 'outcome_unknown') ?? [];
  expect(detail).toContain(sent.messageId);
  const kept = await alice.only('Drafts', 'Doubt');
  expect(kept.flags).toEqual(['$SubmitPending', '\\Draft', '\\Seen']);
  expect(kept.headers.first('bcc')).toBe('b@else.test');
  expect(kept.headers.first('message-id')).toBe(sent.messageId);
  const { id } = await alice.received('Doubt', 'Drafts');
  expect(detail).toContain(id);
  for (const repeat of [() => alice.send(mail), () => alice.sendDraft(id)]) {
    await expect(repeat()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('may have been'),
    });
  }
  await expect(alice.sendDraft(id)).rejects.toThrow(
    `This draft may have been sent already (Message-ID ${sent.messageId}); nobody knows. Nothing was sent.`,
  );
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.about('Sent', 'Doubt')).toEqual([]);
});

test('a key whose outcome is unknown is refused, too, also after a restart', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(at('.', 'dropAfter'));
  const keyed = { ...mail, idempotencyKey: 'invoice-7' };
  expect(await alice.send(keyed)).toMatchObject({ status: 'unknown' });
  await expect(alice.send(keyed)).rejects.toMatchObject({ code: 'conflict' });
  await alice.restart();
  await expect(alice.send(keyed)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/nobody knows: <.+>\.$/u),
  });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('a key is no hindrance where the folders are missing that would tell of it', async () => {
  const { alice } = await faultyOffice();
  const client = await alice.client();
  const { id } = await alice.draft({ ...mail, subject: 'Draft' });
  await client.mailboxDelete('Sent');
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent' });
  await client.mailboxDelete('Drafts');
  expect(await alice.send({ ...mail, idempotencyKey: 'k' })).toMatchObject({ status: 'sent' });
});

test('on the way to an unknown outcome a draft stays where it is, marked, and nothing else is said of it', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(at('.', 'drop'));
  const sent = await alice.sendDraft(id);
  expect(sent.status).toBe('unknown');
  expect(sandbox.smtp.accepted).toEqual([]);
  expect((await alice.only('Drafts', 'Doubt')).flags).toContain('$SubmitPending');
  const told = sent.warnings?.find(({ code }) => code === 'outcome_unknown');
  expect(told?.detail).toMatch(/ The draft was kept\.$/u);
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'conflict' });
});

test('a server that never answers about the message leaves its text in Drafts, also for who gives up waiting', async () => {
  const { alice, arm } = await faultyOffice();
  const controller = new AbortController();
  arm((event) => {
    if (event.command !== '.') return undefined;
    setTimeout(() => controller.abort(new MailboxError('timeout', 'The call was cancelled.')), 50);
    return 'stall';
  });
  const started = performance.now();
  const sent = await alice.account.outbox.send(mail, { signal: controller.signal, confirm: undefined });
  expect(performance.now() - started).toBeLessThan(1500);
  expect(sent.status).toBe('unknown');
  expect(codes(sent)).toContain('outcome_unknown');
  await expect.poll(() => alice.about('Drafts', 'Doubt')).toHaveLength(1);
});

test('an answer torn at any byte: sent only when it was whole', async () => {
  const { alice, arm, sandbox } = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '1000' });
  const whole = '250 OK: message queued\r\n'.length;
  for (let bytes = 0; bytes <= whole; bytes += 3) {
    const before = sandbox.smtp.accepted.length;
    arm(at('.', { cutAfter: bytes }));
    const { status } = await alice.send({ ...mail, subject: `Torn ${bytes}` });
    expect([bytes, status, sandbox.smtp.accepted.length - before]).toEqual([
      bytes,
      bytes < whole ? 'unknown' : 'sent',
      1,
    ]);
  }
});

test('the same call five times at once sends once', async () => {
  const { alice, sandbox } = await faultyOffice();
  const calls = await Promise.allSettled(Array.from({ length: 5 }, () => alice.send(mail)));
  expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const call of calls) {
    if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'conflict' });
  }
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.about('Sent', 'Doubt')).toHaveLength(1);
});

test('a draft sent twice at once is sent once', async () => {
  const { alice, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  const calls = await Promise.allSettled([
    alice.sendDraft(id),
    alice.sendDraft(id),
    alice.send({ draft: id }),
  ]);
  expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.about('Drafts', 'Doubt')).toEqual([]);
});

test('a connection that breaks within the message has sent nothing, and it may be sent again', async () => {
  const office = await openSandboxPostOffice();
  onTestFinished(() => office.close());
  const proxy = await startProxy({ targetPort: office.sandbox.smtpPort });
  onTestFinished(() => proxy.close());
  const alice = await Desk.of(office, 'alice', { MAILBOX_SMTP_PORT: String(proxy.port) });
  onTestFinished(() => alice.close());
  const contentBase64 = Buffer.alloc(4_000_000, 7).toString('base64');
  const big = { ...mail, attachments: [{ name: 'big.bin', contentBase64 }] };
  const sending = alice.send(big).catch((error: unknown) => error);
  while (proxy.traffic.bytesUp < 500_000) await sleep(1);
  proxy.dropAll();
  const error = await sending;
  expect(error).toBeInstanceOf(MailboxError);
  expect(error).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/Nothing was sent\.$/u),
  });
  expect(office.sandbox.smtp.accepted).toEqual([]);
  expect(await alice.send(big)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(office.sandbox.smtp.accepted).toHaveLength(1);
});
