import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const white = '<div style="color:#fff">TEXT</div>';
const link = `<a href="https://x.example/" style="background:#06c;padding:12px">${white}</a>`;
const floats = '<div style="float:left;color:#fff">TEXT</div><div style="float:right;color:#fff">Menu</div>';
const dark = (inner: string, style = '') => `<div style="background:#123;${style}">${inner}</div>`;

test.each([
  ['a flex item', `<div style="display:flex">${link}</div>`],
  ['a grid item', `<div style="display:grid">${link}</div>`],
  ['an item of a flexible line', `<span style="display:inline-flex">${link}</span>`],
  [
    'an item in a box that is none',
    `<div style="display:flex"><div style="display:contents">${link}</div></div>`,
  ],
  ['a button', `<button style="background:#06c;border:0">${white}</button>`],
])('the ground of %s is painted behind the blocks in it', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
});

test('that of a link whose box is in a flex item is not', () => {
  expect(htmlToText(`<p>seen</p><div style="display:flex"><div>${link}</div></div>`).text).toBe('seen');
});

test.each([
  ['a no-break space', dark(`${floats}&nbsp;`)],
  [
    'what a style sheet puts before its lines',
    `<style>.h:before{content:"";display:block;padding-top:50%}</style><div class=h style="background:#123;position:relative"><div style="position:absolute;top:10px;color:#fff">TEXT</div></div>`,
  ],
  ['columns', dark(floats, 'column-count:1')],
  ['a frame', dark('<div style="position:absolute;color:#fff">TEXT</div>', 'border:20px solid #123')],
  ['a least height by formula', dark(floats, 'min-height:calc(100% - 10px)')],
  ['a least height by its other name', dark(floats, 'min-block-size:90px')],
  ['a height as may be', dark(floats, 'height:fit-content')],
  ['its kind', `<fieldset style="background:#123">${floats}</fieldset>`],
  ['a mark', `<ul><li style="background:#123">${floats}</li></ul>`],
  ['its zoom', dark(floats, 'zoom:1')],
])('a dark box that may have a height by %s is the ground of what floats in it', (_, html) => {
  expect(htmlToText(html)).toMatchObject({ text: expect.stringContaining('TEXT'), hiddenRemoved: 0 });
});

test.each([
  'overflow:auto',
  'overflow-y:auto',
  'overflow:hidden',
  'border-top:30px solid #123',
  'outline:40px solid #123',
])('a dark box is the ground of what floats in it when its class says %s', (declared) => {
  const sheet = `<style>.bar{background:#1a1a1a;${declared}}.logo{float:left;color:#fff}</style>`;
  const html = `${sheet}<div class=bar><div class=logo>TEXT</div></div>`;
  expect(htmlToText(html)).toMatchObject({ text: 'TEXT', hiddenRemoved: 0 });
});

test.each(['', 'overflow:visible', 'border:0', 'outline:none'])(
  'a box that grows with nothing is no ground, with "%s" in its class',
  (declared) => {
    const sheet = `<style>.bar{background:#1a1a1a;${declared}}.logo{float:left;color:#fff}</style>`;
    expect(htmlToText(`<p>seen</p>${sheet}<div class=bar><div class=logo>TEXT</div></div>`).text).toBe(
      'seen',
    );
  },
);

test.each([
  ['a margin that is a share', 'position:relative;left:-260px;margin-left:50%'],
  ['a place at the right', 'position:relative;left:-260px;float:right'],
  ['a translation', 'position:relative;left:-260px;transform:translateX(90%)'],
])('%s keeps text on the page that offsets move', (_, style) => {
  const html = `<div style="${style}"><div style="${style}">TEXT</div></div>`;
  expect(htmlToText(html)).toMatchObject({ text: 'TEXT', hiddenRemoved: 0 });
});
