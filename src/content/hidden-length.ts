/** What a relative length is relative to, in CSS pixels. */
const rootSize = 16;
const viewport = 1024;

const units: Readonly<Record<string, number>> = {
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 37.8,
  mm: 3.78,
  rem: rootSize,
  vw: viewport / 100,
  vh: viewport / 133,
};

/** A CSS length in pixels; percentages of `whole`, `em` of `fontSize`. Undefined for keywords and formulas. */
export function pixels(value: string | undefined, fontSize = rootSize, whole = viewport): number | undefined {
  const [, number, unit = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*|%)(?:\s*!.*)?$/u.exec(value?.trim() ?? '') ?? [];
  if (number === undefined) return undefined;
  const amount = Number(number);
  if (unit === '' || amount === 0) return amount;
  if (unit === '%') return (amount / 100) * whole;
  if (unit === 'em') return amount * fontSize;
  if (unit === 'ex' || unit === 'ch') return (amount * fontSize) / 2;
  const factor = units[unit];
  return factor === undefined ? undefined : amount * factor;
}

const keywords: Readonly<Record<string, number>> = {
  'xx-small': 9,
  'x-small': 10,
  small: 13,
  medium: rootSize,
  large: 18,
  'x-large': 24,
  'xx-large': 32,
};

/** The computed font size, given the parent's; the parent's where `value` says nothing we understand. */
export function fontSize(value: string | undefined, inherited: number): number {
  if (value === undefined) return inherited;
  if (value === 'smaller') return inherited / 1.2;
  if (value === 'larger') return inherited * 1.2;
  return keywords[value] ?? pixels(value, inherited, inherited) ?? inherited;
}
