import { describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { postOffices } from '../../support/post-office.ts';
import { correspondence, fresh, onTheWire, without } from './rig.ts';

const armoured = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----';
const encrypted = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="x"';
const signed =
  'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256; boundary="x"';

const sealed: [kind: string, headers: string[], body: string][] = [
  [
    'encrypted with PGP/MIME',
    [encrypted],
    parts(
      'x',
      part(['Content-Type: application/pgp-encrypted'], 'Version: 1'),
      part(['Content-Type: application/octet-stream; name="encrypted.asc"'], armoured),
    ),
  ],
  ['encrypted with PGP in its text', [], `${armoured}\r\n`],
  [
    'encrypted with S/MIME',
    [
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
      'Content-Disposition: attachment; filename=smime.p7m',
      'Content-Transfer-Encoding: base64',
    ],
    'AAAABBBB\r\n',
  ],
  [
    'signed',
    [signed],
    parts(
      'x',
      part(['Content-Type: text/plain'], 'signed text'),
      part(['Content-Type: application/pgp-signature; name="signature.asc"'], 'SIG'),
    ),
  ],
];

describe.each(postOffices)('a draft of another program on $name', ({ open }) => {
  const people = correspondence(open);

  test.each(sealed)(
    '%s is never replaced by less than it was, and sent as it is',
    async (_, headers, body) => {
      const { office, alice, bob } = people();
      const subject = fresh('Sealed');
      const raw = letter({ subject, from: alice.address, to: bob.address, headers, body });
      const id = await alice.put('Drafts', raw, ['\\Draft', '\\Seen']);
      await expect(alice.draft({ replaces: id, cc: ['c@else.test'] })).rejects.toMatchObject({
        code: 'unsupported',
      });
      const left = await alice.only('Drafts', subject);
      expect(left.raw.equals(raw)).toBe(true);
      expect(left.flags).toEqual(['\\Draft', '\\Seen']);
      await alice.sendDraft(id);
      const arrived = without(await office.arrived('bob', subject));
      expect(arrived.endsWith(onTheWire(raw))).toBe(true);
    },
  );

  test('keeps all its parts when only its subject is changed', async () => {
    const { alice, bob } = people();
    const subject = fresh('Parts');
    const inner = letter({ subject: 'Inner', body: 'inner text' });
    const related = parts(
      'r',
      part(['Content-Type: text/html; charset=utf-8'], '<p>Hallo <img src="cid:pic@x"></p>'),
      part(['Content-Type: image/png', 'Content-ID: <pic@x>', 'Content-Transfer-Encoding: base64'], 'AAAA'),
    );
    const body = parts(
      'x',
      part(['Content-Type: multipart/related; boundary=r'], related),
      part(['Content-Type: message/rfc822'], inner.toString()),
      part(['Content-Type: text/csv', 'Content-Disposition: attachment; filename="Übersicht.csv"'], '1;2'),
      part(['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64'], 'BBBB'),
    );
    const raw = letter({
      subject: fresh('Old'),
      from: alice.address,
      to: bob.address,
      headers: [mixed('x')],
      body,
    });
    const id = await alice.put('Drafts', raw, ['\\Draft']);
    const { attachments } = await alice.draft({ replaces: id, subject });
    expect(attachments?.map(({ size }) => size)).toEqual([3, inner.length, 3, 3]);
    const text = (await alice.only('Drafts', subject)).raw.toString();
    expect(text).toContain('<p>Hallo <img src="cid:pic@x"></p>');
    expect(text).toMatch(/Content-I[Dd]: <pic@x>/u);
    expect(text).toContain(inner.toString());
    expect(text).toContain(Buffer.from('1;2').toString('base64'));
    expect(text).toContain('BBBB');
  });
});
