import { expect, test } from 'vitest';
import { cleanHtml, htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');

test.each([
  'mask-image:linear-gradient(transparent,transparent)',
  '-webkit-mask:url(x.svg)',
  'mix-blend-mode:screen',
  'filter:invert(1)',
  'filter:blur(50px)',
  'filter:brightness(100)',
  'filter:url(#x)',
  'clip-path:rect(0 0 0 0)',
  'clip-path:circle(calc(0px))',
  'clip-path:polygon(0 0,100% 0,100% 0)',
  "clip-path:path('M0 0')",
  'clip-path:inset(0 100% 0 0)',
  'contain:strict',
  'contain:size;overflow:hidden',
  'flex:0 0 0;min-width:0;overflow:hidden',
  'font-size-adjust:0',
  'letter-spacing:-100px',
  'letter-spacing:2000px',
  'word-spacing:-9999px',
  "offset-path:path('M-9999 0')",
  '-webkit-text-security:disc',
  'height:3px;overflow:hidden',
  'transform:skewX(90deg) skewY(90deg)',
  'transform:translateZ(9999px)',
  'box-shadow:inset 0 0 0 1000px #000',
  'opacity:calc(0)',
  'opacity:min(0,1)',
  'opacity:sibling-index()',
  'font-size:round(down,1px,2px)',
  'font-size:calc(1px * sign(-1) + 1px)',
  'font-size:calc(0px * infinity)',
  'display:env(foo,none)',
  'display:attr(data-x type(*),none)',
  'display:if(style(--a:b):none;else:none)',
  'color:rgb(from black 255 255 255)',
  'color:field',
  '--D:none;display:var(--D)',
  '--a:var(--b);--b:var(--c);--c:var(--d);--d:var(--e);--e:var(--f);--f:var(--g);--g:none;display:var(--a)',
  '--a:none!important;--a:block;display:var(--a)',
  '--a:var(--a);display:var(--a,none)',
  'display:var(--a,var(--b,none))',
  'display:none;display:none-such',
  'font-size:0;font-size:bogus',
  'color:#fff;color:#fffffg',
  `${'color:#111;'.repeat(1000)}display:none`,
  'color:#111;'.repeat(10_000),
])('text with style %s is hidden', (style) => {
  const html = `<div style="${style}">TEXT</div>`;
  expect(shows(html)).toBe(false);
  expect(cleanHtml(html).html).not.toContain('TEXT');
});

test.each([
  'filter:grayscale(1)',
  'filter:drop-shadow(0 1px 2px #000)',
  'filter:none',
  'filter:progid:DXImageTransform.Microsoft.gradient(startColorstr=#00000000)',
  'clip-path:none',
  'clip-path:inset(0 round 8px)',
  'mix-blend-mode:normal',
  'mask:none',
  'contain:content',
  'contain:strict;height:200px',
  'letter-spacing:-.31em',
  'box-shadow:inset 0 0 0 1px #000',
  'flex:1 1 0;overflow:hidden',
  'opacity:calc(1 - .5)',
  'display:none-such',
  'display:block;display:none-such',
  'height:expression(0);overflow:hidden',
  'color:#000;color:#fffffg',
  'padding-left:env(safe-area-inset-left)',
  'padding-left:constant(safe-area-inset-left)',
  'display:var(--none)',
  'font-size:14px;font-size:-1px',
])('text with style %s is seen', (style) => {
  expect(shows(`<div style="${style}">TEXT</div>`)).toBe(true);
});

test.each([
  ['a list of what is not chosen', '<select><option>a<option>TEXT</select>'],
  ['a second summary', '<details><summary>a</summary><summary>TEXT</summary></details>'],
  ['a popover', '<div popover>TEXT</div>'],
  ['a gauge', '<meter>TEXT</meter>'],
  ['a phantom', '<math><mphantom><mtext>TEXT</mtext></mphantom></math>'],
  ['links of the body in white', '<body link="#ffffff"><a href="https://x.de">TEXT</a>'],
  ['a colour as old browsers read it', '<font color="#fffffffff">TEXT</font>'],
  ['a collapsed column', '<table><col style="visibility:collapse"><tr><td>TEXT</table>'],
  [
    'a row of a grid without height',
    '<div style="display:grid;grid-template-rows:0fr"><p style="overflow:hidden">TEXT</div>',
  ],
  [
    'a height that is inherited',
    '<div style="height:0"><p style="height:inherit;overflow:hidden">TEXT</div>',
  ],
  [
    'a cell of a table with fixed columns',
    '<table style="table-layout:fixed"><td style="width:0;overflow:hidden">TEXT</table>',
  ],
])('%s is hidden', (_, html) => {
  expect(shows(html)).toBe(false);
});

test.each([
  ['a low cell', '<table><td style="height:1px;overflow:hidden">TEXT</table>'],
  ['a narrow cell', '<table><td style="width:1px;overflow:hidden">TEXT</table>'],
  ['a flat table', '<table style="height:0;overflow:hidden"><td>TEXT</table>'],
  [
    'white on a box that covers what is around',
    '<div><div style="position:absolute;inset:0;background:#036"></div><p style="color:#fff">TEXT</div>',
  ],
  ['what is chosen', '<select><option>a<option selected>TEXT</select>'],
  ['a link of the body in blue', '<body link="#0000ff" text="#ffffff"><a href="https://x.de">TEXT</a>'],
])('%s is seen', (_, html) => {
  expect(shows(html)).toBe(true);
});
