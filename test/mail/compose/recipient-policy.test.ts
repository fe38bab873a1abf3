import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedBy, refuseForbidden } from '../../../src/mail/compose/recipient-policy.ts';

const list = ['Joe@Example.org', '@example.com', ' @müller.example ', 'nonsense', '@'];

test.each([
  ['joe@example.org', true],
  ['JOE@EXAMPLE.ORG', true],
  ['joe+x@example.org', false],
  ['jane@example.org', false],
  ['anyone@example.com', true],
  ['anyone@Example.COM', true],
  ['anyone@sub.example.com', false],
  ['anyone@example.com.evil.example', false],
  ['anyone@notexample.com', false],
  ['"x@example.com"@evil.example', false],
  ['@example.com@evil.example', false],
  ['a@xn--mller-kva.example', true],
  ['a@MÜLLER.example', true],
  ['nonsense', false],
  ['', false],
])('%s is allowed: %s', (address, allowed) => {
  expect(allowedBy(list)(address)).toBe(allowed);
});

test('an empty list allows everybody, a list of nonsense nobody', () => {
  expect(allowedBy([])('anyone@anywhere.example')).toBe(true);
  expect(allowedBy(['example.org', '@', ''])('joe@example.org')).toBe(false);
});

test.each([
  ['joe@[192.0.2.1]', 'joe@[192.0.2.1]', true],
  ['@[192.0.2.1]', 'anyone@[192.0.2.1]', true],
  ['@[2001:DB8::1]', 'joe@[2001:db8::1]', true],
  ['@[192.0.2.1]', 'joe@[192.0.2.2]', false],
  ['@[192.0.2.1]', 'joe@x[192.0.2.1]', false],
  ['@x[192.0.2.1]', 'joe@x[192.0.2.1]', false],
  ['@[192.0.2.1]x', 'joe@[192.0.2.1]x', false],
])('an entry %s allows %s: %s', (entry, address, allowed) => {
  expect(allowedBy([entry])(address)).toBe(allowed);
});

test('the refusal names every recipient that is not allowed', () => {
  const mailboxes = ['joe@example.org', 'a@evil.example', 'b@evil.example', 'a@evil.example'].map(
    (address) => ({ address }),
  );
  expect(() => refuseForbidden(list, mailboxes)).toThrow(
    expect.objectContaining({
      code: 'forbidden',
      message: 'Not among the allowed recipients: a@evil.example, b@evil.example.',
    }),
  );
  expect(() => refuseForbidden(list, mailboxes.slice(0, 1))).not.toThrow();
  expect(() => refuseForbidden([], mailboxes)).not.toThrow();
});

test('a domain entry allows exactly its own domain', () => {
  const label = fc.stringMatching(/^[a-z]{1,5}$/u);
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(domain, domain, (allowed, asked) => {
      expect(allowedBy([`@${allowed}`])(`x@${asked}`)).toBe(allowed === asked);
      expect(allowedBy([`@${allowed}`])(`x@${allowed}.${asked}`)).toBe(false);
      expect(allowedBy([`@${allowed}`])(`x@${asked}.${allowed}`)).toBe(false);
    }),
  );
});
