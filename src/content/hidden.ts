import { Cascade } from './hidden/cascade.ts';
import { type Context, enter, isReadable, maxDecoration, page, visibleLength } from './hidden/context.ts';
import { isStacked } from './hidden/room.ts';
import { Surroundings } from './hidden/surroundings.ts';
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
  const surroundings = new Surroundings(document, sheet, cascade);
  const nodes = new Set<ChildNode>();
  let chars = 0;
  const hide = (node: ChildNode, counted = true) => {
    nodes.add(node);
    if (counted) chars += visibleLength(node);
  };
  const start = isStacked(document) ? page : { ...page, stacked: false };
  const pending: [ChildNode, Context][] = document.children.map((child) => [child, start]);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, context] = next;
    if (nodes.has(node)) continue;
    if (node.type === 'text') {
      if (!isReadable(context)) hide(node);
    } else if (node.type === 'comment') hide(node, isProse(node.data));
    else if (isElement(node)) {
      const around = surroundings.around(node, context);
      const inner = neverShown.has(node.name) ? undefined : enter(node, around, cascade);
      if (!inner) hide(node, !uncounted.has(node.name));
      else {
        let below = surroundings.within(node, inner, around);
        for (const child of shownChildren(node, hide)) {
          pending.push([child, below]);
          if (isElement(child)) below = surroundings.below(child, below);
        }
      }
    }
  }
  return { nodes, chars };
}

/** A closed `<details>` shows its first summary only, a list to choose from what is chosen, a formula one of its forms. */
function* shownChildren(element: Element, hide: (node: ChildNode) => void): Generator<ChildNode> {
  const only = onlyShown(element);
  if (element.name === 'select') for (const option of notChosen(element)) hide(option);
  for (const child of element.children) {
    if (only && child !== only.child) hide(child);
    else yield child;
  }
}

/** The one child that is seen, if any, of an element that shows no other. */
function onlyShown({ name, attribs, children }: Element): { child: ChildNode | undefined } | undefined {
  if (name === 'details' && attribs.open === undefined)
    return { child: children.find((child) => isElement(child) && child.name === 'summary') };
  return name === 'maction' || name === 'semantics' ? { child: children.find(isElement) } : undefined;
}

function notChosen(select: Element): Element[] {
  if (select.attribs.multiple !== undefined || Number(select.attribs.size) > 1) return [];
  const options = [...elementsOf(select)].filter(({ name }) => name === 'option');
  const first = options.find(({ attribs }) => attribs.hidden === undefined && attribs.disabled === undefined);
  const chosen = options.findLast(({ attribs }) => attribs.selected !== undefined) ?? first;
  return options.filter((option) => option !== chosen);
}

/** Short comments are notes of layout programs, however much is drawn around them; conditional ones markup for Outlook. */
function isProse(comment: string): boolean {
  return (
    comment.replace(/[^\p{L}\p{N}]+/gu, '').length > maxDecoration &&
    !/^\s*(?:\[if\s|<?!?\[endif)/iu.test(comment)
  );
}
