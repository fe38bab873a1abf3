import { expect, test } from 'vitest';
import { parseQuery as parse } from '../../src/domain/query.ts';

const parseQuery = (input: string) => parse(input, 'query');
const text = (value: string) => ({ kind: 'text', text: value });
const not = (value: string) => ({ kind: 'not', part: text(value) });

test('words must all match', () => {
  expect(parseQuery(' rent  March ')).toEqual({ kind: 'and', parts: [text('rent'), text('March')] });
});

test('a phrase stays together, an unclosed quote reaches to the end', () => {
  expect(parseQuery('"second  quarter"')).toEqual(text('second quarter'));
  expect(parseQuery('"second quarter')).toEqual(text('second quarter'));
});

test('a minus excludes a word or a phrase', () => {
  expect(parseQuery('rent -draft -"old flat"')).toEqual({
    kind: 'and',
    parts: [text('rent'), not('draft'), not('old flat')],
  });
});

test('OR joins its neighbours before the rest is joined', () => {
  expect(parseQuery('a OR b c')).toEqual({
    kind: 'and',
    parts: [{ kind: 'or', parts: [text('a'), text('b')] }, text('c')],
  });
  expect(parseQuery('a OR b OR -c')).toEqual({ kind: 'or', parts: [text('a'), text('b'), not('c')] });
});

test('OR in lower case beside other words, in quotes or alone is a word, before or behind all it says nothing', () => {
  expect(parseQuery('a or b c')).toEqual(and('a', 'or', 'b', 'c'));
  expect(parseQuery('a or')).toEqual(and('a', 'or'));
  expect(parse('a or b', 'subject')).toEqual(and('a', 'or', 'b'));
  expect(parseQuery('OR')).toEqual(text('OR'));
  expect(parseQuery('AND a OR')).toEqual(text('a'));
  expect(parseQuery('a "OR" b')).toEqual({ kind: 'and', parts: [text('a'), text('OR'), text('b')] });
});

test('typographic quotes make a phrase, parentheses and lone dashes say nothing', () => {
  expect(parseQuery('„schöner Sommer“')).toEqual(text('schöner Sommer'));
  expect(parseQuery('“hello world”')).toEqual(text('hello world'));
  expect(parseQuery('Rechnung - Nr')).toEqual({ kind: 'and', parts: [text('Rechnung'), text('Nr')] });
  expect(parseQuery('(a OR b) f(x)')).toEqual({
    kind: 'and',
    parts: [{ kind: 'or', parts: [text('a'), text('b')] }, text('f(x)')],
  });
});

test('nothing to look for is undefined', () => {
  expect(parseQuery('  "" - ')).toBeUndefined();
  expect(parseQuery('""')).toBeUndefined();
  expect(parseQuery('')).toBeUndefined();
});

test('AND joins as a blank does, a bar as OR does; a star at the end of a word says nothing', () => {
  expect(parseQuery('a AND b UND c*')).toEqual({ kind: 'and', parts: [text('a'), text('b'), text('c')] });
  expect(parseQuery('a | b || c')).toEqual({ kind: 'or', parts: [text('a'), text('b'), text('c')] });
  expect(parseQuery('AND')).toEqual(text('AND'));
});

const and = (...words: string[]) => ({ kind: 'and', parts: words.map(text) });
const or = (...parts: unknown[]) => ({ kind: 'or', parts });

test('parentheses make one term of several, of phrases and with a minus too', () => {
  expect(parseQuery('("annual report" OR "half year") -(a OR b)')).toEqual({
    kind: 'and',
    parts: [or(text('annual report'), text('half year')), { kind: 'not', part: or(text('a'), text('b')) }],
  });
  expect(parseQuery('(bill Telekom) OR (bill Vodafone)')).toEqual(
    or(and('bill', 'Telekom'), and('bill', 'Vodafone')),
  );
  expect(parseQuery('("Haus"')).toEqual(text('Haus'));
  expect(parseQuery('a) OR (f(x) b')).toEqual(or(text('a'), and('f(x)', 'b')));
});

test('a bar and ODER are OR in a query, and never in a subject', () => {
  expect(parseQuery('a|"b c" ODER d')).toEqual(or(text('a'), text('b c'), text('d')));
  expect(parseQuery('a | b c ODER d')).toEqual({
    kind: 'and',
    parts: [or(text('a'), text('b')), or(text('c'), text('d'))],
  });
  expect(parse('Rechnung | Telekom', 'subject')).toEqual(and('Rechnung', 'Telekom'));
  expect(parse('ZAHLUNG ODER MAHNUNG', 'subject')).toEqual(and('ZAHLUNG', 'ODER', 'MAHNUNG'));
  expect(parse('a OR b', 'subject')).toEqual(or(text('a'), text('b')));
});

test('joints in lower case join where they alone stand between all terms', () => {
  expect(parseQuery('invoice oder "die Rechnung" or bill')).toEqual(
    or(text('invoice'), text('die Rechnung'), text('bill')),
  );
  expect(parseQuery('a OR b or -c')).toEqual(or(text('a'), text('b'), not('c')));
  expect(parseQuery('-d a or b -c')).toEqual({
    kind: 'and',
    parts: [not('d'), or(text('a'), text('b')), not('c')],
  });
  expect(parseQuery('(a oder b) c')).toEqual({ kind: 'and', parts: [or(text('a'), text('b')), text('c')] });
  expect(parseQuery('meeting and ann und bob')).toEqual(and('meeting', 'ann', 'bob'));
  expect(parseQuery('a und b oder c')).toEqual(and('a', 'und', 'b', 'oder', 'c'));
  expect(parseQuery('a "or" b')).toEqual(and('a', 'or', 'b'));
});

test('a dash that a program made of a minus excludes before a letter, and nowhere else', () => {
  for (const dash of ['–', '−']) {
    expect(parseQuery(`rent ${dash}draft`)).toEqual({ kind: 'and', parts: [text('rent'), not('draft')] });
    expect(parseQuery(`rent ${dash}"old flat"`)).toEqual({
      kind: 'and',
      parts: [text('rent'), not('old flat')],
    });
    expect(parseQuery(`9${dash}17 Nr a${dash}b ${dash}5`)).toEqual(
      and(`9${dash}17`, 'Nr', `a${dash}b`, `${dash}5`),
    );
  }
});

test.each([
  ['Haus, See? +Hof.', and('Haus', 'See', 'Hof')],
  ['Haus,Hof;See', and('Haus', 'Hof', 'See')],
  ['[Haus] {See} 1,50', and('Haus', 'See', '1,50')],
  [`Haus am See"`, and('Haus', 'am', 'See')],
  [`27" Monitor LG`, and('27', 'Monitor', 'LG')],
  [`'Haus am See'`, and('Haus', 'am', 'See')],
  ['Haus"am See"', and('Haus', 'am See')],
  ['Haus\u200b', text('Haus')],
  ['B.', text('B.')],
  ['C++ A&B constructor', and('C++', 'A&B', 'constructor')],
  ['-50% heute', and('50%', 'heute')],
])('%s is found whatever signs stand around its words', (query, meaning) => {
  expect(parseQuery(query)).toEqual(meaning);
});
