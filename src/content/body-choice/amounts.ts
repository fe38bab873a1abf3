/** Amounts of money in running text, and the numbers that may be the same amount written otherwise. */

const currency = /[€$£¥]|(?<!\p{L})(?:EUR|USD|CHF|GBP|Euros?|Dollars?|Franken)(?!\p{L})/giu;
/** Blanks part the thousands of one number, or two numbers: nobody can tell. */
const grouped = '\\d{1,3}(?:[ \\u00a0\\u202f]\\d{3}){1,4}(?:[.,]\\d{1,2})?(?!\\d)';
const solid = "\\d[\\d.,'’]{0,30}";
const behind = { grouped: new RegExp(`^\\s?(${grouped})`, 'u'), solid: new RegExp(`^\\s?(${solid})`, 'u') };
const before = {
  grouped: new RegExp(`(?<![\\d.,'’\\p{L}])(${grouped})\\s?$`, 'u'),
  solid: new RegExp(`(?<![\\d.,'’])(${solid})\\s?$`, 'u'),
};
const reach = 40;
const maxSpaced = 20_000;
const decimals = /^(.*)[.,](\d{1,2}|\d{4,}|(?<=^0[.,])\d+)$/u;

/** Numbers as they stand in a text, also inside of others, and with their cents apart. */
const number = /\d[\d.,'’]{0,30}/gu;
const spaced =
  /(?<![\d.,'’])(?=(\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?:[., \u00a0]\d{2})?|\d{1,6}[ \u00a0]\d{2})(?!\d))/gu;

/** What may be meant by one amount. */
type Readings = readonly string[];

/**
 * The amounts of a text in what may be meant by each, as `1234.5`; different ones only.
 * @param maxMatches currencies are read so far.
 */
export function amountsIn(text: string, maxMatches: number): Readings[] {
  const found = new Map<string, Readings>();
  let left = maxMatches;
  for (const { 0: unit, index } of text.matchAll(currency)) {
    if (left-- === 0) break;
    const readings = beside(
      text.slice(Math.max(0, index - reach), index),
      text.slice(index + unit.length).slice(0, reach),
    );
    if (readings.length > 0) found.set(readings.join(' '), readings);
  }
  return [...found.values()];
}

/** The number that touches the currency, else those that stand a blank away from it. */
function beside(left: string, right: string): string[] {
  const [from, to] = [/\d$/u.test(left), /^\d/u.test(right)];
  const sides = [
    ...(to && !from ? [] : numbers(left, before)),
    ...(from && !to ? [] : numbers(right, behind)),
  ];
  return [...new Set(sides.map(plainNumber))];
}

function numbers(text: string, patterns: typeof before): string[] {
  return [patterns.grouped, patterns.solid].flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
}

/** Whether the text has no number that may be one of the amounts. In a text of very many numbers all may be. */
export function hasUnknown(amounts: readonly Readings[], text: string): boolean {
  const missing = lacking(amounts, new Set(text.match(number)));
  if (missing.length === 0) return false;
  const apart = new Set<string>();
  let left = maxSpaced;
  for (const [, written = ''] of text.matchAll(spaced)) {
    if (left-- === 0) return false;
    apart.add(written);
  }
  return lacking(missing, apart).length > 0;
}

/** The amounts that are none of the numbers. */
function lacking(amounts: readonly Readings[], numbers: Iterable<string>): Readings[] {
  const wanted = new Set(amounts.flat());
  const known = new Set<string>();
  for (const written of numbers) {
    for (const reading of [plainNumber(written), inCents(written)])
      if (wanted.has(reading)) known.add(reading);
  }
  return amounts.filter((readings) => !readings.some((reading) => known.has(reading)));
}

/** What parts the thousands is left out; three digits behind a point are thousands, but behind a lone zero. */
function plainNumber(written: string): string {
  const trimmed = written.replace(/[.,'’]+$/u, '');
  const [, whole = trimmed, cents = ''] = decimals.exec(trimmed) ?? [];
  return joined(whole, cents);
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
