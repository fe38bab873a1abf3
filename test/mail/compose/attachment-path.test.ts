import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInside, isNetworkPath, normalPath } from '../../../src/mail/compose/attachment-path.ts';

test.each([
  ['C:\\Users\\Jo\\Docs', 'C:\\Users\\Jo\\Docs\\a.txt'],
  ['C:\\Users\\Jo\\Docs', 'c:\\users\\JO\\docs\\sub\\a.txt'],
  ['C:\\Users\\Jo\\Docs\\', 'C:\\Users\\Jo\\Docs\\..a.txt'],
  ['C:\\', 'C:\\a.txt'],
  ['\\\\nas\\team', '\\\\NAS\\Team\\a.txt'],
  ['C:\\Docs', '\\\\?\\C:\\Docs\\a.txt'],
  ['\\\\?\\C:\\Docs', 'C:\\Docs\\a.txt'],
  ['\\\\nas\\team', '\\\\?\\UNC\\nas\\team\\a.txt'],
])('on Windows %s holds %s', (dir, file) => {
  expect(isInside(dir, file, win32)).toBe(true);
});

test.each([
  ['C:\\Docs', 'C:\\Docs'],
  ['C:\\Docs', 'c:\\docs\\'],
  ['C:\\Docs', 'C:\\Docs2\\a.txt'],
  ['C:\\Docs', 'C:\\Docs\\..\\a.txt'],
  ['C:\\Docs', 'D:\\Docs\\a.txt'],
  ['C:\\Docs', '\\\\nas\\Docs\\a.txt'],
  ['\\\\nas\\team', '\\\\nas\\other\\a.txt'],
  ['\\\\nas\\team', '\\\\evil\\team\\a.txt'],
])('on Windows %s does not hold %s', (dir, file) => {
  expect(isInside(dir, file, win32)).toBe(false);
});

test.each([
  ['C:/Docs/a.txt', 'C:\\Docs\\a.txt'],
  ['C:\\Docs\\.\\x\\..\\a.txt', 'C:\\Docs\\a.txt'],
  ['C:\\Docs\\\\.\\a.txt', 'C:\\Docs\\a.txt'],
  ['\\\\?\\C:\\Docs\\a.txt', 'C:\\Docs\\a.txt'],
  ['\\\\?\\UNC\\nas\\team\\a.txt', '\\\\nas\\team\\a.txt'],
  ['//nas/team/Größe.txt', '\\\\nas\\team\\Größe.txt'],
])('on Windows %s is %s', (given, normal) => {
  expect(normalPath(given, win32)).toBe(normal);
});

test.each([
  ...['a.txt', 'docs\\a.txt', '.\\a.txt', '..\\a.txt', 'C:a.txt', '\\a.txt', '/a.txt', '~\\a.txt'],
  ...['C:\\Docs\\a.txt:hidden', 'C:\\Docs\\a.txt::$DATA', 'C:\\Docs:x\\a.txt', '\\\\nas\\team\\a.txt:s'],
  ...[
    '\\\\..\\share\\a.txt',
    '\\\\:\\team\\a.txt',
    '\\\\.\\PhysicalDrive0',
    '\\\\.\\C:\\Docs\\a.txt',
    '//./pipe/x',
    '\\\\?\\GLOBALROOT\\Device\\x',
  ],
  ...[
    '\\\\?\\Volume{00000000-0000-0000-0000-000000000000}\\a.txt',
    '\\??\\C:\\a.txt',
    '\\\\..\\..\\x',
    '\\\\nas\\..\\x',
    '\\\\\\nas\\a\\b',
  ],
  ...['file:///C:/a.txt', 'https://example.org/a.txt', 'data:text/plain,x', 'C:\\a\0.txt', 'C:\\a\n.txt'],
])('on Windows %j is no path of a file', (given) => {
  expect(() => normalPath(given, win32)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

test.each([
  ...['a.txt', './a.txt', '../a.txt', '', '~/a.txt', '~root/a.txt', 'C:\\Docs\\a.txt', '\\\\nas\\a\\b'],
  ...['file:///etc/passwd', 'https://example.org/a.txt', 'data:text/plain,x', '/a\0.txt', '/a\n', '/\u0085'],
  `/${'a/'.repeat(2100)}`,
])('elsewhere %j is no path of a file', (given) => {
  expect(() => normalPath(given, posix)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

test('a path with ~ is refused with a hint to write it out', () => {
  expect(() => normalPath('~/a.txt', posix)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('home folder') }),
  );
});

test.each(['https://example.org/a.txt', 'FILE:///etc/passwd', 'Data:text/plain,x'])(
  'of %s it is said that it is a URL',
  (given) => {
    for (const platform of [posix, win32]) expect(() => normalPath(given, platform)).toThrow('not a URL');
  },
);

test('paths elsewhere keep their case, backslashes and colons', () => {
  expect(normalPath('/Docs//x/../C:\\a:b.txt', posix)).toBe('/Docs/C:\\a:b.txt');
  expect(isInside('/docs', '/Docs/a.txt', posix)).toBe(false);
  expect(isInside('/docs', '/docs/..a/b', posix)).toBe(true);
  expect(isInside('/', '/a', posix)).toBe(true);
});

test('only on Windows is a path with two separators at the start another computer', () => {
  expect(isNetworkPath(normalPath('//evil/share/x', win32), win32)).toBe(true);
  expect(isNetworkPath(normalPath('\\\\?\\UNC\\evil\\share\\x', win32), win32)).toBe(true);
  expect(isNetworkPath(normalPath('\\\\?\\C:\\x', win32), win32)).toBe(false);
  expect(isNetworkPath(normalPath('//evil/share/x', posix), posix)).toBe(false);
});

const segment = fc.oneof(
  fc.constantFrom('..', '.', '', 'a', 'Docs', 'docs', 'Docs.', 'Docs2', ' ', '...', 'C:', '?', 'UNC', 'con'),
  fc.string({ maxLength: 6 }),
);

test.each([
  ['win32', win32, 'C:\\Base\\Docs', ['\\', '/']],
  ['posix', posix, '/base/Docs', ['/']],
] as const)(
  'whatever the path on %s: what counts as inside begins with the directory',
  (_name, platform, base, separators) => {
    const path = fc
      .tuple(
        fc.constantFrom(base, platform.parse(base).root, ''),
        fc.array(segment),
        fc.constantFrom(...separators),
      )
      .map(([start, segments, separator]) => [start, ...segments].join(separator));
    fc.assert(
      fc.property(path, (given) => {
        let normal: string;
        try {
          normal = normalPath(given, platform);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_input' });
          return;
        }
        expect(normal.split(platform.sep)).not.toContain('..');
        const fold = (text: string) => (platform === win32 ? text.toLowerCase() : text);
        const begins = fold(normal).startsWith(fold(base + platform.sep));
        expect(isInside(base, normal, platform)).toBe(begins);
      }),
      { numRuns: 2000 },
    );
  },
);
