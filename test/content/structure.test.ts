import { expect, test } from 'vitest';
import {
  countAttachments,
  decodedSize,
  displayName,
  findPart,
  selectParts,
} from '../../src/content/structure.ts';
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
const pdf = leaf('application/pdf', { disposition: 'attachment', filename: 'bill.pdf' });

/** `name` for files, `(name)` for what is listed inline. */
function listed(root: MimePart): string[] {
  return selectParts(root).attachments.map(({ name, inline }) => (inline ? `(${name})` : name));
}

function body(root: MimePart): (string | undefined)[] {
  const { plain: text, html: markup, calendar } = selectParts(root);
  return [text?.part, markup?.part, calendar?.part];
}

test('a single-part message has the part number 1', () => {
  expect(body(leaf('text/plain'))).toEqual(['1', undefined, undefined]);
  expect(body(leaf('text/html', { encoding: 'BASE64' }))).toEqual([undefined, '1', undefined]);
  expect(selectParts(leaf('text/html', { encoding: 'BASE64' })).html?.encoding).toBe('base64');
  expect(findPart(leaf('text/plain'), '1')?.type).toBe('text/plain');
  expect(listed(leaf('application/pdf'))).toEqual(['part-1.pdf']);
});

test('plain and HTML of one alternative are the body, the rest are attachments', () => {
  const root = multi('mixed', multi('alternative', plain, html), pdf, leaf('image/png'));
  expect(body(root)).toEqual(['1.1', '1.2', undefined]);
  expect(listed(root)).toEqual(['bill.pdf', 'image.png']);
  expect(countAttachments(root)).toBe(2);
});

test('images that HTML shows by content id are inline and not counted', () => {
  const image = leaf('image/jpeg', { contentId: '<a@b>', filename: 'logo.jpg', disposition: 'attachment' });
  const file = leaf('application/pdf', { contentId: '<c@d>', filename: 'real.pdf' });
  const root = multi('mixed', multi('alternative', plain, multi('related', html, image, file)), pdf);
  expect(body(root)).toEqual(['1.1', '1.2.1', undefined]);
  expect(listed(root)).toEqual(['(logo.jpg)', 'real.pdf', 'bill.pdf']);
  expect(countAttachments(root)).toBe(2);
});

test('named HTML is the body where it is a version of it or the root of a related', () => {
  const named = leaf('text/html', { filename: 'mail.html' });
  expect(body(multi('alternative', plain, named))).toEqual(['1', '2', undefined]);
  expect(listed(multi('related', named, leaf('image/gif', { contentId: '<a>' })))).toEqual(['(image.gif)']);
});

test('HTML beside an alternative that gave only plain text is not its other version', () => {
  const root = multi('mixed', multi('alternative', plain), html);
  expect(body(root)).toEqual(['1.1', undefined, undefined]);
  expect(selectParts(root).more).toMatchObject([{ html: { part: '2' } }]);
});

test('named text is a file, also when it says attachment without a name', () => {
  const notes = leaf('text/plain', { filename: 'notes.txt', disposition: 'attachment' });
  const named = leaf('text/html', { parameters: { name: 'page.html' } });
  const unnamed = leaf('text/plain', { disposition: 'attachment' });
  const root = multi('mixed', notes, named, unnamed, plain);
  expect(body(root)).toEqual(['4', undefined, undefined]);
  expect(listed(root)).toEqual(['notes.txt', 'page.html', 'part-3.txt']);
});

test('named text is the body where there is no other, and stays in the list', () => {
  const root = multi('mixed', leaf('text/plain', { filename: 'mail.txt' }), pdf);
  expect(body(root)).toEqual(['1', undefined, undefined]);
  expect(listed(root)).toEqual(['mail.txt', 'bill.pdf']);
  const whole = leaf('text/plain', { parameters: { name: 'mail.txt' } });
  expect([...body(whole), listed(whole)]).toEqual(['1', undefined, undefined, []]);
});

test('an attached message is one attachment; its own parts are none', () => {
  const inner = leaf('message/rfc822', { children: [multi('mixed', plain, pdf)] });
  const root = multi('mixed', plain, inner);
  expect(listed(root)).toEqual(['message.eml']);
  expect(findPart(root, '2.1.2')?.filename).toBe('bill.pdf');
  expect(listed(multi('digest', inner, inner))).toEqual(['message.eml', 'message.eml']);
  expect(displayName(leaf('message/rfc822', { filename: 'Re: Angebot.eml' }))).toBe('Re_ Angebot.eml');
});

