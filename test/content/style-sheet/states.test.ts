import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (selector: string) =>
  htmlToText(`<style>${selector}{display:none}</style><p>seen</p><div><i>TEXT</i></div>`).text.includes(
    'TEXT',
  );

test.each([
  'i:defined',
  'i:dir(ltr)',
  'i:DIR(ltr)',
  'i:not(:dir(rtl))',
  'i:not(:placeholder-shown)',
  'i:not(:indeterminate)',
  'i:is(:defined,:foo)',
])('a rule for %s hides', (selector) => {
  expect(shows(selector)).toBe(false);
});

test.each(['i:not(:defined)', 'i:dir(rtl)', 'i:placeholder-shown', 'i:indeterminate', 'i:foo', 'i:dir(foo)'])(
  'a rule for %s hides nothing',
  (selector) => {
    expect(shows(selector)).toBe(true);
  },
);

test('the nearest direction said counts', () => {
  const html =
    '<style>i:dir(rtl){display:none}</style><p>seen</p><div dir=rtl><i>SECRET</i><b dir=LTR><i>TEXT</i></b></div>';
  expect(htmlToText(html).text).toBe('seen\n\nTEXT');
});
