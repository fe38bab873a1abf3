import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCriteria } from '../../src/mail/criteria.ts';
import { finds, type Letter } from './criteria-oracle.ts';

const seed = 20260302;

const words = ['second', 'quarter', 'report', 'März', 'Grüße', 'AT&T', "l'été", '100€', 'of', 'the', '漢字'];
const names: Readonly<Record<string, string>> = {
  ä: 'auml',
  ü: 'uuml',
  ß: 'szlig',
  é: 'eacute',
  '€': 'euro',
};
const escaped = (text: string) => text.replaceAll('&', '&amp;');
const named = (text: string) =>
  escaped(text).replace(/[^ -~]/gu, (sign) => (names[sign] ? `&${names[sign]};` : sign));
const curly = (text: string) => text.replaceAll("'", '’');

/** How lines of a mail are kept by servers. */
const ways: ((lines: string[]) => string)[] = [
  (lines) => lines.join(' '),
  (lines) => lines.join('\n'),
  (lines) => lines.join('\r\n'),
  (lines) => lines.join(' \n'),
  (lines) => curly(lines.join(' \r\n')),
  (lines) => `<p>${escaped(lines.join('\r\n'))}</p>`,
  (lines) => `<p>${escaped(lines.join('\n')).replaceAll("'", '&#39;')}</p>`,
  (lines) => `<p>${named(lines.join('\n'))}</p>`,
  (lines) => `<p>${named(lines.join('\r\n')).replaceAll("'", '&rsquo;')}</p>`,
  (lines) => `<p>${lines.map(escaped).join('&nbsp;')}</p>`,
  (lines) => `<p>${lines.map(named).join('&nbsp;')}</p>`,
];

/** Lines of at least four words: a phrase of four has one end of a line at most. */
const line = fc.array(fc.constantFrom(...words), { minLength: 4, maxLength: 6 });
const mail = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  way: fc.constantFrom(...ways),
});
const folded = (text: string) => text.toLowerCase().replaceAll('’', "'");
const letterOf = (body: string): Letter => ({ SUBJECT: '', FROM: '', TO: '', CC: '', BCC: '', BODY: body });

function foundBy(
  query: string,
  { lines, way }: { lines: string[][]; way: (lines: string[]) => string },
): boolean {
  const { tokens } = compileCriteria({ query }, 'Europe/Berlin');
  return finds(tokens, letterOf(way(lines.map((some) => some.join(' ')))));
}

test('up to four words side by side are found as they are read, and nothing else is', () => {
  const seen = { some: 0, none: 0 };
  const phrase = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(mail, phrase, fc.nat(), fc.boolean(), (one, made, start, isTaken) => {
      const read = one.lines.flat();
      const at = start % read.length;
      const sought = (isTaken ? read.slice(at, at + made.length) : made).join(' ');
      const stands = folded(read.join(' ')).includes(folded(sought));
      expect(foundBy(`"${sought}"`, one)).toBe(stands);
      expect(foundBy(`-"${curly(sought)}"`, one)).toBe(!stands);
      seen[stands ? 'some' : 'none'] += 1;
    }),
    { numRuns: 3000, seed },
  );
  expect(Math.min(seen.some, seen.none)).toBeGreaterThan(300);
});

test('a phrase of any length is found as it is read, and not without one of its words', () => {
  fc.assert(
    fc.property(mail, fc.nat(), fc.nat(), (one, start, length) => {
      const read = one.lines.flat();
      const sought = read.slice(start % read.length).slice(0, 1 + (length % 20));
      expect(foundBy(`"${sought.join(' ')}"`, one)).toBe(true);
      expect(foundBy(`"${[...sought, 'zebra'].join(' ')}"`, one)).toBe(false);
    }),
    { numRuns: 1000, seed },
  );
});
