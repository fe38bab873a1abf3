import { compile, type Options } from 'css-select';
import type { PseudoClassSelector, Selector } from 'css-tree';
import { type ChildNode, type Document, type Element, isElement } from './html-tree.ts';

type AnyNode = ChildNode | Document;

const maxClasses = 50;

/** What css-select does not know (pseudo-elements, `:hover` and the like) never matches in mail either. */
export function compiled(selector: string, spend: () => void): (element: Element) => boolean {
  try {
    return compile<AnyNode, Element>(selector, { adapter: adapter(spend), quirksMode: true });
  } catch {
    return () => false;
  }
}

/** Under which keys rules for the element are kept. */
export function keysOf({ name, attribs }: Element): string[] {
  const keys = ['*', name];
  if (attribs.id) keys.push(`#${attribs.id.toLowerCase()}`);
  const classes = attribs.class?.toLowerCase().split(/\s+/u).slice(0, maxClasses) ?? [];
  for (const name of new Set(classes)) keys.push(`.${name}`);
  return keys;
}

/** The id, class or tag name an element must have for the selector to match it; `*` where it names none. */
export function keyOf(selector: Selector): string {
  let key = '*';
  for (const part of selector.children) {
    if (part.type === 'Combinator') key = '*';
    else if (part.type === 'IdSelector') key = `#${part.name.toLowerCase()}`;
    else if (part.type === 'ClassSelector' && !key.startsWith('#')) key = `.${part.name.toLowerCase()}`;
    else if (part.type === 'TypeSelector' && key === '*') key = part.name.toLowerCase();
  }
  return key.includes('\\') || key.includes('|') ? '*' : key;
}

/** The weight of a selector (Selectors 4, §17), as one number. */
export function specificityOf(selector: Selector): number {
  let specificity = 0;
  for (const part of selector.children) {
    if (part.type === 'IdSelector') specificity += 1_000_000;
    else if (part.type === 'PseudoClassSelector') specificity += pseudoClassSpecificity(part);
    else if (part.type === 'ClassSelector' || part.type === 'AttributeSelector') specificity += 1_000;
    else if (part.type === 'TypeSelector') specificity += part.name === '*' ? 0 : 1;
  }
  return specificity;
}

/** `:is()` and its like weigh as much as the heaviest of their list. */
function pseudoClassSpecificity({ name, children }: PseudoClassSelector): number {
  if (name === 'where') return 0;
  const list = children?.first;
  if (!['is', 'not', 'has'].includes(name) || list?.type !== 'SelectorList') return 1_000;
  return Math.max(
    0,
    ...list.children.toArray().map((one) => (one.type === 'Selector' ? specificityOf(one) : 0)),
  );
}

function adapter(spend: () => void): NonNullable<Options<AnyNode, Element>['adapter']> {
  return {
    isTag: (node): node is Element => {
      spend();
      return isElement(node);
    },
    getAttributeValue: (element, name) => element.attribs[name],
    getChildren: (node) => ('children' in node ? node.children : []),
    getName: (element) => element.name,
    getParent: (element) => {
      spend();
      return element.parent;
    },
    getSiblings: (node) => node.parent?.children ?? [node],
    prevElementSibling: (node) => {
      let before: ChildNode | null = node.prev as ChildNode | null;
      while (before && !isElement(before)) {
        spend();
        before = before.prev;
      }
      return before;
    },
    getText: () => '',
    hasAttrib: (element, name) => Object.hasOwn(element.attribs, name),
    removeSubsets: (nodes) => nodes,
    equals: (first, second) => {
      spend();
      return first === second;
    },
  };
}
