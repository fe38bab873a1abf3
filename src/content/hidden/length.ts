import { calculate } from './calc.ts';

/** A window a mail may be read in, in CSS pixels: what a relative length is relative to. */
export interface Window {
  width: number;
  height: number;
}

const rootSize = 16;
/** The window of whoever reads, for lengths where one guess is as good as another. */
const usual: Window = { width: 1024, height: 768 };
/** What holds in both holds on every desktop. */
export const narrow: Window = { width: 800, height: 600 };
export const wide: Window = { width: 1600, height: 1200 };

const absolute: Readonly<Record<string, number>> = {
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 37.8,
  mm: 3.78,
  q: 0.945,
  rem: rootSize,
  rlh: rootSize * 1.2,
  rex: rootSize / 2,
  rch: rootSize / 2,
  ric: rootSize,
  rcap: rootSize * 0.7,
};

const ofFont: Readonly<Record<string, number>> = { em: 1, ex: 0.5, ch: 0.5, ic: 1, cap: 0.7, lh: 1.2 };

const ofWindow: Readonly<Record<string, (window: Window) => number>> = {
  w: ({ width }) => width,
  i: ({ width }) => width,
  h: ({ height }) => height,
  b: ({ height }) => height,
  min: ({ width, height }) => Math.min(width, height),
  max: ({ width, height }) => Math.max(width, height),
};

/** `vw`, `svh`, and the units of containers: none is larger than the window. */
const windowUnit = /^(?:[sld]?v|cq)(w|h|i|b|min|max)$/u;

/** Whether a browser knows the unit; '' where there is none. */
export function isLengthUnit(unit: string): boolean {
  return (
    unit === '' ||
    unit === '%' ||
    Object.hasOwn(absolute, unit) ||
    Object.hasOwn(ofFont, unit) ||
    windowUnit.test(unit)
  );
}

/** A CSS length or formula in pixels; percentages of `whole`, `em` of `fontSize`. Undefined for keywords. */
export function pixels(
  value: string | undefined,
  fontSize = rootSize,
  { window = usual, whole = window.width }: { window?: Window; whole?: number } = {},
): number | undefined {
  const text = value?.replace(/!.*$/u, '').trim() ?? '';
  return calculate(text, (amount, unit) => {
    if (unit === '' || amount === 0) return amount;
    if (unit === '%') return (amount / 100) * whole;
    const font = ofFont[unit];
    if (font !== undefined) return amount * font * fontSize;
    const [, part = ''] = windowUnit.exec(unit) ?? [];
    const factor = absolute[unit] ?? (ofWindow[part]?.(window) ?? Number.NaN) / 100;
    return Number.isNaN(factor) ? undefined : amount * factor;
  });
}

/** A length in pixels that depends on nothing around but the font; undefined for percentages and shares of the window. */
export function definite(value: string | undefined, fontSize: number): number | undefined {
  return value === undefined || /%|v(?:[wihb]|min|max)\b|cq/u.test(value)
    ? undefined
    : pixels(value, fontSize);
}

/** The size in pixels where it is largest: layouts that fold by themselves subtract the window from their width. */
export function largest(value: string | undefined, fontSize: number): number | undefined {
  const inNarrow = pixels(value, fontSize, { window: narrow });
  const inWide = pixels(value, fontSize, { window: wide });
  return inNarrow === undefined || inWide === undefined ? undefined : Math.max(inNarrow, inWide);
}

const keywords: Readonly<Record<string, number>> = {
  'xx-small': 9,
  'x-small': 10,
  small: 13,
  medium: rootSize,
  large: 18,
  'x-large': 24,
  'xx-large': 32,
  'xxx-large': 48,
  initial: rootSize,
};

/** The computed font size, given the parent's; the parent's where `value` says nothing we understand. */
export function fontSize(value: string | undefined, inherited: number): number {
  if (value === undefined) return inherited;
  if (value === 'smaller') return inherited / 1.2;
  if (value === 'larger') return inherited * 1.2;
  const at = (window: Window) => pixels(value, inherited, { window, whole: inherited });
  const [small, large] = [at(narrow), at(wide)];
  const computed = small === undefined || large === undefined ? undefined : Math.max(small, large, 0);
  return keywords[value] ?? computed ?? inherited;
}
