import { expect, test } from 'vitest';
import { at, codes, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Answer', text: 'x' };
const many = Array.from({ length: 1200 }, (_, number) => `nobody-of-that-name-${number}@sandbox.test`);

test('an answer about very many people in Cc keeps its size and counts them, sent or kept as a draft', async () => {
  const { alice } = await faultyOffice();
  const draft = await alice.draft({ ...mail, cc: many });
  expect(Buffer.byteLength(JSON.stringify(draft))).toBeLessThanOrEqual(40_000);
  expect(draft.omitted?.cc).toBeGreaterThan(0);
  const sent = await alice.send({ ...mail, cc: many });
  expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThanOrEqual(40_000);
  expect(sent.omitted?.cc).toBeGreaterThan(0);
});

test('a replaced draft that is still there is warned of, and one that is gone is not', async () => {
  const { alice, arm } = await faultyOffice();
  const { id } = await alice.draft(mail);
  const second = await alice.draft({ replaces: id, text: 'y' });
  expect(codes(second)).not.toContain('draft_not_removed');
  arm(({ line }) =>
    /UID (?:EXPUNGE|MOVE|COPY)|\\Deleted/u.test(line) ? { reply: 'NO [NOPERM] never' } : undefined,
  );
  const third = await alice.draft({ replaces: second.id, text: 'z' });
  expect(third.warnings).toContainEqual({
    code: 'draft_not_removed',
    detail: `The draft ${second.id} was replaced but is still there.`,
  });
  expect(await alice.about('Drafts', 'Answer')).toHaveLength(2);
});

test('a draft in doubt that has no Message-ID is refused without naming one', async () => {
  const { alice, arm } = await faultyOffice();
  const raw = 'From: alice@sandbox.test\r\nTo: bob@sandbox.test\r\nSubject: Bare\r\n\r\nhi\r\n';
  const id = await alice.put('Drafts', raw, ['\\Draft']);
  arm(at('.', 'dropAfter'));
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'unknown' });
  await expect(alice.sendDraft(id)).rejects.toThrow(
    'This draft may have been sent already; nobody knows. Nothing was sent.',
  );
});
