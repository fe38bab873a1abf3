import { expect, test } from 'vitest';
import { operatorIn } from '../../src/mail/operators.ts';

test('the subject knows its own operator', () => {
  expect(operatorIn('subject:"Haus"', 'subject')?.instead).toContain('words without it');
  expect(operatorIn('Haus in:"My Folder"', 'subject')?.instead).toContain('folder');
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
  expect(operatorIn(query, 'query')).toEqual({ written, instead: expect.stringContaining(instead) });
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
  expect(operatorIn(query, 'query')).toBeUndefined();
});
