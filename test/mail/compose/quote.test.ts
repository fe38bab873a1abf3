import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotableHtml } from '../../../src/content/html/quote.ts';
import { splitQuoted } from '../../../src/content/quotes.ts';
import { attribution, headerDate } from '../../../src/mail/compose/attribution.ts';
import { type ForwardedHeader, forwardHtml, forwardText } from '../../../src/mail/compose/forward-block.ts';
import { guessLanguage } from '../../../src/mail/compose/language.ts';
import {
  belowHtml,
  type OriginalBody,
  quoteHtml,
  type Sanitise,
} from '../../../src/mail/compose/quote-html.ts';
import { quoteText } from '../../../src/mail/compose/quote-text.ts';

const bob = { name: 'Bob Muster', address: 'bob@example.org' };
const date = new Date('2026-11-21T08:15:30Z');

test.each([
  ['Hallo Anna, kannst du mir bitte noch die Unterlagen für morgen schicken? Danke und viele Grüße', 'de'],
  ['Das ist der Plan.', 'de'],
  ['Hi Anna, could you please send me the documents for tomorrow? Thanks and best regards', 'en'],
  ['This is the plan.', 'en'],
  ['Müller & Söhne: Übergabe', 'de'],
] as const)('%j is %s', (text, language) => {
  expect(guessLanguage(text)).toBe(language);
});

test('where the text does not tell, the fallback decides', () => {
  for (const text of ['', '12:30', 'OK 👍', 'Bonjour tout le monde', 'ok '.repeat(100_000)]) {
    expect([guessLanguage(text), guessLanguage(text, 'de')]).toEqual(['en', 'de']);
  }
});

test('the attribution names person and local time in the language of the mail', () => {
  const quoted = { from: bob, date, zone: 'Europe/Berlin' };
  expect(attribution({ ...quoted, language: 'de' })).toBe(
    'Am 21.11.2026 um 09:15 schrieb Bob Muster <bob@example.org>:',
  );
  expect(attribution({ ...quoted, language: 'en', zone: 'America/New_York' })).toBe(
    'On 21 Nov 2026 at 03:15, Bob Muster <bob@example.org> wrote:',
  );
  const summer = new Date('2026-07-01T22:30:00Z');
  expect(headerDate(summer, 'Europe/Berlin', 'de')).toBe('02.07.2026, 00:30');
  expect(headerDate(summer, 'UTC', 'en')).toBe('1 Jul 2026 at 22:30');
});

test('what the original does not say is left out of the attribution', () => {
  const unknown = { from: undefined, date: undefined, zone: 'UTC' };
  expect(attribution({ ...unknown, language: 'de' })).toBe('Jemand schrieb:');
  expect(attribution({ ...unknown, language: 'en', from: bob })).toBe('Bob Muster <bob@example.org> wrote:');
  expect(attribution({ ...unknown, language: 'en', date: new Date(Number.NaN) })).toBe('Somebody wrote:');
  expect(attribution({ ...unknown, language: 'de', date })).toBe('Am 21.11.2026 um 08:15 schrieb jemand:');
});

test('a reply quotes line by line and nests marks', () => {
  expect(quoteText('Hi\n\n> old\n>> older\n  indented\n\n\n')).toBe(
    '> Hi\n>\n>> old\n>>> older\n>   indented',
  );
  expect(quoteText('a\r\nb\rc')).toBe('> a\n> b\n> c');
  const long = 'word '.repeat(200).trim();
  expect(quoteText(long)).toBe(`> ${long}`);
});

test('the nested signature goes, a signature between what was said stays', () => {
  expect(quoteText('Text\n\n-- \nBob\nTel. 1')).toBe('> Text');
  expect(quoteText('Text\n--\nBob')).toBe('> Text');
  expect(quoteText('Text\n-- \nBob\n\n> quoted')).toContain('> Bob\n>\n>> quoted');
  expect(quoteText(`a\n-- \n${'line\n'.repeat(40)}b`)).toContain('> b');
  expect(quoteText('-- not a signature')).toBe('> -- not a signature');
});

test('a quote is bounded and says so, and keeps nothing invisible', () => {
  const quoted = quoteText('line of text\n'.repeat(20_000));
  expect(quoted.length).toBeLessThan(125_000);
  expect(quoted.endsWith('> line of text\n> […]')).toBe(true);
  expect(quoteText('x'.repeat(20), 10)).toBe(`> ${'x'.repeat(10)}\n> […]`);
  expect(quoteText('a\u200b\u{E0041}\0b')).toBe('> ab');
  expect(quoteText('')).toBe('');
});

