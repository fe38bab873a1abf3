import { expect, test } from 'vitest';
import {
  displayDomain,
  latinLookalike,
  organisationalDomain,
  sameOrganisation,
} from '../../src/content/domain-name.ts';

test.each([
  ['mail.example.org', 'example.org'],
  ['a.b.example.co.uk', 'example.co.uk'],
  ['example.co.uk', 'example.co.uk'],
  ['co.uk', 'co.uk'],
  ['someone.github.io', 'someone.github.io'],
  ['localhost', 'localhost'],
])('%s is registered as %s', (domain, registered) => {
  expect(organisationalDomain(domain)).toBe(registered);
});

test('two shops under one suffix are two organisations', () => {
  expect(sameOrganisation('a.example.co.uk', 'b.example.co.uk')).toBe(true);
  expect(sameOrganisation('one.co.uk', 'two.co.uk')).toBe(false);
  expect(sameOrganisation('one.myshopify.com', 'two.myshopify.com')).toBe(false);
});

test('what is no domain is shown as it is', () => {
  expect(displayDomain('not a domain')).toBe('not a domain');
  expect(displayDomain('xn--fiqs8s')).toBe('中国');
});

test('lookalike letters read as Latin', () => {
  expect(latinLookalike('раураӏ')).toBe('paypal');
  expect(latinLookalike('Größe')).toBe('grosse');
});
