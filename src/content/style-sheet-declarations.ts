import { ident, parse, walk } from 'css-tree';

export interface Declaration {
  /** Lower case; custom properties (`--x`) as written. */
  property: string;
  /** Lower case, comments and `!important` taken off. */
  value: string;
  important: boolean;
}

/** Only these can hide text; every other declaration is passed over. */
const relevant = new Set(
  (
    'display visibility opacity font font-size line-height color background background-color background-image ' +
    'background-clip -webkit-text-fill-color width height max-width max-height min-width min-height ' +
    'overflow overflow-x overflow-y position inset left right top bottom text-indent clip clip-path ' +
    'margin margin-left margin-top padding padding-left padding-top padding-bottom ' +
    'transform translate scale rotate zoom backface-visibility filter content-visibility mso-hide'
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

const maxStyleChars = 10_000;

/** The declarations of a style attribute or rule body that may hide text, in order. Never throws. */
export function parseDeclarations(style: string): Declaration[] {
  const found: Declaration[] = [];
  const source = withoutComments(style.slice(0, maxStyleChars));
  const list = parse(source, { context: 'declarationList', parseValue: false, onParseError: () => {} });
  walk(list, {
    visit: 'Declaration',
    enter: ({ property, value, important }) => {
      const declared = declaration(property, value.type === 'Raw' ? value.value : '', important !== false);
      if (declared) found.push(declared);
    },
  });
  return found;
}

/** Unescaped and in lower case; undefined when the property cannot hide anything. */
export function declaration(property: string, value: string, important: boolean): Declaration | undefined {
  const custom = property.startsWith('--');
  const name = custom ? property : standardName(unescaped(property).toLowerCase());
  if (!custom && !relevant.has(name)) return undefined;
  return { property: name, value: unescaped(withoutComments(value)).trim().toLowerCase(), important };
}

function standardName(name: string): string {
  const plain = name.replace(/^-(?:webkit|moz|ms|o)-/u, '');
  return sameAs[plain] ?? (relevant.has(plain) ? plain : name);
}

/** `var(--x, fallback)` replaced by what the custom properties say. */
export function resolveVariables(value: string, variables: ReadonlyMap<string, string>): string {
  let resolved = value;
  for (let round = 0; round < 5 && resolved.includes('var('); round += 1) {
    resolved = resolved.replace(
      /var\(\s*(--[^\s,()]+)\s*(?:,([^()]*))?\)/gu,
      (_, name: string, fallback: string | undefined) => variables.get(name) ?? fallback ?? '',
    );
    if (resolved.length > maxStyleChars) return '';
  }
  return resolved;
}

function withoutComments(css: string): string {
  return css.includes('/*') ? css.replace(/\/\*[\s\S]*?(?:\*\/|$)/gu, '') : css;
}

function unescaped(text: string): string {
  return text.includes('\\') ? ident.decode(text) : text;
}
