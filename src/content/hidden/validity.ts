import { calculate } from './calc.ts';
import { parseColor } from './color.ts';
import { browsersOwn, everywhere, judgeGrammar, type Validity } from './grammar.ts';
import { isLengthUnit } from './length.ts';

const scrolling = 'visible|hidden|clip|scroll|auto|overlay|-moz-hidden-unscrollable|-webkit-paged-[xy]';

const keywords: Readonly<Record<string, RegExp>> = {
  visibility: /^(?:visible|hidden|collapse)$/u,
  position: /^(?:static|relative|absolute|fixed|sticky|-webkit-sticky)$/u,
  overflow: new RegExp(`^(?:${scrolling})(?:\\s+(?:${scrolling}))?$`, 'u'),
  'overflow-x': new RegExp(`^(?:${scrolling})$`, 'u'),
  'overflow-y': new RegExp(`^(?:${scrolling})$`, 'u'),
  'content-visibility': /^(?:visible|auto|hidden)$/u,
  'backface-visibility': /^(?:visible|hidden)$/u,
  'mix-blend-mode':
    /^(?:normal|multiply|screen|overlay|darken|lighten|color-(?:dodge|burn)|(?:hard|soft)-light|difference|exclusion|hue|saturation|color|luminosity|plus-(?:lighter|darker))$/u,
  'table-layout': /^(?:auto|fixed)$/u,
  float: /^(?:left|right|none|inline-start|inline-end)$/u,
  'box-sizing': /^(?:border|content)-box$/u,
};

/** The values of `display` that are one word (CSS Display 3, §2; Compatibility Standard, §3; Internet Explorer). */
const displays = new Set(
  (
    'none contents block inline flow flow-root table flex grid ruby math list-item inline-block inline-table ' +
    'inline-flex inline-grid table-row-group table-header-group table-footer-group table-row table-cell ' +
    'table-column-group table-column table-caption ruby-base ruby-text ruby-base-container ruby-text-container ' +
    '-webkit-box -webkit-inline-box -webkit-flex -webkit-inline-flex -moz-box -moz-inline-box ' +
    '-ms-flexbox -ms-inline-flexbox -ms-grid -ms-inline-grid'
  ).split(' '),
);
const displayOutside = /^(?:block|inline)$/u;
const displayInside = /^(?:flow|flow-root|table|flex|grid|ruby|math)$/u;

const intrinsic =
  '(?:-(?:webkit|moz)-)?(?:min|max|fit)-content|stretch|-webkit-fill-available|-moz-available|fit-content\\([\\d.]+[a-z%]*\\)';
const offset = /^auto$/u;

/** The numbers of each of these may be words as well. */
const numeric = new Map<string, RegExp>([
  ...of('width height', new RegExp(`^(?:auto|${intrinsic})$`, 'u')),
  ...of('min-width min-height', new RegExp(`^(?:auto|${intrinsic})$`, 'u')),
  ...of('max-width max-height', new RegExp(`^(?:none|${intrinsic})$`, 'u')),
  ...of('flex-basis', new RegExp(`^(?:auto|content|${intrinsic})$`, 'u')),
  ...of('left right top bottom margin-left margin-right margin-top margin-bottom', offset),
  ...of('letter-spacing word-spacing line-height', /^normal$/u),
  ...of('zoom', /^(?:normal|reset)$/u),
  ...of('font-size', /^(?:(?:x{1,3}-|)(?:small|large)|medium|smaller|larger|math)$/u),
  ...of('padding-left padding-right padding-top padding-bottom text-indent opacity flex-grow', /^(?!)/u),
]);

/** Without a length for a value. */
const plainNumbers = /^(?:opacity|zoom|flex-grow)$/u;
const neverNegative = /^(?:font-size|line-height|padding-.*|width|height|(?:min|max)-.*|flex-.*|zoom)$/u;

const colors = new Set(['color', '-webkit-text-fill-color', 'background-color']);
const colorFunction =
  /^(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark|contrast-color|device-cmyk|alpha)\(/u;
const colorKeyword =
  /^(?:currentcolor|accentcolor(?:text)?|activetext|button(?:border|shadow|highlight)|highlight|linktext|mark|selecteditem|visitedtext|(?:in)?active(?:border|caption)|(?:in)?activecaptiontext|appworkspace|background|infobackground|menu|scrollbar|threed(?:(?:dark|light)?shadow|highlight)|windowframe)$/u;

/** Judges the value of one property, in lower case and without `var()`. */
export function judgeValue(property: string, value: string): Validity {
  if (everywhere.test(value)) return 'valid';
  if (colors.has(property)) return judgeColor(property, value);
  if (property === 'display') return judgeWord(isDisplay(value), value);
  const words = keywords[property];
  if (words) return judgeWord(words.test(value), value);
  const numbers = numeric.get(property);
  if (numbers) return judgeNumber(property, value, numbers);
  return judgeGrammar(property, value) ?? (browsersOwn.test(value) ? 'unknown' : 'valid');
}

function of(properties: string, words: RegExp): [string, RegExp][] {
  return properties.split(' ').map((property) => [property, words]);
}

function judgeWord(isKnown: boolean, value: string): Validity {
  return isKnown ? 'valid' : browsersOwn.test(value) ? 'unknown' : 'invalid';
}

/** One word, or `block flex`, `inline flow list-item` in any order. */
function isDisplay(value: string): boolean {
  if (displays.has(value)) return true;
  const words = value.split(/\s+/u);
  const outside = words.filter((word) => displayOutside.test(word));
  const inside = words.filter((word) => displayInside.test(word));
  const items = words.filter((word) => word === 'list-item');
  return (
    [outside, inside, items].every(({ length }) => length <= 1) &&
    outside.length + inside.length + items.length === words.length &&
    (items.length === 0 || inside.every((word) => word.startsWith('flow')))
  );
}

function judgeColor(property: string, value: string): Validity {
  if (parseColor(value) !== undefined || colorKeyword.test(value)) return 'valid';
  if (!colorFunction.test(value) && !browsersOwn.test(value)) return 'invalid';
  return property === 'background-color' ? 'valid' : 'unknown';
}

function judgeNumber(property: string, value: string, words: RegExp): Validity {
  const isUnit = plainNumbers.test(property) ? isShare : isLengthUnit;
  const number = calculate(value, (amount, unit) => (isUnit(unit) ? amount : undefined));
  if (number !== undefined) {
    const isFormula = value.includes('(');
    return number < 0 && !isFormula && neverNegative.test(property) ? 'invalid' : 'valid';
  }
  return judgeWord(words.test(value), value);
}

function isShare(unit: string): boolean {
  return unit === '' || unit === '%';
}
