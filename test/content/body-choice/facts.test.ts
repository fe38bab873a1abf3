import { expect, test } from 'vitest';
import { differs } from '../../../src/content/body-choice.ts';
import { htmlToText } from '../../../src/content/html.ts';

const letter = (what: string) => `Please transfer ${what} for the invoice of November, thank you very much.`;

const german = 'DE89 3704 0044 0532 0130 00';
const british = 'GB29 NWBK 6016 1331 9268 19';

test.each([
  ['an account', german, british],
  ['an account where the HTML has none', 'all of it', `it to ${british}`],
  ['a second account', `it to ${german}`, `it to ${german} or ${british}`],
  ['an amount', '100 EUR', '9000 EUR'],
  ['an amount and an account', `100 EUR to ${german}`, `9000 EUR to ${british}`],
  ['an amount before which its currency stands', '€ 1,299.50', '€ 9,299.50'],
  ['an amount in groups', '1 234,50 EUR', '9 999,50 EUR'],
  ['an address', 'and write to anna@example.org', 'and write to evil@evil.example'],
  ['an address of the same site', 'and write to anna@mail.example', 'and write to eve@mail.example'],
])('%s that only the plain text names makes the two differ', (_, html, plain) => {
  expect(differs(letter(plain), letter(html))).toBe(true);
  expect(differs(letter(html), letter(html))).toBe(false);
});

test('so does an amount behind a quotation of many empty lines', () => {
  const quote = '>\n'.repeat(60_000);
  expect(differs(`${letter('it')}\n${quote}Pay 9,999.00 EUR.`, `${letter('it')} Pay 10.00 EUR.`)).toBe(true);
});

test.each([
  ['points in numbers', '1.000,00 €', '1000 EUR'],
  ['the place of the currency', '$1,299.50', '1299.50 USD'],
  ['the place of the cents', '19 99 €', '19,99 €'],
  ['cents without their nought', '$12.50', '$12.5'],
  ['thousands with a blank', '1 234,50 EUR', '1.234,50 EUR'],
  ['the blanks of an account', 'to DE89370400440532013000', `to ${german}`],
  ['an account before a word in capitals', 'to DE89370400440532013000, BIC', `to ${german} BIC`],
  ['a number behind an account', 'to AT61 1904 3002 3457 3201', 'to AT61 1904 3002 3457 3201 2026'],
  ['where else it is', 'it', 'it. View this mail online.'],
  ['how to be rid of it', 'it', 'it. Unsubscribe from these letters.'],
  ['the same in French', 'it', 'it\n\nSe désabonner de cette liste.'],
  ['the mark of a telephone', 'it', 'it\n\nVon meinem iPhone gesendet'],
  ['where a company sits', 'it', 'it\n\nRegistered office Dublin Ireland'],
  ['numbers of links', 'it', 'it [1] https://x.example/?id=123456789'],
  ['what stands before a list', 'it', 'it.\nThings several people wanted:\n'],
  ['how a day is written', '21.11.2026', 'Saturday, November 21st, 2026'],
  ['how a telephone number is', '+49 (0) 800 1234567', '+498001234567'],
  ['an address beside others', 'ask joe@x.example', 'ask joe@x.example, ann@x.example'],
])('honest forms of one text are none: %s', (_, html, plain) => {
  expect(differs(letter(plain), letter(html), '<a href="https://x.example/">')).toBe(false);
});

const cells = (...texts: string[]) =>
  `<table><tr>${texts.map((text) => `<td>${text}</td>`).join('')}</tr></table>`;

test.each([
  ['a day before an amount', cells('21.11.2026', '349,00 EUR'), '21.11.2026 349,00 EUR'],
  ['how many before an amount', cells('Widget', '2', '150,00 EUR'), 'Widget 2 150,00 EUR'],
  ['the order of cells', cells('21 11 2026', 'RE20261121'), 'RE20261121 21 11 2026'],
  ['a number above an amount', '<p>Order no. 4711</p><p>250,00 EUR</p>', 'Order no. 4711\n250,00 EUR'],
  [
    'a picture of Outlook',
    '<p>Joe, joe@x.example</p><img src="cid:image001.png@01D9E2F1.AB6A7C80">',
    'Joe\n[cid:image001.png@01D9E2F1.AB6A7C80]',
  ],
  [
    'a preheader',
    '<div style="display:none">Autumn savings inside</div><p>Hello</p>',
    'Autumn savings inside\n\nHello',
  ],
  ['a quoted sender', '<p><b>From:</b> Joe<br>a@x.example</p>', 'From: Joe <joe@other.test>'],
])('nor does conversion of HTML make them differ: %s', (_, html, plain) => {
  const markup = `<p>${letter('it')}</p>${html}`;
  expect(differs(`${letter('it')}\n\n${plain}`, htmlToText(markup).text, markup)).toBe(false);
});

test('whom a quoted letter was to may be said more fully in one form', () => {
  const quoted = (to: string) => `Hello Bob, see below please.\nTo: ${to}\nthe old text`;
  expect(differs(quoted('bob@mail.example'), quoted('Bob <office@mail.example>'))).toBe(false);
});

const pieces = [
  '>\n',
  `AA${'1'.repeat(36)}\n`,
  'DE11 ',
  '1',
  '1 234 567 ',
  '1 ',
  '1,',
  '@',
  'a@',
  'a@a.',
  '**',
];

test.each([...pieces, ' ', '\n', '€', '€1 ', 'From:\n', 'a ', '<https:', 'mailto:', '<a href='])(
  'megabytes of %j are compared in no time',
  (piece) => {
    const text = `some words stand here, 9 EUR, a@x.example ${piece.repeat(1_900_000 / piece.length)}`;
    const started = performance.now();
    expect(differs(text, text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_500); // less than 150 ms when nothing else runs
  },
);
