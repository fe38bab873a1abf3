import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { compileCriteria } from '../../src/mail/criteria.ts';
import { finds, type Letter, textsOf } from './criteria-oracle.ts';

const seed = 20260301;

interface Term {
  text: string;
  phrase: boolean;
  excluded: boolean;
}

const words = [
  'rent',
  'März',
  'Rechnung',
  'x-7',
  '100€',
  'or',
  'Ende.',
  'a_b',
  '漢字',
  'Übergröße',
  "O'Brien",
];
const phrases = ['second quarter', 'OR', '-minus', 'März rent', '(a OR b)', 'rent', 'Pat O’Brien'];
/** Each of them opens and closes. */
const quotes = [`""`, '„“', '“”', '«»'].map((pair) => pair.split(''));

const term: fc.Arbitrary<Term> = fc
  .tuple(fc.boolean(), fc.boolean(), fc.constantFrom(...words), fc.constantFrom(...phrases))
  .map(([phrase, excluded, word, text]) => ({ phrase, excluded, text: phrase ? text : word }));
/** All groups must hold, of each group one alternative. */
const meaning = fc.array(fc.array(term, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
const style = fc.record({
  quotes: fc.constantFrom(...quotes),
  blank: fc.constantFrom(' ', '  ', '\t', ' \u00a0'),
});

function written(
  groups: Term[][],
  { quotes: [open, close], blank }: { quotes: string[]; blank: string },
): string {
  const word = ({ text, phrase, excluded }: Term) =>
    `${excluded ? '-' : ''}${phrase ? `${open}${text}${close}` : text}`;
  return groups.map((group) => group.map(word).join(`${blank}OR${blank}`)).join(blank);
}

/** Terms with `or` or OR between all of them, and nothing else. */
function isChoice(groups: Term[][]): boolean {
  const said = groups.flatMap((group) => group.flatMap((term, index) => (index > 0 ? ['OR', term] : [term])));
  const joins = (each: Term | string) =>
    typeof each === 'string' || (each.text === 'or' && !each.phrase && !each.excluded);
  return (
    said.length > 2 && said.length % 2 === 1 && said.every((each, index) => joins(each) === (index % 2 === 1))
  );
}

function meant(groups: Term[][], letter: Letter): boolean {
  const folded = (text: string) => text.toLowerCase().replaceAll('’', "'");
  const everything = Object.values(letter).map(folded);
  const holds = ({ text, excluded }: Term) =>
    everything.some((place) => place.includes(folded(text))) !== excluded;
  if (isChoice(groups)) return groups.flat().some((each) => each.text !== 'or' && holds(each));
  return groups.every((group) => group.some(holds));
}

const vocabulary = [
  ...words,
  ...phrases,
  'RENT',
  'übergröße',
  'quarter',
  'Brien O',
  "Pat O'Brien",
  'joe@example.org',
  'second',
  'a',
  'b',
];
const someText = fc.array(fc.constantFrom(...vocabulary), { maxLength: 4 }).map((some) => some.join(' '));
const letter: fc.Arbitrary<Letter> = fc.record({
  ...{ SUBJECT: someText, FROM: someText, TO: someText, CC: someText, BCC: someText, BODY: someText },
});
const letters = fc.sample(letter, { numRuns: 200, seed });

test('a query finds exactly the letters that it means: words, phrases, exclusions, OR before all else', () => {
  const found = { some: 0, none: 0 };
  fc.assert(
    fc.property(meaning, style, (groups, look) => {
      const { tokens } = compileCriteria({ query: written(groups, look) }, 'Europe/Berlin');
      const expected = letters.filter((each) => meant(groups, each));
      expect(letters.filter((each) => finds(tokens, each))).toEqual(expected);
      found.some += expected.length;
      found.none += letters.length - expected.length;
    }),
    { numRuns: 80, seed },
  );
  expect(Math.min(found.some, found.none)).toBeGreaterThan(2000);
});

test('parentheses hold together what is within them, however deep', () => {
  type Group = Term | { excluded: boolean; of: Group[][] };
  const { group } = fc.letrec<{ group: Group; of: Group[][] }>((tie) => ({
    of: fc.array(fc.array(tie('group'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
    group: fc.oneof({ maxDepth: 3 }, term, fc.record({ excluded: fc.boolean(), of: tie('of') })),
  }));
  const write = (each: Group): string =>
    'of' in each
      ? `${each.excluded ? '-' : ''}(${each.of.map((some) => some.map(write).join(' OR ')).join(' ')})`
      : written([[each]], { quotes: ['"', '"'], blank: ' ' });
  const holds = (each: Group, one: Letter): boolean =>
    'of' in each
      ? each.of.every((some) => some.some((part) => holds(part, one))) !== each.excluded
      : meant([[each]], one);
  fc.assert(
    fc.property(group, (each) => {
      const { tokens } = compileCriteria({ query: write(each) }, 'Europe/Berlin');
      expect(letters.filter((one) => finds(tokens, one))).toEqual(letters.filter((one) => holds(each, one)));
    }),
    { numRuns: 80, seed },
  );
});

test('every word of any text is looked for, or the text is refused', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('OR', '-', '"', '“', '(', ')', ' ', '\n', "O'Brien", 'a\u0308', '\ud800', '\0'),
  );
  let searched = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('query', 'subject'), (pieces, field) => {
      const query = pieces.join('');
      try {
        const { tokens } = compileCriteria({ [field]: query }, 'Europe/Berlin');
        const sought = textsOf(tokens).join('\n');
        const said = query.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
        expect(said.filter((word) => word !== 'OR' && !sought.includes(word))).toEqual([]);
        searched += 1;
      } catch (error) {
        if (!(error instanceof MailboxError) || error.code !== 'invalid_input') throw error;
        expect(error.message).toContain(field);
      }
    }),
    { numRuns: 600, seed },
  );
  expect(searched).toBeGreaterThan(300);
});
