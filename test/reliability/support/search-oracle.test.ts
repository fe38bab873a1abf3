import { expect, test } from 'vitest';
import { pathOf } from './folder-names.ts';
import { mutantsOf } from './mutants.ts';
import { searchMails } from './search-mails.ts';
import { matches } from './search-oracle.ts';

const facts = {
  subject: 'Grüße aus Köln',
  from: 'Jörg <joerg@example.org>',
  to: ['Carla <carla@example.net>'],
  text: 'Die Rechnung\nkommt morgen',
  sent: new Date('2026-03-28T23:30:00Z'),
  hasAttachment: true,
  size: 1000,
  flags: ['\\Seen', 'Wichtig'],
};
const unknown = { ...facts, subject: undefined, text: undefined };

test.each([
  [{ query: 'GRÜSSE OR köln' }, true],
  [{ query: 'rechnung morgen' }, true],
  [{ query: '"rechnung kommt"' }, false],
  [{ query: 'rechnung -Köln' }, false],
  [{ from: 'JO\u0308RG', to: 'carla', subject: 'aus' }, true],
  [{ unread: true }, false],
  [{ keyword: 'Wichtig', flagged: false, largerThan: 999, hasAttachment: true }, true],
  [{ largerThan: 1000 }, false],
])('brute force judges %j as %s', (asked, verdict) => {
  expect(matches(facts, asked, 'UTC')).toBe(verdict);
});

test('a day is one of the zone', () => {
  expect(matches(facts, { since: '2026-03-29' }, 'Europe/Berlin')).toBe(true);
  expect(matches(facts, { since: '2026-03-29' }, 'UTC')).toBe(false);
  expect(matches(facts, { before: '2026-03-28T23:30:00Z' }, 'UTC')).toBe(false);
});

test('what is not known is not judged, unless something else decides', () => {
  expect(matches(unknown, { query: 'rechnung' }, 'UTC')).toBeUndefined();
  expect(matches(unknown, { query: 'joerg' }, 'UTC')).toBe(true);
  expect(matches(unknown, { subject: 'aus', unread: true }, 'UTC')).toBe(false);
});

test('mails and mutants are the same for the same seed, and others for another', () => {
  const raws = (seed: number) => searchMails(20, seed).map(({ delivery }) => delivery.raw.toString());
  expect(raws(1)).toEqual(raws(1));
  expect(raws(1)).not.toEqual(raws(2));
  const files = [{ name: 'a', raw: Buffer.from('Subject: a\r\n\r\nbody of it') }];
  expect(mutantsOf(files, 9, 1)).toEqual(mutantsOf(files, 9, 1));
  expect(mutantsOf(files, 9, 1)).not.toEqual(mutantsOf(files, 9, 2));
});

test('a folder has the path its server would give it, or none', () => {
  expect(pathOf('inbox/U\u0308', '.')).toBe('INBOX.Ü');
  expect(pathOf('a/b', '')).toBe('a/b');
  expect(pathOf('a//b', '/')).toBeUndefined();
  expect(pathOf('ü'.repeat(128), '/')).toBeUndefined();
});
