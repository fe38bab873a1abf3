import { blockNames, keepsLineEnds, pictureText } from './elements.ts';
import { safeHref } from './links.ts';
import { hasHeaderRow } from './table.ts';
import { type ChildNode, type Document, type Element, type Visitor, walkVisible } from './tree.ts';

/** Elements that say something about the text; all others are taken away around their content. */
const kept = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th caption blockquote pre code b strong i em u s del a div sup sub'.split(
    ' ',
  ),
);

const maxDepth = 100;
const maxLength = 2_000_000;

/** Renders what is seen as small, harmless markup: no styles, no scripts, nothing remote, `href` the only address. */
export function renderMarkup(
  document: Document,
  hidden: ReadonlySet<ChildNode>,
): { html: string; truncated: boolean } {
  const writer = new MarkupWriter();
  walkVisible(document, hidden, writer);
  return { html: writer.toString(), truncated: writer.full };
}

/** Start tags wait until there is something to stand in them: layouts are mostly empty boxes. */
class MarkupWriter implements Visitor {
  private readonly pieces: string[] = [];
  private readonly open: { element: Element; tag: string; written: boolean }[] = [];
  private firstUnwritten = 0;
  private length = 0;
  private literal = 0;

  get full(): boolean {
    return this.length > maxLength;
  }

  text(data: string): void {
    const text = this.literal > 0 ? data : data.replace(/[\s\u00a0]+/gu, ' ');
    if (text.trim() !== '') this.content(escapeMarkup(text));
    else if (this.firstUnwritten === this.open.length && this.pieces.at(-1) !== ' ') this.add(text);
  }

  enter(element: Element): void {
    const { name, attribs } = element;
    if (keepsLineEnds(element)) this.literal += 1;
    if (name === 'br' || name === 'hr') this.content(`<${name}>`);
    else if (name === 'img') this.picture(pictureText(element));
    else {
      const tag = tagFor(element);
      const href = name === 'a' ? safeHref(attribs.href) : undefined;
      if (!tag || (name === 'a' && !href) || this.open.length >= maxDepth) return;
      this.open.push({ element, tag: startTag(tag, attribs, href), written: false });
      if ((name === 'td' || name === 'th') && isRow(element.parent) && hasHeaderRow(element.parent))
        this.content('');
    }
  }

  leave(element: Element): void {
    if (keepsLineEnds(element)) this.literal -= 1;
    const last = this.open.at(-1);
    if (last?.element !== element) return;
    this.open.pop();
    this.firstUnwritten = Math.min(this.firstUnwritten, this.open.length);
    if (last.written) this.add(`</${/^[a-z0-9]+/u.exec(last.tag)?.[0] ?? ''}>`);
  }

  toString(): string {
    return this.pieces.join('').trim();
  }

  private picture(text: string): void {
    if (text !== '') this.content(escapeMarkup(text));
  }

  private content(markup: string): void {
    if (this.full) return;
    for (; this.firstUnwritten < this.open.length; this.firstUnwritten += 1) {
      const element = this.open[this.firstUnwritten];
      if (!element) break;
      this.add(`<${element.tag}>`);
      element.written = true;
    }
    this.add(markup);
  }

  private add(markup: string): void {
    if (markup === '') return;
    this.pieces.push(markup);
    this.length += markup.length;
  }
}

/** The tag to write for an element; undefined when only its content matters. */
function tagFor(element: Element): string | undefined {
  if (kept.has(element.name)) return element.name;
  if (keepsLineEnds(element)) return 'pre';
  return blockNames.has(element.name) && element.name !== 'body' && element.name !== 'html'
    ? 'div'
    : undefined;
}

function isRow(node: Element['parent']): node is Element {
  return node !== null && 'name' in node && node.name === 'tr';
}

function startTag(tag: string, attribs: Readonly<Record<string, string>>, href: string | undefined): string {
  const start = tag === 'ol' ? /^\d{1,6}$/u.exec(attribs.start ?? '')?.[0] : undefined;
  const spans = ['colspan', 'rowspan'].flatMap((name) => {
    const span = tag === 'td' || tag === 'th' ? /^\d{1,2}$/u.exec(attribs[name] ?? '')?.[0] : undefined;
    return span && span !== '1' ? [` ${name}="${span}"`] : [];
  });
  return `${tag}${href ? ` href="${escapeMarkup(href)}"` : ''}${start ? ` start="${start}"` : ''}${spans.join('')}`;
}

/** Text as HTML shows it, also inside an attribute in double quotes. */
export function escapeMarkup(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;').replace(/"/gu, '&quot;');
}
