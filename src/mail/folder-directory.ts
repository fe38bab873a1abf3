import type { Imap } from '../connections/imap.ts';
import { type FolderEntry, findFolder, listFolders } from './folders.ts';

const notSearchedByDefault = new Set(['junk', 'trash']);

/** The account's folders as last listed. Names are remembered, answers about their state never are. */
export class FolderDirectory {
  private readonly imap: Imap;
  private known: FolderEntry[] = [];

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /** Asks the server. */
  async list(signal: AbortSignal): Promise<FolderEntry[]> {
    this.known = await this.imap.read([], signal, (session) => listFolders(session, signal));
    return this.known;
  }

  /**
   * The folder a parameter means, with its size as last seen.
   * @throws MailboxError `not_found` when no folder has that path or role.
   */
  async resolve(wanted: string, signal: AbortSignal): Promise<FolderEntry> {
    const known =
      this.known.find(({ path }) => path === wanted) ??
      this.known.find(({ role }) => role === wanted.toLowerCase());
    return known ?? findFolder(await this.list(signal), wanted);
  }

  /** What a search without folder covers, as far as known without asking. */
  get remembered(): FolderEntry[] {
    return searchable(this.known);
  }

  /** What a search without folder covers. */
  async searchable(signal: AbortSignal): Promise<FolderEntry[]> {
    return searchable(await this.list(signal));
  }

  /** Takes over a listing that came along with something else. */
  remember(entries: FolderEntry[]): void {
    this.known = entries;
  }

  /** After a folder turned out to be gone: the next call lists anew. */
  forget(): void {
    this.known = [];
  }
}

/** Everything that holds messages, but Junk and Trash and what lies below them. */
export function searchable(folders: readonly FolderEntry[]): FolderEntry[] {
  const excluded = folders.filter(({ role }) => role !== undefined && notSearchedByDefault.has(role));
  const inside = (path: string, { path: folder, delimiter }: FolderEntry) =>
    path === folder || (delimiter !== '' && path.startsWith(folder + delimiter));
  return folders.filter(
    ({ path, holdsMessages }) => holdsMessages && !excluded.some((folder) => inside(path, folder)),
  );
}
