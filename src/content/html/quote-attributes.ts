import { escapeMarkup } from './markup.ts';
import type { Element } from './tree.ts';

/** Attributes that only say how something looks, none of which can hold an address. */
const attributes = new Set(
  (
    'align valign width height bgcolor border cellpadding cellspacing color face size colspan rowspan start type ' +
    'dir lang alt nowrap'
  ).split(' '),
);

const looks = new Set(['style', 'color', 'bgcolor', 'size']);

const properties =
  /^(?:color|background-color|font(?:-(?:family|size|style|weight|variant))?|text-(?:align|decoration|indent|transform)|line-height|letter-spacing|white-space|vertical-align|list-style-type|(?:max-|min-)?(?:width|height)|(?:margin|padding|border)(?:-(?:top|right|bottom|left))?(?:-(?:width|style|color))?|border-(?:radius|collapse|spacing)|background)$/u;

/** Colour functions only: no `url()`, `image-set()`, `var()`, `expression()`, and no escapes that would spell them. */
const plainValue = /^(?:[\w#%.,'"\-+ ]|!(?=important$)|\b(?:rgba?|hsla?)\([\d.,%/ ]{1,60}\)){1,200}$/iu;

/**
 * ` name="value"` for each harmless attribute of the element, among them what of `style` only says how it looks.
 * Without `coloured` only those that structure the text.
 */
export function safeAttributes({ name, attribs }: Element, coloured: boolean): string {
  const written = Object.entries(attribs).flatMap(([key, value]) => {
    if (!coloured && looks.has(key)) return [];
    if (key === 'style') return pair('style', safeStyle(value));
    if (!attributes.has(key) || (key === 'type' && name !== 'blockquote' && name !== 'ol')) return [];
    if (key === 'alt') return name === 'img' ? pair(key, value.slice(0, 200)) : [];
    return /^[\w#%.,\- ]{1,60}$/u.test(value) ? pair(key, value) : [];
  });
  return written.join('');
}

function safeStyle(style: string): string {
  return style
    .slice(0, 5_000)
    .replace(/\/\*.*?\*\//gsu, '')
    .split(';')
    .flatMap((declaration) => {
      const colon = declaration.indexOf(':');
      const property = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
      const value = declaration
        .slice(colon + 1)
        .trim()
        .replace(/\s+/gu, ' ');
      return properties.test(property) && plainValue.test(value) ? [`${property}:${value}`] : [];
    })
    .join(';');
}

function pair(name: string, value: string): string[] {
  return value === '' ? [] : [` ${name}="${escapeMarkup(value)}"`];
}
