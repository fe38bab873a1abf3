import { lexer } from 'css-tree';

/** What a browser makes of a value: it takes it, drops the declaration, or computes what we cannot. */
export type Validity = 'valid' | 'invalid' | 'unknown';

/** What every property takes. */
export const everywhere = /^(?:inherit|initial|unset|revert|revert-layer|)$/u;

/** A match takes steps for each of them; what mail writes has some dozen. */
const maxChars = 1_000;

/** Functions whose value depends on what is known in the browser only. */
export const browsersOwn =
  /(?<![\w-])(?:calc-size|progress|random|random-item|sibling-index|sibling-count|attr|if|inherit|first-valid|toggle|media|container-progress|anchor|anchor-size|unknown)\(/u;

/** Of properties whose values are all known: nobody's program takes another. Zero turns without a unit. */
const closed: Readonly<Record<string, string>> = {
  transform: '<transform-list> | none',
  translate: "<'translate'>",
  scale: "<'scale'>",
  rotate: "<'rotate'> | <zero>",
  clip: "<'clip'>",
  // Without those of Internet Explorer, `alpha(opacity=0)`.
  filter: '<filter-value-list> | none',
  font: "<'font'>",
};

/** Judges a value by the grammar of CSS; undefined for properties that are judged otherwise. */
export function judgeGrammar(property: string, value: string): Validity | undefined {
  const grammar = closed[property];
  if (grammar === undefined) return undefined;
  if (everywhere.test(value)) return 'valid';
  if (value.length > maxChars || browsersOwn.test(value)) return 'unknown';
  return lexer.match(grammar, value).error === null ? 'valid' : 'invalid';
}
