import { status } from '../connections/imap/commands.ts';
import { folderStatuses } from '../connections/imap/replies.ts';
import type { ImapSession } from '../connections/imap/session.ts';
import type { Imap } from '../connections/imap.ts';
import type { FolderState } from '../domain/cache-port.ts';
import { MailboxError } from '../domain/errors.ts';
import { searchable } from './folder-directory.ts';
import type { FolderStream } from './folder-stream.ts';
import { deselection, type FolderEntry, listFolders } from './folders.ts';
import type { SearchPlan } from './search-plan.ts';

/** Stands for the set of folders: a new one, or one gone, changes what "all" means. No folder has this name. */
const allFolders = '';

/**
 * What a search rests on: each folder as the search saw it, or as listed where it was empty. undefined when the
 * server gives no HIGHESTMODSEQ, for then a changed flag cannot be noticed.
 */
export function searchStates(plan: SearchPlan, opened: readonly FolderStream[]): FolderState[] | undefined {
  const states = plan.folders.map(({ path, status: listed }) => {
    const stream = opened.find(({ folder }) => folder === path);
    return { folder: path, token: stream ? stream.view?.token : listed?.token };
  });
  return complete(plan.all ? [allState(plan.folders.map(({ path }) => path)), ...states] : states);
}

/** The states, if every one is known. */
export function complete(
  states: readonly { folder: string; token: string | undefined }[],
): FolderState[] | undefined {
  const known = states.filter((state): state is FolderState => state.token !== undefined);
  return known.length === states.length ? known : undefined;
}

/** Asks the server, in one round trip, whether nothing has changed in these folders. */
export async function unchanged(
  imap: Imap,
  states: readonly FolderState[],
  signal: AbortSignal,
): Promise<boolean> {
  const folders = states.map(({ folder }) => folder).filter((folder) => folder !== allFolders);
  return await imap.read(folders, signal, async (session) => {
    const now = await currentStates(session, folders, states.length > folders.length, signal);
    return states.every(({ folder, token }) => now.get(folder) === token);
  });
}

/** One folder is selected anew, several are asked for their status with none selected. */
async function currentStates(
  session: ImapSession,
  folders: readonly string[],
  all: boolean,
  signal: AbortSignal,
): Promise<Map<string, string | undefined>> {
  const [only] = folders;
  if (all) {
    const listed = searchable(await listFolders(session, signal));
    const state = allState(listed.map(({ path }) => path));
    return new Map([[state.folder, state.token], ...listed.map(tokenOf)]);
  }
  if (only !== undefined && folders.length === 1) {
    const [result] = await session.inFolders([{ folder: only, commands: [] }], { signal, freshness: 'anew' });
    return new Map([[only, result instanceof MailboxError ? undefined : result?.view.token]]);
  }
  const condstore = session.supports('CONDSTORE');
  const questions = folders.map((folder) => status(folder, condstore));
  const replies = await session.run([...deselection(session), ...questions], { signal });
  return new Map(replies.flatMap(folderStatuses).map(({ path, token }) => [path, token]));
}

function tokenOf({ path, status: counts }: FolderEntry): [string, string | undefined] {
  return [path, counts?.token];
}

function allState(paths: readonly string[]): FolderState {
  return { folder: allFolders, token: [...paths].sort().join('\n') };
}
