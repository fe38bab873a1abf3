import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHeaderText, headerLine } from '../../src/content/header-text.ts';
import { parseMailbox, parseMailboxes } from '../../src/content/mailbox.ts';
import {
  formatMailbox,
  mailboxOf,
  needsSmtpUtf8,
  withoutDuplicates,
} from '../../src/mail/compose/addresses.ts';

const read = (text: string) => parseMailbox('to[0]', text);
const refusal = (text: string) => {
  try {
    return `accepted ${JSON.stringify(read(text))}`;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  ['joe@example.org', { address: 'joe@example.org' }],
  [' Joe.Doe@Example.ORG ', { address: 'Joe.Doe@example.org' }],
  ['<joe@example.org>', { address: 'joe@example.org' }],
  ['Joe Doe <joe@example.org>', { name: 'Joe Doe', address: 'joe@example.org' }],
  ['"Doe, Joe" <joe@example.org>', { name: 'Doe, Joe', address: 'joe@example.org' }],
  ['"Joe \\"J\\" D" <joe@example.org>', { name: 'Joe "J" D', address: 'joe@example.org' }],
  ['"ceo@example.org <x>" <joe@example.org>', { name: 'ceo@example.org <x>', address: 'joe@example.org' }],
  ['Joe (Work) <joe@example.org>', { name: 'Joe (Work)', address: 'joe@example.org' }],
  ['Jörg Müller <jm@müller.example>', { name: 'Jörg Müller', address: 'jm@xn--mller-kva.example' }],
  ["o'neil+x_{y}@straße.de", { address: "o'neil+x_{y}@xn--strae-oqa.de" }],
  ['jörg@example.org', { address: 'jörg@example.org' }],
  ['"a..b"@example.org', { address: '"a..b"@example.org' }],
  ['joe@[192.0.2.1]', { address: 'joe@[192.0.2.1]' }],
  ['joe@[IPv6:2001:db8::1]', { address: 'joe@[IPv6:2001:db8::1]' }],
  ['joe@localhost', { address: 'joe@localhost' }],
])('%j is one mailbox', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each([
  ['a@b.org, c@d.org', 'must hold exactly one address'],
  ['a@b.org;c@d.org', 'must hold exactly one address'],
  ['Doe, Joe <joe@example.org>', 'must hold exactly one address'],
  ['Team: a@b.org, c@d.org;', 'must hold exactly one address'],
  ['undisclosed:a@b.org', 'is a group'],
  ['a@b.org <c@d.org>', 'is not an address'],
  ['"a@b.org"@c.org', 'is not an address'],
  ['"a@b.org x"@c.org', 'is not an address'],
  ['"john doe"@c.org', 'is not an address'],
  ['a@b.org@c.org', 'is not an address'],
  ['joe', 'is not an address'],
  ['joe@', 'is not an address'],
  ['@example.org', 'is not an address'],
  ['', 'is not an address'],
  ['Joe <>', 'is not an address'],
  ['jo e@example.org', 'is not an address'],
  ['joe@exa mple.org', 'is not an address'],
  ['joe@example..org', 'is not an address'],
  ['.joe@example.org', 'is not an address'],
  ['joe@-example.org', 'is not an address'],
  ['joe@ex%61mple.org', 'is not an address'],
  ['joe@0x7f.1', 'is not an address'],
  ['joe@127.0.0.1', 'is not an address'],
  ['joe@[300.1.1.1]', 'is not an address'],
  ['joe@[x@evil.example]', 'is not an address'],
  ['joe@exa\u00admple.org', 'is not an address'],
  ['jo\u200be@example.org', 'is not an address'],
  ['J (a (b)) <joe@example.org>', 'has nested comments'],
  ['=?utf-8?q?a=40b?= <joe@example.org>', 'has an encoded name'],
  ['<a@relay.org:joe@example.org>', 'is a group'],
  [`${'a'.repeat(65)}@example.org`, 'is not an address'],
  [`joe@${'a'.repeat(320)}.org`, 'is longer than 320 characters'],
])('%j is refused', (text, fault) => {
  expect(refusal(text)).toMatch(new RegExp(`^to\\[0\\] ${fault}`, 'u'));
});

test.each(['\r\n', '\n', '\r', '\0', '\t', '\u0085', '\u2028', '\u2029', '\u007f', '\ud800'])(
  'the control character %j is refused wherever it stands',
  (control) => {
    fc.assert(
      fc.property(
        fc.constantFrom('joe@example.org', 'Joe <joe@example.org>', '"Doe, Joe" <joe@example.org>'),
        fc.nat(30),
        (text, at) => {
          const place = at % (text.length + 1);
          const injected = text.slice(0, place) + control + text.slice(place);
          expect(refusal(injected)).toBe('to[0] holds line breaks or control characters.');
        },
      ),
      { numRuns: 50 },
    );
  },
);

test('field and position of the wrong entry are named', () => {
  expect(() => parseMailboxes('cc', ['a@b.org', 'nobody'])).toThrow(
    expect.objectContaining({ code: 'invalid_input', message: 'cc[1] is not an address.' }),
  );
});

test('whatever is accepted reads back as the same single mailbox', () => {
  const piece = fc.constantFrom(...'ab.@<>",;:()[]\\ ü+%\u200b'.split(''), 'x.org', '@x.org>', '=?', 'g:');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      if (refusal(text).startsWith('to[0]')) return;
      const mailbox = read(text);
      expect(mailbox.address).toMatch(/^[^\s<>,;:()\\]+@[a-z\d.[\]:-]+$/iu);
      expect(read(formatMailbox(mailbox)).address).toBe(mailbox.address);
    }),
    { numRuns: 3000 },
  );
});

