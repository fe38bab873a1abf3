import { listSubscribed } from '../../connections/imap/commands.ts';
import { listedFolders } from '../../connections/imap/replies.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand } from '../../connections/imap/wire.ts';
import { subscribe, unsubscribe } from '../../connections/imap/write-commands.ts';

/**
 * Which of the folders are subscribed. Where the server cannot be asked with LIST, all of them: webmail shows only
 * subscribed folders, so one too many does less harm than one too few.
 */
export async function subscribedAmong(
  session: ImapSession,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  if (!session.supports('LIST-EXTENDED')) return [...paths];
  const [reply] = await session.run([listSubscribed()], { signal });
  if (reply?.status !== 'OK') return [...paths];
  const subscribed = new Set(listedFolders(reply).map(({ path }) => path));
  return paths.filter((path) => subscribed.has(path));
}

/** Subscriptions go by name (RFC 9051 §6.3.7): they stay behind when a folder gets another one. */
export function resubscribe(from: readonly string[], to: readonly string[]): ImapCommand[] {
  return [...from.map(unsubscribe), ...to.map(subscribe)];
}