test('our own quote is recognised as one again', () => {
  for (const language of ['de', 'en'] as const) {
    const line = attribution({ from: bob, date, zone: 'Europe/Berlin', language });
    const mail = `Sure.\n\n${line}\n${quoteText('Shall we?\n> Yes\n\nBob')}\n`;
    expect(splitQuoted(mail).text).toBe('Sure.');
  }
});

test('every line of a quote is marked, whatever is quoted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const quoted = quoteText(text);
      if (quoted !== '') expect(quoted.split('\n').every((line) => line.startsWith('>'))).toBe(true);
      expect(quoted).not.toMatch(/\r/u);
    }),
  );
});

const sanitise: Sanitise = async (html, options) => quotableHtml(html, options);

test('an HTML reply cites the original and keeps its own pictures only', async () => {
  const original = {
    text: 'Hi',
    html: '<p style="color:#333">Hi <img src="cid:logo@x" onerror=a()><img src="https://t.example/p.gif"></p><div class="gmail_signature">Bob <img src="cid:sig"></div><script>x()</script>',
  };
  const { html, cids } = await quoteHtml('Bob <bob@example.org> wrote:', original, {}, sanitise);
  expect(html).toMatch(
    /^<p>Bob &lt;bob@example\.org&gt; wrote:<\/p>\n<blockquote type="cite" style="[^"]+">/u,
  );
  expect(html).toContain('<p style="color:#333">Hi <img src="cid:logo@x"></p>');
  expect(html).not.toMatch(/https:|onerror|script|cid:sig/u);
  expect(html.endsWith('\n</blockquote>')).toBe(true);
  expect(cids).toEqual(['logo@x']);
});

test('an original without HTML, or with HTML too costly to be made harmless, is quoted as escaped text', async () => {
  const quoted = async (original: OriginalBody, by = sanitise) =>
    (await quoteHtml('x:', original, {}, by)).html;
  const escaped = 'a &lt; b<br>\n &nbsp;&quot;c&quot;';
  expect(await quoted({ text: 'a < b\n  "c"' })).toContain(escaped);
  expect(await quoted({ text: 'a < b\n  "c"', html: '<script>' }, async () => undefined)).toContain(escaped);
  expect(await quoted({ text: 'line\n'.repeat(50_000) })).toContain('[…]');
});

test('a block goes below the text, inside its body', () => {
  expect(belowHtml('<p>Hi</p>', '<hr>')).toBe('<p>Hi</p>\n<hr>');
  expect(belowHtml('<html><body>Hi</body></html>', '<hr>')).toBe('<html><body>Hi\n<hr>\n</body></html>');
  expect(belowHtml('<html>Hi</HTML>', '<hr>')).toBe('<html>Hi\n<hr>\n</HTML>');
  const start = performance.now();
  belowHtml('</body'.repeat(20_000), '<hr>');
  expect(performance.now() - start).toBeLessThan(200);
});

const header: ForwardedHeader = {
  from: [bob],
  to: [{ address: 'me@example.org' }, { name: 'Doe, Jane', address: 'jane@example.org' }],
  cc: [],
  date,
  subject: 'Plan\r\nBcc: x',
  zone: 'Europe/Berlin',
  language: 'de',
};

test('a forward names what it hands on in the language of the mail, and keeps all of it', () => {
  expect(forwardText(header, 'Text\n> quoted\n-- \nBob\n')).toBe(
    [
      '---------- Weitergeleitete Nachricht ----------',
      'Von: Bob Muster <bob@example.org>',
      'Datum: 21.11.2026, 09:15',
      'Betreff: Plan Bcc: x',
      'An: me@example.org, "Doe, Jane" <jane@example.org>',
      ...['', 'Text', '> quoted', '-- ', 'Bob'],
    ].join('\n'),
  );
  const english = forwardText({ ...header, language: 'en', cc: [bob], date: undefined }, 'Text');
  expect(english).toContain('Forwarded message');
  expect(english).toContain('Cc: Bob Muster');
  expect(english).not.toContain('Date:');
});

test('an HTML forward keeps signature and pictures, and escapes what strangers named', async () => {
  const subject = '<img src=x onerror=y>';
  const original = { text: 'Hi', html: 'Hi<div class="moz-signature"><img src="cid:sig"></div>' };
  const { html, cids } = await forwardHtml({ ...header, subject }, original, {}, sanitise);
  expect(html).toContain('<b>Betreff:</b> &lt;img src=x onerror=y&gt;<br>');
  expect(html).toContain('<img src="cid:sig">');
  expect(cids).toEqual(['sig']);
});
