import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { equivalents, explains } from './equivalent.ts';
import { applied, mutantsOf, shuffled } from './mutants.ts';
import { reported } from './table.ts';
import { TypeCheck } from './type-check.ts';

const root = join(import.meta.dirname, '../..');
const becomes = (source: string) => mutantsOf(source).map((mutant) => applied(source, mutant));

test.each([
  ['if (a > 1) b();', ['if (a >= 1) b();', 'if (a > 2) b();', 'if (a > 0) b();', 'if (a > 1) ;']],
  ['if (open(a)) return;', ['if (!(open(a))) return;']],
  ['const x = a === b && c || d;', ['a !== b && c || d', 'a === b || c || d', 'a === b && c && d']],
  ['const x = a ?? b;', ['const x = a && b;']],
  ['const x = list.some(f) ? 0 : y;', ['list.every(f) ? 0', '!(list.some(f)) ? 0', 'list.some(f) ? 1']],
  ['this.stage = next;', [';']],
  ['throw new MailboxError(code, why);', [';']],
  ["f('', true);", [';', "f('mutant', true);", "f('', false);"]],
  [
    'function f() { a(); b(); }',
    ['f() { return undefined as never;  a(); b(); }', '{ ; b(); }', '{ a(); ; }'],
  ],
  ['const r = /^a+$/iu;', ['/a+$/iu', '/^a+/iu', '/^a$/iu', '/^a+$/u']],
  ['const r = /[^x]|(?:a|b)/u; ', ['/[x]|(?:a|b)/u', '/[^x]|(?:b)/u']],
])('%s is damaged in every way', (source, expected) => {
  const found = becomes(source);
  for (const part of expected)
    expect(
      found.filter((text) => text.includes(part)),
      part,
    ).not.toEqual([]);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toHaveLength(expected.length);
});

test.each([
  "import { a } from 'a';",
  "type A = 'a' | 1;",
  "interface A { a: 'b' }",
  "log.info('text', { a });",
  "const invalid = (hint = 'A sentence.') => fault(hint);",
  "const error = new MailboxError(code, 'A sentence.', { hint: 'Another one.' });",
])('%s promises nothing that could be damaged', (source) => {
  expect(becomes(source)).toEqual([]);
});

test('a mutant tells its line before and after', () => {
  const [mutant] = mutantsOf('const a = 1;\n  const b = c && d;\n').slice(-1);
  expect(mutant).toMatchObject({ line: 2, was: 'const b = c && d;', becomes: 'const b = c || d;' });
});

test('a seed chooses the same every time, another seed otherwise', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  expect(shuffled(items, 1)).toEqual(shuffled(items, 1));
  expect(shuffled(items, 1)).not.toEqual(shuffled(items, 2));
  expect(shuffled(items, 1).sort((a, b) => a - b)).toEqual(items);
});

test('what is explained is still a mutant of its file', () => {
  const gone = equivalents.filter((known) => {
    const source = readFileSync(join(root, known.file), 'utf8');
    return !mutantsOf(source).some((mutant) => explains(known, mutant, source));
  });
  expect(gone).toEqual([]);
});

test('what the types refuse is no mutant', () => {
  const check = new TypeCheck(root);
  const file = join(root, 'src/made-up.ts');
  expect(check.passes(file, "export const a: 'x' | 'y' = 'x';")).toBe(true);
  expect(check.passes(file, "export const a: 'x' | 'y' = '';")).toBe(false);
  expect(check.passes(file, 'export const a = ;')).toBe(false);
});

test('the score counts what is explained for killed and leaves out what was not tried', () => {
  const mutant = { start: 0, end: 1, now: '', line: 7, was: 'a', becomes: 'b' };
  const row = { file: 'x.ts', mutants: 10, killed: 6, survivors: [mutant], explained: [mutant] };
  const { text, score } = reported([row]);
  expect(score).toBe(7 / 8);
  expect(text).toMatch(/^x\.ts +10 +6 +1 +1 +2 +87 %$/mu);
  expect(text).toContain('x.ts:7: a  ⇒  b');
});
