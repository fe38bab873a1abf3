import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';
import { parseCss } from '../../../src/content/style-sheet/parse.ts';

/** Ends a parser that would go on for ever. */
function reading(css: string, context: string): number {
  let errors = 0;
  const onParseError = () => {
    errors += 1;
    if (errors > 1000) throw new Error('It does not end.');
  };
  parseCss(css, { context, parseValue: false, onParseError });
  return errors;
}

test.each([
  ['{', '{ }color:red;color:red}}', 'stylesheet'],
  ['(', '{} )}:', 'stylesheet'],
  ['{', '{});};', 'stylesheet'],
  ['(', '{}color:red;}a;}):', 'declarationList'],
])('brackets of a sheet read before, %s, are none of the next one, %s', (bracket, css, context) => {
  const alone = reading(css, context);
  reading(bracket.repeat(200), 'stylesheet');
  expect(reading(css, context)).toBe(alone);
});

test('an escaped & is a sign of a name, and what cannot stand in a rule is no error', () => {
  const hidden = (css: string) =>
    htmlToText(`<style>${css}</style><div class=outer><p>TEXT</p></div>`).hiddenRemoved;
  expect(hidden('.outer{&{display:none}}')).toBe(4);
  expect(hidden('.outer{\\&{display:none}}')).toBe(0);
  expect(hidden('p{\\&{} \\&{{color:red}')).toBe(0);
});
