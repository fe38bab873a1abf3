import fc from 'fast-check';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import type { Mailbox } from '../../src/content/mailbox.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { compileMessage, type MessageParts } from '../../src/mail/compose/message.ts';
import type { MessageAttachment } from '../../src/mail/compose/message-attachment.ts';
import { envelopeOf, withoutBcc } from '../../src/mail/compose/wire-bytes.ts';

const seed = 20260301;

/** As it reads on one line: how blanks are folded is left to the programs on the way. */
const line = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.constantFrom(
          'Grüße',
          '漢字',
          '👩‍👩‍👧',
          'x'.repeat(90),
          '"',
          "'",
          '\\',
          ',',
          ';',
          ':',
          '<',
          '@',
          '(',
          ')',
          '=?',
        ),
      ),
      { maxLength: 8 },
    )
    .map((pieces) =>
      pieces
        .join(' ')
        .replace(/\s+/gu, ' ')
        .slice(0, maxLength)
        .replace(/\p{Cs}/gu, '')
        .trim(),
    );

const mailbox: fc.Arbitrary<Mailbox> = fc
  .record({
    name: line(60).map((name) => name.replaceAll('=?', '').trim()),
    local: fc.stringMatching(/^[a-z][a-z0-9+_-]{0,20}$/u),
  })
  .map(({ name, local }) => ({ ...(name ? { name } : {}), address: `${local}@example.org` }));
const people = fc.uniqueArray(mailbox, { maxLength: 5, selector: ({ address }) => address });

const paragraph = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '.',
    '..dot',
    'From me',
    '--',
    '-- ',
    '',
    'x'.repeat(1500),
    'ü'.repeat(700),
    '=3D',
    '\tTab',
  ),
);
/** Without the characters that no text part holds unharmed: NUL and half pairs. */
const text = fc
  .tuple(fc.array(paragraph, { minLength: 1, maxLength: 6 }), fc.constantFrom('\n', '\r\n'))
  .map(([paragraphs, end]) => `x${paragraphs.join(end)}x`.replace(/[\0\p{Cs}]/gu, ''));

const attachment: fc.Arbitrary<MessageAttachment> = fc
  .record({
    filename: line(80),
    contentType: fc.constantFrom('application/pdf', 'text/plain; charset=utf-8', 'image/png', 'text/html'),
    bytes: fc.uint8Array({ maxLength: 3000 }),
  })
  .map(({ bytes, filename, ...more }) => ({
    ...more,
    filename: filename || 'a.pdf',
    content: Buffer.from(bytes),
  }));

const message: fc.Arbitrary<MessageParts> = fc
  .record({
    from: mailbox,
    ...{ to: people, cc: people, bcc: people },
    subject: line(400),
    text,
    html: fc.option(
      text.map((inner) => `<p>${inner}</p>`),
      { nil: undefined },
    ),
    attachments: fc.array(attachment, { maxLength: 3 }),
  })
  .map(({ html, ...parts }) => ({
    ...parts,
    ...(html === undefined ? {} : { html }),
    ...{ messageId: '<one@example.org>', date: new Date('2026-11-21T08:15:00Z') },
  }));

async function composed(parts: MessageParts): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await compileMessage(parts));
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'invalid_input') return undefined;
    throw error;
  }
}

const lf = (value: string) => value.replace(/\r\n?/gu, '\n').replace(/\n+$/u, '');
const named = ({ name, address }: { name?: string | undefined; address?: string | undefined }) =>
  `${(name ?? '').replace(/\s+/gu, ' ').trim()} <${address}>`;

function listed(found: AddressObject | AddressObject[] | undefined): string[] {
  return [found ?? []].flat().flatMap(({ value }) => value.map(named));
}

function readBack(mail: ParsedMail): unknown {
  return {
    ...{ from: listed(mail.from), to: listed(mail.to), cc: listed(mail.cc), bcc: listed(mail.bcc) },
    subject: mail.subject ?? '',
    ...{ text: lf(mail.text ?? ''), html: lf(mail.html || '') },
    attachments: mail.attachments.map(({ filename, content }) => [filename, content.toString('base64')]),
  };
}

function put({ from, to, cc, subject, text, html, attachments = [] }: MessageParts): unknown {
  return {
    ...{ from: [named(from)], to: to.map(named), cc: (cc ?? []).map(named), bcc: [] },
    ...{ subject, text: lf(text), html: lf(html ?? '') },
    attachments: attachments.map(({ filename, content }) => [filename, content.toString('base64')]),
  };
}

test('what was composed is what a reader of the message finds, but for Bcc', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(message, async (parts) => {
      const raw = await composed(parts);
      if (!raw) return;
      const wire = Buffer.from(withoutBcc(raw));
      const mail = await simpleParser(wire, {
        skipTextToHtml: true,
        skipHtmlToText: true,
        skipImageLinks: true,
      });
      expect(readBack(mail)).toEqual(put(parts));
      const lines = wire.toString('latin1').split('\r\n');
      expect(lines.filter((each) => /[\r\n]/u.test(each) || each.length > 998)).toEqual([]);
      expect(envelopeOf(raw).bcc.map(({ address }) => address)).toEqual(onlyBcc(parts));
      sent += 1;
    }),
    { numRuns: 120, seed },
  );
  expect(sent).toBeGreaterThan(60);
});

/** An address that is named openly, too, is not counted twice. */
function onlyBcc({ to, cc = [], bcc = [] }: MessageParts): string[] {
  const open = new Set([...to, ...cc].map(({ address }) => address));
  return bcc.flatMap(({ address }) => (open.has(address) ? [] : [address]));
}