test('hostile lengths are answered at once', () => {
  const hostile = [
    ...['g:', '(', '"', '<', 'a.', 'a@', '[', '\\', '((('].map((unit) => unit.repeat(20_000)),
    ...['g:', '(', '"', '<', 'a.', 'a@', '(a)', '\\'].map((unit) => `${unit.repeat(300)} <a@b.org>`),
  ];
  const start = performance.now();
  for (const text of hostile) expect(refusal(text)).toMatch(/^to\[0\]/u);
  expect(performance.now() - start).toBeLessThan(100);
});

test('a mailbox stands once, where it stands first', () => {
  const lists = {
    to: [{ address: 'a@x.org' }, { address: 'A@x.org' }],
    cc: [{ name: 'B', address: 'b@x.org' }, { address: 'a@x.org' }],
    bcc: [{ address: 'B@X.org' }, { address: 'c@x.org' }],
  };
  expect(withoutDuplicates(lists)).toEqual({
    to: [{ address: 'a@x.org' }],
    cc: [{ name: 'B', address: 'b@x.org' }],
    bcc: [{ address: 'c@x.org' }],
  });
});

test('what strangers name is cleaned, or no mailbox', () => {
  expect(mailboxOf({ name: 'Bob\r\nBcc: x', address: 'bob@EXAMPLE.org' })).toEqual({
    name: 'Bob Bcc: x',
    address: 'bob@example.org',
  });
  expect(mailboxOf({ name: '=?utf-8?q?=0D=0ABcc:x?=', address: 'b@x.org' })).toEqual({ address: 'b@x.org' });
  expect(mailboxOf({ name: 'Bob' })).toBeUndefined();
  expect(mailboxOf({ address: 'bob@x.org>,<evil@x.org' })).toBeUndefined();
});

test('only a local part beyond ASCII needs SMTPUTF8', () => {
  expect(needsSmtpUtf8([read('Jörg <jm@müller.example>')])).toBe(false);
  expect(needsSmtpUtf8([read('jörg@example.org')])).toBe(true);
});

test('header text is refused by name, or made one line', () => {
  expect(checkHeaderText('subject', 'Grüße, 你好 👋🏽')).toBe('Grüße, 你好 👋🏽');
  expect(() => checkHeaderText('subject', 'a\r\nBcc: b')).toThrow('subject holds line breaks');
  expect(() => checkHeaderText('subject', 'a'.repeat(2001))).toThrow('subject is longer than 2000');
  expect(headerLine(' a\r\n b\u2028c ')).toBe('a  b c');
});
