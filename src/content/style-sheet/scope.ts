import type { Selector } from 'css-tree';
import { type Element, isElement } from '../html/tree.ts';
import { selectorsOf } from './selector.ts';

/** Where the rules of an `@scope` hold: below one of `roots`, but not from one of `limits` on (CSS Cascade 6, §2.5). */
export interface Scope {
  roots: readonly Selector[];
  limits: readonly Selector[];
}

/** Looking for the end of a scope costs the square of its length. */
const maxScopeChars = 2_000;

/** The scope `(.a) to (.b)` names; undefined where it names no root, so that it is the place of the sheet. */
export function readScope(prelude: string): Scope | undefined {
  if (prelude.length > maxScopeChars) return undefined;
  const [, root = '', limit = ''] = /^\s*\((.*?)\)\s*(?:to\s*\((.*)\)\s*)?$/su.exec(prelude) ?? [];
  const roots = selectorsOf(root);
  return roots.length > 0 ? { roots, limits: limit === '' ? [] : selectorsOf(limit) } : undefined;
}

type Test = (element: Element) => boolean;

export function inScope(element: Element, isRoot: Test, isLimit: Test): boolean {
  for (let node: Element['parent'] | Element = element; isElement(node); node = node.parent) {
    if (isRoot(node)) return true;
    if (isLimit(node)) return false;
  }
  return false;
}
