import { subtract, union } from '../domain/spans.ts';
import type { TimeWindow } from './event.ts';
import type { Entry } from './occurrences.ts';
import { keyText } from './order.ts';
import { blocking, ownStatus, takesNoTime } from './participation.ts';

export interface Taken {
  /** Sorted, none touches the next. */
  busy: TimeWindow[];
  /** The same; nothing of it is busy, too. */
  tentative: TimeWindow[];
}

/** What the occurrences take of a window (knowledge mailbox-org §4.3): clipped, merged, busy before tentative. */
export function takenTime(entries: readonly Entry[], window: TimeWindow, own: ReadonlySet<string>): Taken {
  const busy: TimeWindow[] = [];
  const tentative: TimeWindow[] = [];
  for (const { calendar, occurrence } of withoutDuplicates(entries, own)) {
    const how = takesNoTime(calendar.collection, occurrence) ? undefined : blocking(occurrence, own);
    if (!how) continue;
    const list = how === 'busy' ? busy : tentative;
    list.push({ from: Math.max(occurrence.start, window.from), to: Math.min(occurrence.end, window.to) });
  }
  const merged = union(busy);
  return { busy: merged, tentative: subtract(union(tentative), merged) };
}

/** Of the pieces of a window the whole: what goes on over a seam is one again. */
export function joined(pieces: readonly Taken[]): Taken {
  return {
    busy: union(pieces.flatMap(({ busy }) => busy)),
    tentative: union(pieces.flatMap(({ tentative }) => tentative)),
  };
}

/** What is left of the spans (sorted, apart), in pieces of at least `minMs`. */
export function freeTime(
  spans: readonly TimeWindow[],
  { busy, tentative }: Taken,
  minMs: number,
): TimeWindow[] {
  return subtract(spans, union([...busy, ...tentative])).filter(({ from, to }) => to - from >= minMs);
}

/**
 * The same occurrence in several calendars once; the copy that knows the own answer counts. Copies that differ in time
 * are not the same: better busy twice than free by mistake.
 */
function withoutDuplicates(entries: readonly Entry[], own: ReadonlySet<string>): Entry[] {
  const chosen = new Map<string, Entry>();
  for (const entry of entries) {
    const { start, end, original, view } = entry.occurrence;
    const uid = view.uid === '' ? `${entry.calendar.id}/${entry.resource}` : view.uid;
    const key = JSON.stringify([uid, keyText(original), start, end]);
    const known = chosen.get(key);
    if (!known || (!ownStatus(known.occurrence.view, own) && ownStatus(view, own))) chosen.set(key, entry);
  }
  return [...chosen.values()];
}
