import { folderName, seenOf, spelledOut } from '../../connections/imap/folder-name.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FolderEntry } from '../folders.ts';

const maxSegmentBytes = 255;

/**
 * A name the user wrote as a path of this server: NFC, `/` between the levels or what the server uses. Parents keep the
 * spelling they are listed with, NFD too: in NFC each would be another one that looks the same.
 * @param delimiter of the server; empty in a flat hierarchy, where `/` is a letter like any other.
 * @param listed the folders that are there
 * @throws MailboxError `invalid_input` when it cannot be the name of a folder.
 */
export function folderPath(name: string, delimiter: string, listed: readonly FolderEntry[] = []): string {
  const text = name.normalize('NFC');
  requireSeen(text);
  const separated = delimiter === '' ? text : text.replaceAll('/', delimiter);
  const levels = delimiter === '' ? [separated] : separated.split(delimiter);
  if (levels.some((level) => level.trim() === '')) {
    throw badName('A folder path has a name on every level, and no separator at its begin or end.');
  }
  if (levels.some((level) => Buffer.byteLength(level) > maxSegmentBytes)) {
    throw badName(`A folder name has at most ${maxSegmentBytes} bytes on each level.`);
  }
  const [top = '', ...below] = levels;
  const path = [top.toUpperCase() === 'INBOX' ? 'INBOX' : top, ...below].join(delimiter);
  return belowListed(path, delimiter === '' ? name : name.replaceAll('/', delimiter), listed);
}

/** The path below the deepest folder that is its parent in NFC; of several that look the same, the one that was given. */
function belowListed(path: string, given: string, listed: readonly FolderEntry[]): string {
  const rank = (parent: FolderEntry) =>
    parent.path.normalize('NFC').length * 2 + Number(isBelow(given, parent.path, parent.delimiter));
  const [parent] = listed
    .filter((folder) => isBelow(path, folder.path.normalize('NFC'), folder.delimiter))
    .sort((a, b) => rank(b) - rank(a));
  return parent ? parent.path + path.slice(parent.path.normalize('NFC').length) : path;
}

/**
 * What nobody sees comes along when a name is pasted: the folder would be another one than it looks like. Spelled out,
 * as folders that have such names are listed, it is meant.
 */
function requireSeen(path: string): void {
  const name = folderName(path);
  if (spelledOut(name) === path) return;
  const seen = seenOf(name);
  const hint = seen.trim() === '' ? example : `Without them it is ${JSON.stringify(seen)}.`;
  throw badName('A folder name holds no control characters, nor others that nobody sees.', undefined, hint);
}

/** What separates the levels on this server (RFC 9051 §5.1). */
export function delimiterOf(folders: readonly FolderEntry[]): string {
  return (folders.find(({ path }) => path === 'INBOX') ?? folders[0])?.delimiter ?? '/';
}

/** Equal for paths that people, and some file systems, take for the same. */
export function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

export function isBelow(path: string, folder: string, delimiter: string): boolean {
  return delimiter !== '' && path.startsWith(folder + delimiter);
}

const example = 'Example: Projects/2026. Write / between the levels.';

export function badName(message: string, cause?: unknown, hint = example): MailboxError {
  return new MailboxError('invalid_input', message, { hint, cause });
}
