import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { compileMessage, type MessageParts } from '../../../src/mail/compose/message.ts';
import { contentFingerprint, envelopeOf, has8Bit, withoutBcc } from '../../../src/mail/compose/wire-bytes.ts';

const parts: MessageParts = {
  from: { name: 'Jörg "J" Müller, Berlin', address: 'me@example.org' },
  to: [{ name: 'Doe, Jane', address: 'jane@xn--mller-kva.example' }],
  cc: [{ address: 'c@example.org' }],
  bcc: [{ name: 'Secret', address: 's@example.org' }],
  subject: 'Grüße aus Köln',
  messageId: '<id@example.org>',
  date: new Date('2026-11-21T08:15:00Z'),
  inReplyTo: '<parent@x>',
  references: ['<root@x>', '<parent@x>'],
  text: 'Hällo\nWelt\n',
};
const raw = async (more: Partial<MessageParts> = {}) =>
  Buffer.from(await compileMessage({ ...parts, ...more }));
const source = async (more: Partial<MessageParts> = {}) => (await raw(more)).toString('latin1');
const original = 'From: a@b.org\r\nSubject: Orig\r\nDKIM-Signature: v=1;\r\n\tb=x\r\n\r\nHi \r\n\r\n';
const attached = (content: string | Buffer) => ({
  attachments: [
    {
      filename: 'orig.eml',
      contentType: 'message/rfc822',
      content: Buffer.from(content),
      rfc822: true as const,
    },
  ],
});

test('everything given arrives, Bcc in these bytes only', async () => {
  const mail = await simpleParser(await raw());
  expect(mail.from?.value).toEqual([{ name: 'Jörg "J" Müller, Berlin', address: 'me@example.org' }]);
  expect(mail.subject).toBe('Grüße aus Köln');
  expect([mail.messageId, mail.inReplyTo, mail.references]).toEqual([
    '<id@example.org>',
    '<parent@x>',
    ['<root@x>', '<parent@x>'],
  ]);
  expect(mail.date).toEqual(parts.date);
  expect(mail.text).toBe('Hällo\nWelt\n');
  expect(mail.html).toBe(false);
  const { from, to, cc, bcc } = envelopeOf(await raw());
  expect([from, ...to, ...cc, ...bcc]).toEqual([
    parts.from,
    ...parts.to,
    ...(parts.cc ?? []),
    ...(parts.bcc ?? []),
  ]);
  const wire = Buffer.from(withoutBcc(await raw())).toString('latin1');
  expect(wire).not.toMatch(/secret|s@example/iu);
  expect(wire.length).toBe((await source()).length - 'Bcc: Secret <s@example.org>\r\n'.length);
});

