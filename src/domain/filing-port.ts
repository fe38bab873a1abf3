import type { DeletedMail, FolderPath, MarkedMail, MovedMail } from './filing.ts';
import type { CallContext } from './mail-port.ts';

export interface MoveRequest {
  /** Mail ids; at most 500, from any folders. */
  ids: readonly string[];
  /** Path or role. */
  folder: string;
}

export interface MarkRequest {
  ids: readonly string[];
  /** `read flagged answered forwarded` (`unread` for the opposite of read), or a keyword. */
  add?: readonly string[] | undefined;
  remove?: readonly string[] | undefined;
}

export interface DeleteRequest {
  ids: readonly string[];
  /** Expunge instead of moving to Trash. Default false. */
  permanent?: boolean | undefined;
}

/**
 * Changes to what is in the mailbox. Single messages that could not be changed are in `failed`, never thrown; what
 * is reported as done was confirmed by the server. Every method throws MailboxError and nothing else.
 */
export interface FilingPort {
  move(request: MoveRequest, context: CallContext): Promise<MovedMail>;
  mark(request: MarkRequest, context: CallContext): Promise<MarkedMail>;
  remove(request: DeleteRequest, context: CallContext): Promise<DeletedMail>;
  createFolder(request: { path: string }, context: CallContext): Promise<FolderPath>;
  renameFolder(request: { path: string; newPath: string }, context: CallContext): Promise<FolderPath>;
  /** Refuses with `conflict` when the folder holds messages or folders. */
  deleteFolder(request: { path: string }, context: CallContext): Promise<FolderPath>;
}
