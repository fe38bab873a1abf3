import { type ChildNode, type Element, isElement } from './tree.ts';

/** What makes a row a piece of layout rather than a line of values. */
const structural = new Set('table ul ol dl pre blockquote hr h1 h2 h3 h4 form'.split(' '));

const maxCellChars = 200;
const maxNodes = 2_000;

/** Whether a table row reads as one line: two or more cells with short text and nothing structural in them. */
export function isFlatRow(row: Element, hidden: ReadonlySet<ChildNode>): boolean {
  let filled = 0;
  let budget = maxNodes;
  for (const cell of row.children) {
    if (!isElement(cell) || hidden.has(cell)) continue;
    let chars = 0;
    const pending: ChildNode[] = [cell];
    for (let node = pending.pop(); node; node = pending.pop()) {
      budget -= 1;
      if (hidden.has(node)) continue;
      if (node.type === 'text') chars += node.data.trim().length;
      else if (isElement(node)) {
        if (structural.has(node.name)) return false;
        if (node.name === 'img' && node.attribs.alt?.trim()) chars += 1;
        pending.push(...node.children.slice(0, maxNodes));
      }
      if (chars > maxCellChars || budget < 0) return false;
    }
    if (chars > 0) filled += 1;
  }
  return filled >= 2;
}

type Parent = NonNullable<Element['parent']>;

const headed = new WeakMap<Parent, boolean>();

/** Whether the first row of the row's table is a header: then empty cells keep their place. */
export function hasHeaderRow(row: Element): boolean {
  const section = row.parent;
  const table = isElement(section) && section.name !== 'table' ? section.parent : section;
  if (!table) return false;
  let known = headed.get(table);
  if (known === undefined) {
    known = startsWithHeader(table);
    headed.set(table, known);
  }
  return known;
}

function startsWithHeader(table: Parent): boolean {
  let first = firstElement(table);
  while (first && ['thead', 'tbody'].includes(first.name)) first = firstElement(first);
  return first?.children.some((cell) => isElement(cell) && cell.name === 'th') ?? false;
}

function firstElement(parent: Pick<Parent, 'children'>): Element | undefined {
  return parent.children.find((child): child is Element => isElement(child));
}