test('a bounce shows its text and lists report and headers', () => {
  const root = multi('report', plain, leaf('message/delivery-status'), leaf('text/rfc822-headers'));
  expect(body(root)).toEqual(['1', undefined, undefined]);
  expect(listed(root)).toEqual(['delivery-status.txt', 'headers.txt']);
});

test('an invitation is found in the alternative and as a file', () => {
  const invite = leaf('text/calendar', { parameters: { method: 'REQUEST' } });
  const file = leaf('application/ics', { filename: 'invite.ics', disposition: 'attachment' });
  const root = multi('mixed', multi('alternative', plain, html, invite), file);
  expect(body(root)).toEqual(['1.1', '1.2', '1.3']);
  expect(listed(root)).toEqual(['invite.ics']);
  const onlyFile = multi('mixed', plain, invite);
  expect([...body(onlyFile), listed(onlyFile)]).toEqual(['1', undefined, '2', ['invite.ics']]);
  expect([...body(invite), listed(invite)]).toEqual([undefined, undefined, '1', []]);
});

test('PGP/MIME is encrypted: no body, the ciphertext stays to download', () => {
  const control = leaf('application/pgp-encrypted');
  const cipher = leaf('application/octet-stream', { filename: 'encrypted.asc' });
  const root = multi('encrypted', control, cipher);
  expect(selectParts(root)).toMatchObject({ encrypted: 'pgp' });
  expect(body(root)).toEqual([undefined, undefined, undefined]);
  expect(listed(root)).toEqual(['(encrypted.asc)']);
  expect(countAttachments(root)).toBe(0);
});

test.each([
  [{ 'smime-type': 'enveloped-data' }, 'smime', '(smime.p7m)'],
  [{ 'smime-type': 'authEnveloped-data' }, 'smime', '(smime.p7m)'],
  [{ name: 'smime.p7m' }, 'smime', '(smime.p7m)'],
  [{ 'smime-type': 'signed-data', name: 'smime.p7m' }, undefined, 'smime.p7m'],
])('pkcs7-mime with %j is %s', (parameters: Record<string, string>, encrypted, name) => {
  const root = leaf('application/pkcs7-mime', { parameters });
  expect(selectParts(root).encrypted).toBe(encrypted);
  expect(listed(root)).toEqual([name]);
});

test('a signature is listed and not counted', () => {
  const root = multi('signed', multi('alternative', plain, html), leaf('application/pgp-signature'));
  expect(body(root)).toEqual(['1.1', '1.2', undefined]);
  expect(listed(root)).toEqual(['(signature.asc)']);
  expect(countAttachments(root)).toBe(0);
});

test('winmail.dat is named; a PDF inside an alternative is a file', () => {
  expect(listed(multi('mixed', plain, leaf('application/ms-tnef')))).toEqual(['winmail.dat']);
  const bare = leaf('application/pdf', { filename: 'x.pdf' });
  expect(listed(multi('alternative', plain, bare, leaf('text/x-amp-html')))).toEqual([
    'x.pdf',
    '(part-3.bin)',
  ]);
});

test.each([1, 56, 57, 58, 114, 10_000, 57_000])(
  'the size told of %i bytes is exact to the padding',
  (bytes) => {
    const lines =
      Buffer.alloc(bytes)
        .toString('base64')
        .match(/.{1,76}/gu) ?? [];
    const size = lines.join('\r\n').length;
    for (const encoded of [size, size + 2]) {
      const part = leaf('image/png', { encoding: 'Base64', size: encoded });
      expect(decodedSize(part)).toBe(Math.ceil(bytes / 3) * 3);
      expect(selectParts(part).attachments[0]?.size).toBe(decodedSize(part));
    }
    expect(decodedSize(leaf('image/png', { encoding: 'quoted-printable', size: bytes }))).toBe(bytes);
  },
);

test('bombs of depth and of parts are malformed, walked as far as they go, and fast', () => {
  let deep = multi('mixed', plain);
  for (let depth = 0; depth < 5_000; depth += 1) deep = leaf('multipart/mixed', { children: [deep] });
  const wide = multi('mixed', ...Array.from({ length: 20_000 }, () => pdf));
  const started = performance.now();
  expect(selectParts(deep)).toEqual({ attachments: [], malformed: true });
  expect(selectParts(wide)).toMatchObject({ malformed: true });
  expect(selectParts(wide).attachments).toHaveLength(999);
  expect(findPart(deep, '9.9')).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(500);
  expect(selectParts(multi('mixed')).malformed).toBe(true);
});

test('every part that is listed is found, also of a mail with tens of thousands', () => {
  const root = multi('mixed', plain, ...Array.from({ length: 20_000 }, () => pdf));
  for (const { part } of selectParts(root).attachments)
    expect(findPart(root, part)?.filename).toBe('bill.pdf');
});
