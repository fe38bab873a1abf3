import { expect, test } from 'vitest';
import { htmlToText } from '../../../src/content/html.ts';

const shows = (style: string) =>
  htmlToText(`<p>seen</p><div style="${style}">TEXT</div>`).text.includes('TEXT');

test.each([
  'polygon(0 0,100% 0,100% 85%,0 100%)',
  'polygon(nonzero, 50% 0%, 100% 50%, 50% 100%, 0% 50%)',
  'polygon(0 0, calc(100% - 20px) 0, 100% 50%, calc(100% - 20px) 100%, 0 100%)',
  'circle(50%)',
  'circle()',
  'circle(closest-side at center)',
  'circle(60px at 50% 50%)',
  'ellipse(60% 50% at 50% 40%)',
  'inset(5% 10% round 12px)',
  'inset(0 -100vmax)',
  'rect(0 100% 100% 0)',
  'rect(0 300px 40px 0)',
  'polygon(0 0,300px 0,300px 40px,0 40px)',
  'polygon(0 0,100% 0,100% 20px,0 20px)',
  'polygon(evenodd,0 0,100% 0,100% 100%,0 100%)',
  'polygon(0 0,100% 0,100% 100%,0 100%,0 0,100% 0,100% 100%,0 100%)',
])('what clip-path:%s leaves is read', (path) => {
  expect(shows(`clip-path:${path}`)).toBe(true);
});

test.each([
  'polygon(0 0,0 0,0 0,0 0)',
  'constructor(1)',
  'polygon(0 0,100% 0,100% 0)',
  'polygon(0 0,1% 0,100% 100%,99% 100%)',
  'polygon(-200% 0,-100% 0,-100% 100%,-200% 100%)',
  'polygon(0 0,100% 0,100% 10%,0 10%)',
  'polygon(0 0, sideways 0, 0 0)',
  'polygon(evenodd,0 0,100% 0,100% 100%,0 100%,0 0,100% 0,100% 100%,0 100%)',
  'polygon(0 0,300px 0,300px 8px,0 8px)',
  'polygon(0 0,100% 0,100% 20%,0 20%)',
  'polygon(0 0,20px 0,20px 40px,0 40px)',
  'polygon(0 0,1px 0,110px 110px,109px 110px)',
  'inset(0 0 80px 0)',
  `polygon(0 0${',0 0,100% 0,100% 100%'.repeat(70)})`,
  'circle(0)',
  'circle(2px)',
  'circle(50% at -200% 0)',
  'ellipse(50% 1px)',
  'inset(50%)',
  'inset(0 0 90% 0)',
  'inset(9999px)',
  'inset(100px round 4px)',
  'rect(0 0 0 0)',
  'xywh(0 0 0 0)',
  'url(#none)',
  'shape(from 0 0, line to 0 0)',
])('clip-path:%s leaves nothing to be read', (path) => {
  expect(shows(`clip-path:${path}`)).toBe(false);
});

test('clip takes away what it leaves no room for, an unset edge is that of the box', () => {
  expect(shows('position:absolute;clip:rect(0 0 0 0)')).toBe(false);
  expect(shows('position:absolute;clip:rect(auto,1px,auto,0)')).toBe(false);
  expect(shows('position:absolute;clip:rect(auto,auto,0,auto)')).toBe(false);
  expect(shows('position:absolute;clip:rect(0,2px,2px,0)')).toBe(false);
  expect(shows('position:absolute;clip:rect(0,auto,auto,0)')).toBe(true);
  expect(shows('position:absolute;clip:rect(0,300px,2em,0)')).toBe(true);
});
