import { MailboxError } from '../../domain/errors.ts';
import type { DavAnswer } from '../dav/answer.ts';
import type { DavClient } from '../dav/client.ts';
import { notDav, refusal } from '../dav/errors.ts';
import { isMember, isSelf, listedPath } from '../dav/href.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { brokenAnswer } from '../dav/network-errors.ts';
import { childOf } from '../dav/xml.ts';
import { propfind, syncReport } from './requests.ts';
import { type EntryState, etagIn, resourceIn, stateIn } from './responses.ts';
import type { DavEntry, DavResource, SyncDelta, TakeResources } from './types.ts';

/** A server that never comes to an end is broken; Open-Xchange cuts at 1000 resources. */
const mostPages = 1000;
/** What servers say to a token they do not take: RFC 6578 wants 403, Xandikos fails with 500, others as they like. */
const tokenRefusals = [400, 403, 404, 409, 410, 412, 500];
/** What they say who do not know the report. */
const reportRefusals = [400, 403, 405, 415, 501];

/** What servers say who may still give the list alone. */
const dataRefusals = [400, 403, 405, 413, 415, 500, 501, 504, 507];

/** One page of a sync; without a token the first of all there is. */
export type AskPage = (token: string | undefined) => Promise<SyncPage>;

export interface SyncPage {
  /** The tag of each resource, null for one that is gone. */
  states: ReadonlyMap<string, EntryState>;
  syncToken: string;
  /** There is more (RFC 6578 §3.6). */
  isCut: boolean;
}

/**
 * @throws MailboxError, `stale_reference` for a token the server no longer takes, `unsupported` without the report, and
 * from a server that refuses the tokens of its own pages (seen of Open-Xchange): it never comes to an end.
 */
export async function syncPages(token: string | undefined, ask: AskPage): Promise<SyncDelta> {
  const states = new Map<string, EntryState>();
  let at = token;
  for (let page = 0; page < mostPages; page++) {
    const {
      states: told,
      syncToken,
      isCut,
    } = await ask(at).catch((error) => {
      throw token === undefined && page > 0 && isStale(error) ? refusesOwnPages(error) : error;
    });
    for (const [href, etag] of told) states.set(href, etag);
    if (!isCut) return delta(states, syncToken);
    if (syncToken === at) break;
    at = syncToken;
  }
  throw brokenAnswer(new Error('sync-collection does not come to an end'));
}

/**
 * With `take` the texts are asked for as well, and handed over as they arrive.
 * @throws MailboxError as `syncPages`; `unsupported` also for a server that refuses to give texts
 */
export async function syncPage(
  client: DavClient,
  collection: string,
  token: string | undefined,
  signal: AbortSignal,
  take?: TakeResources,
): Promise<SyncPage> {
  const reading = new PageReader(collection, new URL(collection, client.url));
  const request = {
    ...(await syncReport(collection, token, take !== undefined)),
    optional: take !== undefined,
    heavy: token === undefined,
    take: async (responses: readonly DavResponse[]) => {
      const resources = reading.read(responses);
      if (resources.length > 0) await take?.(resources);
    },
  };
  const refusals = token === undefined ? reportRefusals : tokenRefusals;
  const answer = await client.read(request, signal, take ? [...refusals, ...dataRefusals] : refusals);
  const { multistatus, status } = answer;
  if (!multistatus && status >= 400) {
    const error = refusal(request, answer, Date.now());
    const isStaleToken = !take || answer.preconditions.includes('valid-sync-token');
    throw token !== undefined && isStaleToken ? staleToken(error) : noReport(error, answer);
  }
  if (!multistatus) throw notDav(new Error(`REPORT ${status}`));
  if (multistatus.syncToken === undefined) throw brokenAnswer(new Error('no sync-token'));
  return { states: reading.states, syncToken: multistatus.syncToken, isCut: reading.isCut };
}

/** Reads the responses of one page as they arrive. */
class PageReader {
  readonly states = new Map<string, EntryState>();
  isCut = false;
  private readonly collection: string;
  private readonly base: URL;

  constructor(collection: string, base: URL) {
    this.collection = collection;
    this.base = base;
  }

  /** @returns those that came with their text */
  read(responses: readonly DavResponse[]): DavResource[] {
    const resources: DavResource[] = [];
    for (const response of responses) {
      const path = pathIn(this.base, response);
      if (response.status === 507 && isSelf(path, this.collection)) this.isCut = true;
      if (!isMember(path, this.collection)) continue;
      this.states.set(path, stateIn(response));
      const resource = resourceIn(response, path);
      if (resource) resources.push(resource);
    }
    return resources;
  }
}

/** @throws MailboxError for what is neither the collection nor directly in it: left out, it would be missing from its calendar */
function pathIn(collection: URL, { href }: DavResponse): string {
  const path = listedPath(href, collection);
  const isOurs = (at: string) => isSelf(at, collection.pathname) || isMember(at, collection.pathname);
  if (path !== undefined && isOurs(path.replace(/\/$/u, ''))) return path;
  throw brokenAnswer(new Error(`${href} in a list of ${collection.pathname}`));
}

function delta(states: ReadonlyMap<string, EntryState>, token: string): SyncDelta {
  const changed: DavEntry[] = [];
  const removed: string[] = [];
  for (const [href, etag] of states) {
    if (etag === null) removed.push(href);
    else changed.push({ href, etag });
  }
  return { changed, removed, token };
}

function staleToken(cause: MailboxError): MailboxError {
  return new MailboxError('stale_reference', 'The calendar server no longer knows what had been read.', {
    cause,
  });
}

function isStale(error: unknown): error is MailboxError {
  return error instanceof MailboxError && error.code === 'stale_reference';
}

function refusesOwnPages(cause: MailboxError): MailboxError {
  return new MailboxError('unsupported', 'The calendar server does not go on with its own list.', { cause });
}

function noReport(error: MailboxError, { preconditions }: DavAnswer): MailboxError {
  if (preconditions.includes('need-privileges')) return error;
  return new MailboxError('unsupported', 'The calendar server has no sync-collection.', { cause: error });
}

/** All resources by PROPFIND. @throws MailboxError `unsupported` when the server lists a part only */
export async function listEntries(
  client: DavClient,
  collection: string,
  signal: AbortSignal,
): Promise<DavEntry[]> {
  const request = { ...(await propfind(collection, '1', ['d:getetag', 'd:resourcetype'])), heavy: true };
  const answer = await client.read(request, signal);
  if (!answer.multistatus) throw notDav(new Error(`PROPFIND ${answer.status}`));
  // The collection itself is always among them (RFC 4918 §9.1): an empty list is no empty calendar.
  if (answer.multistatus.responses.length === 0)
    throw brokenAnswer(new Error('a list without its collection'));
  const base = new URL(collection, client.url);
  const entries = new Map<string, DavEntry>();
  for (const response of answer.multistatus.responses) {
    if (response.status === 507) throw partOnly();
    const href = pathIn(base, response);
    if (!isMember(href, collection) || isCollection(response)) continue;
    if (stateIn(response) !== null) entries.set(href, { href, etag: etagIn(response.props) });
  }
  return [...entries.values()];
}

function isCollection({ props }: DavResponse): boolean {
  return childOf(props.get('{DAV:}resourcetype'), '{DAV:}collection') !== undefined;
}

function partOnly(): MailboxError {
  return new MailboxError('unsupported', 'The calendar server lists only a part of this calendar.');
}
