import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');
const cut = (inner: string, style = '') => `<div style="height:20px;overflow:hidden;${style}">${inner}</div>`;

test.each([
  cut('<div style="height:20px">Hi</div>TEXT'),
  cut('<div style="padding-top:60px">TEXT</div>'),
  cut('<p style="margin-top:60px">TEXT</p>'),
  cut('<div style="padding-top:12px"><div style="padding-top:12px">TEXT</div></div>'),
  cut('<div style="position:relative;top:30px">TEXT</div>'),
  cut('<div style="transform:translateY(40px)">TEXT</div>'),
  cut('<div style="position:absolute;top:30px">TEXT</div>', 'position:relative'),
  cut('TEXT', 'padding-top:60px;box-sizing:border-box'),
  `<div style="max-height:2em;overflow:hidden"><p style="margin:40px 0">TEXT</p></div>`,
])('what is pushed out of a box that cuts is hidden: %s', (html) => {
  expect(shows(html)).toBe(false);
});

test.each([
  cut('<div style="height:10px">Hi</div>TEXT'),
  cut('<div style="height:20px;float:left">Hi</div>TEXT'),
  cut('<span style="height:20px">Hi</span>TEXT'),
  cut('<div style="height:20px;display:none">Hi</div>TEXT'),
  cut('<div style="margin-top:15px"><p style="margin-top:15px">TEXT</p></div>'),
  cut('<span style="margin-top:60px;padding-top:60px">TEXT</span>'),
  cut('<div style="padding-top:60px"><p style="position:relative;top:-50px">TEXT</p></div>'),
  cut('<div style="position:absolute;top:30px">TEXT</div>'),
  cut('<div style="padding-top:60px">TEXT</div>', 'display:flex;align-items:flex-end'),
  cut('<div style="padding-top:60px">TEXT</div>', 'min-height:100px'),
  cut('<div style="padding-top:60px">TEXT</div>', 'min-height:50%'),
  cut('TEXT', 'padding-top:60px'),
  `<div style="height:20px;overflow:auto"><div style="padding-top:60px">TEXT</div></div>`,
  `<table><td style="height:20px;overflow:hidden"><div style="padding-top:60px">TEXT</div></table>`,
])('what still has room, or may have, is seen: %s', (html) => {
  expect(shows(html)).toBe(true);
});
