import type { Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter';

export type Document = Htmlparser2TreeAdapterMap['document'];
export type ChildNode = Htmlparser2TreeAdapterMap['childNode'];
export type Element = Htmlparser2TreeAdapterMap['element'];
export type ParentNode = Document | Element;

/** Whether the node is an element (script and style included). */
export function isElement(node: ChildNode | ParentNode | null): node is Element {
  return node !== null && 'attribs' in node;
}

/** The elements of a tree in document order, without recursion. */
export function* elementsOf(root: ParentNode): Generator<Element> {
  const pending: ChildNode[] = [...root.children].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (!isElement(node)) continue;
    yield node;
    for (const child of reversed<ChildNode>(node.children)) pending.push(child);
  }
}

/** The text below a node in document order, at most `limit` units of it. */
export function textOf(root: ChildNode, limit = Number.POSITIVE_INFINITY): string {
  let text = '';
  const pending: ChildNode[] = [root];
  for (let node = pending.pop(); node && text.length < limit; node = pending.pop()) {
    if (node.type === 'text') text += node.data;
    else if ('children' in node) for (const child of reversed<ChildNode>(node.children)) pending.push(child);
  }
  return text.slice(0, limit);
}

/** Called for what is seen of a document, in its order. */
export interface Visitor {
  enter(element: Element): void;
  leave(element: Element): void;
  text(data: string): void;
}

/** Walks the tree without recursion, passing over the nodes in `hidden` and all below them. */
export function walkVisible(root: ParentNode, hidden: ReadonlySet<ChildNode>, visitor: Visitor): void {
  const pending: (ChildNode | { left: Element })[] = [...reversed<ChildNode>(root.children)];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if ('left' in next) visitor.leave(next.left);
    else if (hidden.has(next)) continue;
    else if (next.type === 'text') visitor.text(next.data);
    else if (isElement(next)) {
      visitor.enter(next);
      pending.push({ left: next });
      for (const child of reversed<ChildNode>(next.children)) pending.push(child);
    }
  }
}

function* reversed<T>(items: readonly T[]): Generator<T> {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item !== undefined) yield item;
  }
}
