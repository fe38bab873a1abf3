import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (style: string) => htmlToText(`<p>seen</p><p style="${style}">TEXT</p>`).text.includes('TEXT');

test.each([
  'max-height:0;overflow:hidden;max-height:auto',
  'height:0;overflow:hidden;height:none',
  'height:0;overflow:hidden;height:1fr',
  'height:0;overflow:hidden;height:1constructor',
  'text-indent:-9999px;text-indent:auto',
  'position:absolute;left:-9999px;left:none',
  'padding-left:9999px;padding-left:auto',
  'padding:0 0 0 9999px;padding:0 auto',
  'margin-left:-9999px;margin:0 0 0 0 0',
  'margin-left:-9999px;margin:0 0 none 0',
  'opacity:0;opacity:1px',
  'opacity:0;opacity:auto',
  'height:0;overflow:hidden;height:content',
  'display:none;display:-webkit-foo',
  'display:none;display:run-in',
  'display:none;display:table-foo',
  'display:none;display:block inline',
  'display:none;display:block block',
  'display:none;display:list-item flex',
  'height:0;overflow:hidden;overflow:-x-y',
  'height:0;overflow-y:hidden;overflow-y:visible visible',
  'color:#fff;color:-x-y',
  'color:#fff;color:threedfoo',
  'transform:scale(0);transform:x',
  'transform:scale(0);transform:scale(x)',
  'transform:scale(0);transform:grow(2)',
  'scale:0;scale:x',
  'rotate:x 90deg;rotate:x',
  'translate:-9999px;translate:x',
  'filter:opacity(0);filter:x',
  'filter:opacity(0);filter:alpha(opacity=100)',
  'clip:rect(0,0,0,0);clip:x',
  'font-size:0;font:foo',
  'font-size:0;font:12px',
  'font-size:0;font:12 Arial',
])('what no program takes leaves hidden what was: %s', (style) => {
  expect(shows(style)).toBe(false);
});

test.each([
  'max-height:0;overflow:hidden;max-height:none',
  'max-height:0;overflow:hidden;max-height:-webkit-max-content',
  'height:0;overflow:hidden;height:auto',
  'height:0;overflow:hidden;height:-webkit-fill-available',
  'height:0;overflow:hidden;height:fit-content(20em)',
  'text-indent:-9999px;text-indent:0',
  'position:absolute;left:-9999px;left:auto',
  'margin:0 0 0 -9999px;margin:0 auto',
  'opacity:0;opacity:100%',
  'display:none;display:block',
  'display:none;display:table-cell',
  'display:none;display:flow list-item block',
  'display:none;display:inline flex',
  'display:none;display:-webkit-box',
  'display:none;display:-webkit-inline-flex',
  'display:none;display:-ms-flexbox',
  'height:0;overflow:hidden;overflow:visible',
  'color:#fff;color:black',
  'color:#fff;color:currentcolor;color:threeddarkshadow',
  'transform:scale(0);transform:none',
  'transform:scale(0);transform:rotate(0) translate(calc(1px + 1em), -50%)',
  'scale:0;scale:100%',
  'rotate:x 90deg;rotate:0',
  'filter:opacity(0);filter:grayscale(100%) drop-shadow(0 1px 2px oklch(0.5 0.1 20))',
  'clip:rect(0,0,0,0);clip:auto',
  'clip:rect(0,0,0,0);clip:rect(0 500px 500px 0)',
  'font-size:0;font:bold 12.0pt/1.5 Arial, sans-serif',
  'font-size:0;font:small serif',
  'font-size:0;font:caption',
  'font-size:0;font:inherit',
])('what programs take shows again what was hidden: %s', (style) => {
  expect(shows(style)).toBe(true);
});

test.each([
  'transform:scale(0',
  'text-indent:calc(-9999px',
  'clip-path:inset(calc(100%',
  'color:rgb(255,255,255',
])('what a style leaves open is closed at its end: %s', (style) => {
  expect(shows(style)).toBe(false);
});

test.each([
  ['a long name in transform', `transform:${'a'.repeat(90_000)}`],
  ['a long name in clip-path', `clip-path:${'a'.repeat(90_000)}`],
  ['a long number', `width:${'9'.repeat(90_000)}_`],
  ['many functions', `transform:${'a('.repeat(45_000)}`],
  ['many words', `font:${'a '.repeat(45_000)}`],
  ['many functions of a filter', `filter:${'blur(0) '.repeat(11_000)}`],
])('%s takes no time', (_, style) => {
  const start = performance.now();
  shows(style);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('functions are found behind others, hyphens and blanks', () => {
  expect(shows('transform:rotate(0)scale(0)')).toBe(false);
  expect(shows('-webkit-transform: rotate(0)  scale( 0 )')).toBe(false);
});
