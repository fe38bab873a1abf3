import { MailboxError } from '../domain/errors.ts';
import type { Folder, FolderList } from '../domain/mail.ts';
import { listBytes, withinBytes } from './fit.ts';
import type { FolderEntry } from './folders.ts';

/**
 * As many folders as one answer holds, some seven hundred. The cursor is the path of the last one shown, so that folders
 * that come or go between two pages shift nothing.
 * @throws MailboxError `stale_reference` when that one is gone
 */
export function folderPage(entries: readonly FolderEntry[], cursor: string | undefined): FolderList {
  const from = cursor === undefined ? 0 : entries.findIndex(({ path }) => path === cursor) + 1;
  if (cursor !== undefined && from === 0) throw goneMeanwhile();
  const listed = entries.slice(from);
  const all = listed.map(told);
  const kept = all.slice(0, withinBytes(all, listBytes));
  const folders = kept.map(({ folder }) => folder);
  const incomplete = kept.flatMap(({ missing }) => missing ?? []);
  const last = folders.at(-1);
  return {
    folders,
    ...(last && kept.length < listed.length ? { nextCursor: last.path } : {}),
    ...(incomplete.length > 0 ? { incomplete } : {}),
  };
}

interface Told {
  folder: Folder;
  missing?: { where: string; code: string };
}

function told({ path, role, holdsMessages, status }: FolderEntry): Told {
  const folder: Folder = {
    path,
    ...(role ? { role } : {}),
    total: status?.messages ?? 0,
    unread: status?.unseen ?? 0,
    ...(holdsMessages ? {} : { holdsMessages: false as const }),
  };
  const isMissing = holdsMessages && !status;
  return isMissing ? { folder, missing: { where: path, code: 'unavailable' } } : { folder };
}

function goneMeanwhile(): MailboxError {
  return new MailboxError('stale_reference', 'The folder this page would begin after is gone.', {
    hint: 'List the folders again without cursor.',
  });
}
