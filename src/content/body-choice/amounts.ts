import { isSamePlace, type Place, placeAt } from './place.ts';

/** Amounts of money in running text, and the numbers that may be the same amount written otherwise. */

interface Amount {
  /** What may be meant by it, as `1234.5`. */
  readings: readonly string[];
  place: Place;
}

const currency = /[€$£¥]|(?<!\p{L})(?:EUR|USD|CHF|GBP|Euros?|Dollars?|Franken)(?!\p{L})/giu;
/** What looks like an apostrophe and parts the thousands in Switzerland. */
const apostrophes = "'’‘ʹʼ′´`";
/** Blanks part the thousands of one number, or two numbers: nobody can tell. */
const grouped = '\\d{1,3}(?: \\d{3}){1,4}(?:[.,]\\d{1,2})?(?!\\d)';
const solid = `\\d[\\d.,${apostrophes}]{0,30}`;
const behind = { grouped: new RegExp(`^ ?(${grouped})`, 'u'), solid: new RegExp(`^ ?(${solid})`, 'u') };
const before = {
  grouped: new RegExp(`(?<![\\d.,${apostrophes}\\p{L}])(${grouped}) ?$`, 'u'),
  solid: new RegExp(`(?<![\\d.,${apostrophes}])(${solid}) ?$`, 'u'),
};
/** `$10M`: written out in the other form, or rounded. */
const inWords =
  /^ ?\d[\d.,]{0,30} ?(?:k|m|bn|tn|mn|mio|mill|mrd|tsd|thousand|(?:mi|bi|tri)llions?|tausend|million(?:en)?|milliarden?)(?!\p{L})/iu;
const reach = 40;
const maxSpaced = 20_000;
const decimals = /^(.*)[.,](\d{1,2}|\d{4,}|(?<=^0[.,])\d+)$/u;
/** Amounts no further apart, or of a share no greater, are one that was rounded. */
const rounding = { units: 1, share: 0.02 };

/** Numbers as they stand in a text, also inside of others, and with their cents apart. */
const number = new RegExp(solid, 'gu');
const spaced = new RegExp(
  `(?<![\\d.,${apostrophes}])(?=(\\d{1,3}(?: \\d{3}){1,4}(?:[., ]\\d{2})?|\\d{1,6} \\d{2})(?!\\d))`,
  'gu',
);

/** Whether the plain text has another amount in the place of one of the shown text. Both are `runningText`. */
export function hasOtherAmount(plain: string, shown: string, maxMatches: number): boolean {
  const said = amountsIn(plain, maxMatches);
  const read = said.length === 0 ? [] : amountsIn(shown, maxMatches);
  const own = read.length === 0 ? [] : unknown(said, shown);
  if (own.length === 0) return false;
  const others = unknown(read, plain);
  return own.some((one) => others.some((other) => isExchanged(one, other)));
}

function isExchanged(one: Amount, other: Amount): boolean {
  return (
    isSamePlace(one.place, other.place) &&
    !one.readings.some((reading) =>
      other.readings.some((amount) => areClose(Number(reading), Number(amount))),
    )
  );
}

function areClose(one: number, other: number): boolean {
  return Math.abs(one - other) <= Math.max(rounding.units, rounding.share * Math.max(one, other));
}

/** Each once for every place. Nothing is no amount: one form has a word for it. */
function amountsIn(text: string, maxMatches: number): Amount[] {
  const found = new Map<string, Amount>();
  let left = maxMatches;
  for (const { 0: unit, index } of text.matchAll(currency)) {
    if (left-- === 0) break;
    const readings = beside(
      text.slice(Math.max(0, index - reach), index),
      text.slice(index + unit.length, index + unit.length + reach),
    );
    if (readings.length === 0 || readings.includes('0')) continue;
    const place = placeAt(text, index);
    found.set([...readings, ...place].join(' '), { readings, place });
  }
  return [...found.values()];
}

/** The number that touches the currency, else those that stand a blank away from it. */
function beside(left: string, right: string): string[] {
  const [from, to] = [/\d$/u.test(left), /^\d/u.test(right)];
  if (!from && inWords.test(right)) return [];
  const sides = [
    ...(to && !from ? [] : numbers(left, before)),
    ...(from && !to ? [] : numbers(right, behind)),
  ];
  return [...new Set(sides.flatMap((written) => [plainNumber(written), ...inThousandths(written)]))];
}

function numbers(text: string, patterns: typeof before): string[] {
  return [patterns.grouped, patterns.solid].flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
}

/** The amounts that may be none of the text's numbers. In a text of very many numbers all may be. */
function unknown(amounts: readonly Amount[], text: string): Amount[] {
  const missing = lacking(amounts, new Set(text.match(number)));
  if (missing.length === 0) return [];
  const apart = new Set<string>();
  let left = maxSpaced;
  for (const [, written = ''] of text.matchAll(spaced)) {
    if (left-- === 0) return [];
    apart.add(written);
  }
  return lacking(missing, apart);
}

/** The amounts that are none of the numbers. */
function lacking(amounts: readonly Amount[], numbers: Iterable<string>): Amount[] {
  const wanted = new Set(amounts.flatMap(({ readings }) => readings));
  const known = new Set<string>();
  for (const written of numbers) {
    for (const reading of [plainNumber(written), inCents(written)])
      if (wanted.has(reading)) known.add(reading);
  }
  return amounts.filter(({ readings }) => !readings.some((reading) => known.has(reading)));
}

/** What parts the thousands is left out; three digits behind a point are thousands, but behind a lone zero. */
function plainNumber(written: string): string {
  const trimmed = written.replace(/\D+$/u, '');
  const [, whole = trimmed, cents = ''] = decimals.exec(trimmed) ?? [];
  return joined(whole, cents);
}

/** What has three digits behind its only point may be the price of a litre. */
function inThousandths(written: string): string[] {
  const [, whole, rest] = /^(\d{1,3})[.,](\d{3})$/u.exec(written) ?? [];
  return whole !== undefined && rest !== undefined ? [joined(whole, rest)] : [];
}

/** The last two digits taken for cents that stand raised in the HTML. */
function inCents(written: string): string {
  const digits = written.replace(/\D/gu, '');
  return joined(digits.slice(0, -2), digits.slice(-2));
}

function joined(whole: string, cents: string): string {
  const units = whole.replace(/\D/gu, '').replace(/^0+(?=\d)/u, '') || '0';
  const rest = cents.replace(/0+$/u, '');
  return rest === '' ? units : `${units}.${rest}`;
}
