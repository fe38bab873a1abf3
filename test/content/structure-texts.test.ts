import { expect, test } from 'vitest';
import { selectParts } from '../../src/content/structure.ts';
import type { MimePart } from '../../src/domain/mime-part.ts';

function leaf(type: string, more: Partial<MimePart> = {}): MimePart {
  return { part: '', type, parameters: {}, encoding: '7bit', size: 100, children: [], ...more };
}

/** A multipart; its children are numbered as BODYSTRUCTURE does. */
function multi(subtype: string, ...children: MimePart[]): MimePart {
  return number(leaf(`multipart/${subtype}`, { children }), '');
}

function number(node: MimePart, part: string): MimePart {
  const children = node.children.map((child, at) =>
    number(child, part === '' ? `${at + 1}` : `${part}.${at + 1}`),
  );
  return { ...node, part, children };
}

const plain = leaf('text/plain');
const html = leaf('text/html');
const picture = leaf('image/jpeg', { filename: 'a.jpg', disposition: 'inline' });
const signed = leaf('application/pkcs7-mime', { parameters: { 'smime-type': 'signed-data' } });
const enveloped = leaf('application/pkcs7-mime', { parameters: { 'smime-type': 'enveloped-data' } });
const pgp = multi('encrypted', leaf('application/pgp-encrypted'), leaf('application/octet-stream'));

/** Each text as `plain part/html part`, `+` before one that continues; the body first. */
function texts(root: MimePart): string[] {
  const parts = selectParts(root);
  return [parts, ...(parts.more ?? [])].map(
    (text) => `${'continues' in text ? '+' : ''}${text.plain?.part ?? ''}/${text.html?.part ?? ''}`,
  );
}

const listed = (root: MimePart) => selectParts(root).attachments.map(({ part }) => part);

test('text around pictures is all shown, in order, and is no attachment', () => {
  const root = multi('mixed', plain, picture, plain, html);
  expect(texts(root)).toEqual(['1/', '3/', '/4']);
  expect(listed(root)).toEqual(['2']);
  expect(selectParts(multi('mixed', plain, picture)).more).toBeUndefined();
});

test('a later alternative is one further text in its two versions', () => {
  const root = multi('mixed', multi('alternative', plain, html), multi('alternative', plain, html), plain);
  expect(texts(root)).toEqual(['1.1/1.2', '2.1/2.2', '3/']);
  expect(listed(root)).toEqual([]);
});

test('HTML cut around files continues the version whose plain text is whole', () => {
  const root = multi('mixed', multi('alternative', plain, multi('mixed', html, picture, html)), plain);
  expect(texts(root)).toEqual(['1.1/1.2.1', '+/1.2.3', '2/']);
  const other = multi('alternative', multi('mixed', plain, picture, plain), html);
  expect(texts(other)).toEqual(['1.1/2', '+1.3/']);
});

test.each([
  ['a third version', multi('alternative', plain, leaf('text/markdown'), html), ['2']],
  ['an attachment', multi('mixed', plain, leaf('text/plain', { disposition: 'attachment' })), ['2']],
  ['text with a name', multi('mixed', plain, leaf('text/plain', { filename: 'a.txt' })), ['2']],
  ['a resource', multi('related', html, leaf('text/html', { contentId: '<a>' })), ['2']],
  ['what stands beside the signed part', multi('signed', plain, html), ['2']],
])('%s is no further text and stays listed', (_, root, expected) => {
  expect(selectParts(root).more).toBeUndefined();
  expect(listed(root)).toEqual(expected);
});

test('a footer below signed text is shown', () => {
  const root = multi('mixed', multi('signed', plain, leaf('application/pgp-signature')), plain);
  expect(texts(root)).toEqual(['1.1/', '2/']);
});

test('more than 50 further texts are listed', () => {
  const root = multi('mixed', ...Array.from({ length: 60 }, () => plain));
  expect(texts(root)).toHaveLength(51);
  expect(listed(root)).toHaveLength(9);
  expect(selectParts(root).attachments[0]).toMatchObject({ part: '52', inline: true });
});

test.each([
  ['pgp', multi('mixed', plain, pgp)],
  ['smime', multi('mixed', plain, enveloped)],
  ['pgp', multi('mixed', multi('alternative', plain, html), pgp, plain)],
])('readable text beside %s ciphertext is selected', (kind, root) => {
  expect(selectParts(root).encrypted).toBe(kind);
  expect(selectParts(root).plain).toBeDefined();
});

test('an encrypted message has no body', () => {
  for (const root of [pgp, enveloped, multi('mixed', pgp), multi('mixed', enveloped)]) {
    expect(selectParts(root).encrypted).toBeDefined();
    expect(texts(root)).toEqual(['/']);
  }
});

test('a message inside signed data is opaque, a signed file beside text is not', () => {
  expect(selectParts(signed)).toMatchObject({ opaque: true, attachments: [{ name: 'smime.p7m' }] });
  expect(selectParts(multi('mixed', signed, plain))).toMatchObject({ opaque: true, plain: { part: '2' } });
  const certificates = leaf('application/pkcs7-mime', { parameters: { 'smime-type': 'certs-only' } });
  for (const root of [multi('mixed', plain, signed), enveloped, certificates, plain]) {
    expect(selectParts(root).opaque).toBeUndefined();
  }
});
