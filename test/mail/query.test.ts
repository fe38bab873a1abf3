import { expect, test } from 'vitest';
import { parseQuery } from '../../src/mail/query.ts';

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
