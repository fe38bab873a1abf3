import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine } from '../../src/content/clean.ts';
import { senderWarnings } from '../../src/content/sender-warnings.ts';

const own = ['me@example.org', 'anna@firma-maier.de'];
const warn = (name: string, address: string, ...replyTo: string[]) =>
  senderWarnings({
    from: { name, address },
    replyTo: replyTo.map((to) => ({ address: to })),
    ownAddresses: own,
  });
const codes = (...args: Parameters<typeof warn>) => warn(...args).map(({ code }) => code);

test('answers that go to another organisation', () => {
  expect(warn('A', 'a@shop.de', 'a@mail.shop.de', 'x@gmail.com')).toEqual([
    { code: 'reply_to_differs', detail: 'Answers go to x@gmail.com.' },
  ]);
  expect(codes('A', 'a@one.co.uk', 'a@two.co.uk')).toEqual(['reply_to_differs']);
  expect(codes('A', 'a@shop.co.uk', 'b@help.shop.co.uk')).toEqual([]);
});

test.each([
  ['ceo@example.org', 'x@attacker.example'],
  ['Chef (chef@firma-maier.de)', 'x@gmail.com'],
  ['www.paypal.com', 'x@evil.example'],
  ['Service bei sparkasse-koeln.de', 'x@evil.example'],
  ['me@example.org', 'other@example.org'],
  ['ceo＠bank.de', 'x@attacker.example'],
  ['ce\u200bo@ban\u200bk.de', 'x@attacker.example'],
])('the name %s does not belong to %s', (name, address) => {
  expect(codes(name, address)).toEqual(['display_name_spoof']);
});

test.each([
  ['Amazon.de', 'versand@amazon.de'],
  ['eBay.de', 'x@ebay.com'],
  ['Booking.com', 'noreply@guest.booking.com'],
  ['info@shop.de', 'info@mail.shop.de'],
  ['me@example.org', 'me@example.org'],
  ['Tom @ Work', 't@x.de'],
  ['Node.js Weekly', 'n@x.de'],
  ['Dr. A. Müller', 'a@x.de'],
  ['', 'a@x.de'],
])('the name %j of %s is in order', (name, address) => {
  expect(codes(name, address)).toEqual([]);
});

test.each([
  ['x@paypa1.com', 'paypa1.com resembles paypal.com.'],
  ['x@xn--pypal-4ve.com', 'xn--pypal-4ve.com resembles paypal.com.'],
  ['x@раураl.com', 'xn--l-7sba6dbr.com resembles paypal.com.'],
  ['x@päypal.com', 'päypal.com resembles paypal.com.'],
  ['x@mail.sparkase.de', 'mail.sparkase.de resembles sparkasse.de.'],
  ['x@deutsche-bamk.de', 'deutsche-bamk.de resembles deutsche-bank.de.'],
  ['x@mialbox.org', 'mialbox.org resembles mailbox.org.'],
  ['x@rnailbox.org', 'rnailbox.org resembles mailbox.org.'],
  ['x@firma-rnaier.de', 'firma-rnaier.de resembles firma-maier.de.'],
  ['x@paypal.com.login.example', 'paypal.com.login.example resembles paypal.com.'],
])('%s: %s', (address, detail) => {
  expect(warn('Service', address)).toEqual([{ code: 'lookalike_domain', detail }]);
});

test('letters of several scripts in one name', () => {
  expect(warn('X', 'x@ехample-shop.com')).toMatchObject([{ code: 'lookalike_domain' }]);
});

test.each([
  'paypal.com',
  'mail.paypal.com',
  'amazon.co.uk',
  'dhl.de',
  'müller.de',
  'example.org',
  'gmx.at',
  'пример.рф',
  'kunde.de',
  'posted.at',
  'live.nl',
])('%s looks like nothing else', (domain) => {
  expect(codes('A', `a@${domain}`)).toEqual([]);
});

const warnOf = (people: Partial<Parameters<typeof senderWarnings>[0]>) =>
  senderWarnings({ from: { address: 'service@paypal.com' }, replyTo: [], ownAddresses: own, ...people });

test('of several senders it is told where another one is', () => {
  const code = 'display_name_spoof';
  const detail = 'The From field names several senders; another one is at evil.example.';
  expect(warnOf({ others: [{ address: 'x@evil.example' }] })).toEqual([{ code, detail }]);
  expect(warnOf({ others: [{ address: 'Service@PayPal.com' }, { name: 'Service' }] })).toEqual([]);
  expect(warnOf({ from: { name: 'Doe' }, others: [{ name: 'John', address: 'j@x.de' }] })).toEqual([]);
});

test.each([
  ['ceo@bank.de', 'evil@evil.example', 'The name says ceo@bank.de, the organizer is at evil.example.'],
  ['me@example.org', 'x@example.org', 'The name says me@example.org, the organizer is at example.org.'],
])('an organizer named %s at %s is doubted as a sender would be', (name, address, detail) => {
  expect(warnOf({ organizer: { name, address } })).toEqual([{ code: 'display_name_spoof', detail }]);
});

test('an organizer at a place that looks like another is told of, one in order is not', () => {
  expect(warnOf({ organizer: { address: 'x@paypa1.com' } })).toEqual([
    { code: 'lookalike_domain', detail: 'paypa1.com resembles paypal.com.' },
  ]);
  expect(warnOf({ organizer: { name: 'Anna', address: 'anna@other.de' } })).toEqual([]);
});

test('what is told of the sender is not repeated of an organizer who is the same', () => {
  const from = { name: 'ceo@bank.de', address: 'x@paypa1.com' };
  expect(warnOf({ from, organizer: from })).toEqual(warnOf({ from }));
  expect(warnOf({ from })).toHaveLength(2);
});

test('without a sender there is nothing to say', () => {
  expect(senderWarnings({ from: undefined, replyTo: [{ address: 'a@b.de' }], ownAddresses: own })).toEqual(
    [],
  );
});

test('details are short and clean, whatever a sender writes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (name, url, local) => {
        const domain = new URL(url).hostname;
        for (const { detail } of warn(`${name} a@bank.de ${local}`, `${local}@${domain}`, `${local}@x.org`)) {
          expect(detail.length).toBeLessThan(300);
          // What is left of the unseen belongs to a letter, as a variation selector to an ideograph.
          expect(cleanLine(detail)).toBe(detail);
          expect(detail).not.toMatch(/[\p{Cc}\u200b\u202a-\u202e\u2060-\u2069\ufeff]/u);
        }
      },
    ),
    { examples: [['', 'http://a.aa', '\u{20000}\u{e0100}']] },
  );
});
