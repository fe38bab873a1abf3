import { argumentsOf, callsIn } from './shorthand.ts';
import type { Style } from './style.ts';

/** Whether colours of the system are those of the night, as the element or one around it asks (CSS Color Adjust 1, §2). */
export function isDark(style: Style, inherited: boolean): boolean {
  const words = style.get('color-scheme')?.split(/\s+/u);
  if (words === undefined || words.includes('inherit') || words.includes('unset')) return inherited;
  return words.includes('dark') && !words.includes('light');
}

const colors = ['color', '-webkit-text-fill-color', 'background', 'background-color'];

/** Colours of the system as they are by night. */
const nightly: Readonly<Record<string, string>> = { text: '#fff', '': '#121212' };

/** The style with what its colours come to where all is dark. */
export function darkened(style: Style): Style {
  const dark = new Map(style);
  for (const property of colors) {
    const value = style.get(property);
    if (value !== undefined) dark.set(property, nightColor(value));
  }
  return dark;
}

function nightColor(value: string): string {
  const [[name = '', list = ''] = []] = callsIn(value);
  if (name === 'light-dark') return argumentsOf(list)[1] ?? value;
  return value.replace(/\b(?:canvas|window|field)(text)?\b/gu, (_, of = '') => nightly[of] ?? '');
}
