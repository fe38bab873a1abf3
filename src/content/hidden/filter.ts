import { calculate } from './calc.ts';
import type { Color } from './color.ts';
import { callsIn } from './shorthand.ts';

/** What the filters of an element and of all around it come to. */
export interface Filtered {
  opacity: number;
  brightness: number;
  contrast: number;
  /** Pixels. */
  blur: number;
}

export const unfiltered: Filtered = { opacity: 1, brightness: 1, contrast: 1, blur: 0 };

type Filter = (amount: number, before: Filtered) => Partial<Filtered>;

/** For other filters there is no saying what they do to text. */
const filters: Readonly<Record<string, Filter>> = {
  opacity: (share, { opacity }) => ({ opacity: opacity * Math.min(1, share) }),
  brightness: (factor, { brightness }) => ({ brightness: brightness * factor }),
  contrast: (factor, { contrast }) => ({ contrast: contrast * factor }),
  invert: (share, { contrast }) => ({ contrast: contrast * (1 - 2 * share) }),
  blur: (radius, { blur }) => ({ blur: blur + radius }),
  grayscale: () => ({}),
  sepia: () => ({}),
  saturate: () => ({}),
  'hue-rotate': () => ({}),
  'drop-shadow': () => ({}),
};

/** Without an amount, or with one that is no number, these do what they do. */
const harmless = new Set(['hue-rotate', 'drop-shadow']);

/** The filters of an element after those around it; undefined where they may leave nothing to be read. */
export function filtered(filter: string, around: Filtered): Filtered | undefined {
  const calls = callsIn(filter);
  // Internet Explorer's own (`progid:…`, `alpha(opacity=0)`) are no filters to anybody else.
  if (calls.length === 0 || /progid|alpha\(/u.test(filter)) return around;
  let sum = around;
  for (const [name, list] of calls) {
    const apply = Object.hasOwn(filters, name) ? filters[name] : undefined;
    const amount = amountOf(list.trim()) ?? (harmless.has(name) ? 0 : undefined);
    if (!apply || amount === undefined) return undefined;
    sum = { ...sum, ...apply(amount, sum) };
  }
  return isBearable(sum) ? sum : undefined;
}

function amountOf(text: string): number | undefined {
  if (text === '') return 1;
  return calculate(text, (value, unit) => (unit === '%' ? value / 100 : value));
}

function isBearable({ opacity, brightness, contrast, blur }: Filtered): boolean {
  return opacity > 0.1 && brightness >= 0.5 && brightness <= 1.5 && contrast >= 0.5 && blur <= 2;
}

/** The colour as filters leave it that make light what is there. */
export function brightened(color: Color | undefined, brightness: number): Color | undefined {
  if (!color || brightness === 1) return color;
  const [red, green, blue] = color.channels;
  const lit = (channel: number) => Math.min(255, channel * brightness);
  return { ...color, channels: [lit(red), lit(green), lit(blue)] };
}
