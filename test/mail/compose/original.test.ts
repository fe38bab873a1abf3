import { describe, expect, test } from 'vitest';
import { loadOriginal } from '../../../src/mail/compose/original.ts';
import { forwardAttachments, inlineImages } from '../../../src/mail/compose/original-forward.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { mailboxKinds } from '../../support/mailboxes.ts';
import { AttachmentRig, limits, within } from './attachment-rig.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUg==', 'base64');
const picture = (cid: string, name: string, disposition = 'inline') =>
  part(
    [
      `Content-Type: image/png; name="${name}"`,
      `Content-Disposition: ${disposition}; filename="${name}"`,
      `Content-ID: <${cid}>`,
      'Content-Transfer-Encoding: base64',
    ],
    png.toString('base64'),
  );
const text = (type: string, body: string, encoding = '8bit') =>
  part([`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`], body);
const multipart = (kind: string, boundary: string, ...bodies: string[]) =>
  part([`Content-Type: multipart/${kind}; boundary="${boundary}"`], parts(boundary, ...bodies));

const html =
  '<html><body><p>Grüße <img src="cid:logo@x"></p><p style="display:none">HIDDEN</p></body></html>';
const rich = letter({
  subject: '=?utf-8?Q?Angebot_f=C3=BCr_M=C3=A4rz?=',
  from: 'Bob Büro <bob@example.org>',
  to: 'Alice <alice@example.org>, "Zwei, Drei" <zwei@example.net>',
  id: '<rich@example.org>',
  headers: [
    'Delivered-To: alice+shop@example.org',
    'X-Original-To: alias@example.org',
    'Cc: carla@example.net',
    'Reply-To: office@example.org',
    'Mail-Followup-To: list@example.org',
    'In-Reply-To: <parent@example.org>',
    'References: <root@example.org>',
    ' <parent@example.org>',
    'Auto-Submitted: auto-replied',
    'Precedence: bulk',
    'List-Id: <l.example.org>',
    'List-Post: <mailto:l@example.org>',
    'Return-Path: <bounce@example.org>',
    mixed('m1'),
  ],
  body: parts(
    'm1',
    multipart(
      'alternative',
      'a1',
      text('text/plain; charset=utf-8', 'Grüße Bob\r\n\r\n-- \r\nBob GmbH\r\n\r\n> Am Montag:\r\n> frag'),
      multipart('related', 'r1', text('text/html; charset=utf-8', html), picture('logo@x', 'logo.png')),
    ),
    part(
      [
        'Content-Type: application/pdf',
        "Content-Disposition: attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf",
        'Content-Transfer-Encoding: base64',
      ],
      'JVBERg==',
    ),
    picture('photo@x', 'photo.png', 'attachment'),
    picture('logo@x', 'second.png', 'attachment'),
    part(
      ['Content-Type: message/rfc822'],
      letter({
        subject: 'Nested',
        headers: [mixed('n1')],
        body: parts('n1', text('text/plain', 'n'), picture('nested@x', 'nested.png')),
      }).toString(),
    ),
  ),
});

