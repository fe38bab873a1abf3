import { MailboxError } from '../domain/errors.ts';
import { propfind, syncReport } from './caldav-requests.ts';
import type { DavEntry, SyncDelta } from './caldav-types.ts';
import type { DavAnswer } from './dav-answer.ts';
import type { DavClient } from './dav-client.ts';
import { notDav, refusal } from './dav-errors.ts';
import { bareTag } from './dav-etag.ts';
import { hrefPath, isMember } from './dav-href.ts';
import type { DavResponse } from './dav-multistatus.ts';
import { brokenAnswer } from './dav-network-errors.ts';
import { childOf, textOf } from './dav-xml.ts';

/** A server that never comes to an end is broken; Open-Xchange cuts at 1000 resources. */
const mostPages = 1000;
/** What servers say to a token they do not take: RFC 6578 wants 403, Xandikos fails with 500, others as they like. */
const tokenRefusals = [400, 403, 404, 409, 410, 412, 500];
/** What they say who do not know the report. */
const reportRefusals = [400, 403, 405, 415, 501];

/** @throws MailboxError, `stale_reference` for a token the server no longer takes, `unsupported` without the report */
export async function syncCollection(
  client: DavClient,
  collection: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<SyncDelta> {
  const states = new Map<string, string | undefined | null>();
  let at = token;
  for (let page = 0; page < mostPages; page++) {
    const { responses, syncToken, isCut } = await syncPage(client, collection, at, signal);
    for (const [href, etag] of responses) states.set(href, etag);
    if (!isCut) return delta(states, syncToken);
    if (syncToken === at) break;
    at = syncToken;
  }
  throw brokenAnswer(new Error('sync-collection does not come to an end'));
}

/** The tag of each resource, null for one that is gone. */
interface Page {
  responses: (readonly [string, string | undefined | null])[];
  syncToken: string;
  /** There is more (RFC 6578 §3.6). */
  isCut: boolean;
}

async function syncPage(
  client: DavClient,
  collection: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const request = await syncReport(collection, token);
  const refusals = token === undefined ? reportRefusals : tokenRefusals;
  const answer = await client.read(request, signal, refusals);
  const { multistatus } = answer;
  if (!multistatus && refusals.includes(answer.status)) {
    const error = refusal(request, answer, Date.now());
    throw token === undefined ? noReport(error, answer) : staleToken(error);
  }
  if (!multistatus) throw notDav(new Error(`REPORT ${answer.status}`));
  if (multistatus.syncToken === undefined) throw brokenAnswer(new Error('no sync-token'));
  const base = new URL(collection, client.url);
  const located = multistatus.responses.map((response) => ({
    response,
    path: hrefPath(response.href, base),
  }));
  const members = located.flatMap(({ response, path }) =>
    path !== undefined && isMember(path, collection) ? [[path, stateOf(response)] as const] : [],
  );
  const isCut = located.some(({ response, path }) => response.status === 507 && isSelf(path, collection));
  return { responses: members, syncToken: multistatus.syncToken, isCut };
}

function isSelf(path: string | undefined, collection: string): boolean {
  return path === collection || `${path}/` === collection;
}

function stateOf({ status, props }: DavResponse): string | undefined | null {
  return status === 404 || status === 410 ? null : etagIn(props);
}

function delta(states: ReadonlyMap<string, string | undefined | null>, token: string): SyncDelta {
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
  const request = await propfind(collection, '1', ['d:getetag', 'd:resourcetype']);
  const answer = await client.read(request, signal);
  if (!answer.multistatus) throw notDav(new Error(`PROPFIND ${answer.status}`));
  const base = new URL(collection, client.url);
  const entries = new Map<string, DavEntry>();
  for (const response of answer.multistatus.responses) {
    const href = hrefPath(response.href, base);
    if (response.status === 507) throw partOnly();
    if (href === undefined || !isMember(href, collection) || isCollection(response)) continue;
    if (stateOf(response) !== null) entries.set(href, { href, etag: etagIn(response.props) });
  }
  return [...entries.values()];
}

function isCollection({ props }: DavResponse): boolean {
  return childOf(props.get('{DAV:}resourcetype'), '{DAV:}collection') !== undefined;
}

export function etagIn(props: DavResponse['props']): string | undefined {
  return bareTag(textOf(props.get('{DAV:}getetag')));
}

function partOnly(): MailboxError {
  return new MailboxError('unsupported', 'The calendar server lists only a part of this calendar.');
}
