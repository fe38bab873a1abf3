import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const cut = (height: number, inner: string, style = '') =>
  `<div style="height:${height}px;overflow:hidden;${style}">${inner}</div>`;
const pair = (style: string, name = 'div') =>
  `<${name} style="height:60px;${style}">Hi</${name}><${name} style="height:60px;${style}">TEXT</${name}>`;
const image = (attributes: string) => `<img src="https://x.example/a.jpg" ${attributes}>`;

test.each([
  ['cells', cut(60, `<table><tr>${pair('', 'td')}</tr></table>`)],
  ['cells by style', cut(60, `<div style="display:table">${pair('display:table-cell')}</div>`)],
  ['boxes in a line', cut(60, pair('display:inline-block'))],
  ['flex items', cut(60, `<div style="display:flex">${pair('')}</div>`)],
  ['grid items', cut(60, `<div style="display:grid">${pair('')}</div>`)],
  ['floats', cut(60, pair('float:left'))],
  ['tables by attribute', cut(60, '<table align=left style="height:60px"><tr><td>Hi</table><p>TEXT</p>')],
  ['columns', cut(60, pair('margin:0'), 'column-count:2')],
  ['vertical lines', cut(60, pair(''), 'writing-mode:vertical-rl')],
])('what stands beside another is not below it: %s', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
});

test.each([
  ['scaled', cut(300, `${image('width=800 height=400 style="display:block;width:100%;height:auto"')}TEXT`)],
  ['at the left', cut(48, `${image('width=48 height=48 align=left style="display:block"')}<b>TEXT</b>`)],
  [
    'over which what follows is drawn',
    cut(300, `${image('height=300 style="display:block;margin-bottom:-60px"')}TEXT`),
  ],
])('an image %s leaves room for text', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: 'TEXT', hiddenRemoved: 0 });
});

const high = '<div style="height:80px">Hi</div>';

test.each([
  ['a negative margin', cut(80, `${high}<div style="margin-top:-40px">TEXT</div>`)],
  ['one inside of a sibling', cut(80, `${high}<div><p style="margin-top:-40px">a</p></div>TEXT`)],
  ['one by a formula', cut(80, `${high}<div style="margin-top:calc(0px - 40px)">TEXT</div>`)],
  ['one of a style sheet', `<style>p{margin:-40px 0 0}</style>${cut(80, `${high}<p>TEXT</p>`)}`],
  ['an offset in per cent', cut(80, `${high}<p style="position:relative;top:-50%">TEXT</p>`)],
  ['a translation in per cent', cut(80, `${high}<p style="transform:translateY(-50%)">TEXT</p>`)],
  ['a half turn', cut(80, '<div style="padding-top:90px;transform:rotate(180deg)">TEXT</div>')],
  [
    'an offset from above the padding',
    cut(
      99,
      '<div style="position:relative;padding-top:90px">Hi<p style="position:absolute;top:20px">TEXT</p></div>',
    ),
  ],
  ['a most height that is a share', cut(80, '<div style="height:80px;max-height:10%">Hi</div>TEXT')],
  [
    'lengths of the root font',
    `<style>html{font-size:62.5%}</style>${cut(80, '<p style="padding-top:6rem">TEXT</p>')}`,
  ],
  ['a box that scrolls', cut(80, `${high}TEXT`, 'overflow-y:auto')],
  ["a box whose margins are the page's", cut(20, '<p style="margin-top:60px">TEXT</p>', 'overflow:clip')],
  ['no box at all', cut(20, '<div style="display:contents;padding-top:60px">TEXT</div>')],
  [
    'a button',
    cut(20, '<p>TEXT</p>')
      .replace(/div/gu, 'button')
      .replace('style="', 'style="display:block;padding-top:60px;'),
  ],
  ['small lines', cut(30, 'a<br>b<br>TEXT', 'font-size:30px;line-height:10px')],
])('where %s may bring text into the room, it is seen', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
});
