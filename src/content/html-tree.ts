import { DomHandler, type Handler, Parser } from 'htmlparser2';

export type Document = DomHandler['root'];
export type ChildNode = Document['children'][number];
export type Element = Extract<ChildNode, { attribs: Record<string, string> }>;
export type ParentNode = Document | Element;

export interface HtmlTree {
  document: Document;
  /** The text was longer or nested deeper than anything people send; the rest was not read. */
  truncated: boolean;
}

/** UTF-16 units. */
const maxLength = 2_000_000;
/** Real mail stays far below 500; layout generators that forget end tags may reach a few thousand. */
const maxDepth = 10_000;
/** Start tags deeper than that are passed over and their text still read, if nothing can hide it. */
const harmless = new Set(
  'div span p b i u em strong font center table tbody tr td th ul ol li blockquote'.split(' '),
);

/** Parses HTML of any quality into a tree; what is malformed is repaired as browsers roughly do. Never throws. */
export function parseHtml(html: string): HtmlTree {
  const source = withBody(html.slice(0, maxLength));
  const dom = new DomHandler();
  const parser = new BoundedParser(source, dom);
  parser.end(source);
  return { document: dom.root, truncated: parser.stopped || html.length > maxLength };
}

/** Most mails are fragments; a browser puts them into a body, which rules like `body .note` rely on. */
function withBody(source: string): string {
  if (!/<body[\s>/]/iu.test(source)) return `<html><body>${source}</body></html>`;
  return /<html[\s>/]/iu.test(source) ? source : `<html>${source}</html>`;
}

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

/**
 * htmlparser2 searches its stack of open elements for every end tag: with many open elements and many end tags
 * that fit none of them that is quadratic. Here such end tags are passed over, and the depth has an end.
 */
class BoundedParser extends Parser {
  stopped = false;
  private readonly source: string;
  private readonly open: Map<string, number>;
  private depth = 0;
  private passingOver = false;
  private styled = false;

  constructor(source: string, dom: DomHandler) {
    const handler: Partial<Handler> = {
      onopentag: (name, attribs) => {
        this.count(name, 1);
        dom.onopentag(name, attribs);
      },
      onclosetag: (name) => {
        this.count(name, -1);
        dom.onclosetag();
      },
      ontext: (data) => dom.ontext(data),
      oncomment: (data) => dom.oncomment(data),
      oncommentend: () => dom.oncommentend(),
    };
    super(handler);
    this.source = source;
    this.open = new Map();
  }

  override onopentagname(start: number, end: number): void {
    const name = this.source.slice(start, end).toLowerCase();
    if (name === 'form' && this.open.get(name)) return; // ignored by the standard too
    this.passingOver = this.depth >= maxDepth;
    this.stopped ||= this.passingOver;
    this.styled ||= name === 'style';
    if (!this.passingOver) super.onopentagname(start, end);
    else if (this.styled || !harmless.has(name)) this.pause();
  }

  override onattribname(start: number, end: number): void {
    if (this.passingOver) this.pause();
    else super.onattribname(start, end);
  }

  override onclosetag(start: number, end: number): void {
    const name = this.source.slice(start, end).toLowerCase();
    if (this.open.get(name) || name === 'p' || name === 'br') super.onclosetag(start, end);
  }

  private count(name: string, step: 1 | -1): void {
    this.open.set(name, (this.open.get(name) ?? 0) + step);
    this.depth += step;
  }
}
