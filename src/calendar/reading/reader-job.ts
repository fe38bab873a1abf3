import type { Occurrence, OccurrenceKey, ReadFailure, Span, TimeWindow } from '../event.ts';
import type { EventAt } from './occurrences.ts';

/** What passes between the reader and its thread. */

export const purpose = 'read-calendar';

export type Question =
  | { kind: 'spans' }
  | { kind: 'occurrences'; window: TimeWindow; limit: number }
  | { kind: 'event'; occurrence?: OccurrenceKey };

export interface ReaderItem {
  /** Absent when the thread holds it already. */
  ics?: string;
  /** Where the thread keeps it; absent when it is not to be kept. */
  slot?: number;
}

export interface ReaderJob {
  question: Question;
  items: ReaderItem[];
  /** Slots to forget before anything else. */
  drop: number[];
}

/** One for each item, in their order. Only what was asked for is there. */
export interface ReaderResult {
  spans?: Span[];
  occurrences?: Occurrence[];
  event?: EventAt;
  /** Why nothing, or not all, of it could be read. */
  failure?: ReadFailure;
}
