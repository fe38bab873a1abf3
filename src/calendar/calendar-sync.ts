import type { CalendarStore, DavCollection, DavEntry, DavResource } from '../connections/caldav-types.ts';
import { MailboxError } from '../domain/errors.ts';
import type { OccurrenceReader } from './occurrence-reader.ts';
import type { IndexedResource, ResourceIndex } from './resource-index.ts';

/** Resources fetched before the next are asked for: what an ended call has read is not read again. */
const portion = 500;

export interface SyncSources {
  store: CalendarStore;
  reader: OccurrenceReader;
}

/** A resource that need not be fetched if its ETag is the one listed. */
export type OfferedResource = Pick<DavResource, 'href' | 'etag' | 'ics'>;

export interface Sync extends SyncSources {
  collection: DavCollection;
  index: ResourceIndex;
  offered: ReadonlyMap<string, OfferedResource>;
}

/**
 * Brings an index up to date: with a token by one sync-collection, else by ctag and ETags; fetches only what differs.
 * When it throws, the index is not proven, but nothing read so far is lost.
 */
export async function syncIndex(sync: Sync, signal: AbortSignal): Promise<void> {
  const { collection, index } = sync;
  if (collection.syncs && !index.tokenless) {
    try {
      return await byToken(sync, signal);
    } catch (error) {
      if (!hasCode(error, 'unsupported')) throw error;
      index.tokenless = true;
    }
  }
  await byCtag(sync, signal);
}

async function byToken(sync: Sync, signal: AbortSignal): Promise<void> {
  const { store, collection, index } = sync;
  const known = index.token;
  let delta: Awaited<ReturnType<CalendarStore['sync']>>;
  let whole = known === undefined;
  try {
    delta = await store.sync(collection.url, known, signal);
  } catch (error) {
    if (known === undefined || !hasCode(error, 'stale_reference')) throw error;
    whole = true;
    delta = await store.sync(collection.url, undefined, signal);
  }
  if (whole) keepOnly(index, delta.changed);
  for (const href of delta.removed) index.remove(href);
  await fetchMissing(sync, delta.changed, signal);
  index.token = delta.token;
}

/** The ctag is read first: what changes meanwhile shows in the next one. */
async function byCtag(sync: Sync, signal: AbortSignal): Promise<void> {
  const { store, collection, index } = sync;
  const ctag = await store.ctag(collection.url, signal);
  if (ctag !== undefined && ctag === index.ctag && !index.failed.some(isPassing)) return;
  const entries = await store.entries(collection.url, signal);
  keepOnly(index, entries);
  await fetchMissing(sync, entries, signal);
  index.ctag = ctag;
}

function keepOnly(index: ResourceIndex, entries: readonly DavEntry[]): void {
  const listed = new Set(entries.map(({ href }) => href));
  for (const href of [...index.hrefs]) if (!listed.has(href)) index.remove(href);
}

/** Reads what one portion brought while the next is on its way. */
async function fetchMissing(
  sync: Sync,
  entries: readonly (DavEntry & { ics?: string })[],
  signal: AbortSignal,
): Promise<void> {
  const { store, collection, index } = sync;
  const again = index.failed.filter(isPassing);
  const wanted = new Map([...again, ...entries].map((entry) => [entry.href, entry]));
  const missing = [...wanted.values()].filter((entry) => !index.holds(entry));
  const [here, absent] = partition(missing, sync.offered);
  const hrefs = absent.map(({ href }) => href);
  let reading = take(sync, here, signal);
  reading.catch(() => 'heard of below');
  for (let at = 0; at < hrefs.length; at += portion) {
    const fetching = store.fetch(collection.url, hrefs.slice(at, at + portion), signal);
    const [batch] = await Promise.all([fetching, reading]);
    for (const href of batch.missing) index.remove(href);
    for (const { href, status } of batch.failed) {
      refuse(index, wanted.get(href) ?? { href, etag: undefined }, status);
    }
    reading = take(sync, batch.resources, signal);
    reading.catch(() => 'heard of below');
  }
  await reading;
}

/** What came along with the listing or was offered, and what must be asked for. */
function partition(
  entries: readonly (DavEntry & { ics?: string })[],
  offered: ReadonlyMap<string, OfferedResource>,
): [here: OfferedResource[], absent: DavEntry[]] {
  const here: OfferedResource[] = [];
  const absent: DavEntry[] = [];
  for (const { href, etag, ics } of entries) {
    const offer = offered.get(href);
    if (ics !== undefined) here.push({ href, etag, ics });
    else if (offer && etag !== undefined && offer.etag === etag) here.push(offer);
    else absent.push({ href, etag });
  }
  return [here, absent];
}

function refuse(index: ResourceIndex, entry: DavEntry, status: number): void {
  const passing = status === 429 || status >= 500;
  const code = passing ? 'unavailable' : 'forbidden';
  const reason = `The server did not give this event (status ${status}).`;
  index.put(entry, { text: undefined, spans: [], failure: { code, reason, passing } });
}

async function take(
  { reader, index }: Sync,
  resources: readonly OfferedResource[],
  signal: AbortSignal,
): Promise<void> {
  if (resources.length === 0) return;
  const texts = resources.map(({ href, ics }) => ({ key: href, ics }));
  const read = await reader.spans(texts, signal);
  for (const { href, etag, ics } of resources) {
    const spans = read.get(href) ?? [];
    const failure = 'code' in spans ? spans : undefined;
    // A copy: a text cut out of an answer would keep the whole answer in memory.
    index.put({ href, etag }, { text: Buffer.from(ics), spans: 'code' in spans ? [] : spans, failure });
  }
}

function isPassing({ failure }: IndexedResource): boolean {
  return failure?.passing === true;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof MailboxError && error.code === code;
}
