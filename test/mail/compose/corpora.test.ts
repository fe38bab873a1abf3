import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { parseHeaders } from '../../../src/content/headers.ts';
import { quotableHtml } from '../../../src/content/html/quote.ts';
import { htmlToText } from '../../../src/content/html.ts';
import { compileMessage } from '../../../src/mail/compose/message.ts';
import { ownAddresses } from '../../../src/mail/compose/own-addresses.ts';
import { quoteText } from '../../../src/mail/compose/quote-text.ts';
import { replyLink } from '../../../src/mail/compose/references.ts';
import { replyRecipients } from '../../../src/mail/compose/reply-recipients.ts';
import { replySubject } from '../../../src/mail/compose/subject.ts';
import { envelopeOf, withoutBcc } from '../../../src/mail/compose/wire-bytes.ts';

const corpora = fileURLToPath(new URL('../../../../shared/corpora', import.meta.url));
const own = ownAddresses('me@mailbox.org');

const fixture = Buffer.from(
  'From: "Bob, B" <bob@x.org>\r\nTo: me@mailbox.org, c@x.org\r\nSubject: AW: Plan\r\nMessage-ID: <1@x>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p style="color:#333">Grüße <img src="cid:a"><img src="https://t.example/p.gif"></p>',
);

function mails(): Buffer[] {
  if (!existsSync(corpora)) return [fixture];
  const files = readdirSync(corpora, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.eml'),
  );
  const read = files.map((name) => readFileSync(join(corpora, name)));
  return [
    fixture,
    ...read.filter((raw) => raw.length < 1_000_000 && parseHeaders(raw).first('from') !== undefined),
  ];
}

/** Of every mail there is, the answer that carries it along. */
test('every mail can be answered, and its answer says what it should and loads nothing', async () => {
  for (const raw of mails()) {
    const headers = parseHeaders(raw);
    const { html, text = '' } = await simpleParser(raw, {
      skipTextToHtml: true,
      skipHtmlToText: true,
      skipImageLinks: true,
    });
    const quoted = html ? quotableHtml(html).html : undefined;
    if (html && quoted !== undefined) {
      expect(quoted).not.toMatch(/src="(?!cid:)|url\(|<(?:script|iframe|form|style|link|meta)\b/iu);
      expect(withoutBlanks(htmlToText(quoted).text)).toBe(withoutBlanks(htmlToText(html).text));
    }
    const { to, cc } = replyRecipients(headers, own, true);
    const answer = await compileMessage({
      from: { address: 'me@mailbox.org' },
      ...{ to, cc, bcc: [{ address: 'secret@x.org' }], messageId: '<answer@mailbox.org>', date: new Date(0) },
      ...{ subject: replySubject(headers.first('subject')), text: quoteText(text), ...replyLink(headers) },
      ...(quoted === undefined ? {} : { html: quoted }),
      attachments: [{ filename: 'o.eml', contentType: 'message/rfc822', content: raw, rfc822: true }],
    });
    const wire = withoutBcc(answer);
    expect(envelopeOf(wire).to.map(({ address }) => address)).toEqual(to.map(({ address }) => address));
    expect(Buffer.from(wire).includes('secret@x.org')).toBe(false);
    const lines = Buffer.from(wire).toString('latin1').split('\r\n');
    expect(lines.filter((line) => line.length > 998 || /[\r\n]/u.test(line))).toEqual([]);
  }
}, 60_000);

/** Where a link is too long to be read, its text ends in `…`, written differently when it is read twice. */
function withoutBlanks(text: string): string {
  return text.replace(/<https?:[^>]*>/gu, '').replace(/\s+/gu, '');
}
