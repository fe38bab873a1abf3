import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { DeletedMail, FolderPath, MarkedMail, MovedMail } from '../../domain/filing.ts';
import type { DeleteRequest, FilingPort, MarkRequest, MoveRequest } from '../../domain/filing-port.ts';
import type { CallContext } from '../../domain/mail-port.ts';
import { fittingChanges } from '../fit.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import type { FolderEntry } from '../folders.ts';
import { type Batch, batchesOf } from './batch.ts';
import { FolderChanges } from './folder-changes.ts';
import { noTarget } from './look.ts';
import { Marker } from './marker.ts';
import { marksOf } from './marks.ts';
import { Mover, type Relocated } from './mover.ts';
import { folderByFolder, type Outcome, unlessEmpty } from './outcome.ts';
import { Remover } from './remover.ts';

export interface FilingOptions {
  imap: Imap;
  directory: FolderDirectory;
}

/**
 * Changes over IMAP: each looks first, changes with one command per folder, and reports as done only what was proven
 * by the answer or by looking again.
 */
export class Filing implements FilingPort {
  private readonly directory: FolderDirectory;
  private readonly mover: Mover;
  private readonly marker: Marker;
  private readonly remover: Remover;
  private readonly folders: FolderChanges;

  constructor({ imap, directory }: FilingOptions) {
    this.directory = directory;
    this.mover = new Mover(imap);
    this.marker = new Marker(imap);
    this.remover = new Remover(imap);
    this.folders = new FolderChanges(imap, directory);
  }

  async move({ ids, folder }: MoveRequest, { signal }: CallContext): Promise<MovedMail> {
    const batches = batchesOf(ids);
    const { path } = await this.target(folder, signal);
    const { done, failed } = await folderByFolder(batches, signal, (batch) =>
      this.moved(batch, path, signal),
    );
    return fittingChanges({ moved: done, ...unlessEmpty('failed', failed) }, ['moved', 'failed']);
  }

  async mark({ ids, add, remove }: MarkRequest, { signal }: CallContext): Promise<MarkedMail> {
    const batches = batchesOf(ids);
    const marks = marksOf(add, remove);
    const { done, failed } = await folderByFolder(batches, signal, (batch) =>
      this.marker.mark(batch, marks, signal),
    );
    return fittingChanges({ updated: done, ...unlessEmpty('failed', failed) }, ['updated', 'failed']);
  }

  async remove({ ids, permanent = false }: DeleteRequest, { signal }: CallContext): Promise<DeletedMail> {
    const batches = batchesOf(ids);
    const trash = permanent ? undefined : await this.trash(batches, signal);
    const deleted: string[] = [];
    const { done, failed } = await folderByFolder(
      batches,
      signal,
      async (batch): Promise<Outcome<Relocated>> => {
        if (trash && !lies(batch, trash)) return await this.moved(batch, trash.path, signal);
        const removed = await this.remover.remove(batch, signal);
        deleted.push(...removed.done);
        return { done: [], failed: removed.failed };
      },
    );
    const lists = {
      ...unlessEmpty('trashed', done),
      ...unlessEmpty('deleted', deleted),
      ...unlessEmpty('failed', failed),
    };
    return fittingChanges(lists, ['trashed', 'deleted', 'failed']);
  }

  async createFolder({ path }: { path: string }, { signal }: CallContext): Promise<FolderPath> {
    return { path: await this.folders.create(path, signal) };
  }

  async renameFolder(
    { path, newPath }: { path: string; newPath: string },
    { signal }: CallContext,
  ): Promise<FolderPath> {
    return { path: await this.folders.rename(path, newPath, signal) };
  }

  async deleteFolder({ path }: { path: string }, { signal }: CallContext): Promise<FolderPath> {
    return { path: await this.folders.remove(path, signal) };
  }

  /** What was remembered of the folders may be why the target is not there: the next call lists anew. */
  private async moved(batch: Batch, target: string, signal: AbortSignal): Promise<Outcome<Relocated>> {
    try {
      return await this.mover.move(batch, target, signal);
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'not_found') this.directory.forget();
      throw error;
    }
  }

  private async target(wanted: string, signal: AbortSignal): Promise<FolderEntry> {
    const folder = await this.resolved(wanted, signal);
    if (!folder) throw noTarget(wanted);
    if (folder.holdsMessages) return folder;
    throw new MailboxError('invalid_input', 'This folder holds only folders, no e-mails.', {
      hint: 'Choose a folder below it, or another one; get_folders lists them.',
    });
  }

  /**
   * The trash. Where ids lie in it they are to be removed for good: then its place is asked anew, not remembered.
   * @throws MailboxError `not_found` when there is none.
   */
  private async trash(batches: readonly Batch[], signal: AbortSignal): Promise<FolderEntry> {
    const known = await this.resolved('trash', signal);
    const certain = known?.role === 'trash' && !batches.some((batch) => lies(batch, known));
    const trash = certain
      ? known
      : (await this.directory.list(signal)).find(
          ({ role, holdsMessages }) => role === 'trash' && holdsMessages,
        );
    if (trash) return trash;
    throw new MailboxError('not_found', 'This mailbox has no trash folder.', {
      hint: 'Nothing was deleted. Make one with create_directory "Trash", or delete for good with permanent: true.',
    });
  }

  private async resolved(wanted: string, signal: AbortSignal): Promise<FolderEntry | undefined> {
    try {
      return await this.directory.resolve(wanted, signal);
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'not_found') return undefined;
      throw error;
    }
  }
}

/** Folders below the trash are somebody's order: what lies there goes into the trash first. */
function lies({ folder }: Batch, { path }: FolderEntry): boolean {
  return folder === path;
}
