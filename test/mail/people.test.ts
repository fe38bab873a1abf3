import { expect, test } from 'vitest';
import { peopleIn } from '../../src/mail/people.ts';

test.each([
  ['joerg', ['joerg']],
  ['A.', ['A.']],
  ['Ann.', ['Ann']],
  ['Pat Smith <pat@example.org>', ['pat@example.org']],
  ['"Smith, Pat" <pat@example.org>', ['pat@example.org']],
  ['Smith, Pat <pat@example.org>', ['pat@example.org']],
  ['"Smith, Pat"', ['Smith, Pat']],
  ['a@x.org, b@y.org', ['a@x.org', 'b@y.org']],
  ['a@x.org; Bob <b@y.org>,', ['a@x.org', 'b@y.org']],
  ['a@x.org OR carol', ['a@x.org', 'carol']],
  ['carol, b@y.org', ['carol', 'b@y.org']],
  ['"Smith, Pat" <p@x.org>, "Doe; Jo" <j@y.org>', ['p@x.org', 'j@y.org']],
  ['["a@x.org", "Bob"]', ['a@x.org', 'Bob']],
  ['Ann <a@x.org>;', ['a@x.org']],
  ['<a@x.org>,', ['a@x.org']],
  ['a@x.org b@y.org', ['a@x.org', 'b@y.org']],
  ['a@x.org or carol', ['a@x.org', 'carol']],
  ['carol und b@y.org', ['carol', 'b@y.org']],
  ['(a@x.org | b@y.org)', ['a@x.org', 'b@y.org']],
  ['[a@x.org, b@y.org]', ['a@x.org', 'b@y.org']],
  ['["a@x.org"', ['a@x.org']],
  [`'a@x.org', "b@y.org"`, ['a@x.org', 'b@y.org']],
  ['mailto:a@x.org', ['a@x.org']],
  ['*@x.org', ['@x.org']],
  ['a@x.org (Ann)', ['a@x.org']],
  ['Bob Miller b@y.org', ['b@y.org']],
  ['Team: a@x.org, b@y.org;', ['a@x.org', 'b@y.org']],
  ['Ann <a@x.org> Bob <b@y.org>', ['a@x.org', 'b@y.org']],
  ['Ann <a@x.org>, Bob <b@y.org', ['a@x.org', 'b@y.org']],
  ['"boss@a.org" <joe@b.org>', ['joe@b.org']],
  ['Smith, Pat <p@x.org>; Doe, Jo <j@y.org>', ['p@x.org', 'j@y.org']],
  ['Research and Development <rd@x.org>', ['rd@x.org']],
  ['Smith and Sons', ['Smith and Sons']],
  ['Ann OR "Bob"', ['Ann', 'Bob']],
  ['x.org, y.org', ['x.org', 'y.org']],
  ['“Smith, Pat”', ['Smith, Pat']],
  ['Flor Orson', ['Flor Orson']],
  ['DE | Vertrieb <v@shop.de>', ['v@shop.de']],
  ['A OR B GmbH <ab@firm.org>', ['ab@firm.org']],
  ['Booking.com & Partner <x@b.com>', ['x@b.com']],
  ['H & M', ['H & M']],
  ['"ann b"@x.org', ['"ann b"@x.org']],
  ['["Ann <ann@x.org>, Bob <bob@y.org>"]', ['ann@x.org', 'bob@y.org']],
  ['["Miller, Carol", "ann@x.org; Bob"]', ['Miller, Carol', 'ann@x.org', 'Bob']],
  ['"Ann" and "Bob"', ['Ann', 'Bob']],
  [`'Ann' OR ‘Bob’`, ['Ann', 'Bob']],
  ['x.org or y.org', ['x.org', 'y.org']],
  ['news@ or info@', ['news@', 'info@']],
  ['Ann; Bob', ['Ann', 'Bob']],
  ['(Ann)', ['Ann']],
  ['<Ann>', ['Ann']],
  ['From: Ann:', ['Ann']],
  ['ann@x.org/bob@y.org', ['ann@x.org', 'bob@y.org']],
  ['\u200b‹_ann@x.org_›!', ['ann@x.org']],
  ['"Ann <ann@x.org>"', ['ann@x.org']],
  ['Ann "ann@x.org"', ['ann@x.org']],
  ['[ann@x.org](mailto:ann@x.org)', ['ann@x.org']],
  ['von Bismarck, Otto <o@b.eu>', ['o@b.eu']],
  ['Dr. Bob Miller, MD (ACME, Rome) <b@x.org>', ['b@x.org']],
  ['ann@x.org via GitHub', ['ann@x.org']],
  ['-50% Shop <s@x.org>', ['s@x.org']],
  ['NICHT ANTWORTEN <x@y.de>', ['x@y.de']],
  ['"NOT A SHOP"', ['NOT A SHOP']],
])('%s names %j', (given, people) => {
  expect(peopleIn(given, 'from')).toEqual(people);
});

const unclear = [
  ...['Smith, Pat', 'Smith, Pat, a@x.org', '(Ann OR Bob)', 'Ann or Bob', 'Ann | Bob', 'A OR B GmbH'],
  ...['ann @x.org', 'ann@ x.org', 'Bob Miller <bob>'],
];
test.each(unclear)(
  '%s may mean one or many, and is refused, not searched for in vain or too widely',
  (given) => {
    expect(() => peopleIn(given, 'to')).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        hint: expect.stringContaining('Pass only the address'),
      }),
    );
  },
);

test.each([' OR ', '","', '"', ' ; ', '[]', '[""]'])('%j names nobody, and not everybody', (given) => {
  expect(() => peopleIn(given, 'to')).toThrow(/^to names nobody/u);
});

const exclusions = [
  ...['-a@x.org', 'NOT a@x.org', 'b@y.org, -ann', 'a@x.org, not b@y.org', 'a@x.org but not b@y.org'],
  ...['a@x.org außer b@y.org', 'everyone except a@x.org', '["Bob", "-Ann"]', '-Ann <a@x.org>'],
];
test.each(exclusions)('%s cannot be left out here, but in query', (given) => {
  expect(() => peopleIn(given, 'from')).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('query') }),
  );
});
