import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');
const inside = (style: string, times: number, inner = 'TEXT') =>
  `${`<div style="${style}">`.repeat(times)}${inner}${'</div>'.repeat(times)}`;

test.each([
  [
    'a fill of letters that is inherited',
    inside('-webkit-text-fill-color:#fff', 1, '<b style="color:#000">TEXT</b>'),
  ],
  ['a clear fill', inside('-webkit-text-fill-color:transparent', 1, '<p style="color:#222">TEXT</p>')],
  ['opacity by filters', inside('filter:opacity(.3)', 3)],
  ['opacity by a filter of a faint colour', inside('color:#aaa;filter:opacity(.15)', 1)],
  ['light by a filter', inside('color:#ccc;filter:brightness(1.4)', 1)],
  ['light by filters one in another', inside('filter:brightness(1.3)', 2, '<p style="color:#aaa">TEXT</p>')],
  ['contrast by filters', inside('filter:contrast(.6)', 2)],
  ['offsets', inside('position:relative;left:-400px', 3)],
  ['offsets upwards', inside('position:relative;top:-300px', 2)],
  ['margins', inside('margin-left:-450px', 2)],
  ['a box that ends before the page begins', inside('position:absolute;left:-490px;width:400px', 1)],
  ['colours of the night', inside('color-scheme:dark', 1, '<p style="color:CanvasText">TEXT</p>')],
  ['a colour for the night', inside('color-scheme:dark;color:light-dark(#000,#fff)', 1)],
])('%s hide text', (_, html) => {
  expect(shows(html)).toBe(false);
});

test.each([
  [
    'a fill set again',
    inside('-webkit-text-fill-color:#fff', 1, '<b style="-webkit-text-fill-color:#000">TEXT</b>'),
  ],
  [
    'a fill of the own colour',
    inside('-webkit-text-fill-color:#fff', 1, '<b style="-webkit-text-fill-color:currentcolor">TEXT</b>'),
  ],
  ['a filter that makes light and leaves dark text dark', inside('filter:brightness(1.2)', 1)],
  ['a negative margin that padding takes back', inside('margin-left:-300px;padding-left:300px', 3)],
  ['small offsets', inside('position:relative;left:-20px', 5)],
  [
    'a box centred by half of its width',
    inside('position:absolute;left:50%;margin-left:-300px;width:300px', 1),
  ],
  ['a box that reaches into the page', inside('position:absolute;left:-100px;width:400px', 1)],
  [
    'a box of a box that is somewhere',
    `<div style="position:relative">${inside('position:absolute;left:-110px;width:100px', 1)}</div>`,
  ],
  ['colours for day and night', inside('color-scheme:light dark', 1, '<p style="color:CanvasText">TEXT</p>')],
  ['a dark box with light letters', inside('color-scheme:dark;color:CanvasText;background:Canvas', 1)],
  ['what only Outlook hides', inside('mso-hide:all', 1)],
  ['a table only Outlook hides', '<table style="mso-hide:all"><tr><td>TEXT</td></tr></table>'],
])('%s leave text to be seen', (_, html) => {
  expect(shows(html)).toBe(true);
});

test.each(['maction actiontype=toggle', 'semantics'])('of <%s> the first form is shown', (name) => {
  const html = (first: string, second: string) =>
    `<math><${name}><mtext>${first}</mtext><mtext>${second}</mtext></${name.split(' ')[0]}></math>`;
  expect([shows(html('TEXT', 'b')), shows(html('a', 'TEXT'))]).toEqual([true, false]);
});
