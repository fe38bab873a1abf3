import { atom, uidFetch, uidSearch, uidSort } from '../connections/imap/commands.ts';
import { refused } from '../connections/imap/errors.ts';
import type { FetchMessageObject } from '../connections/imap/replies.ts';
import { type FolderView, fetchedMessages, foundUids } from '../connections/imap/replies.ts';
import { type FolderResult, type ImapSession, searchTimeoutMs } from '../connections/imap/session.ts';
import type { ImapCommand, ImapReply, ImapToken } from '../connections/imap/wire.ts';
import { MailboxError, toMailboxError } from '../domain/errors.ts';
import { factItems, isTold } from './fetched.ts';
import { type FolderEntry, folderListing } from './folders.ts';
import { overLineEnds } from './line-ends.ts';
import type { FolderOrder } from './mail-order.ts';
import { mend } from './salvage.ts';
import { isWithheld, nothingGiven } from './withheld.ts';

/** Beyond this many messages the order is by arrival: sorting by date would read every header. */
const dateSortLimit = 5000;
/** While a folder is searched. A server that finds more than that beyond what the folder holds tells nonsense. */
const mayArrive = 1000;

export interface FolderSearch {
  folder: string;
  criteria: readonly ImapToken[];
  /** Matches to skip, in the folder's order, newest first. */
  offset: number;
  limit: number;
  /** UIDs to fetch besides. */
  aside: readonly number[];
  /** Which UIDs surround `offset`, if known: matches that vanished since would have moved it. */
  expects?: { next: readonly number[]; previous: readonly number[] };
  /** In the folder as far as known. */
  messages: number;
  /** What `offset` is counted in. Without it the size of the folder decides. */
  order?: FolderOrder | undefined;
}

export interface FolderHits {
  view: FolderView;
  /** Where `uids` begins; not what was asked for when matches vanished before it. */
  offset: number;
  /** What they are sorted by, newest first. */
  order: FolderOrder;
  /** UIDs from `offset` on, one more than `limit` where there are more. */
  uids: number[];
  /** All matches in the folder; undefined when the server named more than there can be. */
  count: number | undefined;
  /** Fetched besides. */
  aside: readonly number[];
  /** Those besides and the first `limit` of `uids`, without those that vanished meanwhile; in that order. */
  messages: FetchMessageObject[];
  /** The server told nothing of some of them, although they are there. */
  withheld: boolean;
}

/** Receives the folders as they are now. */
export type OnListing = (folders: FolderEntry[]) => void;

export type FolderOutcome = FolderHits | MailboxError;

/**
 * Searches folders over one connection in two round trips, however many there are: every SELECT and SORT in the
 * first, every FETCH of envelopes in the second. A folder that fails is an error in its place.
 * @param onListing receives the current folders, listed in the first round trip; not called without LIST-STATUS.
 */
export async function searchFolders(
  session: ImapSession,
  searches: readonly FolderSearch[],
  signal: AbortSignal,
  onListing?: OnListing,
): Promise<FolderOutcome[]> {
  const outcomes = await find(session, searches, canPage(session), signal, onListing);
  const moved = searches.filter((search, index) => isMoved(search, outcomes[index]));
  const again = moved.length > 0 ? await find(session, moved, false, signal) : [];
  for (const [index, search] of moved.entries()) {
    outcomes[searches.indexOf(search)] = again[index] ?? vanished();
  }
  const wanted = outcomes.filter(
    (outcome): outcome is FolderHits =>
      !(outcome instanceof MailboxError) && outcome.uids.length + outcome.aside.length > 0,
  );
  const limits = new Map(searches.map(({ folder, limit }) => [folder, limit]));
  const failures = await fetchEnvelopes(session, wanted.reverse(), limits, signal);
  return outcomes.map((outcome) =>
    outcome instanceof MailboxError ? outcome : (failures.get(outcome) ?? outcome),
  );
}

async function find(
  session: ImapSession,
  searches: readonly FolderSearch[],
  partial: boolean,
  signal: AbortSignal,
  onListing?: OnListing,
): Promise<FolderOutcome[]> {
  const jobs = searches.map((search) => ({
    folder: search.folder,
    commands: [findCommand(session, search, partial)],
  }));
  const listing = onListing && folderListing(session, true);
  const ahead = listing && {
    commands: listing.commands,
    take: (replies: ImapReply[]) => onListing(listing.read(replies)),
  };
  const options = {
    signal,
    timeoutMs: searchTimeoutMs,
    freshness: 'anew' as const,
    ...(ahead ? { ahead } : {}),
  };
  const found = await overLineEnds(session, jobs, options);
  return searches.map((search, index) => {
    try {
      return hits(search, found[index], partial, session);
    } catch (error) {
      return toMailboxError(error);
    }
  });
}

function isMoved({ expects }: FolderSearch, outcome: FolderOutcome | undefined): boolean {
  if (!expects?.next.length || !outcome || outcome instanceof MailboxError) return false;
  return outcome.uids[0] !== expects.next[0];
}

function vanished(): MailboxError {
  return new MailboxError('stale_reference', 'The mails around this place of the list are gone.', {
    hint: 'Search again without cursor.',
  });
}

