import { blockNames, keepsLineEnds, pictureText } from './elements.ts';
import { hostMismatch, safeHref, saysTarget } from './links.ts';
import { hasHeaderRow, isFlatRow } from './table.ts';
import { type ChildNode, type Document, type Element, type Visitor, walkVisible } from './tree.ts';
import { TextWriter } from './writer.ts';

export interface Mismatch {
  text: string;
  href: string;
}

const paragraphs = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure textarea'.split(' '));
const maxMismatches = 50;

/** Renders what is seen as plain text. `truncated` when it became longer than anyone reads. */
export function renderText(
  document: Document,
  hidden: ReadonlySet<ChildNode>,
): { text: string; mismatches: Mismatch[]; truncated: boolean } {
  const renderer = new Renderer(hidden);
  walkVisible(document, hidden, renderer);
  return {
    text: renderer.writer.toString(),
    mismatches: renderer.mismatches,
    truncated: renderer.writer.full,
  };
}

class Renderer implements Visitor {
  readonly writer = new TextWriter();
  readonly mismatches: Mismatch[] = [];
  private readonly hidden: ReadonlySet<ChildNode>;
  private readonly lists: { next: number | undefined }[] = [];
  private link: { element: Element; href: string; mark: number } | undefined;
  private literal = 0;
  private row: { element: Element; cells: number; keepEmpty: boolean } | undefined;

  constructor(hidden: ReadonlySet<ChildNode>) {
    this.hidden = hidden;
  }

  text(data: string): void {
    if (this.literal > 0) this.writer.writeLiteral(data);
    else this.writer.write(data);
  }

  enter(element: Element): void {
    const { name } = element;
    if (keepsLineEnds(element)) this.literal += 1;
    if (paragraphs.has(name)) this.writer.breakLine(this.lists.length > 0 ? 1 : 2);
    else if (blockNames.has(name) && !this.isFlatCell(element)) this.writer.breakLine(1);
    if (name === 'br') this.writer.lineBreak();
    else if (name === 'hr') this.rule();
    else if (name === 'img') this.writer.write(pictureText(element));
    else if (name === 'a') this.openLink(element);
    else if (name === 'blockquote') this.writer.enter('> ');
    else if (name === 'dd') this.writer.enter('  ');
    else if (isList(name)) this.openList(element);
    else if (name === 'li') this.openItem();
    else if (name === 'tr') this.openRow(element);
    else if (name === 'td' || name === 'th') this.openCell(element);
  }

  leave(element: Element): void {
    const { name } = element;
    if (name === 'a') this.closeLink(element);
    else if (name === 'blockquote' || name === 'dd' || name === 'li') this.writer.leave();
    else if (isList(name)) this.lists.pop();
    else if (this.row?.element === element) {
      this.row = undefined;
      this.writer.endRow();
    }
    if (keepsLineEnds(element)) this.literal -= 1;
    if (paragraphs.has(name)) this.writer.breakLine(this.lists.length > 0 ? 1 : 2);
    else if (blockNames.has(name) && !this.isFlatCell(element)) this.writer.breakLine(1);
  }

  private rule(): void {
    this.writer.breakLine(1);
    this.writer.write('---');
    this.writer.breakLine(1);
  }

  private openLink(element: Element): void {
    if (this.link) this.endLink();
    const href = safeHref(element.attribs.href);
    if (href) this.link = { element, href, mark: this.writer.mark() };
  }

  private closeLink(element: Element): void {
    if (this.link?.element === element) this.endLink();
  }

  /** Writes the target behind the link's text; a link without text leads nowhere a reader could see. */
  private endLink(): void {
    if (!this.link) return;
    const { href, mark } = this.link;
    this.link = undefined;
    const text = this.writer.since(mark).replace(/^\| /u, '');
    if (text === '') return;
    const mismatch = this.mismatches.length < maxMismatches ? hostMismatch(text, href) : undefined;
    if (mismatch) this.mismatches.push(mismatch);
    if (!saysTarget(text, href)) this.writer.writeAfter(`<${href}>`);
  }

  private openList({ name, attribs }: Element): void {
    const start = Number.parseInt(attribs.start ?? '1', 10);
    this.lists.push({ next: name === 'ol' ? (Number.isSafeInteger(start) ? start : 1) : undefined });
  }

  private openItem(): void {
    const list = this.lists.at(-1);
    const bullet = list?.next === undefined ? '- ' : `${list.next}. `;
    if (list?.next !== undefined) list.next += 1;
    this.writer.enter(bullet, ' '.repeat(bullet.length));
  }

  private openRow(element: Element): void {
    if (this.row || !isFlatRow(element, this.hidden)) return;
    this.row = { element, cells: 0, keepEmpty: hasHeaderRow(element) };
    this.writer.beginRow();
  }

  private openCell(element: Element): void {
    if (!this.row || !this.isFlatCell(element)) return;
    if (this.row.cells > 0) this.writer.nextCell(this.row.keepEmpty);
    this.row.cells += 1;
  }

  private isFlatCell(element: Element): boolean {
    return this.row !== undefined && element.parent === this.row.element;
  }
}

function isList(name: string): boolean {
  return name === 'ul' || name === 'ol' || name === 'menu';
}
