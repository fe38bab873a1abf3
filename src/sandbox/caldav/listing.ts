import type { CalendarCollection, CalendarResource } from './calendars.ts';
import type { DavContext } from './exchange.ts';
import { objectsOf } from './ics.ts';
import type { Target } from './paths.ts';
import { listingWindow } from './properties.ts';
import { always, joined, overlaps, type Span, spanOf } from './span.ts';

const spans = new WeakMap<CalendarResource, Span>();

export type Listed = Extract<Target, { kind: 'resource' }>;

/** What a collection shows of what changed after a revision: Open-Xchange hides what lies outside its years. */
export function listed(context: DavContext, collection: CalendarCollection, since = 0): Listed[] {
  const window = listingWindow(context);
  const span = window && { from: window.from.getTime(), to: window.to.getTime() };
  return [...collection.resources.values()]
    .filter((resource) => resource.revision > since && (!span || overlaps(wholeSpan(resource), span)))
    .map((resource) => ({ kind: 'resource', owner: collection.owner, collection, resource }));
}

/** A body nobody can read hides nowhere. */
function wholeSpan(resource: CalendarResource): Span {
  const known = spans.get(resource);
  if (known) return known;
  const objects = objectsOf(resource.calendar);
  const span = objects.length === 0 ? always : joined(objects.map(spanOf));
  spans.set(resource, span);
  return span;
}
