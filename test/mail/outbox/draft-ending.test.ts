import { describe, expect, onTestFinished, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { formatMailId, type MailRef } from '../../../src/domain/mail-id.ts';
import { createLog } from '../../../src/log.ts';
import { DraftEnding } from '../../../src/mail/outbox/draft-ending.ts';
import { postOffices } from '../../support/post-office.ts';
import { at, codes, Desk, type Faults, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Full', text: 'Words of worth' };
const keyed = { ...mail, idempotencyKey: 'invoice-7' };

const full: Faults = ({ command, line }) =>
  command === 'APPEND' && line.includes('Sent') ? { reply: 'NO [OVERQUOTA] full' } : undefined;
/** As Exchange: no keywords but those of the system. */
const forgetful =
  (reply: string): Faults =>
  ({ command, line }) =>
    command === 'UID STORE' && /\+FLAGS\S* \(\$/u.test(line) ? { reply } : undefined;
const rigid: Faults = ({ command }) =>
  command === 'UID MOVE' ? { reply: 'NO [CANNOT] not from here' } : undefined;
const together =
  (...all: Faults[]): Faults =>
  (event) =>
    all.map((faults) => faults(event)).find((fault) => fault !== undefined);

test.each([
  ['keeps keywords', () => undefined],
  ['refuses keywords', forgetful('NO [CANNOT] no keywords')],
  ['ignores keywords', forgetful('OK done')],
])('where Sent takes no copy the draft becomes it, and is sent once: the mailbox %s', async (_, marks) => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id, messageId } = await alice.draft(mail);
  const { raw } = await alice.only('Drafts', 'Full');
  arm(together(full, marks));
  const sent = await alice.sendDraft(id);
  expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent', messageId });
  expect(codes(sent)).not.toContain('copy_not_saved');
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await alice.standing('Drafts')).toEqual([]);
  const copy = await alice.only('Sent', 'Full');
  expect(copy.raw.equals(raw)).toBe(true);
  expect(copy.flags).toEqual(['\\Seen']);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

describe.each(postOffices)('a full mailbox on $name', ({ open }) => {
  test('has room for the draft in Sent, though not for a copy', async () => {
    const office = await open({ quotaBytes: 6000 });
    onTestFinished(() => office.close());
    const alice = await Desk.of(office, 'alice');
    onTestFinished(() => alice.close());
    const to = [alice.address.replace('alice', 'bob')];
    const { id } = await alice.draft({ to, subject: 'Full', text: 'Words of worth '.repeat(250) });
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect((await alice.only('Sent', 'Full')).flags).toEqual(['\\Seen']);
    expect(await alice.standing('Drafts')).toEqual([]);
  });
});

test('so it is with the draft of a keyed mail, and its key is refused after a restart', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(full);
  expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect((await alice.only('Sent', 'Full')).flags).toEqual(['\\Seen']);
  expect(await alice.standing('Drafts')).toEqual([]);
  await alice.restart();
  await expect(alice.send(keyed)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/is in Sent\.$/u),
  });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('neither filed, moved nor marked, the draft stays, says so, and is refused, after a restart too', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(together(full, rigid, forgetful('OK done')));
  const sent = await alice.sendDraft(id);
  const [told] = sent.warnings?.filter(({ code }) => code === 'copy_not_saved') ?? [];
  expect(told?.detail).toMatch(
    /not in Sent: The mailbox is full\. The draft was kept as the only copy, and this mailbox took no mark that it was sent: do not send it again\. Its copy \S+ keeps it from being sent again/u,
  );
  const copies = await alice.about('Drafts', 'Full');
  expect(copies.map(({ raw }) => raw.includes(mail.text))).toEqual([true, true]);
  for (const what of ['the fate of a draft was not noted', 'a draft that was sent was not moved to Sent'])
    expect(alice.log).toContainEqual(expect.stringContaining(what));
  arm(forgetful('OK done'));
  await expect(alice.sendDraft(id)).rejects.toThrow(/^This draft was sent already/u);
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toThrow(/^This draft is being sent .* or may have been sent/u);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('in doubt, a draft that cannot be marked has a copy beside it, and is refused, after a restart too', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(together(forgetful('OK done'), at('.', 'dropAfter')));
  const sent = await alice.sendDraft(id);
  expect(sent.status).toBe('unknown');
  expect(sent.warnings?.find(({ code }) => code === 'outcome_unknown')?.detail).toMatch(
    /The draft was kept\. Its copy \S+ keeps it from being sent again: do not delete it alone\.$/u,
  );
  arm(forgetful('OK done'));
  await expect(alice.sendDraft(id)).rejects.toThrow(/^This draft may have been sent already/u);
  await alice.restart();
  await expect(alice.sendDraft(id)).rejects.toThrow(/^This draft is being sent .* or may have been sent/u);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('certainly not sent, a draft that cannot be marked is free again', async () => {
  const { alice, arm } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(together(forgetful('OK done'), at('.', { reply: '451 4.3.0 not now' })));
  await expect(alice.sendDraft(id)).rejects.toThrow(/Nothing was sent\.$/u);
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
});

const draft: MailRef = { folder: 'Drafts', uidValidity: 5n, uid: 7 };
const nobodyKnows = new MailboxError('unknown_outcome', 'Nobody knows yet whether it was stored.');

async function endedInDoubt({ keepsMarks, moves = true }: { keepsMarks: boolean; moves?: boolean }) {
  const done: string[] = [];
  const ending = new DraftEnding({
    drafts: {
      marks: {
        note: async (_ref, fate) => {
          done.push(fate);
          return keepsMarks;
        },
      },
      prove: async () => true,
      remove: async () => done.push('removed') > 0,
      removeCopy: async () => done.push('removed') > 0,
      moveToSent: async () => {
        done.push(moves ? 'moved' : 'not moved');
        return moves ? { folder: 'Sent' } : undefined;
      },
      undraft: async () => void done.push('undrafted'),
    },
    log: createLog({ level: 'error', write: () => undefined }),
  });
  const copy = { ref: draft, messageId: '<m@x>', isProven: true };
  const pending = { isCopy: true, key: undefined, copy, isStray: false };
  const report = await ending.end(pending, draft, { failure: nobodyKnows }, AbortSignal.timeout(1000));
  return { done, report };
}

test('where the copy may be in Sent the draft is marked and stays, and nobody is told that there is none', async () => {
  const { done, report } = await endedInDoubt({ keepsMarks: true });
  expect(done).toEqual(['sent']);
  const detail = `The message was sent, but it is not known whether its copy is in Sent. Its draft ${formatMailId(draft)} was kept: do not send it again.`;
  expect(report).toEqual({ warnings: [{ code: 'copy_not_saved', detail }] });
});

test('where it cannot be marked it is moved: rather two copies than a mail sent twice', async () => {
  const { done, report } = await endedInDoubt({ keepsMarks: false });
  expect(done).toEqual(['sent', 'moved']);
  expect(report).toEqual({ savedTo: 'Sent', warnings: [] });
});

test('where it can be neither, nobody is told that it bears a mark', async () => {
  const { done, report } = await endedInDoubt({ keepsMarks: false, moves: false });
  expect(done).toEqual(['sent', 'not moved']);
  expect(report.warnings.map(({ detail }) => detail)).toEqual([
    `The message was sent, but it is not known whether its copy is in Sent. Its draft ${formatMailId(draft)} was kept, and this mailbox took no mark that it was sent: do not send it again.`,
  ]);
});
