import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unflow } from '../../src/content/flowed.ts';

test.each([
  ['soft breaks are joined', 'Hello \r\nbig \r\nworld\r\nend', 'Hello big world\nend'],
  ['quotes keep their level', '> quo \n> ted\n>> deeper \n>> still\nme', '> quo ted\n>> deeper still\nme'],
  ['a change of level ends a paragraph', '> broken \nmine', '> broken\nmine'],
  ['stuffed blanks go', ' From here\n  indented\n >not a quote', 'From here\n indented\n>not a quote'],
  ['the signature separator stands alone', 'text \n-- \nAnna \nTel', 'text\n-- \nAnna Tel'],
  ['a quoted signature too', '> a \n> -- \n> b', '> a\n> --\n> b'],
  ['empty lines stay', 'a \n\nb\n\n\nc', 'a\n\nb\n\n\nc'],
])('%s', (_, text, expected) => {
  expect(unflow(text, false)).toBe(expected);
});

test('with delsp the blank of the break goes (RFC 3676 §4.1)', () => {
  expect(unflow('日本 \n語', true)).toBe('日本語');
  expect(unflow('日本 \n語', false)).toBe('日本 語');
});

test('no word is lost', () => {
  const words = (text: string) => text.match(/[a-z]+/gu) ?? [];
  const line = fc.stringMatching(/^>{0,3} ?[a-z]{1,5} ?$/u);
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      expect(words(unflow(text, false))).toEqual(words(text));
    }),
  );
});
