import { expect, test } from 'vitest';
import { faultyOffice } from './rig.ts';

const people = (count: number, list: string) =>
  Array.from({ length: count }, (_, number) => `somebody-${number}-of-the-list@${list}.test`);
const told = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));

test('an answer about very many who took a mail names of each list what fits, to last of all', async () => {
  const { alice, sandbox } = await faultyOffice();
  const [to, cc, bcc] = [people(1100, 'to'), people(400, 'cc'), people(400, 'bcc')];
  const sent = await alice.send({ to, cc, bcc, subject: 'Many', text: 'x' });
  expect(sandbox.smtp.accepted[0]?.recipients).toHaveLength(1900);
  expect(told(sent)).toBeLessThanOrEqual(40_000);
  expect(sent.to.length).toBeGreaterThan(500);
  expect(sent.omitted).toEqual({ accepted: 1900, bcc: 400, cc: 400, to: 1100 - sent.to.length });
  const detail = `Never written to before from this account: ${to.slice(0, 10).join(', ')}.`;
  expect(sent.warnings).toContainEqual({ code: 'new_recipient', detail });
});

test('an answer about a draft with very many names names of each list what fits, to last of all', async () => {
  const { alice } = await faultyOffice();
  const [to, cc, bcc] = [people(1100, 'to'), people(400, 'cc'), people(400, 'bcc')];
  const attachments = Array.from({ length: 50 }, (_, number) => ({
    name: `${number} of fifty.txt`,
    contentBase64: 'AAAA',
  }));
  const draft = await alice.draft({ to, cc, bcc, subject: 'Many', text: 'x', attachments });
  expect(told(draft)).toBeLessThanOrEqual(40_000);
  expect(draft.to.length).toBeGreaterThan(500);
  const omitted = { attachments: 50, bcc: 400, cc: 400, to: 1100 - draft.to.length };
  expect(draft.omitted).toEqual(omitted);
  const { raw } = await alice.only('Drafts', 'Many');
  expect(raw.toString().match(/somebody-\d+-of-the-list/gu)).toHaveLength(1900);
});
