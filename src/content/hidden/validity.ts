import { calculate } from './calc.ts';
import { parseColor } from './color.ts';
import { isLengthUnit } from './length.ts';

/** What a browser makes of a value: it takes it, drops the declaration, or computes what we cannot. */
export type Validity = 'valid' | 'invalid' | 'unknown';

const everywhere = /^(?:inherit|initial|unset|revert|revert-layer|)$/u;

const keywords: Readonly<Record<string, RegExp>> = {
  display:
    /^(?:(?:none|contents|block|inline|run-in|flow|flow-root|table|flex|grid|ruby|math|list-item|(?:table|ruby)-[a-z-]+|inline-(?:block|table|flex|grid)|-(?:webkit|moz|ms)-[a-z-]+)(?:\s+|$)){1,3}$/u,
  visibility: /^(?:visible|hidden|collapse)$/u,
  position: /^(?:static|relative|absolute|fixed|sticky|-webkit-sticky)$/u,
  overflow: /^(?:(?:visible|hidden|clip|scroll|auto|overlay|-\w+-[a-z-]+)(?:\s+|$)){1,2}$/u,
  'content-visibility': /^(?:visible|auto|hidden)$/u,
  'backface-visibility': /^(?:visible|hidden)$/u,
  'mix-blend-mode': /^[a-z-]+$/u,
  'table-layout': /^(?:auto|fixed)$/u,
  float: /^(?:left|right|none|inline-start|inline-end)$/u,
  'box-sizing': /^(?:border|content)-box$/u,
};

const sizes =
  /^(?:auto|none|normal|min-content|max-content|fit-content|stretch|content|-(?:webkit|moz)-[a-z-]+|fit-content\(.*\))$/u;
const fontSizes = /^(?:(?:x{1,3}-|)(?:small|large)|medium|smaller|larger|math)$/u;

const numeric = new Set(
  (
    'opacity zoom font-size line-height width height max-width max-height min-width min-height left right top bottom ' +
    'margin-left margin-right margin-top margin-bottom padding-left padding-right padding-top padding-bottom ' +
    'letter-spacing word-spacing text-indent flex-basis flex-grow'
  ).split(' '),
);

const neverNegative = /^(?:font-size|line-height|padding-.*|width|height|(?:min|max)-.*|flex-.*|zoom)$/u;

/** Functions whose value depends on what is known in the browser only. */
const browsersOwn =
  /(?<![\w-])(?:calc-size|progress|random|random-item|sibling-index|sibling-count|attr|if|inherit|first-valid|toggle|media|container-progress|anchor|anchor-size|unknown)\(/u;

const colors = new Set(['color', '-webkit-text-fill-color', 'background-color']);
const colorFunction =
  /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark|contrast-color|device-cmyk|alpha)\(/u;
const colorKeyword =
  /^(?:currentcolor|accentcolor(?:text)?|activetext|button(?:border|shadow|highlight)|highlight|linktext|mark|selecteditem|visitedtext|(?:in)?active(?:border|caption)|(?:in)?activecaptiontext|appworkspace|background|infobackground|menu|scrollbar|threed\w+|windowframe|-\w+-[\w-]+)$/u;

/** Judges the value of one property, in lower case and without `var()`. */
export function judgeValue(property: string, value: string): Validity {
  if (everywhere.test(value)) return 'valid';
  if (colors.has(property)) return judgeColor(property, value);
  const words = keywords[property.replace(/^overflow-[xy]$/u, 'overflow')];
  if (words) return words.test(value) ? 'valid' : browsersOwn.test(value) ? 'unknown' : 'invalid';
  if (numeric.has(property)) return judgeNumber(property, value);
  return browsersOwn.test(value) ? 'unknown' : 'valid';
}

function judgeColor(property: string, value: string): Validity {
  if (parseColor(value) !== undefined || colorKeyword.test(value)) return 'valid';
  if (!colorFunction.test(value) && !browsersOwn.test(value)) return 'invalid';
  return property === 'background-color' ? 'valid' : 'unknown';
}

function judgeNumber(property: string, value: string): Validity {
  const number = calculate(value, (amount, unit) => (isLengthUnit(unit) ? amount : undefined));
  if (number !== undefined) {
    const isFormula = value.includes('(');
    return number < 0 && !isFormula && neverNegative.test(property) ? 'invalid' : 'valid';
  }
  if (browsersOwn.test(value)) return 'unknown';
  const words = property === 'font-size' ? fontSizes : sizes;
  return words.test(value) && property !== 'opacity' ? 'valid' : 'invalid';
}
