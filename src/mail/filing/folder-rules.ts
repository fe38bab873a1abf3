import { MailboxError } from '../../domain/errors.ts';
import { type FolderEntry, findFolder } from '../folders.ts';
import { badName, delimiterOf, folded, folderPath, isBelow } from './folder-name.ts';

/** What may be done with folders. Everything here throws MailboxError and asks nobody. */

/** The folder a parameter means: path or role, with `/` for the server's separator. @throws `not_found` */
export function existing(folders: readonly FolderEntry[], wanted: string): FolderEntry {
  const listed = folders.find(({ path }) => path === wanted);
  if (listed) return listed;
  const delimiter = delimiterOf(folders);
  return findFolder(folders, delimiter === '' ? wanted : wanted.replaceAll('/', delimiter));
}

/**
 * The path a new folder gets.
 * @param except a folder that is about to give up its own path, and what lies below it.
 * @throws `invalid_input`; `conflict` when the path is taken, also in other case, or the word means something else.
 */
export function freePath(folders: readonly FolderEntry[], wanted: string, except?: FolderEntry): string {
  const path = folderPath(wanted, delimiterOf(folders), folders);
  requireFree(folders, path, except);
  const word = folded(path);
  if (word === 'all' || folders.some(({ role }) => role === word)) {
    throw new MailboxError('conflict', `"${word}" already means something: it is a word for searches.`, {
      hint: 'Choose another name. get_folders shows which folder has which role.',
    });
  }
  return path;
}

/** @throws `conflict` */
export function requireFree(folders: readonly FolderEntry[], path: string, except?: FolderEntry): void {
  const taken = folders
    .filter((entry) => entry !== except && !(except && isBelow(entry.path, except.path, except.delimiter)))
    .find((entry) => folded(entry.path) === folded(path) || isAlmostParent(path, entry));
  if (!taken) return;
  // A name that exists only above its children can be made a folder.
  if (!taken.holdsMessages && taken.path === path) return;
  throw new MailboxError('conflict', `There is a folder "${taken.path.slice(0, 80)}" already.`, {
    hint: 'Choose another name; case does not make it one.',
  });
}

/** Whether the folder lies below this path in other case: the two would look like one. */
function isAlmostParent(path: string, { path: folder, delimiter }: FolderEntry): boolean {
  return isBelow(folded(folder), folded(path), delimiter) && !isBelow(folder, path, delimiter);
}

/** @throws `forbidden` for INBOX, folders with a role, and those that hold one. */
export function requireOrdinary(folders: readonly FolderEntry[], folder: FolderEntry): void {
  const special = [folder, ...childrenOf(folders, folder)].find(({ role }) => role !== undefined);
  if (!special) return;
  throw new MailboxError(
    'forbidden',
    `The folder "${special.path.slice(0, 80)}" is the ${special.role} folder.`,
    {
      hint: 'Folders with a role stay where they are: mail programs and the server rely on them.',
    },
  );
}

/**
 * The path a folder is to have from now on.
 * @throws `invalid_input` when that lies in the folder itself; `conflict` when anything would be overwritten.
 */
export function renamedPath(folders: readonly FolderEntry[], folder: FolderEntry, wanted: string): string {
  const path = freePath(folders, wanted, folder);
  const { delimiter } = folder;
  if (path === folder.path) throw badName('The new path is the old one.');
  if (isBelow(path, folder.path, delimiter)) throw badName('A folder cannot be moved into itself.');
  const others = folders.filter((entry) => entry !== folder && !isBelow(entry.path, folder.path, delimiter));
  const inTheWay = (entry: FolderEntry) =>
    folded(entry.path) === folded(path) || isBelow(folded(entry.path), folded(path), delimiter);
  if (others.some(inTheWay)) {
    throw new MailboxError('conflict', `There are folders at "${path.slice(0, 80)}" already.`, {
      hint: 'Choose another name: nothing is merged or overwritten.',
    });
  }
  return path;
}

export function childrenOf(folders: readonly FolderEntry[], { path, delimiter }: FolderEntry): FolderEntry[] {
  return folders.filter((entry) => isBelow(entry.path, path, delimiter));
}

/** The paths above this one that are no folders yet, the topmost first. */
export function missingParents(folders: readonly FolderEntry[], path: string): string[] {
  const delimiter = delimiterOf(folders);
  if (delimiter === '') return [];
  const levels = path.split(delimiter).slice(0, -1);
  const above = levels.map((_, index) => levels.slice(0, index + 1).join(delimiter));
  return above.filter((parent) => !folders.some((entry) => entry.path === parent));
}

/**
 * On servers that keep all of a user's folders below INBOX (RFC 2342 personal namespace) this path there; undefined
 * on others.
 */
export function belowInbox(folders: readonly FolderEntry[], path: string): string | undefined {
  const delimiter = delimiterOf(folders);
  if (delimiter === '' || path === 'INBOX' || isBelow(path, 'INBOX', delimiter)) return undefined;
  const others = folders.filter((entry) => entry.path !== 'INBOX');
  const all = others.every((entry) => isBelow(entry.path, 'INBOX', delimiter));
  return all ? `INBOX${delimiter}${path}` : undefined;
}
