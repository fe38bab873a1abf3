import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const size = 'width:600px;height:300px';
const placed = '<div style="position:absolute;top:40px;left:40px;color:#fff">TEXT</div>';
const drawnUp = '<h1 style="margin-top:-120px;color:#fff">TEXT</h1>';
const hero = (inner: string) => `<div style="position:relative">${inner}${placed}</div><p>end</p>`;
const dark = `<div style="background:#036;${size}"></div>`;

test.each([
  ['a dark box', hero(dark)],
  ['a dark box of a class', `<style>.h{background-color:#036;${size}}</style>${hero('<div class=h></div>')}`],
  ['a box with a picture', hero(`<div style="background:url(h.jpg);${size}"></div>`)],
  ['a dark table', hero('<table width=600 height=300 bgcolor="#003366"><td>&nbsp;</table>')],
  ['a drawing', hero('<svg width=600 height=300><rect width=600 height=300 fill="#036"/></svg>')],
  ['a film', hero('<video src=a.mp4 width=600 height=300 poster=p.jpg></video>')],
  ['a dark box above', `${dark}${drawnUp}`],
  ['a dark cell above', `<table><td style="background:#036;height:200px">&nbsp;</table>${drawnUp}`],
  ['a picture above', `<div style="background:url(h.jpg) center/cover;${size}"></div>${drawnUp}`],
  ['a box above, moved up', `${dark}<div style="position:relative;top:-150px;color:#fff">TEXT</div>`],
  [
    'a dark box that covers a part',
    `<div><div style="position:absolute;top:0;left:0;background:#036;${size}"></div><b style="color:#fff">TEXT</b></div>`,
  ],
  [
    'a picture that follows a box without height',
    '<div style="max-height:0;position:relative;opacity:.999"><div style="padding-top:60px;color:#fff">TEXT</div></div><img src=a.jpg width=600 height=300>',
  ],
])('white text that may lie on %s is seen', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
});

test.each([
  ['a white box', hero(`<div style="background:#fff;${size}"></div>`)],
  ['a clear box', hero(`<div style="background:rgba(0,0,0,0);${size}"></div>`)],
  ['a line', hero('<div style="background:#036;height:2px"></div>')],
  ['a dark box that is not shown', hero(`<div style="background:#036;display:none;${size}"></div>`)],
  ['a dark box elsewhere', `${dark}<div style="position:relative">${placed}</div>`],
  [
    'nothing but its own dark surroundings',
    `<div style="background:#036"><p style="margin-top:-9px;color:#036">TEXT</p></div>`,
  ],
])('white text that only %s is near is hidden', (_, html) => {
  expect(htmlToText(`<p>seen</p>${html}`).text).not.toContain('TEXT');
});

const cell = (attributes: string) =>
  `<table width="100%"><tr><td ${attributes}>TEXT</td><td>Time</td></tr></table>`;
const ellipsis = 'style="max-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"';

test('a cell that ends in an ellipsis is seen when its attribute gives it a width, and only then', () => {
  const shows = (attributes: string) => htmlToText(cell(attributes)).text.includes('TEXT');
  expect(
    ['width="70%"', 'width=200', 'width=" 70.5%"'].map((width) => shows(`${width} ${ellipsis}`)),
  ).toEqual([true, true, true]);
  expect(['', 'width=0', 'width=""', 'width=auto'].map((width) => shows(`${width} ${ellipsis}`))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test.each(['margin:0 -1000px;padding:0 1000px', 'transform:translateY(-100%)', 'translate:0 -100%'])(
  'text with style "%s" stays on the page',
  (style) => {
    expect(htmlToText(`<div style="${style}">TEXT</div>`)).toMatchObject({ text: 'TEXT', hiddenRemoved: 0 });
  },
);
