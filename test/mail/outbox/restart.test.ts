import { expect, test } from 'vitest';
import { letter } from '../../support/letters.ts';
import { at, codes, context, faultyOffice } from './rig.ts';

const original = (subject: string, id: string) =>
  letter({ subject, from: 'Carl <carl@else.test>', to: 'alice@sandbox.test', id, body: 'Come at noon?\r\n' });

test('a draft that may have been sent is not sent again after a restart, but on purpose', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft({ to: ['bob@sandbox.test'], subject: 'Doubt', text: 'x' });
  arm(at('.', 'dropAfter'));
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'unknown' });
  expect((await alice.only('Drafts', 'Doubt')).flags).toContain('$SubmitPending');
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('may have been sent'),
  });
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.send({ draft: id, idempotencyKey: 'meant' })).toMatchObject({ status: 'sent' });
});

test('a draft that was sent and stayed as the only copy is not sent again after a restart', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft({ to: ['bob@sandbox.test'], subject: 'Only copy', text: 'x' });
  arm(({ command }) =>
    ['APPEND', 'UID MOVE'].includes(command) ? { reply: 'NO [OVERQUOTA] full' } : undefined,
  );
  expect(codes(await alice.sendDraft(id))).toContain('copy_not_saved');
  expect((await alice.only('Drafts', 'Only copy')).flags).toContain('$Submitted');
  arm(undefined);
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('a forward keeps what it forwards over edits and a restart, and the original is marked', async () => {
  const { alice } = await faultyOffice();
  const forwardOf = await alice.put('INBOX', original('Noon', '<noon@else.test>'));
  const { id } = await alice.draft({ forwardOf, to: ['bob@sandbox.test'], text: 'First words' });
  await alice.restart();
  const second = await alice.draft({ replaces: id, text: 'Second words' });
  const body = (await alice.only('Drafts', 'Fwd: Noon')).raw.toString();
  expect(body).toContain('Second words');
  expect(body).not.toContain('First words');
  expect(body).toMatch(/Forwarded message -+\r\nFrom: Carl[\s\S]*Come at noon\?/u);
  await alice.restart();
  await alice.sendDraft(second.id);
  expect((await alice.only('INBOX', 'Noon')).flags).toEqual(['$Forwarded']);
});

test('an original that was archived meanwhile is marked where it is, and its quote survives an edit', async () => {
  const { alice } = await faultyOffice();
  const inReplyTo = await alice.put('INBOX', original('Lunch', '<lunch@else.test>'));
  const { id } = await alice.draft({ inReplyTo, text: 'First words' });
  const client = await alice.client();
  await client.mailboxCreate('Kept');
  await client.mailboxOpen('INBOX');
  await client.messageMove('1:*', 'Kept');
  await client.mailboxClose();
  const second = await alice.draft({ replaces: id, text: 'Second words' });
  const body = (await alice.only('Drafts', 'Re: Lunch')).raw.toString();
  expect(body).toMatch(/Second words\r\n\r\nOn .* wrote:\r\n> Come at noon\?/u);
  expect(codes(await alice.sendDraft(second.id))).not.toContain('original_not_marked');
  expect((await alice.only('Kept', 'Lunch')).flags).toContain('\\Answered');
});

test('a quote its writer has taken out of a draft does not come back, and one that is passed on does not double', async () => {
  const { alice } = await faultyOffice();
  const inReplyTo = await alice.put('INBOX', original('Tea', '<tea@else.test>'));
  const made = await alice.draft({ inReplyTo, text: 'With quote' });
  const { body } = await alice.account.mail.read({ id: made.id, quoted: true }, context());
  const again = await alice.draft({ replaces: made.id, text: body.text });
  const whole = (await alice.only('Drafts', 'Re: Tea')).raw.toString();
  expect(whole.match(/> Come at noon\?/gu)).toHaveLength(1);
  const bare = whole.replace(/\r\n\r\nOn .* wrote:[\s\S]*$/u, '\r\n');
  await alice.account.filing.remove({ ids: [again.id], permanent: true }, context());
  const id = await alice.put('Drafts', bare, ['\\Draft']);
  await alice.draft({ replaces: id, text: 'Still bare' });
  expect((await alice.only('Drafts', 'Re: Tea')).raw.toString()).not.toContain('Come at noon');
});

test('the person is asked line by line: no name passes for a recipient', async () => {
  const { alice } = await faultyOffice({}, { MAILBOX_SEND: 'confirm' });
  const name = 'bob@sandbox.test, Attacker';
  const raw = original('Trap', '<trap@else.test>').toString().replace('Carl <', `"${name}" <`);
  const inReplyTo = await alice.put('INBOX', raw);
  const asked: string[] = [];
  await alice.send({ inReplyTo, text: 'x' }, async (question) => asked.push(question) > 0);
  const lines = (asked[0] ?? '').split('\n').filter((line) => line.startsWith('To: '));
  expect(lines).toEqual([`To: carl@else.test "${name}"`]);
});

test('a doubt is not edited away', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(at('.', 'dropAfter'));
  await alice.send({ to: ['bob@sandbox.test'], subject: 'Edited doubt', text: 'x' });
  const kept = await alice.received('Edited doubt', 'Drafts');
  const { id } = await alice.draft({ replaces: kept.id, text: 'y' });
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test.each(['dropAfter', { reply: '451 4.3.0 not now' }] as const)(
  'a draft sent with a key is not sent again with it after a restart, unless it certainly was not (%o)',
  async (fault) => {
    const { alice, arm, sandbox } = await faultyOffice();
    const { id, messageId } = await alice.draft({ to: ['bob@sandbox.test'], subject: 'Keyed', text: 'x' });
    const keyed = { draft: id, idempotencyKey: 'one' };
    arm(at('.', fault));
    await alice.send(keyed).catch(() => 'not sent');
    await alice.restart();
    const again = alice.send(keyed);
    if (fault === 'dropAfter') {
      await expect(again).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(messageId),
      });
      expect(await alice.send({ draft: id, idempotencyKey: 'two' })).toMatchObject({ status: 'sent' });
    } else expect(await again).toMatchObject({ status: 'sent' });
    expect(sandbox.smtp.accepted).toHaveLength(fault === 'dropAfter' ? 2 : 1);
  },
);

test('a key that was used says so, also when its draft is gone', async () => {
  const { alice } = await faultyOffice();
  const { id, messageId } = await alice.draft({ to: ['bob@sandbox.test'], subject: 'Gone', text: 'x' });
  await alice.send({ draft: id, idempotencyKey: 'one' });
  const again = alice.send({ draft: id, idempotencyKey: 'one' });
  await expect(again).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(messageId),
  });
});
