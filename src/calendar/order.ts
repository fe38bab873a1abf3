import type { OccurrenceKey } from './event.ts';
import type { Entry } from './occurrences.ts';

const titleChars = 40;

/** Where an entry stands in every list: by start, whole days first, then title. Different for any two. */
export type Position = readonly [start: number, rank: number, title: string, id: string];

export function positionOf({ calendar, resource, occurrence }: Entry): Position {
  const { start, allDay, original, view } = occurrence;
  const title = view.title.slice(0, titleChars).toLowerCase();
  return [start, allDay ? 0 : 1, title, `${calendar.id}/${resource}@${keyText(original)}`];
}

export function comparePositions(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1] || compareText(a[2], b[2]) || compareText(a[3], b[3]);
}

/** The original start of an occurrence as text that is the same for the same. */
export function keyText(original: OccurrenceKey | undefined): string {
  if (!original) return '';
  return 'date' in original ? original.date : String(original.instant);
}

/** By code units: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
