import { select, unselect } from '../../connections/imap/commands.ts';
import { refused } from '../../connections/imap/errors.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand, ImapReply } from '../../connections/imap/wire.ts';
import type { Imap } from '../../connections/imap.ts';
import type { WriteAccess } from '../../connections/write-access.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import type { FolderEntry } from '../folders.ts';
import { readOnly, settled, type Trouble, untilLost } from './change.ts';
import { badName } from './folder-name.ts';

/** How the folders look after a command whose outcome is in question. */
export type Verdict = 'done' | 'undone' | 'unclear';

/** What came back: an answer, or what kept it from coming. */
export interface Sent {
  reply: ImapReply | undefined;
  trouble: Trouble | undefined;
}

export interface SendOptions {
  signal: AbortSignal;
  /** The folder the command is about: the connection must not have it selected. */
  about?: string;
  /** Looks once more before anything is changed; throws when it must not be. */
  check?(session: ImapSession): Promise<void>;
}

/** Sends commands about folders once, and proves with LIST what they did. */
export class FolderCommands {
  private readonly imap: Imap;
  private readonly directory: FolderDirectory;

  constructor(imap: Imap, directory: FolderDirectory) {
    this.imap = imap;
    this.directory = directory;
  }

  /** @throws MailboxError before anything was sent; what comes after is in the result. */
  async send(command: ImapCommand, { signal, about, check }: SendOptions): Promise<Sent> {
    return await this.imap.change([], signal, async (session, commit) => {
      const leaving = departure(session, about);
      if (leaving.length > 0) await session.run(leaving, { signal });
      await check?.(session);
      await session.prove(signal);
      commit();
      let reply: ImapReply | undefined;
      const trouble = await untilLost(async () => {
        [reply] = await session.run([command], { signal });
        return undefined;
      });
      return { reply, trouble };
    });
  }

  /**
   * Lists the folders anew and holds the answer against them.
   * @throws MailboxError why it was not done; `unknown_outcome` when that cannot be told.
   */
  async prove(
    { reply, trouble }: Sent,
    signal: AbortSignal,
    verdict: (folders: readonly FolderEntry[]) => Verdict,
  ): Promise<FolderEntry[]> {
    this.directory.forget();
    if (reply && reply.status !== 'OK') throw folderRefusal(reply, this.imap.access);
    let folders = await this.list(signal);
    if (trouble && verdict(folders) !== 'done') {
      await settled();
      folders = await this.list(signal);
    }
    const seen = verdict(folders);
    if (seen !== 'done') throw seen === 'undone' ? notDone(trouble) : unknown(trouble?.error);
    this.imap.access.worked();
    return folders;
  }

  /** Commands without which the folder is changed all the same: their failure takes nothing back. */
  async follow(commands: readonly ImapCommand[], signal: AbortSignal): Promise<void> {
    if (commands.length === 0) return;
    await untilLost(async () => {
      await this.imap.change([], signal, async (session, commit) => {
        await session.prove(signal);
        commit();
        await session.run(commands, { signal });
      });
      return undefined;
    });
  }

  private async list(signal: AbortSignal): Promise<FolderEntry[]> {
    try {
      return await this.directory.list(signal);
    } catch (cause) {
      throw unknown(cause);
    }
  }
}

/** CLOSE would do as well, but it expunges what others have marked (RFC 9051 §6.4.1). */
function departure(session: ImapSession, about: string | undefined): ImapCommand[] {
  if (!session.view || about === undefined || !session.view.folder.startsWith(about)) return [];
  return [session.supports('UNSELECT') ? unselect() : select('INBOX', session.supports('CONDSTORE'))];
}

export function isRefused({ reply }: Sent): boolean {
  return reply !== undefined && reply.status !== 'OK' && reply.code !== 'ALREADYEXISTS';
}

function folderRefusal({ status, code, cause }: ImapReply, access: WriteAccess): MailboxError {
  if (code === 'NOPERM' || code === 'READ-ONLY') return readOnly(access, cause);
  if (code === 'ALREADYEXISTS') {
    return new MailboxError('conflict', 'There is a folder of this name already.', {
      hint: 'Choose another name; get_folders lists the folders.',
      cause,
    });
  }
  if (code === 'HASCHILDREN') {
    return new MailboxError('conflict', 'The folder holds other folders.', {
      hint: 'Delete or rename those first.',
      cause,
    });
  }
  if (code === 'CANNOT' || code === undefined || status === 'BAD') {
    return badName('The mail server does not accept this folder name.', cause);
  }
  return refused('change a folder', code, cause);
}

function notDone(trouble: Trouble | undefined): MailboxError {
  if (trouble && trouble.error.code !== 'unavailable') return unknown(trouble.error);
  const why = trouble ? 'The connection to the mail server was lost' : 'The mail server said yes';
  return new MailboxError('unavailable', `${why}, and the folders are as they were.`, {
    cause: trouble?.error,
  });
}

function unknown(cause: unknown): MailboxError {
  return new MailboxError('unknown_outcome', 'It is not known whether the folder was changed.', {
    hint: 'Look with get_folders before trying again.',
    cause,
  });
}
