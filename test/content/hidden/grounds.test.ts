import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');
const white = '<div style="color:#fff">TEXT</div>';

test.each([
  `<div style="height:0;background:#000;color:#fff">TEXT</div>`,
  `<div style="width:0;white-space:nowrap;background:#000;color:#fff">TEXT</div>`,
  `<div style="background:#000"><div style="float:left;color:#fff">TEXT</div></div>`,
  `<div style="background:#000"><div style="position:absolute;color:#fff">TEXT</div></div>`,
  `<span style="background:#000">${white}</span>`,
  `<span style="background:#000"><div><b style="color:#fff">TEXT</b></div></span>`,
  `<div style="display:contents;background:#000">${white}</div>`,
  `<div style="visibility:hidden;background:#000"><div style="visibility:visible;color:#fff">TEXT</div></div>`,
  `<div style="background:linear-gradient(#000,#000) 0 0/0 0 no-repeat;color:#fff">TEXT</div>`,
  `<div style="background-image:linear-gradient(#000,#000);background-size:1px 1px;background-repeat:no-repeat;color:#fff">TEXT</div>`,
  `<div style="height:2px;background:#036;color:#fff">TEXT</div>`,
  `<div style="width:2px;background:#036;color:#fff">TEXT</div>`,
  `<div style="width:100%;max-width:2px;background:#036;color:#fff">TEXT</div>`,
  `<div style="height:0;padding-top:2px;background:#036;color:#fff">TEXT</div>`,
  `<div style="height:0;flex:1;background:#036;color:#fff">TEXT</div>`,
  `<div style="height:0;min-height:10%;background:#036;color:#fff">TEXT</div>`,
  `<div style="color:#fff;background:linear-gradient(#000,#000) no-repeat 0 0/5px 5px">TEXT</div>`,
  `<div style="color:#fff;background:linear-gradient(#000,#000) no-repeat -900px 0">TEXT</div>`,
  `<div style="color:#fff;background:linear-gradient(#000,#000) no-repeat;background-position:-900px 0">TEXT</div>`,
  `<span style="background:#000;font-size:0"><span style="font-size:16px;color:#fff">TEXT</span></span>`,
  `<span style="background:#000;font-size:1px"><b style="font-size:16px;color:#fff">TEXT</b></span>`,
  `<span style="background:#fff;-webkit-background-clip:text;color:transparent">TEXT</span>`,
])('a ground that is not painted is none for white text: %s', (html) => {
  expect(shows(html)).toBe(false);
});

test.each([
  `<div style="height:0;padding:30px;background:#000;color:#fff">TEXT</div>`,
  `<div style="height:0;min-height:40px;background:#000;color:#fff">TEXT</div>`,
  `<span style="height:0;background:#000;color:#fff">TEXT</span>`,
  `<div style="height:20px;background:#000;color:#fff">TEXT</div>`,
  `<div style="height:0;padding:6px 0;background:#000;color:#fff">TEXT</div>`,
  `<div style="display:flex;flex-direction:column"><div style="height:0;flex:1;background:#000;color:#fff">TEXT</div></div>`,
  `<span style="background:#000;font-size:9px;color:#fff">TEXT</span>`,
  `<a style="background:#000;font-size:0;padding:12px"><b style="font-size:16px;color:#fff">TEXT</b></a>`,
  `<a style="background:#000;font-size:0;display:inline-block"><b style="font-size:16px;color:#fff">TEXT</b></a>`,
  `<div style="display:flex"><a style="background:#000;font-size:0"><b style="font-size:16px;color:#fff">TEXT</b></a></div>`,
  `<div style="color:#fff;background:linear-gradient(#000,#000) no-repeat 0 0/100% 40px">TEXT</div>`,
  `<div style="color:#fff;background:url(sprite.png) no-repeat -900px 0">TEXT</div>`,
  `<table><td style="height:1px;width:1px;background:#000;color:#fff">TEXT</td></table>`,
  `<div style="width:1px;min-width:100%;background:#000;color:#fff">TEXT</div>`,
  `<div style="background:#000"><div style="float:left;color:#fff">TEXT</div><br clear="all"></div>`,
  `<div style="background:#000;overflow:hidden"><div style="float:left;color:#fff">TEXT</div></div>`,
  `<style>.c:after{content:"";clear:both;display:table}</style><div class=c style="background:#000"><div style="float:left;color:#fff">TEXT</div></div>`,
  `<div style="background:#000;height:90px"><div style="position:absolute;color:#fff">TEXT</div></div>`,
  `<span style="display:block;background:#000">${white}</span>`,
  `<a style="display:inline-block;background:#000">${white}</a>`,
  `<span style="background:#000"><b style="color:#fff">TEXT</b></span>`,
  `<div style="background:url(a.png) center/cover no-repeat;color:#fff">TEXT</div>`,
  `<div style="background-image:linear-gradient(#000,#000);background-size:1px 1px;color:#fff">TEXT</div>`,
])('white text stands on a ground that has room: %s', (html) => {
  expect(shows(html)).toBe(true);
});

