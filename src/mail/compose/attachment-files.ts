import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { safeFileName } from '../../content/file-name.ts';
import { MailboxError } from '../../domain/errors.ts';
import { isInside, isNetworkPath, normalPath } from './attachment-path.ts';
import { limitText, sizeText } from './attachment-size.ts';

/** A file that may be attached, as far as the path goes. */
export interface LocatedFile {
  name: string;
  /** Free of symlinks when it was looked up. */
  path: string;
  /** The real paths of the directories files may come from. */
  roots: readonly string[];
}

export interface OpenedFile {
  handle: FileHandle;
  size: number;
}

/**
 * Reads a file below one of `dirs` (absolute). Symlinks count by where they lead.
 * @throws MailboxError `forbidden` for any path elsewhere, whether or not a file is there; `not_found`,
 * `invalid_input` (no regular file, more than `maxBytes`), `conflict` when it changes meanwhile.
 */
export async function readAttachmentFile(
  path: string,
  { dirs, maxBytes }: { dirs: readonly string[]; maxBytes: number },
): Promise<{ name: string; bytes: Buffer }> {
  const located = await locateFile(path, dirs);
  const opened = await openFile(located);
  try {
    if (opened.size > maxBytes) throw tooLarge(opened.size, maxBytes);
    return { name: located.name, bytes: await readWhole(opened) };
  } finally {
    await opened.handle.close();
  }
}

/** Finds out where the path really leads, and that this is below one of `dirs`. @throws MailboxError */
export async function locateFile(path: string, dirs: readonly string[]): Promise<LocatedFile> {
  if (dirs.length === 0) throw noDirectories();
  const given = normalPath(path);
  if (isNetworkPath(given) && !dirs.some((dir) => isInside(dir, given))) throw outside();
  const roots = await realDirectories(dirs);
  const real = await realpath(given).catch(async (cause: unknown) => {
    throw await unresolvable(given, roots, cause);
  });
  if (!isBelow(roots, real)) throw outside();
  return { name: safeFileName(basename(given)), path: real, roots };
}

/**
 * Opens a located file; neither waits for a pipe's other end nor follows what has become a symlink. The handle is
 * only given out when what was opened lies below the directories, should somebody have swapped something meanwhile.
 */
export async function openFile(located: LocatedFile): Promise<OpenedFile> {
  const found = await lstat(located.path).catch(unreadable);
  if (!found.isFile()) throw noFile();
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(located.path, flags).catch(unreadable);
  try {
    const opened = await handle.stat({ bigint: true });
    if (!opened.isFile() || !(await isInPlace(handle, opened, located))) throw changed();
    return { handle, size: Number(opened.size) };
  } catch (error) {
    await handle.close();
    throw error instanceof MailboxError ? error : changed(error);
  }
}

/** The file's bytes, exactly `size` of them. @throws MailboxError `conflict` when there are more or fewer. */
export async function readWhole({ handle, size }: OpenedFile): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = (await handle.read(bytes, length, bytes.length - length, null).catch(unreadable)).bytesRead;
  }
  if (length !== size) throw changed();
  return bytes.subarray(0, size);
}

const looks = 16;

/**
 * Linux tells where the opened file lies. Elsewhere the path is looked at again and again: to be undone in time for
 * each look and done again for the next, a swap needs luck sixteen times.
 */
async function isInPlace(
  handle: FileHandle,
  opened: BigIntStats,
  { path, roots }: LocatedFile,
): Promise<boolean> {
  const place = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
  if (place !== undefined) return isBelow(roots, place);
  for (let look = 0; look < looks; look += 1) {
    if ((await realpath(path)) !== path) return false;
    const there = await lstat(path, { bigint: true });
    if (opened.ino !== there.ino || opened.dev !== there.dev) return false;
  }
  return true;
}

async function realDirectories(dirs: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(dirs.map((dir) => realpath(dir)));
  const roots = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (roots.length > 0) return roots;
  throw new MailboxError('forbidden', 'None of the directories files may be attached from can be used.', {
    hint: 'Check MAILBOX_ATTACHMENT_DIRS and its permissions.',
    cause: found,
  });
}

function isBelow(roots: readonly string[], file: string): boolean {
  return roots.some((root) => isInside(root, file));
}

/** Only below the directories an error says more than "not allowed": elsewhere a missing file is as forbidden. */
async function unresolvable(path: string, roots: readonly string[], cause: unknown): Promise<MailboxError> {
  const nearest = await nearestDirectory(path);
  if (nearest === undefined || !(roots.includes(nearest) || isBelow(roots, nearest))) return outside();
  if (isRefusal(cause)) return noPermission(cause);
  return new MailboxError('not_found', 'There is no such file.', { hint: 'Check the path.', cause });
}

/** The real path of the last directory that can be entered; undefined where a symlink leads on to nowhere. */
async function nearestDirectory(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  // What is not there, or must not be entered, has a parent that may.
  const real = await realpath(parent).catch(() => undefined);
  if (real === undefined) return await nearestDirectory(parent);
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  return isLink ? undefined : real;
}

function isRefusal(cause: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((cause as NodeJS.ErrnoException).code ?? '');
}

function unreadable(cause: unknown): never {
  throw isRefusal(cause) ? noPermission(cause) : changed(cause);
}

function noDirectories(): MailboxError {
  return new MailboxError('forbidden', 'Files cannot be attached by path: no directory is allowed.', {
    hint: 'Set MAILBOX_ATTACHMENT_DIRS to the directories files may be attached from, then restart the server; or pass contentBase64.',
  });
}

function outside(): MailboxError {
  return new MailboxError('forbidden', 'Files may be attached only from the directories set for it.', {
    hint: 'Ask the user to put the file into a directory of MAILBOX_ATTACHMENT_DIRS.',
  });
}

function noPermission(cause: unknown): MailboxError {
  return new MailboxError('forbidden', 'The file may not be read.', {
    hint: 'Ask the user to check its permissions.',
    cause,
  });
}

function noFile(): MailboxError {
  return new MailboxError('invalid_input', 'The path leads to a directory or device, not to a file.');
}

function tooLarge(size: number, limit: number): MailboxError {
  return new MailboxError(
    'invalid_input',
    `The file has ${sizeText(size)}; at most ${limitText(limit)} can be attached.`,
    {
      hint: 'Leave it out, or share it by a link.',
    },
  );
}

function changed(cause?: unknown): MailboxError {
  return new MailboxError('conflict', 'The file changed while it was read.', { hint: 'Try again.', cause });
}
