import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

/** Which of seven items a selector hides: `b` and `i` by turns. */
const hidden = (selector: string) => {
  const items = [1, 2, 3, 4, 5, 6, 7].map((nth) => (nth % 2 ? ` <b>${nth}</b> ` : `<i>${nth}</i><!-- -->`));
  const { text } = htmlToText(`<style>div ${selector}{display:none}</style><div>${items.join('')}</div>`);
  return [1, 2, 3, 4, 5, 6, 7].filter((nth) => !text.includes(String(nth))).join('');
};

test.each([
  [':nth-child(even)', '246'],
  [':nth-child(ODD)', '1357'],
  [':nth-child(3n)', '36'],
  [':nth-child(3n+1)', '147'],
  [':nth-child( 2n - 1 )', '1357'],
  [':nth-child(-n+3)', '123'],
  [':nth-child(n+5)', '567'],
  [':nth-child(4)', '4'],
  [':nth-child(0)', ''],
  [':nth-child(-2n)', ''],
  [':nth-last-child(2)', '6'],
  [':nth-last-child(-n+2)', '67'],
  ['b:nth-of-type(2)', '3'],
  ['i:nth-of-type(odd)', '26'],
  ['b:nth-last-of-type(1)', '7'],
  ['i:nth-last-of-type(n+3)', '2'],
  ['*:first-child', '1'],
  ['*:last-child', '7'],
  ['*:only-child', ''],
  ['*:first-of-type', '12'],
  ['*:last-of-type', '67'],
  ['*:only-of-type', ''],
  [':not(:nth-child(n+2))', '1'],
  [':is(:nth-child(2), i:last-of-type)', '26'],
  [':nth-child(2 of i)', '4'],
  ['i:nth-child(even):nth-child(n+3)', '46'],
])('div > %s is children %s of seven', (selector, nths) => {
  expect(hidden(selector)).toBe(nths);
});

test('an only child is one', () => {
  const css = 'p:only-child,u:only-of-type{display:none}';
  expect(htmlToText(`<style>${css}</style><div> <p>a</p> </div><div><u>b</u><i>c</i></div>`).text).toBe('c');
});

test('no row of a long striped table is lost', () => {
  const css =
    'tr:nth-child(even) td{background:#f2f2f2}tr:nth-last-child(odd) td{color:#222}' +
    'td:nth-child(4){text-align:right;color:#333}tr:last-of-type td{color:#111}td:first-child{color:#333}';
  const rows = Array.from({ length: 5_000 }, (_, nth) => `<tr><td>No${nth}<td>a<td>b<td>12.50<td>paid`);
  const before = process.cpuUsage();
  const { text, hiddenRemoved, unjudged } = htmlToText(
    `<style>${css}</style><table>${rows.join('')}</table>`,
  );
  const { user, system } = process.cpuUsage(before);
  expect({ hiddenRemoved, unjudged }).toEqual({ hiddenRemoved: 0, unjudged: undefined });
  expect(text.match(/No\d+/gu)).toHaveLength(5_000);
  expect((user + system) / 1000).toBeLessThan(4_000); // some 400 ms when nothing else runs
});
