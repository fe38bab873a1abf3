import { cleanText } from '../clean.ts';
import { findHidden } from '../hidden.ts';
import { readStyleSheet } from '../style-sheet.ts';
import { blockNames, pictureText } from './elements.ts';
import { safeHref } from './links.ts';
import { escapeMarkup } from './markup.ts';
import { parseHtml } from './parser.ts';
import { safeAttributes } from './quote-attributes.ts';
import { type ChildNode, type Element, elementsOf, type Visitor, walkVisible } from './tree.ts';

export interface QuotedMarkup {
  html: string;
  /** Content-IDs (without brackets) of the pictures in it, each once. */
  cids: string[];
  /** The document was too large or too deep: not all of it is there. */
  truncated?: true;
}

export interface QuoteOptions {
  /** The Content-IDs the original has parts for; pictures naming others are left out. All when not given. */
  cids?: ReadonlySet<string>;
  /** Leave out what mail programs mark as the author's signature. */
  withoutSignature?: boolean;
}

const maxLength = 2_000_000;
const maxDepth = 200;
/** Whoever gets the quote must be able to follow its links, however long. */
const maxHrefChars = 20_000;

/** Elements kept under their own name; blocks else become `div`, all others are taken away around their content. */
const kept = new Set(
  (
    'p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption blockquote pre code b strong i em u ' +
    's del ins sup sub small big tt a span font div center'
  ).split(' '),
);

/**
 * A stranger's HTML as it may stand inside a mail of our own: what is seen, with its tables, colours and pictures
 * from the mail itself (`cid:`). Nothing in it runs, is hidden, or makes a mail program load anything. Never throws.
 */
export function quotableHtml(html: string, options: QuoteOptions = {}): QuotedMarkup {
  const tree = parseHtml(html);
  const { document } = tree;
  const sheet = readStyleSheet(tree);
  const hidden = new Set<ChildNode>(findHidden(document, sheet).nodes);
  if (options.withoutSignature)
    for (const element of elementsOf(document)) if (isSignature(element)) hidden.add(element);
  const write = (coloured: boolean) => {
    const writer = new QuoteWriter(options.cids, coloured);
    walkVisible(document, hidden, writer);
    return { html: cleanText(writer.toString()).text, writer };
  };
  const coloured = write(true);
  const { html: markup, writer } = hidesText(coloured.html) ? write(false) : coloured;
  return {
    html: markup,
    cids: [...writer.cids],
    ...(tree.truncated || writer.full ? { truncated: true } : {}),
  };
}

/** White letters stay where the style sheet that gave them a dark ground is gone. */
function hidesText(html: string): boolean {
  const tree = parseHtml(html);
  return findHidden(tree.document, readStyleSheet(tree)).chars > 0;
}

/** Plain text as HTML that shows it line by line. */
export function textAsHtml(text: string): string {
  return escapeMarkup(cleanText(text).text).replace(/ {2}/gu, ' &nbsp;').replace(/\n/gu, '<br>\n');
}

/** The Content-ID a `cid:` address names (RFC 2392), when it can be written as one; undefined for all other addresses. */
export function contentIdOf(src: string | undefined): string | undefined {
  const coded = /^\s*cid:([^\s<>"]{1,300})\s*$/iu.exec(src ?? '')?.[1];
  if (coded === undefined) return undefined;
  const id = coded.replace(/%[2-7][\da-f]/giu, (hex) =>
    String.fromCharCode(Number.parseInt(hex.slice(1), 16)),
  );
  return /^[\w!$&'*+\-/=^`{|}~.@]+$/u.test(id) ? id : undefined;
}

/** Thunderbird's, Gmail's and Outlook for the web's marks. */
function isSignature({ attribs }: Element): boolean {
  return (
    /(?:^|\s)(?:moz-signature|gmail_signature(?:_prefix)?)(?:\s|$)/u.test(attribs.class ?? '') ||
    attribs.id === 'Signature'
  );
}

class QuoteWriter implements Visitor {
  readonly cids = new Set<string>();
  private readonly available: ReadonlySet<string> | undefined;
  private readonly coloured: boolean;
  private readonly pieces: string[] = [];
  private readonly open: { element: Element; tag: string }[] = [];
  private length = 0;

  constructor(available: ReadonlySet<string> | undefined, coloured: boolean) {
    this.available = available;
    this.coloured = coloured;
  }

  get full(): boolean {
    return this.length > maxLength;
  }

  text(data: string): void {
    this.add(escapeMarkup(data));
  }

  enter(element: Element): void {
    const { name, attribs } = element;
    if (name === 'br' || name === 'hr') this.add(`<${name}>`);
    else if (name === 'img') this.picture(element);
    else {
      const href = name === 'a' ? safeHref(attribs.href, maxHrefChars) : undefined;
      const tag = kept.has(name) ? name : blockName(name);
      if (!tag || (name === 'a' && !href) || this.full || this.open.length >= maxDepth) return;
      this.open.push({ element, tag });
      this.add(
        `<${tag}${href ? ` href="${escapeMarkup(href)}"` : ''}${safeAttributes(element, this.coloured)}>`,
      );
    }
  }

  leave(element: Element): void {
    const last = this.open.at(-1);
    if (last?.element !== element) return;
    this.open.pop();
    // End tags are written even when the bound is reached: what follows the quote must not fall into it.
    this.pieces.push(`</${last.tag}>`);
  }

  toString(): string {
    return this.pieces.join('').trim();
  }

  private picture(element: Element): void {
    const id = contentIdOf(element.attribs.src);
    if (id === undefined || this.available?.has(id) === false) {
      this.add(escapeMarkup(pictureText(element)));
      return;
    }
    this.cids.add(id);
    this.add(`<img src="cid:${escapeMarkup(id)}"${safeAttributes(element, this.coloured)}>`);
  }

  private add(markup: string): void {
    if (markup === '' || this.full) return;
    this.pieces.push(markup);
    this.length += markup.length;
  }
}

function blockName(name: string): string | undefined {
  return blockNames.has(name) && name !== 'body' && name !== 'html' ? 'div' : undefined;
}
