import { Cascade } from './hidden/cascade.ts';
import { type Context, enter, isReadable, maxDecoration, page, visibleLength } from './hidden/context.ts';
import { covers, groundOf } from './hidden/ground.ts';
import { type ChildNode, type Document, type Element, elementsOf, isElement } from './html/tree.ts';
import type { StyleSheet } from './style-sheet.ts';

export interface Hidden {
  /** Elements and text nodes a person does not see. */
  nodes: ReadonlySet<ChildNode>;
  /** Characters of text in them, blanks and invisible characters not counted. */
  chars: number;
}

/** Never text to a person, whatever the style: code, metadata, fallbacks for players and pictures. */
const neverShown = new Set(
  (
    'script style title meta link base template svg annotation annotation-xml ' +
    'audio video canvas object embed iframe applet noframes noembed datalist meter progress mphantom rp param source track'
  ).split(' '),
);

/** Dropped, but nothing that was kept from the reader. */
const uncounted = new Set(['style', 'title']);

/** Finds what a desktop mail program in light mode would not show of a document. Linear, without recursion. */
export function findHidden(document: Document, sheet: StyleSheet): Hidden {
  const cascade = new Cascade(sheet);
  const nodes = new Set<ChildNode>();
  let chars = 0;
  const hide = (node: ChildNode, counted = true) => {
    nodes.add(node);
    if (counted) chars += visibleLength(node);
  };
  const pending: [ChildNode, Context][] = document.children.map((child) => [child, page]);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, context] = next;
    if (nodes.has(node)) continue;
    if (node.type === 'text') {
      if (!isReadable(context)) hide(node);
    } else if (node.type === 'comment') hide(node, isProse(node.data));
    else if (isElement(node)) {
      const inner = neverShown.has(node.name) ? undefined : enter(node, context, cascade);
      if (!inner) hide(node, !uncounted.has(node.name));
      else {
        const below = covered(node, inner, cascade);
        for (const child of shownChildren(node, hide)) pending.push([child, below]);
      }
    }
  }
  return { nodes, chars };
}

/** A closed `<details>` shows its first summary only, a list to choose from what is chosen. */
function* shownChildren(element: Element, hide: (node: ChildNode) => void): Generator<ChildNode> {
  const closed = element.name === 'details' && element.attribs.open === undefined;
  const summary = element.children.find((child) => isElement(child) && child.name === 'summary');
  if (element.name === 'select') for (const option of notChosen(element)) hide(option);
  for (const child of element.children) {
    if (closed && child !== summary) hide(child);
    else yield child;
  }
}

function notChosen(select: Element): Element[] {
  if (select.attribs.multiple !== undefined || Number(select.attribs.size) > 1) return [];
  const options = [...elementsOf(select)].filter(({ name }) => name === 'option');
  const first = options.find(({ attribs }) => attribs.hidden === undefined && attribs.disabled === undefined);
  const chosen = options.findLast(({ attribs }) => attribs.selected !== undefined) ?? first;
  return options.filter((option) => option !== chosen);
}

/** What stands beside a box that covers the whole element stands on that box. */
function covered(element: Element, context: Context, cascade: Cascade): Context {
  for (const child of element.children) {
    if (!isElement(child) || !mayCover(child)) continue;
    const { style } = cascade.styleOf(child, context.variables);
    if (covers(style)) return { ...context, ground: groundOf(style, context.ground) };
  }
  return context;
}

/** Boxes that lie over others are elements without text in them: what holds text is itself to be read. */
function mayCover({ name, children }: Element): boolean {
  return ['div', 'span', 'td', 'p', 'section', 'img'].includes(name) && children.length <= 2;
}

/** Short comments are notes of layout programs, however much is drawn around them; conditional ones markup for Outlook. */
function isProse(comment: string): boolean {
  return (
    comment.replace(/[^\p{L}\p{N}]+/gu, '').length > maxDecoration &&
    !/^\s*(?:\[if\s|<?!?\[endif)/iu.test(comment)
  );
}