test.each([
  'linear-gradient(rgba(0,0,0,.05),rgba(0,0,0,.05)),url(night.jpg)',
  'linear-gradient(rgba(255,255,255,.3),rgba(255,255,255,.3)),url(night.jpg)',
  'linear-gradient(transparent,transparent),url(night.jpg)',
  'linear-gradient(rgba(0,0,0,.1),rgba(0,0,0,.1)),linear-gradient(#000,#000)',
])('white text is seen on what shows through a veil: %s', (layers) => {
  expect(shows(`<p style="background-image:${layers};color:#fff">TEXT</p>`)).toBe(true);
  expect(shows(`<p style="background:${layers};color:#fff">TEXT</p>`)).toBe(true);
});

test.each([
  'linear-gradient(#fff,#fff),url(night.jpg)',
  'linear-gradient(transparent,transparent),linear-gradient(#fff,#fff),url(night.jpg)',
  'linear-gradient(rgba(255,255,255,.3),rgba(255,255,255,.3)),none',
])('white text is hidden where no picture shows through: %s', (layers) => {
  expect(shows(`<p style="background-image:${layers};color:#fff">TEXT</p>`)).toBe(false);
});

const picture = '<img src="https://x.example/a.jpg" width="600" height="300"';
const caption = (style: string) => `<div style="color:#fff;${style}"><p>TEXT</p></div>`;

test.each([
  [
    'a picture below',
    `<div style="position:relative"><img src="a.jpg" style="position:absolute;top:0;left:0;width:100%;height:100%"><p style="position:relative;color:#fff">TEXT</p></div>`,
  ],
  [
    'a picture of its own size below',
    `<div>${picture} style="position:absolute;z-index:-1">${caption('')}</div>`,
  ],
  [
    'a caption over the picture',
    `<div style="position:relative">${picture}>${caption('position:absolute;bottom:20px')}</div>`,
  ],
  [
    'a caption over a link',
    `<div style="position:relative"><a href="https://x.de">${picture}></a>${caption('position:absolute;top:9px')}</div>`,
  ],
  ['a caption drawn up', `${picture}>${caption('margin-top:-100px;position:relative')}`],
  ['a caption moved up', `${picture}>${caption('position:relative;top:-80px')}`],
  ['a picture that reaches below it', `<div>${picture} style="margin-bottom:-80px">${caption('')}</div>`],
])('white text over an image is seen, and no warning given: %s', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: 'TEXT', hiddenRemoved: 0 });
});

test.each([
  ['beside a picture', `${picture}>${caption('')}`],
  [
    'over an icon',
    `<div style="position:relative"><img src=a width=1 height=1>${caption('position:absolute;top:0')}</div>`,
  ],
  [
    'over a picture, in a white box',
    `<div style="position:relative">${picture}>${caption('position:absolute;background:#fff')}</div>`,
  ],
  [
    'in a box that has no picture',
    `<div>${picture}></div><div style="position:relative">${caption('position:absolute;top:0')}</div>`,
  ],
])('white text on white is hidden: %s', (_, html) => {
  expect(shows(html)).toBe(false);
});
