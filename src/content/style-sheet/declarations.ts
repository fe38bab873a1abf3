import { ident, walk } from 'css-tree';
import { parseCss } from './parse.ts';

export interface Declaration {
  /** Lower case; custom properties (`--x`) as written. */
  property: string;
  /** Comments and `!important` taken off. */
  value: string;
  important: boolean;
  /** It holds for some readers only, such as those of a wide window. */
  maybe?: true;
}

/** Only these can hide text; every other declaration is passed over. */
const relevant = new Set(
  (
    'display visibility opacity font font-size line-height color background background-color background-image ' +
    'background-clip background-size background-repeat background-position -webkit-text-fill-color width height max-width max-height min-width min-height ' +
    'overflow overflow-x overflow-y position inset left right top bottom text-indent clip clip-path ' +
    'margin margin-left margin-top margin-bottom padding padding-left padding-top padding-bottom ' +
    'transform translate scale rotate zoom backface-visibility filter content-visibility ' +
    'offset offset-path -webkit-text-security mask mask-image mask-border mask-box-image mask-border-source mix-blend-mode letter-spacing word-spacing ' +
    'font-size-adjust contain contain-intrinsic-size flex flex-basis flex-grow grid grid-template ' +
    'grid-template-rows grid-template-columns table-layout box-shadow all ' +
    'animation animation-name animation-fill-mode animation-play-state animation-iteration-count ' +
    'animation-duration float box-sizing aspect-ratio color-scheme ' +
    'border border-top border-bottom border-width border-top-width border-bottom-width outline outline-width ' +
    'text-shadow -webkit-text-stroke -webkit-text-stroke-width -webkit-text-stroke-color'
  ).split(' '),
);

/** Other names of these, as text runs from left to right (CSS Logical Properties 1). */
const sameAs: Readonly<Record<string, string>> = {
  'inset-inline-start': 'left',
  'inset-inline-end': 'right',
  'inset-block-start': 'top',
  'inset-block-end': 'bottom',
  'margin-inline-start': 'margin-left',
  'margin-block-start': 'margin-top',
  'margin-inline': 'margin-left',
  'margin-block': 'margin-top',
  'inline-size': 'width',
  'block-size': 'height',
  'max-inline-size': 'max-width',
  'max-block-size': 'max-height',
};

/** What nobody's program writes: the longest of real mail has some thousand. */
const maxStyleChars = 100_000;
const maxOpen = 20;

/** The declarations of a style attribute or rule body that may hide text, in order. Never throws. */
export function parseDeclarations(style: string): Declaration[] {
  const found: Declaration[] = [];
  if (style.length > maxStyleChars) return unjudged;
  const source = withoutComments(style);
  const list = parseCss(source, { context: 'declarationList', parseValue: false, onParseError: () => {} });
  walk(list, {
    visit: 'Declaration',
    enter: ({ property, value, important }) => {
      const declared = declaration(property, value.type === 'Raw' ? value.value : '', important !== false);
      if (declared) found.push(declared);
    },
  });
  return found;
}

/** What could not be judged is not shown: a style made to exhaust us must not smuggle text past. */
export const unjudged: Declaration[] = [{ property: 'display', value: 'none', important: true }];

/** Unescaped; undefined when the property cannot hide anything. */
export function declaration(property: string, value: string, important: boolean): Declaration | undefined {
  const custom = property.startsWith('--');
  const name = custom ? property : standardName(unescaped(property).toLowerCase());
  if (!custom && !relevant.has(name)) return undefined;
  return { property: name, value: closed(unescaped(withoutComments(value)).trim()), important };
}

function standardName(name: string): string {
  const plain = name.replace(/^-(?:webkit|moz|ms|o)-/u, '');
  return sameAs[plain] ?? (relevant.has(plain) ? plain : name);
}

function withoutComments(css: string): string {
  return css.includes('/*') ? css.replace(/\/\*[\s\S]*?(?:\*\/|$)/gu, '') : css;
}

/** The end of a style closes what is open (CSS Syntax 3, §5.4.8). */
function closed(value: string): string {
  if (!value.includes('(')) return value;
  let open = 0;
  for (const { 0: token } of value.matchAll(/"[^"]*"|'[^']*'|[()]/gu)) {
    if (token === '(') open += 1;
    else if (token === ')') open -= 1;
  }
  return open > 0 && open <= maxOpen ? value + ')'.repeat(open) : value;
}

function unescaped(text: string): string {
  return text.includes('\\') ? ident.decode(text) : text;
}
