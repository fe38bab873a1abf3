import { expect, test } from 'vitest';
import type { MarkRequest } from '../../../src/domain/filing-port.ts';
import type { MailRef } from '../../../src/domain/mail-id.ts';
import { DraftMarks, pendingWith } from '../../../src/mail/outbox/draft-marks.ts';

const draft = (uid: number): MailRef => ({ folder: 'Drafts', uidValidity: 5n, uid });
const none = new Set<string>();
const signal = AbortSignal.timeout(5000);

/** Marks of a mailbox that answers so for each draft. */
function marksOf(...failures: string[]) {
  const asked: MarkRequest[] = [];
  const marks = new DraftMarks({
    mark: async (request) => {
      asked.push(request);
      const failed = failures.map((code) => ({ id: 'Drafts/5-1', code, message: 'x' }));
      return { updated: [], ...(failed.length > 0 ? { failed } : {}) };
    },
  });
  return { marks, asked };
}

test('where a mailbox keeps no mark, the last thousand drafts are remembered, and no more', () => {
  const { marks } = marksOf();
  for (let uid = 1; uid <= 1000; uid++) marks.remember(draft(uid), pendingWith('k'));
  expect(marks.of(draft(1), none)).toMatchObject({ fate: 'unknown', isKnownHere: true });
  marks.remember(draft(1001), pendingWith('k'));
  expect(marks.of(draft(1), none)).toMatchObject({ fate: undefined, isKnownHere: false });
  for (const uid of [2, 1001])
    expect(marks.of(draft(uid), none)).toMatchObject({ fate: 'unknown', isKnownHere: true });
});

test('so are the last thousand that somebody was told of, and those only', () => {
  const { marks } = marksOf();
  for (let uid = 1; uid <= 1000; uid++) marks.tell(draft(uid));
  expect(marks.of(draft(1), none)).toMatchObject({ fate: undefined, isKnownHere: true });
  marks.tell(draft(1001));
  expect([1, 2, 1001, 1002].map((uid) => marks.of(draft(uid), none).isKnownHere)).toEqual([
    ...[false, true, true, false],
  ]);
});

test('a key has one of sixteen marks, by which the draft it was tried with is known again', () => {
  const { marks } = marksOf();
  const keys = Array.from({ length: 500 }, (_, key) => `key ${key}`);
  const bears = new Set(keys.flatMap((key) => pendingWith(key)));
  expect([...bears].sort()).toEqual(
    [...'0123456789abcdef'].map((digit) => `$SubmitKey${digit}`).concat('$SubmitPending'),
  );
  for (const key of keys) expect(marks.of(draft(1), new Set(pendingWith(key))).triedWith(key)).toBe(true);
  // It stands in mailboxes: what another version of this server has noted must stay true.
  expect(pendingWith('invoice-7')).toEqual(['$SubmitPending', '$SubmitKey6']);
});

test.each([
  [[], true],
  [['not_found'], true],
  [['forbidden'], false],
  [['not_found', 'forbidden'], false],
])('a mark is off when it was taken off, or nothing bears it any more: %j', async (failures, isOff) => {
  const { marks, asked } = marksOf(...failures);
  expect(await marks.unnote(draft(1), signal, 'k')).toBe(isOff);
  expect(asked).toEqual([{ ids: ['Drafts/5-1'], remove: pendingWith('k') }]);
});

test('a draft whose mark was refused is still known to have been sent, until that is taken back', async () => {
  const { marks } = marksOf('unsupported');
  expect(await marks.note(draft(1), 'sent', signal)).toBe(false);
  expect(marks.of(draft(1), none)).toMatchObject({ fate: 'sent', isKnownHere: true });
  await marks.unnote(draft(1), signal);
  expect(marks.of(draft(1), none)).toMatchObject({ fate: undefined, isKnownHere: false });
});
