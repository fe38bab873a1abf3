import { expect, test } from 'vitest';
import { bareTag } from '../../../src/connections/dav/etag.ts';
import { hrefPath, isMember } from '../../../src/connections/dav/href.ts';

const base = new URL('https://dav.example.org/cal/');

test.each([
  ['/cal/a%40b.ics', '/cal/a@b.ics'],
  ['/cal/a@b.ics', '/cal/a@b.ics'],
  ['/cal/gr%c3%bc%C3%9Fe.ics', '/cal/gr%C3%BC%C3%9Fe.ics'],
  ['/cal/grüße.ics', '/cal/gr%C3%BC%C3%9Fe.ics'],
  ['/cal/a b.ics', '/cal/a%20b.ics'],
  ['/cal/a%2Fb.ics', '/cal/a%2Fb.ics'],
  ['/cal/a%2fb.ics', '/cal/a%2Fb.ics'],
  ['/cal/%7eme/', '/cal/~me/'],
  ['/cal/%e4.ics', '/cal/%E4.ics'],
  ['/cal/50%25.ics', '/cal/50%25.ics'],
  ['/cal/a%3Fb%23c.ics', '/cal/a%3Fb%23c.ics'],
  ['/cal/a%26b%3Dc%2B%3B,.ics', '/cal/a&b=c+;,.ics'],
  ['event.ics', '/cal/event.ics'],
  ['/cal/../other/x.ics', '/other/x.ics'],
  [' /cal/x.ics\n', '/cal/x.ics'],
  ['https://dav.example.org/cal/x.ics', '/cal/x.ics'],
  ['http://dav.example.org/cal/x.ics', '/cal/x.ics'],
  ['/cal/x.ics?v=1', '/cal/x.ics?v=1'],
])('%j is %j', (href, path) => {
  expect(hrefPath(href, base)).toBe(path);
  expect(hrefPath(path, base)).toBe(path);
});

test.each([
  '',
  'https://evil.example/cal/x.ics',
  '//evil.example/x',
  'mailto:a@b.c',
  'urn:uuid:1',
  'http://[',
])('%j is no resource of this server', (href) => {
  expect(hrefPath(href, base)).toBeUndefined();
});

test('only what lies directly in a collection is its member', () => {
  expect(isMember('/cal/x.ics', '/cal/')).toBe(true);
  expect(
    ['/cal/', '/cal/sub/x.ics', '/calendar/x.ics', '/x.ics'].some((path) => isMember(path, '/cal/')),
  ).toBe(false);
});

test.each([
  ['"1755-37"', '1755-37'],
  ['1755-37', '1755-37'],
  ['W/"1755-37"', '1755-37'],
  [' "a b" ', 'a b'],
])('the tag %j is %j', (tag, bare) => {
  expect(bareTag(tag)).toBe(bare);
});

test.each([undefined, '', '""', '"a"b"', 'a\r\nX-Evil: 1', '"☃"'])(
  '%j is no tag that could be sent',
  (tag) => {
    expect(bareTag(tag)).toBeUndefined();
  },
);