/** ESORT with PARTIAL (RFC 5267) sends one page; Dovecot advertises it as CONTEXT=SEARCH. */
function canPage(session: ImapSession): boolean {
  return (
    session.supports('ESORT') && (session.supports('CONTEXT=SORT') || session.supports('CONTEXT=SEARCH'))
  );
}

function findCommand(session: ImapSession, search: FolderSearch, partial: boolean): ImapCommand {
  const { criteria, offset, limit } = search;
  const page = [atom('COUNT'), atom('PARTIAL'), atom(`${offset + 1}:${offset + limit + 1}`)];
  // Of mails of the same second servers put the first one first, even in reverse (RFC 5256 §3).
  const byDate = orderOf(session, search) === 'date' ? ['REVERSE', 'DATE'] : [];
  const order = [...byDate, 'REVERSE', 'ARRIVAL'];
  if (session.supports('SORT')) return uidSort(order, criteria, partial ? page : undefined);
  return uidSearch(criteria, session.supports('ESEARCH') ? [atom('ALL')] : undefined);
}

/** Without SORT the UIDs have to do: they are given in the order of arrival, unless mail was moved or copied. */
function orderOf(session: ImapSession, { messages, order }: FolderSearch): FolderOrder {
  if (!session.supports('SORT')) return 'arrival';
  return order ?? (messages <= dateSortLimit ? 'date' : 'arrival');
}

function hits(
  search: FolderSearch,
  result: FolderResult | undefined,
  partial: boolean,
  session: ImapSession,
): FolderOutcome {
  if (!result || result instanceof MailboxError) return result ?? refused('search', undefined, undefined);
  const [reply] = result.replies;
  if (reply?.status !== 'OK') return refused('search', reply?.code, reply?.cause);
  // Every server answers a search, if only with nothing; no answer at all means it was not understood.
  if (reply.untagged.length === 0) return refused('search', undefined, 'no search response');
  const { view } = result;
  const found = foundUids(reply);
  const uids = [...new Set(found.uids)];
  const most = view.exists + mayArrive;
  if (uids.length > most) return refused('search', undefined, `${uids.length} of ${view.exists} messages`);
  const order = orderOf(session, search);
  const rest = { view, order, aside: search.aside, messages: [], withheld: false };
  if (partial) {
    const count = found.count ?? uids.length;
    return { ...rest, uids, offset: search.offset, count: count > most ? undefined : count };
  }
  const newestFirst = session.supports('SORT') ? uids : uids.sort((a, b) => b - a);
  const offset = place(newestFirst, search);
  if (offset === undefined) return vanished();
  const page = newestFirst.slice(offset, offset + search.limit + 1);
  return { ...rest, uids: page, offset, count: uids.length };
}

/** The first of the matches that must come next is where to go on; else right after the last one given. */
function place(uids: readonly number[], { offset, expects }: FolderSearch): number | undefined {
  if (!expects?.next.length) return offset;
  const places = new Map(uids.map((uid, index) => [uid, index]));
  const next = expects.next.find((uid) => places.has(uid));
  if (next !== undefined) return places.get(next);
  const previous = expects.previous.findLast((uid) => places.has(uid));
  if (previous !== undefined) return (places.get(previous) ?? 0) + 1;
  return uids.length === 0 ? 0 : undefined;
}

async function fetchEnvelopes(
  session: ImapSession,
  found: readonly FolderHits[],
  limits: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<Map<FolderHits, MailboxError>> {
  const failures = new Map<FolderHits, MailboxError>();
  if (found.length === 0) return failures;
  const jobs = found.map((hit) => ({
    folder: hit.view.folder,
    commands: [uidFetch(fetched(hit, limits).join(','), factItems())],
  }));
  const results = await session.inFolders(jobs, { signal, freshness: 'any' });
  for (const [index, hit] of found.entries()) {
    const failure = await takeEnvelopes(session, hit, results[index], fetched(hit, limits), signal);
    if (failure) failures.set(hit, failure);
  }
  return failures;
}

function fetched({ view, uids, aside }: FolderHits, limits: ReadonlyMap<string, number>): number[] {
  return [...new Set([...aside, ...uids.slice(0, limits.get(view.folder))])];
}

/** Puts the messages into the hits. @returns what kept all of them from coming */
async function takeEnvelopes(
  session: ImapSession,
  hits: FolderHits,
  result: FolderResult | undefined,
  uids: readonly number[],
  signal: AbortSignal,
): Promise<MailboxError | undefined> {
  if (!result || result instanceof MailboxError) return result ?? refused('fetch', undefined, undefined);
  const [reply] = result.replies;
  if (reply?.status !== 'OK') return refused('fetch', reply?.code, reply?.cause);
  const { view } = hits;
  if (result.view.uidValidity !== view.uidValidity) return refused('fetch', 'NONEXISTENT', undefined);
  const byUid = new Map((await fetchedMessages(reply)).map((message) => [message.uid, message]));
  await mend(session, view, uids, byUid, signal);
  const untold = uids.filter((uid) => !isTold(byUid.get(uid)));
  hits.withheld = await isWithheld(session, view, untold, signal);
  if (hits.withheld && untold.length === uids.length) return nothingGiven();
  hits.messages = uids.flatMap((uid) => byUid.get(uid) ?? []);
  return undefined;
}
