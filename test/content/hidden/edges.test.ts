import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (html: string) => htmlToText(`<p>seen</p>${html}`).text.includes('TEXT');
const counted = (html: string) => htmlToText(`<p>seen</p>${html}`).hiddenRemoved;

const box = 'style="position:absolute;inset:0;background:#036"';
const white = 'style="color:#fff"';

test.each([
  `<div><div ${box}></div><b ${white}>TEXT</b></div>`,
  `<div><span ${box}></span><b ${white}>TEXT</b></div>`,
  `<div><p ${box}></p><b ${white}>TEXT</b></div>`,
  `<div><section ${box}></section><b ${white}>TEXT</b></div>`,
  `<div><img src="cid:a" ${box}><b ${white}>TEXT</b></div>`,
  `<table><tr><td ${box}></td><td ${white}>TEXT</td></tr></table>`,
  `<div><div ${box}><br><br></div><b ${white}>TEXT</b></div>`,
  `<div><div ${box}><i></i><i></i><i></i></div><b ${white}>TEXT</b></div>`,
  `<div><a href="https://x.de" ${box}></a><b ${white}>TEXT</b></div>`,
  `<div><b ${box}></b><i ${white}>TEXT</i></div>`,
  `<div><div ${box}>a<b>b</b>c</div><b ${white}>TEXT</b></div>`,
])('white text stands on the box that covers all around it: %s', (html) => {
  expect(shows(html)).toBe(true);
});

test.each([
  `<div><b style="position:absolute;inset:0;background:#fff"></b><i ${white}>TEXT</i></div>`,
  `<div><div ${box}></div><b style="color:#036">TEXT</b></div>`,
  `<div><div style="position:absolute;inset:0;background:#036;display:none"></div><b ${white}>TEXT</b></div>`,
  `<div><div style="position:absolute;inset:0"></div><b ${white}>TEXT</b></div>`,
])('text in the colour of what covers all around it is hidden: %s', (html) => {
  expect(shows(html)).toBe(false);
});

test.each([
  ['<select multiple>', true],
  ['<select size=2>', true],
  ['<select size=1>', false],
  ['<select size=0>', false],
  ['<select>', false],
])('%s shows what is not chosen: %s', (select, all) => {
  expect(shows(`${select}<option>a</option><option>TEXT</option></select>`)).toBe(all);
});

test.each([
  ['<option hidden>a', true],
  ['<option disabled>a', true],
  ['<option>a', false],
  ['<option selected>a', false],
])('after %s the next is what a list shows: %s', (first, next) => {
  expect(shows(`<select>${first}</option><option>TEXT</option></select>`)).toBe(next);
});

test('of several that are selected the last is chosen', () => {
  expect(shows('<select><option selected>a</option><option selected>TEXT</option></select>')).toBe(true);
  expect(shows('<select><option selected>TEXT</option><option selected>a</option></select>')).toBe(false);
});

const letters = 'abcdefghijklmnopqrstuvwxyz'.repeat(4);

test('a comment is kept from the reader when it has more than 40 letters, however much is drawn between them', () => {
  const drawn = (count: number) => [...letters.slice(0, count)].join(' - ');
  expect([counted(`<!-- ${drawn(40)} -->`), counted(`<!--${letters.slice(0, 40)}-->`)]).toEqual([0, 0]);
  expect(counted(`<!-- ${drawn(41)} -->`)).toBeGreaterThan(0);
});

test('markup for Outlook is no prose; what only names it further on is', () => {
  expect(counted(`<!--[if mso]>${letters}<![endif]-->`)).toBe(0);
  expect(counted(`<!-- [IF gte mso 9]>${letters}-->`)).toBe(0);
  expect(counted(`<!--${letters} [if mso] -->`)).toBeGreaterThan(0);
  expect(counted(`<!--[iffy ${letters}-->`)).toBeGreaterThan(0);
});
