import { expect, test } from 'vitest';
import { wholeDraft } from '../../../src/mail/outbox/whole-draft.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { lyingOffice } from './lying.ts';

const from = 'alice@sandbox.test';
const plain = letter({
  subject: 'Plain',
  from,
  to: 'bob@sandbox.test',
  body: 'A line of text\r\n'.repeat(50),
});
const closed = letter({
  ...{ subject: 'Parts', from, to: 'bob@sandbox.test' },
  headers: [mixed('outer')],
  body: parts(
    'outer',
    part(
      ['Content-Type: multipart/alternative; boundary=inner'],
      parts('inner', part(['Content-Type: text/plain'], 'Text '.repeat(100))),
    ),
    part(['Content-Type: text/csv'], '1;2\r\n'.repeat(20)),
  ),
});
const literal = /BODY\[\] \{(\d+)\}\r\n/u;

/** The literal of a whole message becomes what `make` makes of it. */
const instead = (make: (source: string) => string) => (said: string) => {
  const found = literal.exec(said);
  if (!found) return said;
  const start = found.index + found[0].length;
  const end = start + Number(found[1]);
  return `${said.slice(0, found.index)}BODY[] ${make(said.slice(start, end))}${said.slice(end)}`;
};
const half = (source: string) => `{${source.length >> 1}}\r\n${source.slice(0, source.length >> 1)}`;

test.each([
  ['half of it', half],
  ['NIL', () => 'NIL'],
  ['nothing', () => '""'],
])('a draft of which the server sends %s is neither sent nor replaced', async (_, make) => {
  const { alice, sandbox, tell } = await lyingOffice();
  const id = await alice.put('Drafts', plain, ['\\Draft', '\\Seen']);
  tell(instead(make));
  const told = { code: 'unavailable', message: expect.stringContaining('sent only a part of the draft') };
  await expect(alice.sendDraft(id)).rejects.toMatchObject(told);
  await expect(alice.draft({ replaces: id, subject: 'Changed' })).rejects.toMatchObject(told);
  expect(sandbox.smtp.accepted).toEqual([]);
  const [left, ...more] = await alice.standing('Drafts');
  expect(more).toEqual([]);
  expect(left?.raw.equals(plain)).toBe(true);
  tell((said) => said);
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
});

test('a draft that came whole is not replaced when the server sends a part of its text', async () => {
  const { alice, tell } = await lyingOffice();
  const id = await alice.put('Drafts', plain, ['\\Draft', '\\Seen']);
  tell((said) =>
    said.replace(/BODY\[1\] \{(\d+)\}\r\n([\s\S]*)/u, (_, length: string, rest: string) => {
      const kept = Number(length) >> 1;
      return `BODY[1] {${kept}}\r\n${rest.slice(0, kept)}${rest.slice(Number(length))}`;
    }),
  );
  await expect(alice.draft({ replaces: id, subject: 'Changed' })).rejects.toMatchObject({
    code: 'unsupported',
  });
  const [left] = await alice.standing('Drafts');
  expect(left?.raw.equals(plain)).toBe(true);
});

test.each([
  ['what Dovecot sends', plain, plain.length],
  ['more than was announced', plain, plain.length - 30],
  ['LF that was counted as CRLF', Buffer.from(plain.toString().replaceAll('\r\n', '\n')), plain.length],
  ['a closed multipart below an estimate', closed, Math.round(closed.length * 1.08)],
])('all of a draft: %s', (_, source, size) => {
  expect(wholeDraft(source, size)).toBe(source);
});

const innerEnd = closed.indexOf('--inner--') + '--inner--\r\n'.length;

test.each([
  ['its last line end missing', plain.subarray(0, -2), plain.length],
  ['a text below an estimate', plain, Math.round(plain.length * 1.02)],
  ['a multipart without its end', closed.subarray(0, -20), closed.length],
  ['a multipart after the end of an inner one', closed.subarray(0, innerEnd), innerEnd + 20],
  ['far less than an estimate', closed, closed.length * 2],
  ['an unknown part', plain, undefined],
  ['nothing', undefined, plain.length],
])('not all of a draft: %s', (_, source, size) => {
  expect(() => wholeDraft(source, size)).toThrow(/only a part of the draft/u);
});

const tail = '\r\n--b--\r\n';
const head = 'Content-Type: Multipart/Mixed; boundary=b\r\n\r\n--b\r\n\r\n';
/** A multipart of so many bytes. */
const ofBytes = (bytes: number) =>
  Buffer.from(`${head}${'x'.repeat(bytes - head.length - tail.length)}${tail}`);

test('of a closed multipart a tenth of the estimate may be missing, and not a byte more', () => {
  expect(wholeDraft(ofBytes(900), 1000)).toHaveLength(900);
  expect(() => wholeDraft(ofBytes(899), 1000)).toThrow(/only a part of the draft/u);
});

test('a closing delimiter with something behind it closes nothing', () => {
  const quoted = Buffer.concat([ofBytes(900), Buffer.from('and then')]);
  expect(() => wholeDraft(quoted, 1000)).toThrow(/only a part of the draft/u);
});

test.each([
  [ofBytes(500), 1000, '500 of 1000 bytes'],
  [ofBytes(500), undefined, '500 of unknown bytes'],
  [undefined, 1000, 'none of 1000 bytes'],
])('how much of a draft came is told to the log', (source, size, cause) => {
  expect(() => wholeDraft(source, size)).toThrow(expect.objectContaining({ cause }));
});
