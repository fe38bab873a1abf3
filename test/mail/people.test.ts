import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
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
  ['Smith and Sons', ['Smith and Sons', 'Smith', 'Sons']],
  ['Ann OR "Bob"', ['Ann', 'Bob']],
  ['Weber, Dr.', ['Weber, Dr', 'Weber']],
  ['Acme, Inc.', ['Acme, Inc', 'Acme']],
  ['Müller & Co. KG', ['Müller & Co. KG', 'Müller']],
  ['Ann &amp; Bob', ['Ann & Bob', 'Ann', 'Bob']],
  ['Ann or from: bob@y.org', ['Ann', 'bob@y.org']],
  ['From: Ann, from: Bob', ['Ann, Bob', 'Ann', 'Bob']],
  ['x.org, y.org', ['x.org', 'y.org']],
  ['“Smith, Pat”', ['Smith, Pat']],
  ['Flor Orson', ['Flor Orson', 'Flor  Orson']],
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

test.each([
  ['Smith, Pat', ['Smith, Pat', 'Smith', 'Pat']],
  ['Smith, Pat, a@x.org', ['Smith, Pat', 'Smith', 'Pat', 'a@x.org']],
  ['(Ann OR Bob)', ['Ann OR Bob', 'Ann', 'Bob']],
  ['Ann or Bob', ['Ann or Bob', 'Ann', 'Bob']],
  ['Ann | Bob', ['Ann | Bob', 'Ann', 'Bob']],
  ['A OR B GmbH', ['A OR B GmbH', 'B GmbH', 'B  GmbH']],
  ['Ann & Bob Brown', ['Ann & Bob Brown', 'Ann', 'Bob Brown', 'Bob  Brown']],
  ['Ann/Bob', ['Ann/Bob', 'Ann', 'Bob']],
  ['Ann+Bob', ['Ann+Bob', 'Ann', 'Bob']],
  ['Ann\nBob', ['Ann Bob', 'Ann', 'Bob']],
  ['AC/DC', ['AC/DC']],
  ['C++', ['C++']],
  ['24/7', ['24/7']],
  ['李 and 王', ['李 and 王', '李', '王']],
])('%s may be one name or several, and is both', (given, people) => {
  expect(peopleIn(given, 'from')).toEqual(people);
});

test.each([
  ['Jürgen Müller or Bob Brown <bob@y.org>', ['Jürgen Müller', 'bob@y.org']],
  ['Jürgen Müller and Bob Brown <bob@y.org>', ['Jürgen Müller', 'bob@y.org']],
  ['Jürgen Müller | Bob Brown <bob@y.org>', ['Jürgen Müller', 'bob@y.org']],
  ['Jürgen Müller, Bob Brown <bob@y.org>', ['Jürgen Müller', 'bob@y.org']],
  ['Jürgen Müller\nBob Brown <bob@y.org>', ['Jürgen Müller', 'bob@y.org']],
  ['["Jürgen Müller or Bob Brown <bob@y.org>"]', ['Jürgen Müller', 'bob@y.org']],
  ['Ann or Jürgen or Bob Brown <bob@y.org>', ['Ann', 'Jürgen', 'bob@y.org']],
  ['Ann or Bob <bob@y.org>', ['Ann', 'bob@y.org']],
  ['Ann and Bob <bob@y.org>', ['Ann', 'bob@y.org']],
  ['Ann & Bob Brown <b17@y.org>', ['Ann', 'b17@y.org']],
  ['Ann, and Bob <b17@y.org>', ['Ann', 'b17@y.org']],
  ['Ann, Carol, Bob <bob@y.org>', ['Ann', 'Carol', 'bob@y.org']],
  ['Ann, Bob Brown <bob@y.org>', ['Ann', 'bob@y.org']],
  ['Ann/Bob <bob@y.org>', ['Ann', 'bob@y.org']],
])('%s names somebody beside the address, who is not dropped', (given, people) => {
  const named = peopleIn(given, 'from');
  expect(named.filter((person) => !person.includes('  '))).toEqual(people);
});

