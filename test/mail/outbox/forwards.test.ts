import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { correspondence, fresh } from './rig.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const encoded = (bytes: Buffer) => bytes.toString('base64').replace(/(.{76})/gu, '$1\r\n');
const base64 = 'Content-Transfer-Encoding: base64';

/** HTML with a picture in it, and a file. */
function richMail(subject: string, from: string): Buffer {
  const related = parts(
    'rel',
    part(
      ['Content-Type: text/html; charset=utf-8'],
      '<p>Schau:</p><img src="cid:pic@x"><script>alert(1)</script>',
    ),
    part(
      [
        'Content-Type: image/png',
        'Content-ID: <pic@x>',
        'Content-Disposition: inline; filename=p.png',
        base64,
      ],
      encoded(png),
    ),
  );
  const file = part(
    ['Content-Type: application/pdf', 'Content-Disposition: attachment; filename="Plan.pdf"', base64],
    encoded(Buffer.from('%PDF-1.4 plan')),
  );
  const body = parts('mix', part(['Content-Type: multipart/related; boundary="rel"'], related), file);
  return letter({ subject, from, headers: [mixed('mix')], body, id: `<${encodeURI(subject)}@else.test>` });
}

const signed = (subject: string) =>
  letter({
    subject,
    from: 'carl@else.test',
    headers: [
      'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary="s"',
    ],
    body: parts(
      's',
      part(['Content-Type: text/plain; charset=utf-8'], 'signed   text  \r\nwith trailing blanks '),
      part(
        ['Content-Type: application/pgp-signature; name="signature.asc"'],
        '-----BEGIN PGP SIGNATURE-----\r\nabc\r\n-----END PGP SIGNATURE-----',
      ),
    ),
  });

const encrypted = (subject: string) =>
  letter({
    subject,
    from: 'carl@else.test',
    headers: ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"'],
    body: parts(
      'e',
      part(['Content-Type: application/pgp-encrypted'], 'Version: 1'),
      part(
        ['Content-Type: application/octet-stream; name="encrypted.asc"'],
        '-----BEGIN PGP MESSAGE-----\r\nhQEM\r\n-----END PGP MESSAGE-----',
      ),
    ),
  });

describe.each(postOffices)('handing on mail on $name', ({ open }) => {
  const people = correspondence(open);

  test('forwards text and files under the header of the original, as a new conversation', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Rich');
    const forwardOf = await alice.put('INBOX', richMail(subject, 'Carl <carl@else.test>'));
    const sent = await alice.send({ forwardOf, to: [bob.address], text: 'Zur Kenntnis' });
    const mail = await simpleParser(await office.arrived('bob', `Fwd: ${subject}`));
    expect(mail.messageId).toBe(sent.messageId);
    expect(mail.headers.has('in-reply-to') || mail.headers.has('references')).toBe(false);
    expect(mail.text).toMatch(
      new RegExp(
        `^Zur Kenntnis\n\n-{10} .+ -{10}\n(Von|From): Carl <carl@else.test>\n(.|\n)*${subject}\n(.|\n)*Schau:`,
        'u',
      ),
    );
    const files = mail.attachments.map(({ filename, content }) => [filename, content.toString('base64')]);
    expect(files).toContainEqual(['Plan.pdf', Buffer.from('%PDF-1.4 plan').toString('base64')]);
    expect(files.map(([name]) => name)).toEqual(['p.png', 'Plan.pdf']);
    expect((await alice.only('INBOX', subject)).flags).toEqual(['$Forwarded']);
  });

  test("forwards HTML with its picture, and without a word of one's own", async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Picture');
    const forwardOf = await alice.put('INBOX', richMail(subject, 'carl@else.test'));
    await alice.send({ forwardOf, to: [bob.address], html: '<p>FYI</p>' });
    const mail = await simpleParser(await office.arrived('bob', `Fwd: ${subject}`), { skipImageLinks: true });
    expect(String(mail.html)).toMatch(/<p>FYI<\/p>(.|\n)*Schau(.|\n)*cid:pic@x/u);
    expect(String(mail.html)).not.toContain('script');
    expect(mail.attachments.map(({ filename, cid }) => [filename, cid])).toEqual([
      ['p.png', 'pic@x'],
      ['Plan.pdf', undefined],
    ]);
    await alice.send({ forwardOf, to: [bob.address] });
    expect(await office.copies('bob', `Fwd: ${subject}`)).toHaveLength(2);
  });

  test.each([
    ['signed', signed],
    ['encrypted', encrypted],
  ])('forwards %s mail as it is, byte for byte', async (kind, make) => {
    const { office, alice, bob } = people();
    const subject = fresh(kind);
    const source = make(subject);
    const forwardOf = await alice.put('INBOX', source);
    await alice.send({ forwardOf, to: [bob.address], text: 'as it is', html: '<p>as it is</p>' });
    const raw = await office.arrived('bob', `Fwd: ${subject}`);
    expect(raw.includes(source)).toBe(true);
    expect(raw.toString()).toMatch(/Content-Type: message\/rfc822/u);
    const [inner] = (await simpleParser(raw)).attachments;
    expect(inner?.contentType).toBe('message/rfc822');
    expect((await alice.only('INBOX', subject)).flags).toEqual(['$Forwarded']);
  });

  test('an answer in HTML keeps the picture of the original in its quote, and no file', async () => {
    const { office, alice, bob } = people();
    const subject = fresh('Answer');
    const inReplyTo = await alice.put('INBOX', richMail(subject, `Bob <${bob.address}>`));
    await alice.send({ inReplyTo, text: 'Schön!', html: '<p>Schön!</p>' });
    const raw = await office.arrived('bob', `Re: ${subject}`);
    const mail = await simpleParser(raw, { skipImageLinks: true });
    expect(String(mail.html)).toMatch(/<p>Schön!<\/p>(.|\n)*<blockquote type="cite"(.|\n)*cid:pic@x/u);
    expect(String(mail.html)).not.toContain('script');
    expect(mail.text).toMatch(/^Schön!\n\n(Am|On) .+:\n> Schau:/u);
    expect(mail.attachments).toHaveLength(1);
    expect(mail.attachments[0]).toMatchObject({ cid: 'pic@x', related: true });
    expect(mail.attachments[0]?.content.equals(png)).toBe(true);
  });

  test('an answer to encrypted mail quotes nothing of it', async () => {
    const { alice } = people();
    const subject = fresh('Secret');
    const inReplyTo = await alice.put('INBOX', encrypted(subject));
    await alice.send({ inReplyTo, text: 'Gut', html: '<p>Gut</p>' });
    const { raw } = await alice.only('Sent', `Re: ${subject}`);
    expect(raw.toString()).not.toMatch(/PGP|hQEM/u);
  });
});
