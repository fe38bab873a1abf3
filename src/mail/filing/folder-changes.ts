import { status } from '../../connections/imap/commands.ts';
import { refused } from '../../connections/imap/errors.ts';
import { folderStatuses } from '../../connections/imap/replies.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import {
  create,
  deleteMailbox,
  rename,
  subscribe,
  unsubscribe,
} from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import type { FolderEntry } from '../folders.ts';
import { FolderCommands, isRefused, type Sent, type Verdict } from './folder-commands.ts';
import {
  belowInbox,
  childrenOf,
  existing,
  freePath,
  missingParents,
  renamedPath,
  requireFree,
  requireOrdinary,
} from './folder-rules.ts';
import { resubscribe, subscribedAmong } from './subscriptions.ts';

/** Makes, renames and deletes folders. Each change starts from a new listing and is proven by another. */
export class FolderChanges {
  private readonly imap: Imap;
  private readonly directory: FolderDirectory;
  private readonly commands: FolderCommands;

  constructor(imap: Imap, directory: FolderDirectory) {
    this.imap = imap;
    this.directory = directory;
    this.commands = new FolderCommands(imap, directory);
  }

  /** @returns the path as the server lists it. @throws MailboxError as `freePath`, and what the server refuses. */
  async create(wanted: string, signal: AbortSignal): Promise<string> {
    const folders = await this.directory.list(signal);
    const { path, sent } = await this.accepted(folders, freePath(folders, wanted), (candidate) =>
      this.createWithParents(folders, candidate, signal),
    );
    const now = await this.commands.prove(sent, signal, (list) => (find(list, path) ? 'done' : 'undone'));
    const made = find(now, path)?.path ?? path;
    await this.commands.follow([subscribe(made)], signal);
    return made;
  }

  /** A server makes missing parents as mere names: made as folders they can be listed, filled and renamed. */
  private async createWithParents(
    folders: readonly FolderEntry[],
    path: string,
    signal: AbortSignal,
  ): Promise<Sent> {
    for (const parent of missingParents(folders, path)) {
      const sent = await this.commands.send(create(parent), { signal });
      if (sent.trouble || isRefused(sent)) return sent;
      await this.commands.follow([subscribe(parent)], signal);
    }
    return await this.commands.send(create(path), { signal });
  }

  /**
   * Renames or moves a folder with everything below it; subscriptions come along.
   * @returns the new path as the server lists it.
   * @throws MailboxError `not_found`, `forbidden` for folders with a role, and as `renamedPath`.
   */
  async rename(wanted: string, newName: string, signal: AbortSignal): Promise<string> {
    const folders = await this.directory.list(signal);
    const folder = existing(folders, wanted);
    requireOrdinary(folders, folder);
    const old = [folder, ...childrenOf(folders, folder)];
    const free = renamedPath(folders, folder, newName);
    const subscribed = await this.imap.read([], signal, (session) =>
      subscribedAmong(
        session,
        old.map(({ path }) => path),
        signal,
      ),
    );
    const { path, sent } = await this.accepted(folders, free, (candidate) =>
      this.renameTo(folders, folder, candidate, signal),
    );
    const renamed = (before: string) => path + before.slice(folder.path.length);
    const now = await this.commands.prove(sent, signal, (list) => renameVerdict(list, old, renamed));
    await this.commands.follow(resubscribe(subscribed, subscribed.map(renamed)), signal);
    return find(now, path)?.path ?? path;
  }

  /**
   * Deletes an empty folder.
   * @throws MailboxError `conflict` when it holds messages or folders, `forbidden` for folders with a role.
   */
  async remove(wanted: string, signal: AbortSignal): Promise<string> {
    const folders = await this.directory.list(signal);
    const folder = existing(folders, wanted);
    requireOrdinary(folders, folder);
    const below = childrenOf(folders, folder).length;
    const sent = await this.commands.send(deleteMailbox(folder.path), {
      signal,
      about: folder.path,
      check: (session) => requireEmpty(session, folder, below, signal),
    });
    await this.commands.prove(sent, signal, (list) => {
      const left = find(list, folder.path);
      return left && (left.holdsMessages || !folder.holdsMessages) ? 'undone' : 'done';
    });
    await this.commands.follow([unsubscribe(folder.path)], signal);
    return folder.path;
  }

  /** Sends it for this path or, where the server refuses that and keeps everything below INBOX, for the path there. */
  private async accepted(
    folders: readonly FolderEntry[],
    path: string,
    send: (candidate: string) => Promise<Sent>,
  ): Promise<{ path: string; sent: Sent }> {
    const sent = await send(path);
    const inside = isRefused(sent) ? belowInbox(folders, path) : undefined;
    if (inside === undefined) return { path, sent };
    requireFree(folders, inside);
    return { path: inside, sent: await send(inside) };
  }

  /** Servers should make the missing levels above the new name themselves (RFC 9051 §6.3.6); for others we do. */
  private async renameTo(
    folders: readonly FolderEntry[],
    { path }: FolderEntry,
    target: string,
    signal: AbortSignal,
  ): Promise<Sent> {
    const options = { signal, about: path };
    const sent = await this.commands.send(rename(path, target), options);
    const parents = missingParents(folders, target);
    const parent = parents.at(-1);
    if (parent === undefined || !isRefused(sent)) return sent;
    const made = await this.commands.send(create(parent), { signal });
    if (made.reply?.status !== 'OK') return sent;
    await this.commands.follow(parents.map(subscribe), signal);
    return await this.commands.send(rename(path, target), options);
  }
}

function find(folders: readonly FolderEntry[], path: string): FolderEntry | undefined {
  return folders.find((entry) => entry.path.normalize('NFC') === path.normalize('NFC'));
}

function renameVerdict(
  folders: readonly FolderEntry[],
  old: readonly FolderEntry[],
  renamed: (path: string) => string,
): Verdict {
  const listed = new Set(folders.map(({ path }) => path));
  const real = old.filter(({ holdsMessages }) => holdsMessages).map(({ path }) => path);
  const [moved, stayed] = [real.map(renamed), real].map((paths) => paths.filter((path) => listed.has(path)));
  if (moved?.length === real.length && stayed?.length === 0) return 'done';
  return moved?.length === 0 && stayed?.length === real.length ? 'undone' : 'unclear';
}

/** Counts at the last moment: DELETE takes the messages with it. */
async function requireEmpty(
  session: ImapSession,
  { path, holdsMessages }: FolderEntry,
  folders: number,
  signal: AbortSignal,
): Promise<void> {
  const messages = holdsMessages ? await countMessages(session, path, signal) : 0;
  if (messages + folders === 0) return;
  const parts = [counted(messages, 'e-mail'), counted(folders, 'folder')].filter((part) => part !== '');
  throw new MailboxError('conflict', `The folder is not empty: it holds ${parts.join(' and ')}.`, {
    hint: 'Move or delete what is in it first.',
  });
}

async function countMessages(session: ImapSession, path: string, signal: AbortSignal): Promise<number> {
  const [reply] = await session.run([status(path, false)], { signal });
  const counts = reply?.status === 'OK' ? folderStatuses(reply).at(0) : undefined;
  if (!counts) throw refused('count the e-mails', reply?.code, reply?.cause);
  return counts.messages;
}

function counted(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