describe.each(mailboxKinds)('the original of an answer on $name', ({ open }) => {
  const rig = new AttachmentRig(open);
  const load = (id: string, more = { html: false }, authservIds = ['mx.example.com']) =>
    loadOriginal({ ...rig, authservIds }, id, more, within());

  test('headers, text with its history, attachments, and it stays unread', async () => {
    const id = await rig.put(rich);
    const original = await load(id);
    const { headers } = original;
    expect(headers.first('from')).toBe('Bob Büro <bob@example.org>');
    expect(headers.first('subject')).toBe('Angebot für März');
    expect(headers.first('references')).toBe('<root@example.org> <parent@example.org>');
    const fields =
      'to cc reply-to mail-followup-to message-id in-reply-to delivered-to x-original-to auto-submitted precedence list-id list-post return-path';
    expect(fields.split(' ').map((name) => headers.first(name))).not.toContain(undefined);
    expect(original.text).toContain('Grüße Bob');
    expect(original.text).toContain('-- \nBob GmbH');
    expect(original.text).toContain('> frag');
    expect(original.date.toISOString()).toBe('2026-03-02T09:00:00.000Z');
    expect(original.html).toBeUndefined();
    expect(original.attachments.map(({ name }) => name)).toEqual([
      ...['logo.png', 'Größe.pdf', 'photo.png', 'second.png', 'message.eml'],
    ]);
    expect([...original.inline.keys()].sort()).toEqual(['logo@x', 'photo@x']);
    expect(original.inline.get('logo@x')?.part).toBe('1.2.2');
    expect(original).toMatchObject({ size: rich.length, authentication: { verdict: 'unknown' } });
    expect(original.signed ?? original.encrypted ?? original.malformed).toBeUndefined();
    expect([...original.flags]).not.toContain('\\Seen');
    expect(await rig.flags(id)).toEqual([]);
  });

  test('the HTML comes as it was sent, when asked for, and the text without what is hidden', async () => {
    const original = await load(await rig.put(rich), { html: true });
    expect(original.html).toBe(html);
    expect(original.text).not.toContain('HIDDEN');
    const only = await load(
      await rig.put(letter({ body: html, headers: ['Content-Type: text/html; charset=utf-8'] })),
      { html: true },
    );
    expect(only.html).toBe(html);
    expect(only.text).toContain('Grüße');
    expect(only.text).not.toContain('HIDDEN');
  });

  test('HTML in a charset that only the document names, and several texts in one mail', async () => {
    const latin = '<html><head><meta charset=3D"iso-8859-15"></head><body>5 =A4</body></html>';
    const headers = ['Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable'];
    const declared = await load(await rig.put(letter({ body: latin, headers })), { html: true });
    expect(declared.html).toContain('5 €');
    const several = letter({
      headers: [mixed('s1')],
      body: parts(
        's1',
        text('text/html; charset=utf-8', '<p>eins</p>'),
        picture('p@x', 'p.png', 'attachment'),
        text('text/plain; charset=utf-8', 'zwei <b>\r\ndrei'),
      ),
    });
    const { html: whole, text: plain } = await load(await rig.put(several), { html: true });
    expect(whole).toMatch(/<p>eins<\/p>[\s\S]*zwei &lt;b&gt;<br>\s*drei/u);
    expect(plain).toMatch(/eins[\s\S]*zwei <b>\ndrei/u);
  });

  test('the verdict is that of get_email: only the own server counts', async () => {
    const results = (id: string) =>
      `Authentication-Results: ${id}; dmarc=pass header.from=example.org; dkim=pass header.d=example.org`;
    const genuine = await rig.put(letter({ headers: [results('mx.example.com')] }));
    expect((await load(genuine)).authentication).toMatchObject({ verdict: 'pass', from: 'example.org' });
    const forged = await rig.put(
      letter({
        headers: ['Received: from a by b; Mon, 02 Mar 2026 10:00:00 +0100', results('evil.example')],
      }),
    );
    expect((await load(forged)).authentication.verdict).toBe('unknown');
  });

  test('flags are those of now', async () => {
    const id = await rig.put(letter({ subject: 'Flags' }));
    await load(id);
    const lock = await rig.other.getMailboxLock('INBOX');
    await rig.other.messageFlagsAdd(id.split('-').at(-1) ?? '', ['\\Answered'], { uid: true });
    lock.release();
    expect([...(await load(id)).flags]).toContain('\\Answered');
  });

  test('signed and encrypted mail is named so, and no ciphertext becomes text', async () => {
    const signature = part(
      ['Content-Type: application/pgp-signature; name="signature.asc"'],
      '-----BEGIN PGP SIGNATURE-----',
    );
    const signed = multipart('signed; micalg=pgp-sha256', 's1', text('text/plain', 'said'), signature);
    const withFooter = letter({
      headers: [mixed('f1')],
      body: parts('f1', signed, text('text/plain', 'list footer')),
    });
    expect(await load(await rig.put(withFooter))).toMatchObject({ signed: true });
    const opaque = ['Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'];
    expect(await load(await rig.put(letter({ headers: opaque, body: 'AAAA' })))).toMatchObject({
      signed: true,
    });
    const armor = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0ciphertext\r\n-----END PGP MESSAGE-----';
    const encrypted = letter({
      headers: ['Content-Type: multipart/encrypted; boundary="e1"'],
      body: parts(
        'e1',
        part(['Content-Type: application/pgp-encrypted'], 'Version: 1'),
        part(['Content-Type: application/octet-stream; name="encrypted.asc"'], armor),
      ),
    });
    expect(await load(await rig.put(encrypted))).toMatchObject({ encrypted: 'pgp' });
    const inlined = letter({
      headers: ['Content-Type: text/html; charset=utf-8'],
      body: `<pre>${armor}</pre>`,
    });
    const original = await load(await rig.put(inlined), { html: true });
    expect(original.encrypted).toBe('pgp');
    expect(original.html).toBeUndefined();
    expect(original.text).not.toContain('ciphertext');
  });

  test('a forward takes along all attachments, and the pictures its HTML shows under their ids', async () => {
    const original = await load(await rig.put(rich));
    const plain = await forwardAttachments(rig.source, original, { cids: [] }, limits, within());
    expect(plain.map(({ filename, cid }) => [filename, cid])).toEqual([
      ['logo.png', undefined],
      ['Größe.pdf', undefined],
      ['photo.png', undefined],
      ['second.png', undefined],
      ['Nested.eml', undefined],
    ]);
    expect(plain[1]?.content.toString()).toBe('%PDF');
    expect(plain[4]?.rfc822).toBe(true);
    const cids = ['photo@x', 'logo@x', 'logo@x', 'nobody@x'];
    const shown = await forwardAttachments(rig.source, original, { cids }, limits, within());
    expect(shown.map(({ filename, cid }) => [filename, cid])).toEqual([
      ['photo.png', 'photo@x'],
      ['logo.png', 'logo@x'],
      ['Größe.pdf', undefined],
      ['second.png', undefined],
      ['Nested.eml', undefined],
    ]);
    expect(shown[1]?.content.equals(png)).toBe(true);
    const [logo, ...more] = await inlineImages(rig.source, original, { cids: ['logo@x'] }, limits, within());
    expect(logo).toMatchObject({ filename: 'logo.png', contentType: 'image/png', cid: 'logo@x' });
    expect(more).toEqual([]);
  });

  test('a forward takes an invitation along as a file', async () => {
    const invitation = letter({
      headers: ['Content-Type: multipart/alternative; boundary="c1"'],
      body: parts(
        'c1',
        text('text/plain', 'Einladung'),
        text('text/calendar; charset=utf-8; method=REQUEST', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR'),
      ),
    });
    const original = await load(await rig.put(invitation));
    expect(await forwardAttachments(rig.source, original, { cids: [] }, limits, within())).toEqual([
      {
        filename: 'invite.ics',
        contentType: 'text/calendar; charset=utf-8',
        content: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR'),
      },
    ]);
  });

  test('a mail that is gone, moved in time or never was is refused', async () => {
    const id = await rig.put(letter({ subject: 'Gone' }));
    await expect(load(id.replace(/\d+$/u, '9999'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(load(id.replace('INBOX/', 'INBOX/1'))).rejects.toMatchObject({ code: 'stale_reference' });
    await expect(load('nonsense')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
