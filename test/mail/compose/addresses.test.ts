import { expect, test } from 'vitest';
import { headerMailbox, mailboxOf, withoutDuplicates } from '../../../src/mail/compose/addresses.ts';

const address = 'ann@example.org';

test.each([
  ['Ann', 'Ann'],
  ['A\u200bnn\r\n Lee', 'Ann Lee'],
  ['x'.repeat(256), 'x'.repeat(256)],
  ['x'.repeat(257), `${'x'.repeat(255)}…`],
])('the name %j of a header is %j', (name, shown) => {
  expect(headerMailbox('to', { name, address })).toEqual({ name: shown, address });
});

test.each([undefined, '', ' \u200b', address, '=?utf-8?q?Bob?='])(
  'the name %j says nothing, or what it should not, and goes',
  (name) => {
    expect(headerMailbox('to', { address, ...(name === undefined ? {} : { name }) })).toEqual({ address });
  },
);

test('what is no address is refused with its field; a stranger who wrote it is passed over', () => {
  expect(() => headerMailbox('to[1]', { name: 'Ann' })).toThrow('to[1]');
  expect(mailboxOf({ name: 'Ann' })).toBeUndefined();
  expect(mailboxOf({ name: 'Ann', address })).toEqual({ name: 'Ann', address });
});

test('everybody stands where they stood first, whatever the case', () => {
  const [ann, shouted, bob, carol] = [address, 'ANN@example.org', 'bob@x.org', 'carol@x.org'].map((each) => ({
    address: each,
  }));
  const all = [ann, shouted, bob, carol].flatMap((mailbox) => mailbox ?? []);
  expect(withoutDuplicates({ to: all.slice(0, 2), cc: all.slice(1, 3), bcc: all.slice(2) })).toEqual({
    to: [{ address }],
    cc: [{ address: 'bob@x.org' }],
    bcc: [{ address: 'carol@x.org' }],
  });
});
