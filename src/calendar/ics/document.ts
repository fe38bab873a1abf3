/** One content line as it stands in the file, folds and line end included (RFC 5545 §3.1). */
export interface ContentLine {
  readonly kind: 'line';
  /** Upper case, without group and parameters; empty for a line that is none. */
  readonly name: string;
  /** The bytes of the file: what nobody edits stays what it was. */
  readonly raw: string;
}

export interface Component {
  readonly kind: 'component';
  /** Upper case. */
  readonly name: string;
  readonly begin: string;
  readonly items: readonly Item[];
  readonly end: string;
}

export type Item = ContentLine | Component;

/** A whole file: what stands outside any component is kept, too. */
export interface IcsDocument {
  readonly items: readonly Item[];
}

/** iCalendar needs three; what a stranger nests deeper would make every walk over it slow. */
const maxDepth = 10;
const foldsIn = /[\r\n][ \t]/u;

interface Open {
  name: string;
  begin: string;
  items: Item[];
}

/**
 * A lossless, immutable tree: `writeDocument(readDocument(text)) === text` for every text. Tolerates any line end and
 * fold; a component that is not closed, or crossed, ends where its parent does; below ten levels there are only lines.
 */
export function readDocument(text: string): IcsDocument {
  const root: Open = { name: '', begin: '', items: [] };
  const open: Open[] = [root];
  for (const raw of logicalLines(text)) {
    const line = foldsIn.test(raw) ? unfolded(raw) : raw;
    const [keyword = '', word = ''] = /^\uFEFF?(?:[\w-]+\.)?([\w-]+)\s*[;:]/u.exec(line) ?? [];
    const name = word.toUpperCase();
    const isMark = name === 'BEGIN' || name === 'END';
    const component = isMark ? line.slice(keyword.length).trim().toUpperCase() : '';
    if (name === 'BEGIN' && open.length <= maxDepth) open.push({ name: component, begin: raw, items: [] });
    else if (name === 'END' && open.some((candidate) => candidate.name === component && candidate !== root)) {
      while (open.at(-1)?.name !== component) close(open, '');
      close(open, raw);
    } else open.at(-1)?.items.push({ kind: 'line', name, raw });
  }
  while (open.length > 1) close(open, '');
  return { items: root.items };
}

export function writeDocument(document: IcsDocument): string {
  return document.items.map(writeItem).join('');
}

/** The text of a line without folds and line end, as parsers want it. */
export function unfolded(raw: string): string {
  return raw.replace(/(?:\r\n?|\n)[ \t]/gu, '').replace(/[\r\n]+$/u, '');
}

export function linesOf(component: Component, name: string): ContentLine[] {
  return component.items.filter((item): item is ContentLine => item.kind === 'line' && item.name === name);
}

export function componentsOf(parent: { readonly items: readonly Item[] }, name: string): Component[] {
  return parent.items.filter((item): item is Component => item.kind === 'component' && item.name === name);
}

function writeItem(item: Item): string {
  if (item.kind === 'line') return item.raw;
  return item.begin + item.items.map(writeItem).join('') + item.end;
}

function close(open: Open[], end: string): void {
  const closed = open.pop();
  if (closed) open.at(-1)?.items.push({ kind: 'component', ...closed, end });
}

/** Each with its continuation lines and its line end. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/gu)) {
    const next = index + end.length;
    const isFolded = text[next] === ' ' || text[next] === '\t';
    if (isFolded) continue;
    lines.push(text.slice(start, next));
    start = next;
  }
  return start < text.length ? [...lines, text.slice(start)] : lines;
}
