import { MailboxError } from '../../domain/errors.ts';
import {
  type Component,
  type ContentLine,
  componentsOf,
  type IcsDocument,
  type Item,
  linesOf,
  readDocument,
} from '../ics/document.ts';
import { lineEndOf, withLineEnd } from './lines.ts';

/** The first line of that name. */
export function lineOf(component: Component, name: string): ContentLine | undefined {
  return linesOf(component, name)[0];
}

/** Puts `line` where the first of its name stands and drops further ones; else behind the last property. */
export function setLine(component: Component, line: ContentLine): Component {
  const [first, ...further] = linesOf(component, line.name);
  if (!first) return insert(component, line, endOfLines(component));
  if (first === line) return component;
  const dropped = new Set<Item>(further);
  const placed = inStyleOf(component, line);
  const items = component.items.flatMap((item) =>
    item === first ? [placed] : dropped.has(item) ? [] : [item],
  );
  return { ...component, items };
}

/** Adds one of several, behind the last of its name; else behind the last property. */
export function addLine(component: Component, line: ContentLine): Component {
  const last = component.items.findLastIndex((item) => item.kind === 'line' && item.name === line.name);
  return insert(component, line, last < 0 ? endOfLines(component) : last + 1);
}

/** Puts `item` behind `anchor`, which is found by identity; without one behind the last property. */
export function insertBehind(component: Component, anchor: Item | undefined, item: Item): Component {
  const at = anchor === undefined ? -1 : component.items.indexOf(anchor);
  return insert(component, item, at < 0 ? endOfLines(component) : at + 1);
}

/** `old` is found by identity; without `by` it is taken out. */
export function replaceItem(component: Component, old: Item, by?: Item): Component {
  const placed = by && inStyleOf(component, by);
  const items = component.items.flatMap((item) => (item !== old ? [item] : placed ? [placed] : []));
  return { ...component, items };
}

/** Takes out the lines of these names, or of them those that `which` names. */
export function removeLines(
  component: Component,
  names: readonly string[],
  which: (line: ContentLine) => boolean = () => true,
): Component {
  const items = component.items.filter(
    (item) => !(item.kind === 'line' && names.includes(item.name) && which(item)),
  );
  return items.length === component.items.length ? component : { ...component, items };
}

/** Adds a child behind the last of its name; else in front of the first child, or at the end. */
export function addComponent(parent: Component, child: Component): Component {
  const last = parent.items.findLastIndex((item) => item.kind === 'component' && item.name === child.name);
  return insert(parent, child, last < 0 ? endOfLines(parent) : last + 1);
}

/** A new component, CRLF throughout. */
export function component(name: string, items: readonly Item[]): Component {
  return { kind: 'component', name, begin: `BEGIN:${name}\r\n`, items, end: `END:${name}\r\n` };
}

/** Finds `old` by identity at any depth; without `by` it is taken out. Everything else is the same object as before. */
export function replaceComponent(document: IcsDocument, old: Component, by?: Component): IcsDocument {
  return { ...document, items: replaceIn(document.items, old, by) };
}

/** Puts `added` behind `anchor`, which is found by identity. */
export function insertAfter(document: IcsDocument, anchor: Component, added: Component): IcsDocument {
  const holder = calendarsOf(document).find(({ items }) => items.includes(anchor));
  if (!holder) throw new MailboxError('internal', 'A component to insert behind is not in its calendar.');
  return replaceComponent(document, holder, insert(holder, added, holder.items.indexOf(anchor) + 1));
}

/** The VCALENDARs; of a stored resource there is one (RFC 4791 §4.1). */
export function calendarsOf(document: IcsDocument): Component[] {
  return componentsOf(document, 'VCALENDAR');
}

/** Every VEVENT, in the order of the file. */
export function eventsOf(document: IcsDocument): Component[] {
  return calendarsOf(document).flatMap((calendar) => componentsOf(calendar, 'VEVENT'));
}

/** The VEVENT that is the series, or the single event; undefined where only overrides are stored. */
export function masterOf(document: IcsDocument): Component | undefined {
  return eventsOf(document).find((event) => !lineOf(event, 'RECURRENCE-ID'));
}

/** The VEVENTs that stand for one occurrence each. */
export function overridesOf(document: IcsDocument): Component[] {
  return eventsOf(document).filter((event) => lineOf(event, 'RECURRENCE-ID'));
}

/**
 * A stored text as a tree that may be edited.
 * @throws MailboxError `unsupported` when it holds no event, or is damaged so that a new line might end up elsewhere.
 */
export function editableDocument(ics: string): IcsDocument {
  const document = readDocument(ics);
  if (eventsOf(document).length === 0 || !allClosed(document.items)) {
    throw new MailboxError('unsupported', 'The stored event is damaged and cannot be edited safely.', {
      hint: 'Open it in the calendar it was made with, or delete it and create it anew.',
    });
  }
  return document;
}

function allClosed(items: readonly Item[]): boolean {
  return items.every((item) => item.kind === 'line' || (item.end !== '' && allClosed(item.items)));
}

function replaceIn(items: readonly Item[], old: Component, by: Component | undefined): readonly Item[] {
  if (items.includes(old)) {
    return items.flatMap((item) => (item !== old ? [item] : by ? [by] : []));
  }
  const changed = items.map((item) => {
    if (item.kind === 'line') return item;
    const inside = replaceIn(item.items, old, by);
    return inside === item.items ? item : { ...item, items: inside };
  });
  return changed.some((item, index) => item !== items[index]) ? changed : items;
}

function insert(component: Component, item: Item, at: number): Component {
  return { ...component, items: component.items.toSpliced(at, 0, inStyleOf(component, item)) };
}

/** In front of the first child: properties after sub-components are legal, but unusual (RFC 5545 §3.6). */
function endOfLines({ items }: Component): number {
  const child = items.findIndex((item) => item.kind === 'component');
  return child < 0 ? items.length : child;
}

function inStyleOf({ begin }: Component, item: Item): Item {
  const lineEnd = lineEndOf(begin) ?? '\r\n';
  return withEnd(item, lineEnd);
}

function withEnd(item: Item, lineEnd: string): Item {
  if (item.kind === 'line') return withLineEnd(item, lineEnd);
  const { raw: begin } = withLineEnd({ kind: 'line', name: '', raw: item.begin }, lineEnd);
  const { raw: end } = withLineEnd({ kind: 'line', name: '', raw: item.end }, lineEnd);
  return { ...item, begin, items: item.items.map((child) => withEnd(child, lineEnd)), end };
}
