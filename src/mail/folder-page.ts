import { cutAt } from '../content/clean.ts';
import { jsonBytes, listBytes, withinBytes } from '../domain/answer-size.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Folder, FolderList } from '../domain/mail.ts';
import type { FolderEntry } from './folders.ts';

/** Longer than a person or a server makes one. Such a folder cannot be named in an answer. */
const maxPathChars = 1000;
const shownChars = 80;
/** Of those only so many are told of. */
const maxUnnamed = 20;

/**
 * As many folders as one answer holds, some seven hundred. The cursor is the path of the last one shown, so that folders
 * that come or go between two pages shift nothing.
 * @throws MailboxError `stale_reference` when that one is gone
 */
export function folderPage(entries: readonly FolderEntry[], cursor: string | undefined): FolderList {
  const named = entries.filter(({ path }) => path.length <= maxPathChars);
  const from = cursor === undefined ? 0 : named.findIndex(({ path }) => path === cursor) + 1;
  if (cursor !== undefined && from === 0) throw goneMeanwhile();
  const unnamed = cursor === undefined ? tooLong(entries) : [];
  const listed = named.slice(from);
  const all = listed.map(told);
  const kept = all.slice(0, withinBytes(all, listBytes - jsonBytes(unnamed)));
  const folders = kept.map(({ folder }) => folder);
  const incomplete = [...unnamed, ...kept.flatMap(({ missing }) => missing ?? [])];
  const last = folders.at(-1);
  return {
    folders,
    ...(last && kept.length < listed.length ? { nextCursor: last.path } : {}),
    ...(incomplete.length > 0 ? { incomplete } : {}),
  };
}

function tooLong(entries: readonly FolderEntry[]): Missing[] {
  const paths = entries.flatMap(({ path }) => (path.length > maxPathChars ? [path] : []));
  const more = paths.length - maxUnnamed;
  return [
    ...paths.slice(0, maxUnnamed).map((path) => `${cutAt(path, shownChars)}…`),
    ...(more > 0 ? [`${more} more folders of such names`] : []),
  ].map((where) => ({ where, code: 'unsupported' }));
}

interface Missing {
  where: string;
  code: string;
}

interface Told {
  folder: Folder;
  missing?: Missing;
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
