import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutCiphertext } from '../../src/content/armor.ts';

const data = [
  'hQEMA9x2rJ0h3X4vAQf+K1vQmYpJ7l0cY2mZrV8nUuC3kq5bT1wE6dSgH9aPzX0L',
  'q7Rt2Nf5Wc8Jm1Vb4Xk6Zs9Dy3Ga0Hp+Lu/Ei2Oq5Tw8Rn1Mc4Bv7Kx0Jz3Fy6U',
  'd9Sg2Ah5==',
  '=x4Tz',
];
const begin = '-----BEGIN PGP MESSAGE-----';
const end = '-----END PGP MESSAGE-----';
const block = [begin, 'Version: GnuPG v2', 'Comment: see https://x.example', '', ...data, end];

const without = (text: string) => withoutCiphertext(text);

test.each(['\n', '\r\n'])('a block goes with its lines, the text around it stays (%j)', (eol) => {
  expect(without(['Hello', ...block, 'Bye'].join(eol))).toEqual({ text: `Hello${eol}Bye`, found: true });
});

test('every block goes, indented and quoted ones too', () => {
  const quoted = block.map((line) => `> > ${line}`.trimEnd());
  const indented = block.map((line) => `   ${line}`);
  const text = ['a', ...quoted, '> b', ...indented, 'c', ...block].join('\n');
  expect(without(text)).toEqual({ text: 'a\n> b\nc\n', found: true });
});

test.each([
  ['pre', `<p>a</p><pre>${block.join('\n')}</pre><p>b</p>`, '<p>a</p><pre></pre><p>b</p>'],
  ['br', `a<br>${block.join('<br>')}<br />b`, 'a<br><br />b'],
  ['br and lines', `<p>${block.join('<br/>\r\n')}</p>`, '<p></p>'],
  ['divs', block.map((line) => `<div>${line}</div>`).join(''), `${'<div></div>'.repeat(block.length)}`],
  [
    'entities',
    `<p>${block.join('<br>').replaceAll('+', '&#43;').replaceAll(' M', '&nbsp;M')}</p>`,
    '<p></p>',
  ],
  ['quotes', `<p>${block.join('<br>&gt; ')}</p>`, '<p></p>'],
])('a block in HTML goes and its markup stays: %s', (_, html, expected) => {
  expect(without(html)).toEqual({ text: expected, found: true });
});

test('a block flowed into one line is closed by its end', () => {
  const flowed = [begin, ...(data.join('').match(/.{1,11}/gu) ?? []), end].join(' ');
  expect(without(`See ${flowed} above`)).toEqual({ text: 'See  above', found: true });
  expect(without(`${begin}\n\nhQEMA0\n${end}\n`)).toEqual({ text: '', found: true });
});

test('a block without end goes as far as it looks like armour', () => {
  const open = block.slice(0, -1);
  expect(without(open.join('\n'))).toEqual({ text: '', found: true });
  expect(without(open.join('\n').slice(0, -20)).text).toBe('');
  expect(without([...open, '', 'Best regards', 'Anna'].join('\n')).text).toBe('\nBest regards\nAnna');
  expect(without([...open.slice(0, 6), 'Gruss', 'Anna'].join('\n')).text).toBe('Gruss\nAnna');
  expect(without([...open, ...block, 'z'].join('\n'))).toEqual({ text: 'z', found: true });
});

test.each(['PKCS7', 'CMS', 'PKCS #7'])('PEM of S/MIME goes too: %s', (name) => {
  const text = `a\n-----BEGIN ${name}-----\n${data.slice(0, 3).join('\n')}\n-----END ${name}-----\nb`;
  expect(without(text)).toEqual({ text: 'a\nb', found: true });
});

test.each([
  `Look for the line ${begin} in the mail.`,
  `${begin}\n\nThen the encrypted text follows\nand so on`,
  `It stands between ${begin} and ${end} and is base64.`,
  `${begin} ${end}`,
  `${begin}\nVersion: 1\n`,
  `${begin} https://example.org/AbCdEfGh1234567890AbCdEfGh\n`,
  begin,
  '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n-----BEGIN PGP SIGNATURE-----\n',
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\n${data.join('\n')}\n-----END PGP PUBLIC KEY BLOCK-----`,
  data.join('\n'),
  '',
])('what is no ciphertext stays: %j', (text) => {
  expect(without(text)).toEqual({ text, found: false });
});

test('any text is read in linear time', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...block, '\n', '> ', '<br>', '<b', 'Hello you')), (pieces) => {
      const { text, found } = without(pieces.join(''));
      expect(found || text === pieces.join('')).toBe(true);
    }),
  );
  const units = [
    begin,
    `${begin}\n`,
    `${begin}\nComment: `,
    `${begin} word `,
    `${begin}<a `,
    ' ',
    '>',
    '<a',
    'A',
  ];
  for (const unit of [
    ...units,
    `${begin}\n${data[0]}\n`,
    `> `,
    '&gt;',
    '\n',
    'word ',
    `${begin}\nVersion: x\n`,
  ]) {
    const many = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const started = performance.now();
    without(many);
    without(begin + many);
    without(`${begin}\n${data[0]}\n${many}`);
    expect(performance.now() - started).toBeLessThan(1_500);
  }
});

test('not even a text of 40 MB makes it throw', () => {
  for (const unit of ['> ', '<b>', 'A', '&gt;']) {
    const text = `${begin}\n${data[0]}\n${unit.repeat(40_000_000 / unit.length)}`;
    expect(without(text).found).toBe(true);
  }
}, 20_000);
