import { expect, test } from 'vitest';
import { peopleIn } from '../../src/mail/people.ts';

test.each([
  ['joerg', ['joerg']],
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
])('%s names %j', (given, people) => {
  expect(peopleIn(given, 'from')).toEqual(people);
});

test.each(['Smith, Pat', 'Smith, Pat, a@x.org', 'Ann, Bob Miller <b@y.org>'])(
  '%s may mean one or many, and is refused with the way',
  (given) => {
    expect(() => peopleIn(given, 'to')).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('a@x.org, b@y.org') }),
    );
  },
);

test.each([' OR ', '","', '"', ' ; ', '[]', '[""]'])('%j names nobody, and not everybody', (given) => {
  expect(() => peopleIn(given, 'to')).toThrow(/^to names nobody/u);
});

test.each(['-a@x.org', 'NOT a@x.org', 'b@y.org, -ann'])(
  '%s cannot be left out here, but in query',
  (given) => {
    expect(() => peopleIn(given, 'from')).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('query') }),
    );
  },
);
