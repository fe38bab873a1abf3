import { countAttachments } from '../content/structure.ts';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';
import { type Criteria, compileCriteria } from './criteria.ts';
import type { Cursor, Cursors } from './cursor.ts';
import { holdsFlags } from './flag-conditions.ts';
import type { FolderDirectory } from './folder-directory.ts';
import { FolderStream, type Hit } from './folder-stream.ts';
import type { FolderEntry } from './folders.ts';
import { type SearchWindow, searchWindows } from './search-windows.ts';

const defaultLimit = 20;
/** With a filter that only we can apply, this many are looked at in one go. */
const filteredChunk = 100;

/** Fetched beyond a page, so that a few mails the server put higher than they stand cost no further round trip. */
const spare = 10;

/** A search, thought through: which folders, which spans of time, how many. */
export interface SearchPlan {
  request: SearchRequest;
  criteria: Criteria;
  limit: number;
  /** Matches fetched in one go for a folder. */
  chunk: number;
  folders: FolderEntry[];
  /** The folders are all that are searched by default, so a new one matters. */
  all: boolean;
  /** They are those remembered: the search has yet to prove that none is missed. */
  assumed: boolean;
  cursor: Cursor | undefined;
  windows: SearchWindow[];
  /** The day the windows count from, `YYYY-MM-DD`. */
  today: string;
  /** By `performance.now()`. */
  started: number;
}

/** @throws MailboxError `invalid_input` for arguments that mean nothing, `not_found` for an unknown folder. */
export async function planSearch(
  request: SearchRequest,
  { directory, cursors, zone }: { directory: FolderDirectory; cursors: Cursors; zone: string },
  signal: AbortSignal,
): Promise<SearchPlan> {
  const criteria = compileCriteria(request, zone);
  const cursor = request.cursor === undefined ? undefined : cursors.find(request.cursor, request);
  const limit = request.limit ?? defaultLimit;
  const all = request.folder === undefined || request.folder === 'all';
  const assumed = all && !cursor && directory.remembered.some((folder) => mayHold(folder, request));
  const folders = await scope(request.folder, assumed, directory, signal);
  const unopenable = folders.find(({ holdsMessages }) => !holdsMessages);
  if (unopenable) throw new MailboxError('invalid_input', 'This folder holds only other folders.');
  const today = cursor?.today ?? new Date().toISOString().slice(0, 10);
  const messages = folders.reduce((sum, { status }) => sum + (status?.messages ?? 0), 0);
  const { textual, since } = criteria;
  return {
    request,
    criteria,
    limit,
    chunk: request.hasAttachment === undefined ? limit + spare : Math.max(limit, filteredChunk),
    folders,
    all,
    assumed,
    cursor,
    windows: searchWindows({ textual, messages }, new Date(today), since),
    today,
    started: performance.now(),
  };
}

async function scope(
  folder: string | undefined,
  assumed: boolean,
  directory: FolderDirectory,
  signal: AbortSignal,
): Promise<FolderEntry[]> {
  if (assumed) return directory.remembered;
  if (folder === undefined || folder === 'all') return await directory.searchable(signal);
  return [await directory.resolve(folder, signal)];
}

/** Whether by its counts the folder can have matches at all. Those of INBOX may be old when it is selected. */
export function mayHold({ path, status }: FolderEntry, { unread }: SearchRequest): boolean {
  if (path === 'INBOX') return true;
  return status?.messages !== 0 && !(unread === true && status?.unseen === 0);
}

/** A stream for each folder that may hold matches in this window. */
export function openStreams(plan: SearchPlan, window: number): FolderStream[] {
  const resumed = plan.cursor?.window === window && hasFolders(plan.cursor) ? plan.cursor : undefined;
  return plan.folders.flatMap((folder) => {
    const { path, status } = folder;
    const position = resumed?.folders[path];
    if (
      (plan.all && !mayHold(folder, plan.request)) ||
      (resumed && !position && !resumed.failed.includes(path))
    )
      return [];
    const criteria = [...(plan.windows[window]?.tokens ?? []), ...plan.criteria.tokens];
    return new FolderStream({
      folder: path,
      criteria,
      accepts: accepts(plan),
      messages: status?.messages ?? 0,
      position,
    });
  });
}

function hasFolders({ folders, failed }: Cursor): boolean {
  return failed.length > 0 || Object.keys(folders).length > 0;
}

/** What the server could not check exactly, instants and attachments, and flags: they may have changed since it did. */
function accepts({
  criteria: { since, before, flags: conditions },
  request: { hasAttachment },
}: SearchPlan): (hit: Hit) => boolean {
  return ({ facts: { date, structure }, flags }) =>
    (since === undefined || date >= since) &&
    (before === undefined || date < before) &&
    (hasAttachment === undefined || countAttachments(structure) > 0 === hasAttachment) &&
    holdsFlags(flags, conditions);
}

/** Whether every match of the server is a match. */
export function isExact({ criteria: { since, before }, request: { hasAttachment } }: SearchPlan): boolean {
  return [since, before, hasAttachment].every((check) => check === undefined);
}
