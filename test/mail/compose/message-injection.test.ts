import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { parseHeaders } from '../../../src/content/headers.ts';
import { type Mailbox, parseMailbox } from '../../../src/content/mailbox.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { formatMailbox } from '../../../src/mail/compose/addresses.ts';
import { compileMessage, type MessageParts } from '../../../src/mail/compose/message.ts';
import { envelopeOf, withoutBcc } from '../../../src/mail/compose/wire-bytes.ts';

const bit = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\u2028',
    '\u2029',
    '\u0085',
    '\t',
    '\r\n\r\n',
    '\r\n.\r\n',
    ' ',
    '"',
    "'",
    '\\',
    ';',
  ],
  ...[
    ',',
    ':',
    '<',
    '>',
    '@',
    '(',
    ')',
    '=',
    '?',
    '--',
    'ü',
    '👋',
    '\ud800',
    'x',
    'word',
    '\u202e',
    '%0D%0A',
    '=0D=0A',
  ],
  ...[
    'Bcc: evil@evil.example',
    'evil@evil.example',
    '\r\nBcc: evil@evil.example',
    '<evil@evil.example>',
    '=?utf-8?q?=0D=0ABcc:_e=40e.example?=',
  ],
  ...[
    '\r\n--=_-',
    'Content-Type: text/html',
    '; boundary=x',
    '; name=y',
    '"; filename="evil.exe',
    '=?utf-8?b?',
    '?=',
  ],
);
const evil = fc.array(bit, { maxLength: 8 }).map((bits) => bits.join(''));
const into = (good: string) =>
  fc.oneof(
    fc.constant(good),
    fc.tuple(evil, evil).map(([a, b]) => `${a}${good}${b}`),
  );

const arbitrary = fc.record({
  name: into('Joe'),
  to: fc.oneof(into('joe@example.org'), into('Joe <joe@example.org>')),
  local: into('joe'),
  subject: into('Plan'),
  messageId: into('<id@example.org>'),
  reference: into('<ref@example.org>'),
  text: into('text'),
  html: into('<p>html</p>'),
  filename: into('file.pdf'),
  contentType: into('application/pdf'),
  cid: into('cid@x'),
  content: into('content'),
});
type Strings = typeof arbitrary extends fc.Arbitrary<infer T> ? T : never;

function mailbox(text: string): Mailbox | undefined {
  try {
    return parseMailbox('to[0]', text);
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'invalid_input') return undefined;
    throw error;
  }
}

function partsOf(strings: Strings): MessageParts {
  const content = Buffer.from(strings.content);
  const to = mailbox(strings.to) ?? { name: strings.name, address: `${strings.local}@example.org` };
  return {
    from: { name: strings.name, address: 'me@example.org' },
    to: [to],
    subject: strings.subject,
    messageId: strings.messageId,
    date: new Date('2026-11-21T08:15:00Z'),
    inReplyTo: strings.reference,
    references: [strings.reference],
    text: strings.text,
    html: strings.html,
    attachments: [
      { filename: strings.filename, contentType: strings.contentType, content },
      { filename: strings.filename, contentType: 'image/png', content, cid: strings.cid },
      { filename: strings.filename, contentType: 'message/rfc822', content, rfc822: true },
    ],
  };
}

/** Each string refused where it is bad, so that the others are still tried. */
async function compiled(strings: Strings): Promise<{ raw: Uint8Array; parts: MessageParts } | undefined> {
  const parts = partsOf(strings);
  try {
    return { parts, raw: await compileMessage(parts) };
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'invalid_input') return undefined;
    throw error;
  }
}

const good: Strings = {
  ...{ name: 'Joe', to: 'joe@example.org', local: 'joe', subject: 'Plan', text: 'text', html: '<p>html</p>' },
  ...{ messageId: '<id@example.org>', reference: '<ref@example.org>', filename: 'file.pdf' },
  ...{ contentType: 'application/pdf', cid: 'cid@x', content: 'content' },
};
const expected =
  'content-transfer-encoding? content-type date from in-reply-to message-id mime-version references subject? to';

async function check(strings: Strings): Promise<boolean> {
  const result = await compiled(strings);
  if (!result) return false;
  const { raw, parts } = result;
  const fields = parseHeaders(raw)
    .entries()
    .map(({ name }) => name)
    .sort();
  const optional = expected
    .split(' ')
    .filter((name) => !name.endsWith('?') || fields.includes(name.slice(0, -1)));
  expect(fields).toEqual(optional.map((name) => name.replace('?', '')));
  const { from, to, cc, bcc } = envelopeOf(withoutBcc(raw));
  expect([from.address, to.map(({ address }) => address.toLowerCase()), cc, bcc]).toEqual([
    'me@example.org',
    parts.to.map(({ address }) => address.toLowerCase()),
    [],
    [],
  ]);
  const lines = Buffer.from(raw).toString('latin1').split('\r\n');
  expect(lines.filter((line) => /[\r\n]/u.test(line) || line.length > 998)).toEqual([]);
  const declared = [
    ...Buffer.from(raw)
      .toString('latin1')
      .matchAll(/^ boundary="([^"]+)"/gmu),
  ].map(([, id]) => id);
  expect(declared).toHaveLength(3);
  const mail = await simpleParser(Buffer.from(raw), { skipTextToHtml: true, skipHtmlToText: true });
  expect(mail.attachments).toHaveLength(3);
  expect(mail.headers.has('bcc')).toBe(false);
  return true;
}

test('no string yields a header, a recipient or a part of its own', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(good) as (keyof Strings)[])),
      arbitrary,
      async (key, strings) => {
        if (await check({ ...good, [key]: strings[key] })) accepted += 1;
      },
    ),
    { numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(150);
});

test('nor do all of them together', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, async (strings) => {
      await check(strings);
      const clean = (text: string) => text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]|=\?/gu, '');
      await check({
        ...good,
        text: strings.text,
        html: strings.html,
        subject: clean(strings.subject),
        name: clean(strings.name),
      });
    }),
    { numRuns: 150 },
  );
});

test('a subject and a name that pass arrive as they are', async () => {
  await fc.assert(
    fc.asyncProperty(into('Plan'), into('Joe'), async (subject, name) => {
      const result = await compiled({ ...good, subject, name });
      if (!result) return;
      const mail = await simpleParser(Buffer.from(result.raw), {
        skipTextToHtml: true,
        skipHtmlToText: true,
      });
      expect((mail.subject ?? '').replace(/\s+/gu, ' ').trim()).toBe(subject.replace(/\s+/gu, ' ').trim());
      expect(formatMailbox(envelopeOf(result.raw).from)).toBe(
        formatMailbox({ name, address: 'me@example.org' }),
      );
    }),
    { numRuns: 300, examples: [['Plan', '?=\u202e?=Joe']] },
  );
});
