import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainOf, formatAddress, parseAddresses } from '../../src/content/address.ts';

test.each([
  ['a@b.de', ['a@b.de']],
  ['"Doe, John" <j@d.de>, Jane Roe <jane@d.de>', ['"Doe, John" <j@d.de>', 'Jane Roe <jane@d.de>']],
  ['Team: a@b.c, "X" <d@e.f>;, z@y.x', ['a@b.c', 'X <d@e.f>', 'z@y.x']],
  ['undisclosed-recipients:;', []],
  ['joe@x.org (Joe Man)', ['Joe Man <joe@x.org>']],
  ['"ceo@example.org" <x@attacker.example>', ['"ceo@example.org" <x@attacker.example>']],
  ['ceo@example.org <x@attacker.example>', ['"ceo@example.org" <x@attacker.example>']],
  ['<@relay.com,@b.com:joe@x.org>', ['joe@x.org']],
  ['"john doe"@x.org', ['"john doe"@x.org']],
  ['"unclosed <a@b.c>', ['unclosed <a@b.c>']],
  ['<a@b.c', ['a@b.c']],
  ['Joe', ['Joe']],
  ['', []],
])('%j lists %j', (value, expected) => {
  expect(parseAddresses(value).map(formatAddress)).toEqual(expected);
});

test('names are quoted only where they hold specials', () => {
  expect(formatAddress({ name: 'Müller & Söhne', address: 'm@x.de' })).toBe('Müller & Söhne <m@x.de>');
  expect(formatAddress({ name: 'A "B" C', address: 'm@x.de' })).toBe('"A \\"B\\" C" <m@x.de>');
  expect(formatAddress({ name: 'CEO ＜ceo＠x.de＞', address: 'm@x.de' })).toBe(
    '"CEO ＜ceo＠x.de＞" <m@x.de>',
  );
  expect(formatAddress({ name: 'm@x.de', address: 'm@x.de' })).toBe('m@x.de');
  expect(formatAddress({})).toBe('');
});

test('names and addresses are cleaned', () => {
  expect(formatAddress({ name: 'Pat\u200b\u{E0041}\r\nBcc: x', address: 'p\u202e@x.de>' })).toBe(
    '"Pat Bcc: x" <p@x.de>',
  );
});

test.each([
  ['john doe@x.de', '"john doe"@x.de'],
  ['c, d@x.de', '"c, d"@x.de'],
  ['a"b\\c@x.de', '"a\\"b\\\\c"@x.de'],
  ['"john doe"@x.de', '"john doe"@x.de'],
  ['boss@a.test joe@x.de', '"boss@a.test joe"@x.de'],
  [' joe @ x.de ', 'joe@x.de'],
  ['joe@[192.0.2.1]', 'joe@[192.0.2.1]'],
])('of %s no character is lost: %s', (address, shown) => {
  expect(formatAddress({ address })).toBe(shown);
});

test('no name can pass for another address', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('<', '>', '"', '\\', ',', '@', ' ', 'a')),
      (a, b) => {
        for (const name of [a, b.join('')]) {
          const shown = formatAddress({ name, address: 'real@host.example' });
          expect(parseAddresses(shown).map(({ address }) => address)).toEqual(['real@host.example']);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('international domains are shown in letters only where they are safe', () => {
  expect(formatAddress({ address: 'x@xn--mller-kva.de' })).toBe('x@müller.de');
  expect(formatAddress({ address: 'x@MÜLLER.de' })).toBe('x@müller.de');
  expect(formatAddress({ address: 'x@xn--e1afmkfd.xn--p1ai' })).toBe('x@пример.рф');
  expect(formatAddress({ address: 'x@xn--80ak6aa92e.com' })).toBe('x@xn--80ak6aa92e.com'); // аррӏе, all Cyrillic
  expect(formatAddress({ address: 'x@pаypal.com' })).toBe('x@xn--pypal-4ve.com'); // one Cyrillic letter
});

test('the domain of an address', () => {
  expect(domainOf('A@Bücher.DE.')).toBe('xn--bcher-kva.de');
  expect(domainOf('"x@y"@z.de')).toBe('z.de');
  expect(domainOf('none')).toBeUndefined();
  expect(domainOf(undefined)).toBeUndefined();
});

test('twenty thousand nested groups and other floods take no time', () => {
  const floods = [
    'a:'.repeat(20_000),
    `${'g:'.repeat(20_000)}x@y.z${';'.repeat(20_000)}`,
    '('.repeat(100_000),
    '"<>\\'.repeat(50_000),
    'a@b,'.repeat(50_000),
    '<'.repeat(100_000),
  ];
  for (const flood of floods) {
    const started = performance.now();
    expect(parseAddresses(flood).length).toBeLessThanOrEqual(5000);
    expect(performance.now() - started).toBeLessThan(400); // some 10 ms each when nothing else runs
  }
});

test('any text is an address list to it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      parseAddresses(text).every((found) => found.name || found.address),
    ),
  );
});
