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

const inside = (levels: number, inner: string) =>
  `${'<div>'.repeat(levels)}${inner}${'</div>'.repeat(levels)}`;
const white = '<p style="color:#fff">TEXT</p>';
const box = (style: string, inner = '') => `<div style="position:absolute;top:0;${style}">${inner}</div>`;
const icon = '<img src=l.png width=20 height=20>';

test.each([
  ['a placed icon', `${box('', icon)}<p>Hi</p>${white}`],
  ['a small placed box', `${box('width:20px;height:20px;background:#036')}<p>Hi</p>${inside(6, white)}`],
  ['a placed box that cuts a picture', box('width:20px;overflow:hidden', '<img src=a.jpg>') + white],
  ['a low picture', `${box('', '<img src=l.png width=600 height=12>')}${white}`],
  ['a narrow picture', `${box('', '<img src=l.png style="max-width:32px">')}${white}`],
  ['an icon drawn over', `<div style="margin-bottom:-20px">${icon}</div>${white}`],
  ['a picture hardly drawn over', `<div style="margin-bottom:-1px"><img src=a.jpg></div>${white}`],
  ['a picture far further out', `${box(`background:#036;${size}`)}<p>Hi</p>${inside(7, white)}`],
  [
    'a picture far further out, and a white box',
    `<div>${box(`background:#036;${size}`)}<div style="background:#fff">${white}</div></div>`,
  ],
])('white text that has only %s beside it is hidden', (_, html) => {
  expect(htmlToText(`<p>seen</p>${html}`).text).not.toContain('TEXT');
});

const rows = (inner: string) => `<table><tr><td>${inner}</table>`;

test.each([
  ['a placed picture', `<div>${box('', '<img src=a.jpg>')}${white}</div>`],
  ['a placed picture, inside of others', `<div>${box('', '<img src=a.jpg>')}${inside(4, white)}</div>`],
  ['a placed picture, inside of tables', `${box(`background:#036;${size}`)}${rows(rows(rows(rows(white))))}`],
  [
    'a picture over all, far inside',
    `${box('left:0;width:100%;height:100%;background:url(a)')}${inside(9, white)}`,
  ],
  [
    'a picture far out and one near',
    `${box('', '<img src=a.jpg>')}${inside(5, `${box('', '<img src=b.jpg>')}${inside(4, white)}`)}`,
  ],
  [
    'a picture far out and moved over one near',
    `${box('', '<img src=a.jpg>')}${inside(5, `<img src=b.jpg>${box('', inside(9, white))}`)}`,
  ],
  [
    'a picture far out and a picture of its own',
    `${box('', '<img src=a.jpg>')}<div style="background:url(b.jpg)">${inside(9, white)}</div>`,
  ],
  [
    'a picture far out and one behind its cell',
    `${box('', '<img src=a.jpg>')}<table><td style="background:url(b.jpg)">${inside(9, white)}</table>`,
  ],
  ['a low broad picture', `<div>${box('', '<img src=a.jpg width=600 height=18>')}${white}</div>`],
])('white text that has %s beside it is seen', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
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
