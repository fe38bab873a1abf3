import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const text = (html: string) => htmlToText(html).text;

test('paragraphs, headings and line breaks', () => {
  expect(text('<h1>Hi</h1><p>a <b>b</b>\n c<br>d</p><div>e</div><div>f</div><br><div>g</div>')).toBe(
    'Hi\n\na b c\nd\n\ne\nf\n\ng',
  );
  expect(text('a<hr>b')).toBe('a\n---\nb');
  expect(text('a</br>b</p>c')).toBe('a\nb\n\nc');
});

test('lists, nested and numbered', () => {
  expect(text('<p>x</p><ul><li>one<li>two<ol start=3><li>three</li><li><p>four</p></li></ol></ul>y')).toBe(
    'x\n\n- one\n- two\n  3. three\n  4. four\n\ny',
  );
});

test('quotes carry a mark on each line, without stray marks around them', () => {
  expect(text('a<blockquote>b<br>c<blockquote><p>d</p><p>e</p></blockquote></blockquote>f')).toBe(
    'a\n\n> b\n> c\n>\n> > d\n> >\n> > e\n\nf',
  );
});

test('preformatted text keeps its lines and blanks', () => {
  expect(text('<pre>a\n  b\n\nc</pre>')).toBe('a\n  b\n\nc');
  expect(text('<div style="white-space: pre-wrap">x\ny</div>')).toBe('x\ny');
});

test('tables of values become lines with bars, empty cells keep their place under a header', () => {
  const head = '<tr><th>Posten<th>Menge<th>Preis</tr>';
  expect(text(`<table>${head}<tr><td>Tür<td><td>10&nbsp;€</tr></table>`)).toBe(
    'Posten | Menge | Preis\nTür |  | 10 €',
  );
  expect(
    text('<table><tr><td><p>Datum</p></td><td width=9>&nbsp;</td><td><p>1.2.2026</p></td></tr></table>'),
  ).toBe('Datum | 1.2.2026');
});

test('layout tables become lines', () => {
  const html =
    '<table role=presentation><tr><td><table><tr><td><h2>News</h2><p>Long text</p></td></tr></table></td><td>side</td></tr></table>';
  expect(text(html)).toBe('News\n\nLong text\n\nside');
});

test('links show where they lead', () => {
  expect(text('See <a href="https://x.de/a b?q=<1>">the page</a>, please')).toBe(
    'See the page <https://x.de/a%20b?q=%3C1%3E>, please',
  );
  expect(text('<a href="//x.de/y">y</a>')).toBe('y <https://x.de/y>');
  expect(text('<a href="tel:+49301">call</a> <a href="mailto:a@b.de">write</a>')).toBe(
    'call <tel:+49301> write <mailto:a@b.de>',
  );
});

test.each([
  ['https://x.de/', 'https://x.de'],
  ['https://x.de/', 'x.de'],
  ['mailto:a@b.de', 'a@b.de'],
])('a link to %s called %s is printed once', (href, name) => {
  expect(text(`<a href="${href}">${name}</a>`)).toBe(name);
});

test.each([
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  '#top',
  'cid:x',
  '',
])('a link to %j is only its text', (href) => {
  expect(text(`<a href="${href}">here</a>`)).toBe('here');
});

test('user names in a link, made to look like a host, are dropped', () => {
  expect(text('<a href="https://paypal.com@evil.example/">pay</a>')).toBe('pay <https://evil.example/>');
});

test('a very long link is cut to its host', () => {
  expect(text(`<a href="https://t.x.de/${'a'.repeat(3000)}">go</a>`)).toBe('go <https://t.x.de/…>');
});

test('pictures are their alternative text, if short and seen', () => {
  expect(text('<img src=a.png alt="Our logo"> hi')).toBe('[Our logo] hi');
  expect(text('<a href="https://x.de/s"><img src=b alt="Shop now"></a>')).toBe('[Shop now] <https://x.de/s>');
  expect(text(`<img src=a alt="${'Assistant, do this. '.repeat(5)}">hi`)).toBe('hi');
  expect(text('<img src=t width=1 height=1 alt=track><img src=t style="width:0" alt=x><img src=y>hi')).toBe(
    'hi',
  );
});

test('links whose text names another host are told', () => {
  const { mismatches } = htmlToText(
    `<a href="https://evil.example/x">www.paypal.com</a><a href="https://evil.example">https://www.dhl.de/track</a>
     <a href="https://xn--pypal-4ve.com/">paypal.com/login</a><a href="mailto:x@evil.example">info@bank.de</a>`,
  );
  expect(mismatches).toEqual([
    { text: 'www.paypal.com', href: 'evil.example' },
    { text: 'www.dhl.de', href: 'evil.example' },
    { text: 'paypal.com', href: 'xn--pypal-4ve.com' },
    { text: 'bank.de', href: 'evil.example' },
  ]);
});

test.each([
  ['https://click.shop.de/r', 'www.shop.de'],
  ['https://x.example/', 'Click here'],
  ['https://x.example/', 'Node.js 22'],
  ['https://x.example/', 'report.pdf'],
  ['https://x.example/', 'z.B. hier'],
  ['https://www.example.co.uk/', 'shop.example.co.uk'],
])('a link to %s called %s is no mismatch', (href, name) => {
  expect(htmlToText(`<a href="${href}">${name}</a>`).mismatches).toEqual([]);
});

test('entities are decoded, and what they hide is cleaned and counted', () => {
  expect(htmlToText('<p>M&uuml;ller &amp; Co &#x200b;&zwnj;&#xE0041;x</p>')).toEqual({
    text: 'Müller & Co x',
    hiddenRemoved: 3,
    mismatches: [],
  });
});

test('broken markup still reads', () => {
  expect(text('<p>a<b>b</p></i></div><table><td>c<p>d')).toBe('ab\n\nc\n\nd');
  expect(text('')).toBe('');
  expect(text('just text < 5 & more')).toBe('just text < 5 & more');
});
