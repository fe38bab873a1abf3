import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHeaders } from '../../../src/content/headers.ts';
import { formatMailbox } from '../../../src/mail/compose/addresses.ts';
import { checkSender, ownAddresses } from '../../../src/mail/compose/own-addresses.ts';
import {
  automaticMail,
  replyRecipients,
  replySender,
  withGiven,
} from '../../../src/mail/compose/reply-recipients.ts';

const own = ownAddresses('me@mailbox.org', ['alias@example.org', 'shop+x@example.org']);
const mail = (...lines: string[]) => parseHeaders(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
const answer = (all: boolean, ...lines: string[]) => {
  const { to, cc, bcc } = replyRecipients(mail(...lines), own, all);
  return { to: to.map(formatMailbox), cc: cc.map(formatMailbox), bcc };
};

test.each([
  ['me@mailbox.org', 'me@mailbox.org'],
  ['ME@Mailbox.ORG', 'me@mailbox.org'],
  ['me+news@mailbox.org', 'me@mailbox.org'],
  ['me@secure.mailbox.org', 'me@mailbox.org'],
  ['Me+x@secure.mailbox.org', 'me@mailbox.org'],
  ['Alias@example.org', 'alias@example.org'],
  ['shop+x@example.org', 'shop+x@example.org'],
  ['shop@example.org', undefined],
  ['alias@secure.example.org', undefined],
  ['+me@mailbox.org', undefined],
  ['you@mailbox.org', undefined],
  ['me@mailbox.org.evil.example', undefined],
])('%s is a form of %s', (address, sender) => {
  expect(own.senderFor(address)).toBe(sender);
  expect(own.isOwn(address)).toBe(sender !== undefined);
});

test("an address of the person's other account is own, and nothing can be sent from it", () => {
  const both = ownAddresses('me@mailbox.org', [], ['me@work.example', 'shop@work.example']);
  expect(both.isOwn('Me+x@work.example')).toBe(true);
  expect(both.isOwn('shop@work.example')).toBe(true);
  expect(both.senderFor('me@work.example')).toBeUndefined();
  expect(both.sendable).toEqual(['me@mailbox.org']);
});

test('an own secure address is a sender of its own', () => {
  const both = ownAddresses('me@mailbox.org', ['me@secure.mailbox.org']);
  expect(both.senderFor('me@secure.mailbox.org')).toBe('me@secure.mailbox.org');
  expect(both.senderFor('me+x@mailbox.org')).toBe('me@mailbox.org');
});

test('only own addresses may send, plus forms not', () => {
  expect(checkSender(own, { name: 'M', address: 'ALIAS@example.org' })).toEqual({
    name: 'M',
    address: 'alias@example.org',
  });
  for (const address of ['boss@example.org', 'me+x@mailbox.org']) {
    expect(() => checkSender(own, { address })).toThrow(expect.objectContaining({ code: 'forbidden' }));
  }
});

test('a reply goes to Reply-To, else From', () => {
  expect(answer(false, 'From: Bob <bob@x.org>', 'To: me@mailbox.org, c@x.org').to).toEqual([
    'Bob <bob@x.org>',
  ]);
  expect(answer(false, 'From: Bob <bob@x.org>', 'Reply-To: r@x.org, s@x.org').to).toEqual([
    'r@x.org',
    's@x.org',
  ]);
  expect(answer(false, 'From: bob@x.org', 'Reply-To: me@mailbox.org', 'To: me@mailbox.org').to).toEqual([
    'bob@x.org',
  ]);
});

test('an own mail is answered to its recipients', () => {
  const lines = ['From: me@mailbox.org', 'To: bob@x.org, me+x@mailbox.org', 'Cc: c@x.org', 'Bcc: d@x.org'];
  expect(answer(false, ...lines)).toEqual({ to: ['bob@x.org'], cc: [], bcc: [] });
  expect(answer(true, ...lines)).toEqual({ to: ['bob@x.org'], cc: ['c@x.org'], bcc: [] });
});

test('a mail to oneself is answered to oneself, a web form to its visitor', () => {
  expect(answer(false, 'From: me@mailbox.org', 'To: me@mailbox.org').to).toEqual(['me@mailbox.org']);
  expect(answer(true, 'From: me@mailbox.org', 'To: me@mailbox.org').to).toEqual(['me@mailbox.org']);
  expect(answer(true, 'From: me@mailbox.org', 'To: me@mailbox.org', 'Cc: c@x.org')).toEqual({
    to: ['c@x.org'],
    cc: [],
    bcc: [],
  });
  expect(answer(false, 'From: me@mailbox.org', 'Reply-To: v@x.org', 'To: alias@example.org').to).toEqual([
    'v@x.org',
  ]);
  expect(answer(false, 'From: me@mailbox.org', 'To: undisclosed-recipients:;').to).toEqual([]);
});

test('reply-all leaves out own addresses in every form, duplicates and Bcc', () => {
  expect(
    answer(
      true,
      'From: Bob <bob@x.org>',
      'To: ME@Mailbox.org, me+list@secure.mailbox.org, BOB@x.org, Carol <c@x.org>',
      'Cc: Alias@Example.org, c@X.org, =?utf-8?q?D=C3=B6?= <d@x.org>',
      'Bcc: secret@x.org',
    ),
  ).toEqual({ to: ['Bob <bob@x.org>'], cc: ['Carol <c@x.org>', 'Dö <d@x.org>'], bcc: [] });
});

test('on a list Mail-Followup-To decides about reply-all, elsewhere not', () => {
  const lines = ['From: bob@x.org', 'To: list@x.org', 'Mail-Followup-To: list@x.org, me@mailbox.org'];
  expect(answer(true, 'List-Id: <l.x.org>', ...lines)).toEqual({ to: ['list@x.org'], cc: [], bcc: [] });
  expect(answer(false, 'List-Id: <l.x.org>', ...lines).to).toEqual(['bob@x.org']);
  expect(answer(true, ...lines)).toEqual({ to: ['bob@x.org'], cc: ['list@x.org'], bcc: [] });
});

test('recipients named by the caller replace To and join Cc and Bcc', () => {
  const computed = { to: [{ address: 'bob@x.org' }], cc: [{ address: 'c@x.org' }], bcc: [] };
  const given = {
    to: [{ address: 'new@x.org' }],
    cc: [{ address: 'C@x.org' }, { address: 'd@x.org' }],
    bcc: [{ address: 'e@x.org' }],
  };
  expect(withGiven(computed, given)).toEqual({
    to: [{ address: 'new@x.org' }],
    cc: [{ address: 'c@x.org' }, { address: 'd@x.org' }],
    bcc: [{ address: 'e@x.org' }],
  });
  expect(withGiven(computed, { to: [], cc: [], bcc: [] })).toEqual(computed);
});

test.each([
  [
    'the one it was written to',
    ['To: x@x.org, Alias@example.org', 'Delivered-To: me@mailbox.org'],
    'alias@example.org',
  ],
  ['the one in Cc', ['To: x@x.org', 'Cc: alias@example.org'], 'alias@example.org'],
  ['the base of a plus form', ['To: me+x@mailbox.org'], 'me@mailbox.org'],
  [
    'the one it was delivered to',
    ['To: list@x.org', 'X-Original-To: alias@example.org'],
    'alias@example.org',
  ],
  ['the sender of an own mail', ['From: alias@example.org', 'To: bob@x.org'], 'alias@example.org'],
  ['the main address', ['To: list@x.org', 'Delivered-To: catchall@example.org'], 'me@mailbox.org'],
])('the answer comes from %s', (_, lines, expected) => {
  expect(replySender(mail(...lines), own)).toBe(expected);
});

test.each([
  [['Auto-Submitted: auto-replied'], /automatically/u],
  [['Auto-Submitted: no'], undefined],
  [['Precedence: bulk'], /bulk/u],
  [['Precedence: list'], /list/u],
  [['Precedence: first-class'], undefined],
  [['Return-Path: <>'], /delivery report/u],
  [['Return-Path: <bob@x.org>'], undefined],
  [['List-Id: Talk <talk.x.org>'], /list/u],
  [['From: bob@x.org'], undefined],
])('%j is automatic: %s', (lines, expected) => {
  const reason = automaticMail(mail(...lines));
  if (expected === undefined) expect(reason).toBeUndefined();
  else expect(reason).toMatch(expected);
});

test('whatever a stranger writes, only well-formed foreign mailboxes are answered', () => {
  const bit = fc.constantFrom(
    ...[
      'bob@x.org',
      'me@mailbox.org',
      '<',
      '>',
      ',',
      ';',
      ':',
      '"',
      '(',
      ')',
      '@',
      ' ',
      '\\',
      '\0',
      '\r\n ',
      'ü',
    ],
    ...['=?utf-8?q?=0D=0ABcc:_x=40y.z?=', '=?utf-8?b?PGV2aWxAeC5vcmc+LA==?=', '\u2028'],
  );
  const value = fc.array(bit, { maxLength: 15 }).map((bits) => bits.join(''));
  fc.assert(
    fc.property(value, value, value, value, fc.boolean(), (from, replyTo, to, cc, all) => {
      const headers = mail(`From: ${from}`, `Reply-To: ${replyTo}`, `To: ${to}`, `Cc: ${cc}`, 'Bcc: s@x.org');
      const result = replyRecipients(headers, own, all);
      const everybody = [...result.to, ...result.cc];
      expect(result.bcc).toEqual([]);
      for (const { name = '', address } of everybody) {
        expect(name).not.toMatch(/\p{Cc}|=\?|[\u2028\u2029]/u);
        expect(address).toMatch(/^[^\s<>,;:()]+@[a-z\d.-]+$/u);
      }
      if (everybody.length > 1) expect(everybody.some(({ address }) => own.isOwn(address))).toBe(false);
      expect(own.sendable).toContain(replySender(headers, own));
    }),
    { numRuns: 1500 },
  );
});

test('an account at a domain with an umlaut knows its own addresses in either spelling', () => {
  const umlaut = ownAddresses('alice@bücher.test', ['a@bücher.test']);
  expect(umlaut.sendable).toEqual(['alice@xn--bcher-kva.test', 'a@xn--bcher-kva.test']);
  expect(umlaut.isOwn('Alice+x@xn--bcher-kva.test')).toBe(true);
});
