import { expect, test } from 'vitest';
import { differs } from '../../../src/content/body-choice.ts';
import { htmlToText } from '../../../src/content/html.ts';

const said =
  'thank you for your order number 4711 at our shop. We will ship it tomorrow morning by parcel service.';

/** Whether a letter with these lines differs from one with this markup. */
function tells(plain: string, html: string): boolean {
  const markup = `<p>Hello Jane,</p><p>${said}</p>${html}<p>Kind regards, your shop team</p>`;
  const text = `Hello Jane,\n\n${said}\n\n${plain}\n\nKind regards, your shop team\n`;
  return differs(text, htmlToText(markup).text, markup);
}

const sentTo = '<p>This mail was sent to jane@rig.test.</p>';
const iban = 'DE89 3704 0044 0532 0130 00';

test.each([
  [
    'nothing to pay is said in a word, beside another amount',
    'Subtotal: $40.00\nShipping: $0.00\nTotal: $40.00',
    '<p>Subtotal $40.00</p><p>Shipping FREE</p><p>Total $40.00</p><p>You may also like: Mug $12.50</p>',
  ],
  [
    'nothing to pay stands behind what it would have been',
    'Shipping: $0.00',
    '<p>Shipping: <s>$4.99</s> FREE</p>',
  ],
  [
    'other things are offered at other prices',
    'Shipping by parcel: $4.99',
    '<p>Also buy the large Mug: $12.50</p>',
  ],
  ['an amount is rounded', 'Total about EUR 24,99', '<p>Total about EUR 25</p>'],
  ['a million has a letter', 'We raised $10,000,000 in all', '<p>We raised $10M in all</p>'],
  ['a million is rounded', 'We raised $10,234,567 in all', '<p>We raised $10 million in all</p>'],
  ['a litre has three digits', 'Fuel: 1,750 €', '<p>Fuel: 1,75 €</p>'],
  [
    'an amount stands in three blocks',
    'Total: $24.99',
    '<div>Total:</div><div style="display:inline-block">$</div><div style="display:inline-block">24</div><div style="display:inline-block">99</div>',
  ],
  ...['’', 'ʹ', '′', '`', '´'].map(
    (mark) =>
      [`thousands are parted by ${mark}`, "CHF 1'234.50", `<p>CHF 1${mark}234.50</p>`] as [
        string,
        string,
        string,
      ],
  ),
])('amounts are the same, or others elsewhere, where %s', (_, plain, html) => {
  expect(tells(plain, html)).toBe(false);
});

test('a hundred thousand amounts without a word between them have no places, and are compared in no time', () => {
  const amounts = (cents: string) =>
    Array.from({ length: 120_000 }, (_, at) => `EUR ${at}${cents}`).join(' ');
  const [html, plain] = [amounts('.10'), amounts('00,20')];
  const started = performance.now();
  expect(differs(plain, html)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_500); // some 100 ms when nothing else runs
});

test.each([
  [
    'one clicks a picture to write',
    'Contact: support@shop.example',
    `<p><a href="mailto:support@shop.example"><img src="https://x.example/m.png"></a></p>${sentTo}`,
  ],
  [
    'one clicks a picture beside another address',
    'Contact: support@shop.example',
    '<p>Contact: <a href="mailto:support@shop.example"><img src="https://x.example/m.png"></a> sales@shop.example</p>',
  ],
  ['the HTML has none for an answer', 'Answer to: reply+abc123@mail.example', '<p>Sent to jane@rig.test</p>'],
  ['the end is left out', 'Member: jane.longname@rig.test', '<p>Member: jane.lon...@rig.test</p>'],
  ['the middle is masked', 'Login: jane.longname@rig.test', '<p>Login: j***e@rig.test</p>'],
  ['the domain is in Punycode', 'Mail: info@bücher.example', '<p>Mail: info@xn--bcher-kva.example</p>'],
  ['the top-level domain is', 'Mail: info@пример.рф', '<p>Mail: info@xn--e1afmkfd.xn--p1ai</p>'],
])('addresses are the same, or others elsewhere, where %s', (_, plain, html) => {
  expect(tells(plain, html)).toBe(false);
});

const picture = '<p><img src="https://x.example/legal.png"></p>';

test.each([
  ['a number for taxes is none', 'BTW NL123456789B01', picture],
  ['the number of an invoice is none', 'Invoice: RE202611220001234', picture],
  ['a number that only begins like one is none', 'Parcel DE89370400440532013001', picture],
  ['its end is masked', `We debit ${iban}`, '<p>We debit DE89 **** **** **** **30 00</p>'],
  ['only its end is shown', `We debit ${iban}`, '<p>We debit ****3000</p>'],
  ['its middle is left out', `We debit ${iban}`, '<p>We debit DE89…3000</p>'],
])('no other account is named where %s', (_, plain, html) => {
  expect(tells(plain, html)).toBe(false);
});

test.each([
  ['an account where another is masked', `We debit ${iban}`, '<p>We debit GB29 **** **** **** **68 19</p>'],
  ['an account of few characters', 'Pay NO93 8601 1117 947 now', '<p>Pay BE68 5390 0754 7034 now</p>'],
  [
    'an amount in the place of another, beside one that costs nothing',
    'Shipping: $0.00\nTotal: $940.00',
    '<p>Shipping: FREE</p><p>Total: $40.00</p>',
  ],
  [
    'an amount in a table',
    'Widget\nEUR 1.900,00',
    '<table><tr><td>Widget</td><td>19,00 EUR</td></tr></table>',
  ],
  [
    'an address in the place of another',
    'Contact: eve@evil.example',
    `<p>Contact: help@shop.example</p>${sentTo}`,
  ],
  [
    'an address of another domain in Punycode',
    'Mail: i@bücher.example',
    '<p>Mail: i@xn--bcher-abc.example</p>',
  ],
])('but %s makes the two differ', (_, plain, html) => {
  expect(tells(plain, html)).toBe(true);
});
