import { compile, type Options } from 'css-select';
import {
  type CssNode,
  clone,
  find,
  generate,
  List,
  type ListItem,
  type PseudoClassSelector,
  type Selector,
  walk,
} from 'css-tree';
import { type ChildNode, type Document, type Element, isElement } from '../html/tree.ts';
import { parseCss } from './parse.ts';
import { countedName, type Siblings } from './siblings.ts';
import { stateNames, statesOf } from './states.ts';

type AnyNode = ChildNode | Document;

const maxClasses = 50;

/** What css-select knows besides; its own additions to the standard (`:parent`, `:contains()`) drop the rule. */
const understood = new Set([
  ...stateNames,
  ...'any-link checked disabled empty enabled first-child first-of-type has is lang last-child last-of-type'.split(
    ' ',
  ),
  ...'link matches not nth-child nth-last-child nth-last-of-type nth-of-type only-child only-of-type'.split(
    ' ',
  ),
  ...'optional read-only read-write required root scope where -webkit-any -moz-any'.split(' '),
]);

const forgiving = new Set(['is', 'where', 'matches', '-webkit-any', '-moz-any']);

/** What all selectors of a document are compiled with. */
export interface Matching {
  /** Class names and ids count in any case. */
  quirks: boolean;
  siblings: Siblings;
  /** Called for each step through the tree. */
  spend: () => void;
}

/** Whether an element is what the selector names. A selector with what nobody knows matches nothing. */
export function compiled(selector: Selector, matching: Matching): (element: Element) => boolean {
  const text = selectable(selector);
  if (text === undefined) return () => false;
  const { quirks, siblings, spend } = matching;
  const pseudos = { ...statesOf(spend), ...siblings.pseudos };
  try {
    return compile<AnyNode, Element>(text, { adapter: adapter(spend), quirksMode: quirks, pseudos });
  } catch {
    return () => false;
  }
}

/** The selector as css-select reads it; undefined where it knows a part that no browser does. */
function selectable(selector: Selector): string | undefined {
  const copy = clone(selector);
  if (copy.type !== 'Selector' || !simplify(copy)) return undefined;
  // css-tree leaves no blank between `of` and what follows.
  return generate(copy).replace(/(\bof)(?=[.#[:*])/gu, '$1 ');
}

/** Names as css-select has them, forgiving lists without what is unknown. @returns whether all else is known */
function simplify(selector: Selector): boolean {
  let known = true;
  walk(selector, {
    enter: (node: CssNode, item: ListItem<CssNode>, list: List<CssNode>) => {
      if (node.type === 'TypeSelector') node.name = node.name.replace(/^\*\|/u, '');
      // What hides the first line of a text hides what may be all of it.
      else if (isFirstLine(node) && list) list.remove(item);
      else if (node.type === 'PseudoElementSelector') known = false;
      else if (node.type === 'PseudoClassSelector') {
        node.name = node.name.toLowerCase();
        if (forgiving.has(node.name)) known &&= forgive(node);
        else known &&= understood.has(node.name);
        if (isCounted(node)) node.name = countedName(node.name);
        return forgiving.has(node.name) ? walk.skip : undefined;
      }
      return undefined;
    },
  });
  return known;
}

/** Leaves in a list what is known. @returns whether that is anything */
function forgive(node: PseudoClassSelector): boolean {
  const list = node.children?.first;
  if (list?.type !== 'SelectorList') return false;
  const good = list.children.toArray().filter((one) => one.type === 'Selector' && simplify(one));
  list.children = new List<CssNode>().fromArray(good);
  node.name = node.name === 'where' ? 'where' : 'is';
  return good.length > 0;
}

/** A place among all siblings, not among those a selector names. */
function isCounted({ children }: PseudoClassSelector): boolean {
  const nth = children?.first;
  return nth?.type === 'Nth' && !nth.selector;
}

function isFirstLine(node: CssNode): boolean {
  return (
    (node.type === 'PseudoElementSelector' || node.type === 'PseudoClassSelector') &&
    node.name.toLowerCase() === 'first-line'
  );
}

/** The selectors of a rule css-tree cannot read for what is unknown in a forgiving list (Selectors 4, §4.2). */
export function forgivenSelectors(prelude: string): Selector[] {
  const text = prelude.replace(
    /:(is|where)\(([^()]*)\)/giu,
    (_, name: string, list: string) =>
      `:${name}(${list
        .split(',')
        .filter((one) => selectorsOf(one).length > 0)
        .join(',')})`,
  );
  return text === prelude ? [] : selectorsOf(text);
}

/** The selectors of a list; none where one of them is malformed. */
export function selectorsOf(list: string): Selector[] {
  let broken = false;
  const fail = () => {
    broken = true;
  };
  const parsed = parseCss(`${list}{}`, { onParseError: fail, parseRulePrelude: true });
  const rule = parsed.type === 'StyleSheet' ? parsed.children.first : undefined;
  if (broken || rule?.type !== 'Rule' || rule.prelude.type !== 'SelectorList') return [];
  return rule.prelude.children.toArray().filter((selector) => selector.type === 'Selector');
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

/** Whether every desktop program reads it: one selector that it does not know costs a rule all of its selectors. */
export function isCommon(selector: Selector): boolean {
  const uncommon = (node: CssNode) =>
    node.type === 'PseudoClassSelector' && /^(?:current|future|past)$/iu.test(node.name);
  return find(selector, uncommon) === null;
}

/** Whether the element alone, and its place among its siblings, says whether the selector matches it. */
export function looksAtElementOnly(selector: Selector): boolean {
  const beyond = find(
    selector,
    (node) =>
      node.type === 'Combinator' ||
      (node.type === 'Nth' && node.selector !== null) ||
      (node.type === 'PseudoClassSelector' && /^(?:dir|has|lang)$/iu.test(node.name)),
  );
  return beyond === null;
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
