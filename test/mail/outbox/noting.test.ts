import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { MailRef } from '../../../src/domain/mail-id.ts';
import { PendingDraft, type Submission } from '../../../src/mail/outbox/pending-draft.ts';

const draft: MailRef = { folder: 'Drafts', uidValidity: 5n, uid: 7 };
const outgoing: Submission['outgoing'] = {
  ...{ raw: Buffer.from('x'), messageId: '<m@x>', subject: 'x', from: { address: 'a@x.test' } },
  ...{ to: [], cc: [], bcc: [], attachments: [], marks: [], familiar: [], warnings: [] },
};
const submission: Submission = { outgoing, idempotencyKey: undefined, draft };
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a draft whose mark is not waited for any longer is known to lie where it did', async () => {
  const pending = new PendingDraft(submission, sleep(200, { ref: draft, isNoted: true }), 5);
  await pending.ready;
  expect(pending).toMatchObject({ ref: draft, isNoted: false });
  expect(await pending.stored).toEqual(draft);
  expect(pending.isNoted).toBe(true);
});

test('nothing waits on when the mark is there', async () => {
  const before = timers();
  const pending = new PendingDraft(submission, Promise.resolve({ ref: draft, isNoted: true }), 60_000);
  await pending.ready;
  expect(timers()).toBe(before);
});