test('the header is ASCII, names no program, and every line ends in CRLF within 998 octets', async () => {
  const long = 'x'.repeat(3_000);
  const whole = await source({
    subject: long.slice(0, 1_500),
    text: `${long}\n${long}\r${long}`,
    html: `<p>${long}</p>`,
    references: Array.from({ length: 200 }, (_, index) => `<${'r'.repeat(200)}${index}@x>`),
    to: Array.from({ length: 100 }, (_, index) => ({
      name: 'n'.repeat(250),
      address: `${'a'.repeat(60)}@b${index}.org`,
    })),
    attachments: [
      {
        filename: `${'ü'.repeat(250)}.pdf`,
        contentType: 'application/pdf',
        content: Buffer.alloc(5_000, 255),
      },
    ],
  });
  expect(Math.max(...whole.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  expect(whole.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
  expect(whole).not.toMatch(/[^\p{ASCII}]/u);
  expect(whole).not.toMatch(/x-mailer|nodemailer|nmp/iu);
  const mail = await simpleParser(Buffer.from(whole));
  expect(mail.subject).toBe(long.slice(0, 1_500));
  expect(mail.text?.trim()).toBe(`${long}\n${long}\n${long}`);
  expect(mail.attachments[0]?.filename).toBe(`${'ü'.repeat(250)}.pdf`);
});

test('text and HTML are alternatives, pictures relate to the HTML, files stand beside', async () => {
  const whole = await source({
    html: '<p>Hi <img src="cid:logo@x"></p>',
    attachments: [
      { filename: 'logo.png', contentType: 'image/png', content: Buffer.from('png'), cid: 'logo@x' },
      { filename: 'Plan ü "1".pdf', contentType: 'application/pdf', content: Buffer.from('pdf') },
    ],
  });
  const types = [...whole.matchAll(/^Content-Type: ([^;\r]+)/gmu)].map(([, type]) => type);
  expect(types).toEqual([
    'multipart/mixed',
    'multipart/alternative',
    'text/plain',
    'multipart/related',
    'text/html',
    'image/png',
    'application/pdf',
  ]);
  const { attachments } = await simpleParser(Buffer.from(whole));
  expect(
    attachments.map(({ filename, cid, contentDisposition }) => [filename, cid, contentDisposition]),
  ).toEqual([
    ['logo.png', 'logo@x', 'inline'],
    ['Plan ü "1".pdf', undefined, 'attachment'],
  ]);
});

test('text alone is a plain text mail, also when it is empty', async () => {
  expect(await source()).toMatch(/\r\nContent-Type: text\/plain; charset=utf-8\r\n\r\n/u);
  expect(await source({ text: '<b>**not rendered**</b>' })).toMatch(
    /\r\n\r\n<b>\*\*not rendered\*\*<\/b>\r\n$/u,
  );
  const empty = await simpleParser(
    await raw({
      text: '',
      attachments: [{ filename: 'a', contentType: 'image/png', content: Buffer.alloc(0) }],
    }),
  );
  expect(empty.attachments).toHaveLength(1);
});

test('a forwarded message is attached as it is', async () => {
  const plain = await source(attached(original));
  expect(plain).toContain(`\r\n\r\n${original}\r\n--`);
  expect(plain).toContain(
    'Content-Type: message/rfc822; name=orig.eml\r\nContent-Transfer-Encoding: 7bit\r\n',
  );
  const umlauts = Buffer.from(original.replace('Orig', 'Grüße'));
  const eightBit = await raw(attached(umlauts));
  expect(eightBit.includes(umlauts)).toBe(true);
  expect(eightBit.toString('latin1').match(/Content-Transfer-Encoding: 8bit/gu)).toHaveLength(2);
  expect([has8Bit(eightBit), has8Bit(Buffer.from(plain, 'latin1'))]).toEqual([true, false]);
  expect((await raw(attached(original.replaceAll('\r\n', '\n')))).includes(original)).toBe(true);
});

test('a forwarded message that cannot travel as it is goes as a file, byte for byte', async () => {
  for (const odd of [`${original}${'y'.repeat(999)}\r\n`, `${original}\0`]) {
    const bytes = await raw(attached(odd));
    expect(bytes.toString()).toContain('Content-Type: application/octet-stream; name=orig.eml');
    const { attachments } = await simpleParser(bytes);
    expect(attachments.map(({ content }) => content.toString())).toEqual([odd]);
  }
  expect(await source(attached(`${original}${'y'.repeat(998)}\r\n`))).toContain('message/rfc822');
});

test('an attachment cannot pose as a part of this message', async () => {
  const content = Buffer.from('--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b--\r\n');
  const mail = await simpleParser(
    await raw({ attachments: [{ filename: 'x', contentType: 'multipart/mixed; boundary=b', content }] }),
  );
  expect(mail.html).toBe(false);
  expect(mail.attachments[0]?.content).toEqual(content);
});

test('the same parts give the same bytes, and the same content the same fingerprint', async () => {
  const full = {
    html: '<p>Hi</p>',
    attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', content: Buffer.from('pdf') }],
  };
  expect(await raw(full)).toEqual(await raw(full));
  const print = async (more: Partial<MessageParts>) => contentFingerprint(await raw({ ...full, ...more }));
  const first = await print({});
  expect(await print({ messageId: '<other@example.org>', date: new Date(0) })).toBe(first);
  const others: Partial<MessageParts>[] = [
    { subject: 'Other' },
    { text: 'Other' },
    { html: '<p>Ho</p>' },
    { bcc: [] },
    { references: ['<parent@x>'] },
    {
      attachments: [
        { ...(full.attachments[0] ?? attached('').attachments[0]!), content: Buffer.from('fdp') },
      ],
    },
  ];
  for (const other of others) expect(await print(other)).not.toBe(first);
});

test('no file and no address on the net is read', async () => {
  const sneaky = {
    filename: 'x',
    contentType: 'text/plain',
    content: Buffer.from('c'),
    path: '/etc/hostname',
    href: 'http://127.0.0.1:1/',
  };
  const mail = await simpleParser(await raw({ attachments: [sneaky] }));
  expect(mail.attachments[0]?.content.toString()).toBe('c');
});

test.each([
  ['subject', { subject: 'a\r\nBcc: x@y.org' }],
  ['from', { from: { name: 'a\nb', address: 'me@example.org' } }],
  ['to[0]', { to: [{ address: 'a@b.org>, <x@y.org' }] }],
  ['cc[0]', { cc: [{ name: '=?utf-8?q?x?=', address: 'a@b.org' }] }],
  ['messageId', { messageId: '<a@b>\r\nX: y' }],
  ['inReplyTo', { inReplyTo: 'a@b' }],
  ['references[1]', { references: ['<a@b>', '<c @d>'] }],
  ['date', { date: new Date(Number.NaN) }],
  [
    'attachments[0].name',
    { attachments: [{ filename: 'a\0', contentType: 'image/png', content: Buffer.alloc(0) }] },
  ],
  [
    'attachments[0].type',
    { attachments: [{ filename: 'a', contentType: 'image', content: Buffer.alloc(0) }] },
  ],
  [
    'attachments[0].cid',
    { attachments: [{ filename: 'a', contentType: 'image/png', content: Buffer.alloc(0), cid: 'a b' }] },
  ],
] as [string, Partial<MessageParts>][])(
  'what may not stand in a header is refused, naming %s',
  async (field, more) => {
    await expect(raw(more)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(raw(more)).rejects.toThrow(new RegExp(`^${field.replace(/[[\]]/gu, '\\$&')} `, 'u'));
  },
);
