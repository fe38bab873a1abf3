import type { Occurrence, OccurrenceKey, ReadFailure, Span, TimeWindow } from './event.ts';

/** A stored resource; the key is what the answers name it by. */
export interface IcsText {
  key: string;
  ics: string;
}

export interface OccurrenceBatch {
  /** In no particular order. */
  found: readonly { key: string; occurrence: Occurrence }[];
  /** Resources that gave nothing, or not all: unreadable, too costly, or with more occurrences than were asked for. */
  failures: ReadonlyMap<string, ReadFailure>;
}

/** One event, or one occurrence of a series. */
export interface EventReading {
  /** Of a series its first occurrence with the master's view, else the event itself. */
  event: Occurrence;
  recurring: boolean;
  /** The one asked for; absent when the series has none such. */
  occurrence?: Occurrence;
}

/** What reads a stranger's calendar texts, where they can do no harm: in a worker, within bounds. */
export interface OccurrenceReader {
  spans(
    resources: readonly IcsText[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Span[] | ReadFailure>>;
  /** Every occurrence that touches the window, at most `limit` of each resource. */
  occurrences(
    resources: readonly IcsText[],
    window: TimeWindow,
    limit: number,
    signal: AbortSignal,
  ): Promise<OccurrenceBatch>;
  event(
    resource: IcsText,
    occurrence: OccurrenceKey | undefined,
    signal: AbortSignal,
  ): Promise<EventReading | ReadFailure>;
}
