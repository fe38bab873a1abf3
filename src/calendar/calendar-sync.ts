import type { CalendarStore, DavCollection, DavEntry, SyncDelta } from '../connections/caldav/types.ts';
import { MailboxError } from '../domain/errors.ts';
import { Intake, type ResourceText } from './intake.ts';
import type { OccurrenceReader } from './occurrence-reader.ts';
import { type IndexedResource, proves, type ResourceIndex } from './resource-index.ts';

export interface SyncSources {
  store: CalendarStore;
  reader: OccurrenceReader;
}

export interface Sync extends SyncSources {
  collection: DavCollection;
  index: ResourceIndex;
  /** Need not be fetched if the ETag is the one listed. */
  offered: ReadonlyMap<string, ResourceText>;
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
    }
  }
  await byCtag(sync, signal);
  index.tokenless = true;
}

async function byToken(sync: Sync, signal: AbortSignal): Promise<void> {
  const { index } = sync;
  const known = index.token;
  let delta = known === undefined ? undefined : await changes(sync, known, signal);
  if (!delta) {
    delta = await everything(sync, signal);
    keepOnly(index, delta.changed);
  }
  for (const href of delta.removed) index.remove(href);
  await fetchMissing(sync, delta.changed, signal);
  index.token = delta.token;
}

/** Undefined when the server no longer takes the token. */
async function changes(sync: Sync, token: string, signal: AbortSignal): Promise<SyncDelta | undefined> {
  try {
    return await sync.store.sync(sync.collection.url, token, signal);
  } catch (error) {
    if (!hasCode(error, 'stale_reference')) throw error;
    return undefined;
  }
}

/** Where nothing is held yet the texts may come along with the list; what came before a failure is kept. */
async function everything(sync: Sync, signal: AbortSignal): Promise<SyncDelta> {
  const { store, collection, index } = sync;
  if (index.size > 0) return await store.sync(collection.url, undefined, signal);
  const intake = new Intake(sync, signal);
  try {
    return await store.sync(collection.url, undefined, signal, (resources) => intake.add(resources));
  } finally {
    await intake.done();
  }
}

/** The ctag is read first: what changes meanwhile shows in the next one. */
async function byCtag(sync: Sync, signal: AbortSignal): Promise<void> {
  const { store, collection, index } = sync;
  const ctag = await store.ctag(collection.url, signal);
  if (proves(index.ctag, ctag) && !index.failed.some(isPassing)) return;
  const entries = await store.entries(collection.url, signal);
  keepOnly(index, entries);
  await fetchMissing(sync, entries, signal);
  index.ctag = ctag;
  index.token = undefined;
}

function keepOnly(index: ResourceIndex, entries: readonly DavEntry[]): void {
  const listed = new Set(entries.map(({ href }) => href));
  for (const href of [...index.hrefs]) if (!listed.has(href)) index.remove(href);
}

async function fetchMissing(sync: Sync, entries: readonly DavEntry[], signal: AbortSignal): Promise<void> {
  const { store, collection, index } = sync;
  const again = index.failed.filter(isPassing);
  const wanted = new Map([...again, ...entries].map((entry) => [entry.href, entry]));
  const missing = [...wanted.values()].filter((entry) => !index.holds(entry));
  const [here, absent] = partition(missing, sync.offered);
  const intake = new Intake(sync, signal);
  try {
    await intake.add(here);
    for await (const batch of store.batches(collection.url, absent, signal)) {
      for (const href of batch.missing) index.remove(href);
      for (const { href, status } of batch.failed) {
        refuse(index, wanted.get(href) ?? { href, etag: undefined }, status);
      }
      await intake.add(batch.resources);
    }
  } finally {
    await intake.done();
  }
}

/** What was offered in just that state, and what must be asked for. */
function partition(
  entries: readonly DavEntry[],
  offered: ReadonlyMap<string, ResourceText>,
): [here: ResourceText[], absent: string[]] {
  const here: ResourceText[] = [];
  const absent: string[] = [];
  for (const { href, etag } of entries) {
    const offer = offered.get(href);
    if (offer && etag !== undefined && offer.etag === etag) here.push(offer);
    else absent.push(href);
  }
  return [here, absent];
}

function refuse(index: ResourceIndex, entry: DavEntry, status: number): void {
  const code = status === 429 || status >= 500 ? 'unavailable' : 'forbidden';
  const reason = `The server did not give this event (status ${status}).`;
  index.put(entry, { text: undefined, spans: [], failure: { code, reason, passing: true } });
}

function isPassing({ failure }: IndexedResource): boolean {
  return failure?.passing === true;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof MailboxError && error.code === code;
}
