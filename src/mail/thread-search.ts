import { atom, text, uidFetch, uidSearch, uidThread } from '../connections/imap/commands.ts';
import { refused } from '../connections/imap/errors.ts';
import { type FolderView, fetchedMessages, foundUids, threads } from '../connections/imap/replies.ts';
import { type FolderResult, type ImapSession, searchTimeoutMs } from '../connections/imap/session.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import type { Imap } from '../connections/imap.ts';
import { MailboxError } from '../domain/errors.ts';
import { type Linked, linked } from './conversation.ts';
import { imapDate } from './criteria.ts';
import { factItems, facts, isTold } from './fetched.ts';
import { mend } from './salvage.ts';
import { isWithheld } from './withheld.ts';

const maxMessages = 500;
const linkHeaders = ['Message-ID', 'In-Reply-To', 'References'];
const linkItems = factItems(linkHeaders);

export interface FolderLinks {
  view: FolderView;
  messages: Linked[];
  /** The server told nothing of some of them, although they are there. */
  withheld?: true;
}

export interface RelatedRequest {
  ids: readonly string[];
  /** Only mail that arrived since this day; or, with `older`, before it, and then only mail that has such an id. */
  horizon: Date;
  older?: boolean;
  /** The message the conversation is asked for: the server's own THREAD is asked around it. */
  seed?: { folder: string; uid: number; around: Date };
}

type Found = { view: FolderView; uids: number[] } | MailboxError;

/**
 * Messages of the folders that may belong to the conversation: those that carry or answer one of the ids, and
 * where the server offers THREAD=REFS those it finds itself related to the seed. Two round trips for all folders.
 */
export async function relatedMessages(
  imap: Imap,
  folders: readonly string[],
  { ids, horizon, older = false, seed }: RelatedRequest,
  signal: AbortSignal,
): Promise<Map<string, FolderLinks | MailboxError>> {
  return await imap.read(folders, signal, async (session) => {
    const day = [atom(older ? 'BEFORE' : 'SINCE'), atom(imapDate(horizon))];
    const keys = idCriteria(ids, older ? ['Message-ID'] : linkHeaders);
    const search = uidSearch([...day, ...keys], undefined);
    const jobs = folders.map((folder) => {
      const threaded = seed?.folder === folder && session.supports('THREAD=REFS');
      return { folder, commands: threaded ? [search, uidThread('REFS', nearby(seed.around))] : [search] };
    });
    const results = await session.inFolders(jobs, { signal, timeoutMs: searchTimeoutMs, freshness: 'anew' });
    const found = new Map(folders.map((folder, index) => [folder, foundIn(results[index], seed?.uid)]));
    return await fetchLinks(session, found, signal);
  });
}

function foundIn(result: FolderResult | undefined, seedUid: number | undefined): Found {
  if (!result || result instanceof MailboxError) return result ?? refused('search', undefined, undefined);
  const [search, thread] = result.replies;
  if (search?.status !== 'OK') return refused('search', search?.code, search?.cause);
  const companions = thread
    ? threads(thread).find((uids) => seedUid !== undefined && uids.includes(seedUid))
    : undefined;
  const uids = [...new Set([...foundUids(search).uids, ...(companions ?? [])])];
  return { view: result.view, uids: uids.slice(0, maxMessages) };
}

/** Conversations rarely span more than this; THREAD over all of a large folder answers with every UID in it. */
const nearbyDays = 90;

function nearby(around: Date): ImapToken[] {
  return [
    atom('SINCE'),
    atom(imapDate(around, -nearbyDays)),
    atom('BEFORE'),
    atom(imapDate(around, nearbyDays)),
  ];
}

function idCriteria(ids: readonly string[], headers: readonly string[]): ImapToken[] {
  const keys = ids.flatMap((id) =>
    headers.map((name): ImapToken[] => [atom('HEADER'), atom(name), text(id)]),
  );
  return keys.flatMap((key, index) => [...(index < keys.length - 1 ? [atom('OR')] : []), ...key]);
}

async function fetchLinks(
  session: ImapSession,
  found: ReadonlyMap<string, Found>,
  signal: AbortSignal,
): Promise<Map<string, FolderLinks | MailboxError>> {
  const links = new Map<string, FolderLinks | MailboxError>();
  const jobs = [...found].reverse().flatMap(([folder, entry]) => {
    if (entry instanceof MailboxError) links.set(folder, entry);
    else if (entry.uids.length === 0) links.set(folder, { view: entry.view, messages: [] });
    else return [{ folder, commands: [uidFetch(entry.uids.join(','), linkItems)] }];
    return [];
  });
  const results = jobs.length > 0 ? await session.inFolders(jobs, { signal, freshness: 'any' }) : [];
  for (const [index, { folder }] of jobs.entries())
    links.set(folder, await linksOf(session, results[index], found.get(folder), signal));
  return links;
}

async function linksOf(
  session: ImapSession,
  result: FolderResult | undefined,
  found: Found | undefined,
  signal: AbortSignal,
): Promise<FolderLinks | MailboxError> {
  if (!result || result instanceof MailboxError) return result ?? refused('fetch', undefined, undefined);
  const [reply] = result.replies;
  if (reply?.status !== 'OK') return refused('fetch', reply?.code, reply?.cause);
  const { view } = result;
  const fetched = new Map((await fetchedMessages(reply)).map((message) => [message.uid, message]));
  const uids = found && 'uids' in found ? found.uids : [];
  await mend(session, view, uids, fetched, signal);
  const untold = uids.filter((uid) => !isTold(fetched.get(uid)));
  const withheld = await isWithheld(session, view, untold, signal);
  const messages = uids.flatMap((uid) => {
    const message = fetched.get(uid);
    const known = facts(message);
    if (!known || !message?.flags) return [];
    return [linked(known, view, message.headers ?? new Uint8Array())];
  });
  return { view, messages, ...(withheld ? { withheld } : {}) };
}
