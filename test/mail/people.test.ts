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
  ['[{"a":1}]', ['[{"a":1}]']],
  ['Flor Orson', ['Flor Orson']],
])('%s names %j', (given, people) => {
  expect(peopleIn(given, 'from')).toEqual(people);
});

test('names with commas between may be one or many, and are refused with the way', () => {
  expect(() => peopleIn('Smith, Pat', 'to')).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('a@x.org, b@y.org') }),
  );
});
