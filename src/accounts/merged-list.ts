import type { MailboxError } from '../domain/errors.ts';
import type { Stale } from '../domain/stale.ts';
import { askAll, type Told } from './ask-all.ts';
import type { Grace } from './grace.ts';
import type { Handles } from './handles.ts';
import { type Order, openStream, type Stream, take } from './stream.ts';

interface Gap {
  where: string;
  code: string;
  reason?: string | undefined;
}

/** A page of one account's list. */
export interface Part<Entry> {
  entries: readonly Entry[];
  nextCursor?: string | undefined;
  searched?: readonly string[] | undefined;
  total?: number | undefined;
  incomplete?: readonly Gap[] | undefined;
  stale?: Stale | undefined;
}

/** How a part goes on. */
export interface PageRequest {
  cursor: string | undefined;
  limit: number | undefined;
}

export interface Source<Entry> {
  account: string;
  /** The next page, in order. @throws MailboxError */
  page(request: PageRequest, signal: AbortSignal): Promise<Part<Entry>>;
}

export interface ListRequest {
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface MergeOptions<Entry> {
  sources: readonly Source<Entry>[];
  order: Order<Entry>;
  /** Entries a page has when the request does not say. */
  usual: number;
  /** Bytes of JSON the entries of a page may have. */
  maxBytes: number;
  /** An account that fails so has nothing to tell, as long as another one has. */
  hasNone?: (error: MailboxError) => boolean;
}

/** A page of the merged list. */
export interface Merged<Entry> {
  entries: Entry[];
  searched: string[];
  /** Known on the first page when every account tells its own. */
  total: number | undefined;
  incomplete: Gap[];
  stale: Stale | undefined;
  nextCursor: string | undefined;
}

/** What a page has learnt so far. */
interface Round<Entry> {
  streams: readonly Stream<Entry>[];
  parts: Part<Entry>[];
  failed: Map<string, MailboxError>;
}

/** While nothing can be shown because an account has more but gave nothing yet, it is asked so often. */
const maxRounds = 3;

/**
 * Lists of several accounts as one, page by page. What was fetched and had no room stays for the next page, so that
 * nothing is left out or told twice. An account that failed is asked again by the next page, from where it was.
 */
export class MergedList<Entry> {
  private readonly handles: Handles<readonly Stream<Entry>[]>;
  private readonly grace: Grace;

  /** @param grace how long the others have once an account has answered */
  constructor(handles: Handles<readonly Stream<Entry>[]>, grace: Grace) {
    this.handles = handles;
    this.grace = grace;
  }

  /** @throws MailboxError the first one's error when no account answered, and for a cursor that is none */
  async page(
    request: ListRequest,
    options: MergeOptions<Entry>,
    signal: AbortSignal,
  ): Promise<Merged<Entry>> {
    const { sources, usual } = options;
    const limit = request.limit ?? usual;
    const isFirst = request.cursor === undefined;
    const round: Round<Entry> = {
      streams: isFirst
        ? sources.map(({ account }) => openStream<Entry>(account))
        : this.handles.find(request.cursor ?? '', request),
      parts: [],
      failed: new Map(),
    };
    let taken: ReturnType<typeof take<Entry>>;
    let rounds = 0;
    do {
      rounds += 1;
      await this.refill(round, options, request.limit, limit, signal);
      taken = take(round.streams, options, limit, round.failed);
    } while (taken.entries.length === 0 && taken.rest.some(hasMore) && rounds < maxRounds);
    if (taken.entries.length === 0 && round.parts.length === 0) throwFirst(round.failed, options);
    return {
      entries: taken.entries,
      searched: round.streams.flatMap(({ searched }) => searched),
      total: isFirst && round.failed.size === 0 ? total(round.parts, sources.length) : undefined,
      incomplete: [...failures(round.failed), ...round.parts.flatMap(({ incomplete }) => incomplete ?? [])],
      stale: oldest(round.parts),
      nextCursor: taken.rest.some(hasMore) ? this.handles.keep(taken.rest, request) : undefined,
    };
  }

  /** Asks every account with more to come that alone could not fill the page. */
  private async refill(
    round: Round<Entry>,
    { sources, hasNone }: MergeOptions<Entry>,
    asked: number | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<void> {
    const short = round.streams.filter(({ through, kept }) => !through && kept.length < limit);
    const asks = short.flatMap(({ account, cursor, kept }) => {
      const source = sources.find((one) => one.account === account);
      const due = source !== undefined && !round.failed.has(account);
      const room = kept.length === 0 ? asked : limit - kept.length;
      return due ? [{ account, run: (s: AbortSignal) => source.page({ cursor, limit: room }, s) }] : [];
    });
    const told = await askAll(asks, signal, this.grace);
    const someHave = told.some(({ value }) => value);
    round.streams = round.streams.map((stream) => {
      const answer = told.find(({ account }) => account === stream.account);
      const isEmpty = answer?.error && someHave && hasNone?.(answer.error);
      return isEmpty ? { ...stream, through: true } : filled(stream, answer?.value);
    });
    round.parts.push(...told.flatMap(({ value }) => value ?? []));
    for (const [account, error] of failuresOf(told)) {
      if (!someHave || !hasNone?.(error)) round.failed.set(account, error);
    }
  }
}

/** One that cannot be asked tells more than one that has nothing of the kind. */
function throwFirst<Entry>(
  failed: ReadonlyMap<string, MailboxError>,
  { hasNone }: Pick<MergeOptions<Entry>, 'hasNone'>,
): void {
  const errors = [...failed.values()];
  const error = errors.find((one) => !hasNone?.(one)) ?? errors[0];
  if (error) throw error;
}

function filled<Entry>(stream: Stream<Entry>, part: Part<Entry> | undefined): Stream<Entry> {
  if (!part) return stream;
  return {
    account: stream.account,
    kept: [...stream.kept, ...part.entries],
    cursor: part.nextCursor,
    begun: true,
    through: part.nextCursor === undefined,
    searched: part.searched ?? [],
  };
}

/** More is known to come. Of an account that never answered nothing is known: it alone keeps no list going. */
function hasMore<Entry>({ kept, begun, through }: Stream<Entry>): boolean {
  return kept.length > 0 || (begun && !through);
}

function failuresOf<Entry>(told: readonly Told<Part<Entry>>[]): [string, MailboxError][] {
  return told.flatMap(({ account, error }): [string, MailboxError][] => (error ? [[account, error]] : []));
}

function failures(failed: ReadonlyMap<string, MailboxError>): Gap[] {
  return [...failed].map(([where, { code, message }]) => ({ where, code, reason: message }));
}

function total<Entry>(parts: readonly Part<Entry>[], accounts: number): number | undefined {
  const told = parts.flatMap((part) => part.total ?? []);
  return told.length === accounts ? told.reduce((sum, count) => sum + count, 0) : undefined;
}

/** From memory is the whole when a part of it is, since when the oldest is. */
function oldest<Entry>(parts: readonly Part<Entry>[]): Stale | undefined {
  const [first] = parts
    .flatMap(({ stale }) => stale ?? [])
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  return first;
}
