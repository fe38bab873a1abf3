import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const seen = (css: string, html = '<div class=b><p class="x" lang=en>TEXT</p></div>') =>
  htmlToText(`<style>${css}</style><div class=a>${html}</div>`).text.includes('TEXT');

test.each([
  '@media (width >= 300px){.x{display:none}}',
  '@media (300px <= width < 5000px){.x{display:none}}',
  '@media (min-width:1200px){.x{display:none}}',
  '@media screen and (not (max-width:100px)){.x{display:none}}',
  '@media not (prefers-color-scheme:dark){.x{display:none}}',
  '@media (prefers-reduced-motion:no-preference){.x{display:none}}',
  '@media (hover) and (pointer:fine){.x{color:#fff}}',
  '@supports (display:grid){.x{display:none}}',
  '@supports not (foo:bar){.x{display:none}}',
  '.a{container-type:inline-size}@container (min-width:1px){.x{display:none}}',
  '.x{display:none}@layer l{.x{display:block}}',
  '@layer k,l;@layer l{.x{display:none}}@layer k{.x{display:block}}',
  '@layer l{.x{display:none!important}}.x{display:block!important}',
  '@layer l{.x{display:none}@layer m{.x{display:block}}}',
  '@scope (.a) to (.c){.x{display:none}}',
  '@scope (.x){:scope{display:none}}',
  '@import "data:text/css,.x%7Bdisplay:none%7D";',
  ':is(.x,:foo-bar){display:none}',
  ':is(.x,$$){display:none}',
  '.x:not(:target){display:none}',
  '.x:not(:focus,:hover){display:none}',
  ':nth-child(1 of .x){display:none}',
  '.x:lang(en){display:none}',
  '*|p{display:none}',
  '.x::first-line{font-size:0}',
  '.x{display:none}.x:parent{display:block}',
  '@keyframes h{to{opacity:0}}.x{animation:h 0s forwards}',
  '@keyframes h{from,to{opacity:0}}.x{animation:h 1s infinite}',
  '@keyframes h{from{opacity:0}}.x{animation:h 1s paused}',
  '@property --z{syntax:"*";inherits:false;initial-value:none}.x{display:var(--z)}',
])('%s hides the text', (css) => {
  expect(seen(css)).toBe(false);
});

test.each([
  '@media (width < 600px){.x{display:none}}',
  '@media (max-width:800px){.x{display:none}}',
  '@media screen and (max-device-width:480px),print{.x{display:none}}',
  '@media not screen{.x{display:none}}',
  '@media (-webkit-min-device-pixel-ratio:2){.x{color:red}}',
  '@supports not (display:grid){.x{display:none}}',
  '@supports (foo:bar){.x{display:none}}',
  '@container (max-width:1px){.x{display:none}}',
  '@supports (-webkit-touch-callout:none){.x{display:none}}',
  '@supports (-webkit-overflow-scrolling:touch){.x{display:none}}',
  '@supports (-ms-ime-align:auto){.x{display:none}}',
  '@media (hover:none){.x{display:none}}',
  '@media (any-pointer:coarse),(pointer:coarse){.x{display:none}}',
  '@media (prefers-reduced-motion:reduce){.x{display:none}}',
  '@media (prefers-reduced-motion){.x{display:none}}',
  '@media (prefers-contrast:more){.x{display:none}}',
  '.x{display:block}@layer l{.x{display:none}}',
  '@layer k,l;@layer l{.x{display:block}}@layer k{.x{display:none}}',
  '@scope (.a) to (.b){.x{display:none}}',
  '@scope (.c){.x{display:none}}',
  '@import "data:text/css,.x%7Bdisplay:none%7D" print;',
  '.x:not(:foo-bar){display:none}',
  '.x:parent{display:none}',
  '_:-webkit-full-screen,_:future,:root .x{display:none}',
  '.x::after{display:none}',
  '@keyframes s{to{opacity:1}}.x{opacity:0;animation:s 1s forwards}',
  '@keyframes b{50%{opacity:0}}.x{animation:b 1s infinite}',
  '@keyframes h{to{opacity:0}}.x{animation:h 1s}',
  '.x{opacity:0}.x{opacity:1!important}',
])('%s leaves the text', (css) => {
  expect(seen(css)).toBe(true);
});

test('a sheet that is written into the address of a link counts', () => {
  const link = (media: string) =>
    htmlToText(
      `<link rel=stylesheet media="${media}" href="data:text/css;base64,LnhkaXNwbGF5e30ueHtkaXNwbGF5Om5vbmV9">` +
        '<p class=x>TEXT</p>',
    ).text;
  expect(link('screen')).toBe('');
  expect(link('print')).toBe('TEXT');
});
