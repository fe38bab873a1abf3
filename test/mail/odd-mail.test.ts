import { describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds } from '../support/mailboxes.ts';

describe.each(mailboxKinds)('odd mail on $name', ({ open }) => {
  const rig = new MailRig(open);
  const { store: put, read } = rig;

  test('a mail attached to a mail can be read as text', async () => {
    const inner = letter({ subject: 'Inner subject', body: 'Inner text.' }).toString();
    const eml = part(
      ['Content-Type: message/rfc822', 'Content-Disposition: attachment; filename="inner.eml"'],
      inner,
    );
    const body = parts('f1', part(['Content-Type: text/plain'], 'see below'), eml);
    const id = await put(letter({ subject: 'Forwarded', headers: [mixed('f1')], body }));
    const { attachments = [] } = await read(id);
    expect(attachments).toMatchObject([{ part: '2', name: 'inner.eml', type: 'message/rfc822' }]);
    const { content } = await rig.account.mail.attachment({ id, part: '2' }, context());
    expect(content.text).toContain('Inner subject');
    expect(content.text).toContain('Inner text.');
  });

  test('a mail of several texts is shown whole, in their order', async () => {
    const image = part(
      ['Content-Type: image/png; name="a.png"', 'Content-Disposition: inline; filename="a.png"'],
      'x',
    );
    const texts = parts(
      't1',
      part(['Content-Type: text/plain'], 'One'),
      image,
      part(['Content-Type: text/plain'], 'Two'),
    );
    const email = await read(await put(letter({ subject: 'Apple', headers: [mixed('t1')], body: texts })));
    expect(email.body.text).toBe('One\n\nTwo');
    expect(email.attachments).toHaveLength(1);
  });

  test('a long html beside a stub is shown whole, and hides nothing in its length', async () => {
    const stub = 'View this mail in your browser: https://example.org/view '.padEnd(400, ' .');
    const html = `<p class=h>HIDDENX</p>${'<p>Zeile mit Text</p>'.repeat(5000)}<p>LETZTE ZEILE</p><style>.h{display:none}</style>`;
    const alternative = 'Content-Type: multipart/alternative; boundary="l1"';
    const body = parts(
      'l1',
      part(['Content-Type: text/plain'], stub),
      part(['Content-Type: text/html'], html),
    );
    const id = await put(letter({ subject: 'Long html', headers: [alternative], body }));
    const { body: first } = await read(id);
    const { body: last } = await read(id, { offset: first.totalChars - 100 });
    expect(last.text).toContain('LETZTE ZEILE');
    expect(first.text).not.toContain('HIDDENX');
    const { emails } = await rig.account.mail.search({ subject: 'Long html', preview: true }, context());
    expect(JSON.stringify(emails)).not.toContain('HIDDENX');
  });

  test('what was forwarded is the content, what was quoted is not', async () => {
    const outlook =
      'zur Info.\r\n\r\nVon: Carla <c@example.net>\r\nGesendet: Montag\r\nAn: Bob\r\nBetreff: Rechnung\r\n\r\nDie Rechnung: 12 Euro.';
    expect((await read(await put(letter({ subject: 'WG: Rechnung', body: outlook })))).body.text).toContain(
      '12 Euro',
    );
    const reply = await read(await put(letter({ subject: 'AW: Rechnung', body: outlook })));
    expect(reply.body.text).toBe('zur Info.');
    expect(reply.body.quotedOmitted).toBeGreaterThan(50);
  });

  test('a mail to a thousand people can be read, and says who is left out', async () => {
    const people = Array.from({ length: 1000 }, (_, n) => `person.${n}@example.org`);
    const email = await read(
      await put(letter({ subject: 'Everybody', headers: [`Cc: ${people.join(',\r\n ')}`] })),
      { maxChars: 30_000 },
    );
    expect(email.cc).toHaveLength(40);
    expect(email.omitted).toEqual({ cc: 960 });
    expect(Buffer.byteLength(JSON.stringify(email))).toBeLessThan(40_000);
  });

  test('raw 8-bit headers read the same in every tool', async () => {
    const raw = Buffer.concat([
      Buffer.from(
        'Subject: Gr\xfc\xdfe\r\nFrom: J\xf6rg <j@example.org>\r\nTo: B\xe4rbel <b@example.org>\r\n',
        'latin1',
      ),
      Buffer.from('Message-ID: <raw8@x>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\n\r\ntext'),
    ]);
    await rig.other.append('INBOX', raw);
    const { emails } = await rig.account.mail.search({ folder: 'INBOX', limit: 40 }, context());
    const hit = emails.find(({ from }) => from.includes('j@example.org'));
    const expected = { from: 'Jörg <j@example.org>', to: ['Bärbel <b@example.org>'], subject: 'Grüße' };
    expect(hit).toMatchObject(expected);
    expect(await read(hit?.id ?? '')).toMatchObject(expected);
    const { emails: thread } = await rig.account.mail.thread({ id: hit?.id ?? '' }, context());
    expect(thread[0]).toMatchObject(expected);
  });

  test('a broken structure gives a raw excerpt and says so', async () => {
    const email = await read(
      await put(
        letter({ subject: 'No boundary', headers: ['Content-Type: multipart/mixed'], body: 'hello there' }),
      ),
    );
    expect(email.body.text).toContain('hello there');
    expect(email.warnings?.map(({ code }) => code)).toContain('malformed');
  });

  test('the readable part of a partly encrypted mail is shown, the other labelled', async () => {
    const armored =
      '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA5abcdefghijklmnopqrstuvwxyz\r\n=abcd\r\n-----END PGP MESSAGE-----';
    const secret = parts(
      'e2',
      part(['Content-Type: application/pgp-encrypted'], 'Version: 1'),
      part(['Content-Type: application/octet-stream'], armored),
    );
    const inner = part(
      ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e2"'],
      secret,
    );
    const body = parts('e1', part(['Content-Type: text/plain'], 'Readable.'), inner);
    const email = await read(await put(letter({ subject: 'Partly', headers: [mixed('e1')], body })));
    expect(email).toMatchObject({ encrypted: 'pgp', body: { text: 'Readable.' } });
    const mention = 'What does the line -----BEGIN PGP MESSAGE----- mean?';
    const plain = await read(await put(letter({ subject: 'Mention', body: mention })));
    expect(plain.body.text).toBe(mention);
    expect(plain.encrypted).toBeUndefined();
  });

  test('encrypted mail is named as such and gives no ciphertext', async () => {
    const armored = '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA5abcdef\r\n-----END PGP MESSAGE-----';
    const pgp = letter({
      subject: 'Secret',
      headers: ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"'],
      body: parts(
        'e',
        part(['Content-Type: application/pgp-encrypted'], 'Version: 1'),
        part(['Content-Type: application/octet-stream; name="encrypted.asc"'], armored),
      ),
    });
    const inline = letter({ subject: 'Inline secret', body: armored });
    for (const raw of [pgp, inline]) {
      const email = await read(await put(raw));
      expect(email.encrypted).toBe('pgp');
      expect(JSON.stringify(email)).not.toContain('hQEMA5');
    }
  });

  test('only an Authentication-Results header of the own provider counts', async () => {
    const domain = (rig.box.env.MAILBOX_EMAIL ?? '').split('@')[1];
    const own = `Authentication-Results: mx.${domain}; dmarc=fail header.from=example.org`;
    const forged = 'Authentication-Results: evil.example; dmarc=pass header.from=example.org';
    const email = await read(await put(letter({ subject: 'Auth', headers: [own, forged] })));
    expect(email.authentication).toMatchObject({ verdict: 'fail', dmarc: 'fail' });
    const below = ['Received: from x by y; Mon, 02 Mar 2026 10:00:00 +0100', own.replace('fail', 'pass')];
    const beneath = await read(await put(letter({ subject: 'Beneath', headers: [own, ...below] })));
    expect(beneath.authentication.verdict).toBe('fail');
    const alone = await read(await put(letter({ subject: 'Forged', headers: [forged] })));
    expect(alone.authentication.verdict).toBe('unknown');
  });
});
