import type { Style } from './style.ts';

/** Elements that are boxes below each other where no style says otherwise (HTML standard §15.3). */
const blocks: ReadonlySet<string> = new Set(
  (
    'html body div p section article aside header footer main nav address center form fieldset legend figure ' +
    'figcaption details summary dialog blockquote pre h1 h2 h3 h4 h5 h6 hgroup hr ul ol dl li dt dd menu dir ' +
    'table caption thead tbody tfoot tr td th'
  ).split(' '),
);

/** How a box stands among others: in lines of text, in such a line but a box of its own, or below what is before. */
export type Flow = 'inline' | 'inline-block' | 'block';

export function flowOf(name: string, style: Style): Flow {
  if (isOutOfFlow(style)) return 'block';
  const display = style.get('display') ?? '';
  if (/^inline-/u.test(display)) return 'inline-block';
  if (/^(?:block|flow-root|table|flex|grid|list-item|-(?:webkit|moz|ms)-)/u.test(display)) return 'block';
  return display !== 'inline' && blocks.has(name) ? 'block' : 'inline';
}

const inlines = new Set(
  'span a b i u s em strong font small big sub sup code tt kbd abbr cite q mark del ins strike label'.split(
    ' ',
  ),
);

/** Surely no box but letters in a line, unless the box around makes one of it. */
export function isPlainInline(name: string, style: Style): boolean {
  if (isOutOfFlow(style)) return false;
  const display = style.get('display') ?? '';
  return display === 'contents' || (/^(?:inline)?$/u.test(display) && inlines.has(name));
}

/** Floating or placed freely: the box around does not grow with it. */
export function isOutOfFlow(style: Style): boolean {
  return isPlaced(style) || /^(?:left|right|inline-)/u.test(style.get('float') ?? '');
}

/** Placed freely, wherever what is before it ends. */
export function isPlaced(style: Style): boolean {
  return /^(?:absolute|fixed)$/u.test(style.get('position') ?? '');
}

const movers = ['transform', 'translate', 'scale', 'rotate'];

/** Whether offsets of what is placed freely inside count from this box. */
export function isAnchor(style: Style): boolean {
  const moved = movers.some((name) => (style.get(name) ?? '') !== '');
  return moved || /^(?:absolute|fixed|relative|sticky|-webkit-sticky)$/u.test(style.get('position') ?? '');
}
