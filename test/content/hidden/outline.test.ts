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
])('what cannot be told from the ground outlines nothing: %s', (style) => {
  expect(shows(`<p style="${style}">TEXT</p>`)).toBe(false);
});

test('an outline ends where another is said', () => {
  const inner = (style: string) =>
    shows(`<div style="text-shadow:0 0 2px #000;color:#fff"><p style="${style}">TEXT</p></div>`);
  expect([inner('text-shadow:none'), inner('text-shadow:inherit')]).toEqual([false, true]);
});
