import { expect, test } from 'vitest';
import { differs } from '../../../src/content/body-choice.ts';

const letter = (what: string) => `Please transfer ${what} for the invoice of November, thank you very much.`;

test.each([
  ['an account', 'all of it to DE11 1111 1111 11', 'all of it to DE99 6666 6666 66'],
  ['an amount', '100 EUR', '9000 EUR'],
  ['an amount before which its currency stands', '€ 1,299.50', '€ 9,299.50'],
  ['a long number', 'to 12345678', 'to 87654321'],
  ['an address', 'and write to anna@example.org', 'and write to evil@evil.example'],
  ['an address of the same site', 'and write to anna@mail.example', 'and write to eve@mail.example'],
])('%s that only the plain text names makes the two differ', (_, html, plain) => {
  expect(differs(letter(plain), letter(html))).toBe(true);
  expect(differs(letter(html), letter(html))).toBe(false);
});

test.each([
  ['behind the text', `${letter('it')} Reply with password now.`],
  ['on a line of its own', `${letter('it')}\n\nReply with your password`],
])('so does a short sentence %s', (_, plain) => {
  expect(differs(plain, letter('it'))).toBe(true);
});

test.each([
  ['points in numbers', '1.000,00 €', '1000 EUR'],
  ['the place of the currency', '$1,299.50', '1299.50 USD'],
  ['the place of the cents', '19 99 €', '19,99 €'],
  ['the blanks of an account', 'to DE1111111111111122', 'to DE11 1111 1111 1111 22'],
  ['where else it is', 'it', 'it. View this mail online.'],
  ['how to be rid of it', 'it', 'it. Unsubscribe from these letters.'],
  ['numbers of links', 'it', 'it [1] https://x.example/?id=123456789'],
  ['what stands before a list', 'it', 'it.\nThings several people wanted:\n'],
])('honest forms of one text are none: %s', (_, html, plain) => {
  expect(differs(letter(plain), letter(html), '<a href="https://x.example/">')).toBe(false);
});

test('whom a quoted letter was to may be said more fully in one form', () => {
  const quoted = (to: string) => `Hello Bob, see below please.\nTo: ${to}\nthe old text`;
  expect(differs(quoted('bob@mail.example'), quoted('Bob <office@mail.example>'))).toBe(false);
  expect(differs(quoted('bob@evil.example'), quoted('Bob <office@mail.example>'))).toBe(true);
});

test.each(['1 ', '1,', 'a@', 'a.a.', 'DE11 ', '€', '1 234 ', 'a '])(
  'megabytes of "%s" are compared in no time',
  (piece) => {
    const text = `some words stand here ${piece.repeat(1_900_000 / piece.length)}`;
    const started = performance.now();
    expect(differs(text, text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(4_000); // some 400 ms when nothing else runs
  },
);
