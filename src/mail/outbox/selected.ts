import { noop } from '../../connections/imap/commands.ts';
import { refused } from '../../connections/imap/errors.ts';
import type { FolderView } from '../../connections/imap/replies.ts';
import type { FolderResult, FolderRun, ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand, ImapReply } from '../../connections/imap/wire.ts';
import { MailboxError } from '../../domain/errors.ts';

/** So long a selected folder is taken for the one that bears its name, as everywhere. */
const trustMs = 5000;

/** The folder as this connection selected it a moment ago; undefined when it did not. */
export function selectedLately({ view }: ImapSession, folder: string): FolderView | undefined {
  if (view?.folder !== folder || performance.now() - view.openedAt > trustMs) return undefined;
  return view;
}

/**
 * Asks a folder, as it is now, in one round trip, and opens it only when this connection has not done so a moment ago:
 * Dovecot takes three times as long for a SELECT as for a search. The counts of the view returned may be old.
 * @throws MailboxError what kept the folder from being opened or asked.
 */
export async function ask(
  session: ImapSession,
  folder: string,
  commands: readonly ImapCommand[],
  signal: AbortSignal,
): Promise<FolderRun> {
  const view = selectedLately(session, folder);
  const replies = view && (await runInPlace(session, view, commands, signal));
  if (view && replies) return answered({ view, replies });
  return answered((await session.inFolders([{ folder, commands }], { signal, freshness: 'anew' }))[0]);
}

/**
 * Replies in the selected folder; undefined when it does not come to rest. Dovecot searches what it knew before, and tells
 * only then what has come: such a reply is asked for once more.
 */
export async function runInPlace(
  session: ImapSession,
  view: FolderView,
  commands: readonly ImapCommand[],
  signal: AbortSignal,
): Promise<ImapReply[] | undefined> {
  for (let times = 0; times < 2; times++) {
    const before = view.news;
    const replies = await session.run([...commands, noop()], { signal });
    if (view.news === before) return replies.slice(0, -1);
  }
  return undefined;
}

/** @throws MailboxError what kept the folder from being opened or asked. */
export function answered(result: FolderResult | undefined): FolderRun {
  if (!result || result instanceof MailboxError)
    throw result ?? refused('open a folder', undefined, undefined);
  const refusal = result.replies.find(({ status }) => status !== 'OK');
  if (refusal) throw refused('look into a folder', refusal.code, refusal.cause);
  return result;
}
