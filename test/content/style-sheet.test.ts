import { expect, test } from 'vitest';
import { htmlToText } from '../../src/content/html.ts';

const seen = (css: string, html = '<p class="a b" id=i title=t>TEXT</p>') =>
  htmlToText(`<style>${css}</style><div class=outer>x ${html}</div>`).text.includes('TEXT');

test.each([
  '.a{display:none}',
  '#i{display:none}',
  'p{display:none}',
  'p.a.b{display:none}',
  '.outer .a{display:none}',
  '.outer > p{display:none}',
  '[title=t]{display:none}',
  'p[class~="b"]{display:none}',
  'h1, .a, h2{display:none}',
  '*{display:none}',
  '<!-- .a{display:none} -->',
  '.x{color:red;bad;;} .a{;display:none;nonsense}',
  '@media screen{.a{display:none}}',
  '@media all and (min-width:320px){.a{display:none}}',
  '@media only screen and (max-width:2000px){.a{display:none}}',
  '@media (prefers-color-scheme:light){.a{display:none}}',
  '@media not print{.a{display:none}}',
  '@media print, screen{@supports (display:flex){.a{display:none}}}',
  ':root{--d:none}.a{display:var(--d, none)}',
  '.a{display:none!important} #i{display:block}',
  '.a{display:block} p.a{display:none} p{display:block}',
  '.a:not(.c){display:none}',
  '.outer{.a{display:none}}',
  '.outer{& .a{display:none}}',
  '.outer{> p{display:none}}',
  'div{color:red;p{display:none}}',
  'div{color:red;p:first-child{display:none} b{color:red}}',
  'p{&.a{display:none}}',
  '.a{&p{display:none}}',
  'p{.outer &{display:none}}',
  'body, .outer{.c, p{&.b{display:none}}}',
  '.a{@media screen{display:none}}',
  '.outer{@media screen{.a{display:none}}}',
  '.outer{.c{color:red}.a{display:none}}',
  '@media screen{.outer{.a{display:none}}}',
  '.outer{.a{display:none}} .a{display:block}',
])('%s hides the text', (css) => {
  expect(seen(css)).toBe(false);
});

test.each([
  '.c{display:none}',
  '@media print{.a{display:none}}',
  '@media (max-width:600px){.a{display:none}}',
  '@media only screen and (max-device-width:480px){.a{display:none}}',
  '@media (prefers-color-scheme:dark){.a{color:#fff}}',
  '@media not all{.a{display:none}}',
  '@media (unheard-of){.a{display:none}}',
  '.a{display:none} #i{display:block}',
  '.a{display:none} .a{display:block}',
  '.a:hover{display:none}',
  '.a::before{display:none}',
  '.a:unheard-of{display:none}',
  'u + .outer .a{display:none}',
  '.outer + .a{display:none}',
  '@font-face{font-size:0}',
  '.c{.a{display:none}}',
  '.c{&.a{display:none}}',
  '.a{& b{display:none}}',
  '.outer{@media print{.a{display:none}}}',
  '.outer{.a{display:none}} .outer p.a{display:block}',
  ':where(#i.a){display:none} p{display:block}',
  '@import url(https://evil.example/x.css);',
  '@page{.a{display:none}}',
  '{{{',
  '',
])('%s leaves the text', (css) => {
  expect(seen(css)).toBe(true);
});

test('a style attribute outranks the sheet, !important outranks it', () => {
  expect(seen('.a{display:none}', '<p class=a style="display:block">TEXT</p>')).toBe(true);
  expect(seen('.a{display:none!important}', '<p class=a style="display:block">TEXT</p>')).toBe(false);
  expect(seen('[hidden]{display:block}', '<p hidden>TEXT</p>')).toBe(true);
});

test('a sheet for print is not applied, one in the body is', () => {
  expect(htmlToText('<style media=print>p{display:none}</style><p>TEXT</p>').text).toBe('TEXT');
  expect(htmlToText('<p>TEXT</p><style>p{display:none}</style>').text).toBe('');
});

test('later sheets add to earlier ones', () => {
  expect(htmlToText('<style>p{display:none}</style><style>p{display:block}</style><p>TEXT</p>').text).toBe(
    'TEXT',
  );
});

test.each([
  'body .h{display:none}',
  'body{.h{display:none}}',
  'html > body > .h{display:none}',
  ':root .h{display:none}',
])('a fragment has a body for %s', (rule) => {
  const { text } = htmlToText(`<style>${rule}</style><p>seen</p><p class=h>HIDDENX</p>`);
  expect(text).toBe('seen');
});
