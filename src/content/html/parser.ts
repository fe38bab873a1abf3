import { parse } from 'parse5';
import { adapter } from 'parse5-htmlparser2-tree-adapter';
import { type Document, type Element, elementsOf } from './tree.ts';

export interface HtmlTree {
  document: Document;
  /** Class names and ids count in any case: a document without a doctype of today (DOM, quirks mode). */
  quirks: boolean;
  /** The text was longer, deeper or more entangled than anything people send; the rest was not read. */
  truncated: boolean;
  /** In what was not read style sheets may stand, and hide what was. */
  sheetsUnread: boolean;
}

/** UTF-16 units. */
const maxLength = 2_000_000;
/** Real mail stays far below 500; layout generators that forget end tags may reach a few thousand. */
const maxDepth = 20_000;
const maxElements = 100_000;
/** No tag is shorter than three letters: further elements are copies the parser makes of what nobody closed. */
const lettersPerElement = 3;
const maxCopies = 5_000;

/**
 * Parses HTML of any quality into the tree browsers build of it (WHATWG HTML, §13.2) where scripts do not run.
 * Never throws; what goes beyond the bounds ends the tree, and is told.
 */
export function parseHtml(html: string): HtmlTree {
  const source = html.slice(0, maxLength);
  const document = adapter.createDocument();
  let truncated = html.length > maxLength;
  let sheetsUnread = truncated && styleTag.test(html.slice(maxLength));
  try {
    parse(source, { scriptingEnabled: false, treeAdapter: boundedAdapter(document, source.length) });
  } catch (error) {
    if (!(error instanceof TreeLimit)) throw error;
    truncated = true;
    sheetsUnread ||= source.split(styleTag).length - 1 > sheetsIn(document);
  }
  return { document, quirks: adapter.getDocumentMode(document) === 'quirks', truncated, sheetsUnread };
}

const styleTag = /<style[\s/>]/iu;

function sheetsIn(document: Document): number {
  return [...elementsOf(document)].filter(({ name }) => name === 'style').length;
}

/** The adapter of domhandler's nodes, building `document` and no more than the bounds allow. */
function boundedAdapter(document: Document, length: number): typeof adapter {
  const most = Math.min(maxElements, maxCopies + length / lettersPerElement);
  let elements = 0;
  let depth = 0;
  return {
    ...adapter,
    createDocument: () => document,
    createElement: (name, namespace, attributes) => {
      elements += 1;
      if (elements > most) throw new TreeLimit();
      return light(adapter.createElement(name, namespace, attributes));
    },
    onItemPush: () => {
      depth += 1;
      if (depth > maxDepth) throw new TreeLimit();
    },
    onItemPop: () => {
      depth -= 1;
    },
  };
}

/**
 * Nobody asks for the namespaces of attributes: three tables for each element are most of what a tree weighs. To the
 * first <html> and <body> a second adds its attributes.
 */
function light(element: Element): Element {
  if (element.name === 'html' || element.name === 'body') return element;
  element['x-attribsNamespace'] = namespaces;
  element['x-attribsPrefix'] = namespaces;
  if (Object.keys(element.attribs).length === 0) element.attribs = noAttributes;
  return element;
}

const noAttributes: Record<string, string> = Object.freeze(Object.create(null));
const namespaces = noAttributes;

class TreeLimit extends Error {}
