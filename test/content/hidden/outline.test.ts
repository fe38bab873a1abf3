import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');

test.each([
  'color:#fff;text-shadow:-1px -1px 0 #000,1px 1px 0 #000',
  'color:#fff;text-shadow:0 0 3px rgba(0,0,0,.6)',
  'color:transparent;text-shadow:0 0 8px #000',
  'color:#fff;-webkit-text-stroke:1px #000',
  'color:#fff;-webkit-text-stroke-width:1px;-webkit-text-stroke-color:#000',
  'color:#fff;-webkit-text-stroke:thin black',
  'color:#fff;text-shadow:1px 1px 2px #000',
  'color:#fff;text-shadow:1px 1px 2px #000,1px 1px 2px #000,1px 1px 2px #000,1px 1px 2px #000',
  'color:#fff;text-shadow:#000 0 0 4px',
  'color:#fff;text-shadow:0 0 20px #000,0 0 20px #000,0 0 20px #000',
  'color:#fff;text-shadow:-1px -1px #fff,1px 1px #000',
  'color:#fff;-webkit-text-stroke:.5px #000',
])('letters are seen by what is drawn around them: %s', (style) => {
  expect(shows(`<p style="${style}">TEXT</p>`)).toBe(true);
  expect(shows(`<div style="${style}"><p><b>TEXT</b></p></div>`)).toBe(true);
});

test.each([
  'color:#fff;text-shadow:none',
  'color:#fff;text-shadow:0 0 3px #fff',
  'color:#fff;text-shadow:0 0 3px',
  'color:#fff;text-shadow:4000px 0 0 #000',
  'color:#fff;text-shadow:0 0 0 transparent',
  'color:#fff;text-shadow:0 0 3px #000;opacity:0',
  'color:#fff;-webkit-text-stroke:1px #fff',
  'color:#fff;-webkit-text-stroke:0 #000',
  'color:#fff;-webkit-text-stroke-color:#000',
  'color:#fff;-webkit-text-stroke:1px #000;-webkit-text-stroke-color:#fff',
])('what cannot be told from the ground outlines nothing: %s', (style) => {
  expect(shows(`<p style="${style}">TEXT</p>`)).toBe(false);
});

test.each([
  'text-shadow:#000',
  'text-shadow:1px #000',
  'text-shadow:1 1 2 #000',
  'text-shadow:0 10% #000',
  'text-shadow:1px 1px 333333',
  'text-shadow:0 0 -1px #000',
  'text-shadow:0 0 1px #000 #000',
  'text-shadow:1px #000 1px',
  'text-shadow:1px 1px 1px 1px #000',
  'text-shadow:0 0 1px #000,#000',
  'text-shadow:none;text-shadow:black',
  '-webkit-text-stroke:1px 1px #000',
  '-webkit-text-stroke:50% #000',
  '-webkit-text-stroke-width:50%;-webkit-text-stroke-color:#000',
])('what is no value outlines nothing: %s', (style) => {
  expect(shows(`<p style="color:#fff;${style}">TEXT</p>`)).toBe(false);
});

test.each([
  'text-shadow:0 0 20px rgba(0,0,0,.15)',
  'text-shadow:0 0 20px #bbb',
  'text-shadow:0 0 20px #000',
  'text-shadow:0 0 9px #ddd,0 0 9px #eee',
  'text-shadow:0 0 3px rgba(0,0,0,.05)',
  '-webkit-text-stroke:1px #000;-webkit-text-stroke-width:0',
  '-webkit-text-stroke:1px #000;-webkit-text-stroke-width:initial',
  '-webkit-text-stroke:.2px #000',
])('what is too faint outlines nothing: %s', (style) => {
  expect(shows(`<p style="color:#fff;${style}">TEXT</p>`)).toBe(false);
});

test('an outline ends where another is said', () => {
  const inner = (style: string) =>
    shows(`<div style="text-shadow:0 0 2px #000;color:#fff"><p style="${style}">TEXT</p></div>`);
  expect([inner('text-shadow:none'), inner('text-shadow:inherit')]).toEqual([false, true]);
});
