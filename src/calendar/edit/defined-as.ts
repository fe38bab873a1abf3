import { type Component, componentsOf, type IcsDocument } from '../ics/document.ts';
import { paramsOf, textOf } from './lines.ts';
import { addComponent, calendarsOf, eventsOf, lineOf, replaceComponent } from './tree.ts';

/** The document with the VTIMEZONE that its TZIDs have in the files its events are from, where it lacks one. */
export function definedAs(document: IcsDocument, sources: readonly IcsDocument[]): IcsDocument {
  const defined = new Set(zonesOf(document).map(nameOf));
  const items = eventsOf(document).flatMap((event) => event.items);
  const used = new Set(items.flatMap((item) => (item.kind === 'line' ? (paramsOf(item).TZID ?? []) : [])));
  let grown = document;
  for (const zone of sources.flatMap(zonesOf)) {
    const name = nameOf(zone);
    if (defined.has(name) || !used.has(name)) continue;
    defined.add(name);
    const [calendar] = calendarsOf(grown);
    if (calendar) grown = replaceComponent(grown, calendar, addComponent(calendar, zone));
  }
  return grown;
}

function zonesOf(document: IcsDocument): Component[] {
  return calendarsOf(document).flatMap((calendar) => componentsOf(calendar, 'VTIMEZONE'));
}

function nameOf(zone: Component): string {
  const line = lineOf(zone, 'TZID');
  return line ? textOf(line).trim() : '';
}
