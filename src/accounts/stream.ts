import { jsonBytes } from '../domain/answer-size.ts';

/** One account's side of a merged list. */
export interface Stream<Entry> {
  readonly account: string;
  /** Fetched and not shown yet, in order. */
  readonly kept: readonly Entry[];
  /** Where it goes on, as the account says it. */
  readonly cursor: string | undefined;
  /** It has answered once. */
  readonly begun: boolean;
  /** Nothing comes behind `kept`. */
  readonly through: boolean;
  /** What it covers. */
  readonly searched: readonly string[];
}

/** Negative when the first comes first; where neither does the account named first has its turn. */
export type Order<Entry> = (a: Entry, b: Entry) => number;

export function openStream<Entry>(account: string): Stream<Entry> {
  return { account, kept: [], cursor: undefined, begun: false, through: false, searched: [] };
}

/**
 * The first entries of all streams, in order. Ends where a stream has run dry that has more to come, for that may come
 * first; one that failed is not waited for.
 */
export function take<Entry>(
  streams: readonly Stream<Entry>[],
  { order, maxBytes }: { order: Order<Entry>; maxBytes: number },
  limit: number,
  failed: ReadonlyMap<string, unknown>,
): { entries: Entry[]; rest: Stream<Entry>[] } {
  const queues = streams.map((stream) => ({ stream, at: 0 }));
  const isDry = ({ stream, at }: (typeof queues)[number]) =>
    at >= stream.kept.length && !stream.through && !failed.has(stream.account);
  const entries: Entry[] = [];
  let bytes = 0;
  while (entries.length < limit && !queues.some(isDry)) {
    const heads = queues.flatMap((queue) => {
      const entry = queue.stream.kept[queue.at];
      return entry === undefined ? [] : [{ queue, entry }];
    });
    const [first, ...others] = heads;
    if (!first) break;
    const next = others.reduce((best, head) => (order(head.entry, best.entry) < 0 ? head : best), first);
    bytes += jsonBytes(next.entry) + 1;
    if (bytes > maxBytes && entries.length > 0) break;
    entries.push(next.entry);
    next.queue.at += 1;
  }
  const rest = queues.map(({ stream, at }) => ({ ...stream, kept: stream.kept.slice(at) }));
  return { entries, rest };
}
