import { expect, test } from 'vitest';
import { operatorIn, parseQuery } from '../../src/mail/query.ts';

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

test('OR in lower case, in quotes, alone or at an end is a word', () => {
  expect(parseQuery('a or b')).toEqual({ kind: 'and', parts: [text('a'), text('or'), text('b')] });
  expect(parseQuery('OR')).toEqual(text('OR'));
  expect(parseQuery('a OR')).toEqual({ kind: 'and', parts: [text('a'), text('OR')] });
  expect(parseQuery('a "OR" b')).toEqual({ kind: 'and', parts: [text('a'), text('OR'), text('b')] });
});

test('typographic quotes make a phrase, parentheses and lone dashes say nothing', () => {
  expect(parseQuery('„schöner Sommer“')).toEqual(text('schöner Sommer'));
  expect(parseQuery('“hello world”')).toEqual(text('hello world'));
  expect(parseQuery('Rechnung - Nr')).toEqual({ kind: 'and', parts: [text('Rechnung'), text('Nr')] });
  expect(parseQuery('(a OR b) f(x)')).toEqual({
    kind: 'and',
    parts: [{ kind: 'or', parts: [text('a'), text('b')] }, text('f(x')],
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

test.each([
  ['from: ann', 'from:', 'from'],
  ['from：ann', 'from：', 'from'],
  ['from="ann"', 'from=', 'from'],
  ['betreff:Miete', 'betreff:', 'subject'],
  ['Subject: rent', 'Subject:', 'subject'],
  ['older-than:3d', 'older-than:', 'before'],
  ['rent larger_than:5M', 'larger_than:', 'largerThan'],
  ['body:hello', 'body:', 'words without it'],
  ['smaller:1M', 'smaller:', 'no such condition'],
  ['rent NOT draft', 'NOT', '-word'],
])('%s holds an operator, which is named with what to do instead', (query, written, instead) => {
  expect(operatorIn(query)).toEqual({ written, instead: expect.stringContaining(instead) });
});

test.each([
  'Re: from: ann',
  'Date: Friday',
  'an: alle',
  'from:',
  'NOT',
  '"from:ann"',
  'text://x',
  'constructor:x',
])('%s is text', (query) => {
  expect(operatorIn(query)).toBeUndefined();
});