test.each([
  ['Müller, Hans Peter <hp.mueller@x.org>', ['hp.mueller@x.org']],
  ['Marks & Spencer Group <news@marksandspencer.com>', ['news@marksandspencer.com']],
  ['Sales/Support <s@x.org>', ['s@x.org']],
  ['AC/DC Shop <shop@acdc.com>', ['shop@acdc.com']],
  ['C++ Users <c@x.org>', ['c@x.org']],
  ['Smith, Pat, MD <pat@x.org>', ['pat@x.org']],
  ['Bob Brown\r\n <bob@y.org>', ['bob@y.org']],
  ['Bob Brown\n<bob@y.org>', ['bob@y.org']],
  ['Without Borders <x@y.org>', ['x@y.org']],
  ['Ärzte ohne Grenzen <x@y.org>', ['x@y.org']],
  ['Not Only GmbH <no@only.de>, bob@y.org', ['no@only.de', 'bob@y.org']],
])('%s is one person to each address', (given, people) => {
  expect(peopleIn(given, 'from')).toEqual(people);
});

test('a name is searched for in the forms headers have: with blanks that nothing shows, quotes escaped', () => {
  expect(peopleIn('Ann  Lee', 'from')).toEqual(['Ann Lee', 'Ann  Lee']);
  expect(peopleIn('Ann\tB. Lee', 'from')).toEqual(['Ann B. Lee', 'Ann  B. Lee', 'Ann B.  Lee']);
  expect(peopleIn('"Ann  Lee"', 'from')).toEqual(['Ann Lee']);
  expect(peopleIn('["Without Borders", "Not Only GmbH"]', 'from')).toContain('Not Only GmbH');
  const forms = ['Robert "Bob" Smith', String.raw`Robert \"Bob\" Smith`, 'Robert  Bob  Smith'];
  const written = [
    ...['Robert "Bob" Smith', String.raw`"Robert \"Bob\" Smith"`, String.raw`Robert \"Bob\" Smith`],
    ...['Robert “Bob” Smith', JSON.stringify(['Robert "Bob" Smith'])],
  ];
  for (const given of written) expect(peopleIn(given, 'from')).toEqual(forms);
});

test.each(['ann @x.org', 'ann@ x.org', 'Bob Miller <bob>'])(
  '%s holds no whole address, and is refused, not searched for in vain or too widely',
  (given) => {
    expect(() => peopleIn(given, 'to')).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        hint: expect.stringContaining('Pass only the address'),
      }),
    );
  },
);

test('what the hint of a refusal says works', () => {
  const [list = ''] = /\[.*\]/u.exec(hintFor('ann @x.org')) ?? [];
  expect(peopleIn(list, 'to')).toEqual(['Ann Lee', 'Ann  Lee', 'bob@y.org']);
});

function hintFor(given: string): string {
  try {
    return peopleIn(given, 'to').join();
  } catch (error) {
    return error instanceof MailboxError ? (error.hint ?? '') : '';
  }
}

test.each([' OR ', '","', '"', ' ; ', '[]', '[""]'])('%j names nobody, and not everybody', (given) => {
  expect(() => peopleIn(given, 'to')).toThrow(/^to names nobody/u);
});

const exclusions = [
  ...['-a@x.org', 'NOT a@x.org', 'b@y.org, -ann', 'a@x.org, not b@y.org', 'a@x.org but not b@y.org'],
  ...['a@x.org außer b@y.org', 'everyone except a@x.org', '["Bob", "-Ann"]', '-Ann <a@x.org>'],
  ...[
    'Bob Brown but not Ann <a@x.org>, b@y.org',
    'Ann but not Bob <bob@y.org>',
    'everyone except Ann <a@x.org>',
  ],
  ...['["Bob", "not Ann"]', '["NOT Ann"]', 'Bob <b@y.org>, Not Ann <a@x.org>', 'Not a@x.org, b@y.org'],
];
test.each(exclusions)('%s cannot be left out here, but in query', (given) => {
  expect(() => peopleIn(given, 'from')).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('query') }),
  );
});
