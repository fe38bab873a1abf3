import { randomBytes } from 'node:crypto';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { MailboxError } from '../../domain/errors.ts';
import { type Place, sectionAt, valueAt, withValueAt } from './json-edit.ts';

export interface FileChange {
  file: string;
  place: Place;
  value: object;
  /** Whether the file's owner takes comments and trailing commas. */
  comments: boolean;
  /** Whether the value holds a password: then the file is for its owner only. */
  secret: boolean;
  now: Date;
}

/** Programs like Claude Code write their own file all the time; so often we begin anew when it changed under us. */
const maxTries = 5;
/** Windows refuses to replace a file while a virus scanner or an editor looks at it. */
const busyPausesMs = [50, 150, 400, 1000];

/** What stands at the place of that file; undefined also when the file is missing or broken. */
export async function readValue(file: string, place: Place): Promise<unknown> {
  const bytes = await bytesOf(file).catch(() => undefined);
  return bytes === undefined ? undefined : valueAt(bytes.toString('utf8'), place);
}

/**
 * Everything in a section of that file; nothing also when the file is missing or broken.
 *
 * @throws MailboxError `forbidden` for a file that is there and cannot be read.
 */
export async function readSection(file: string, section: string): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await bytesOf(file).catch((cause) => {
    throw new MailboxError('forbidden', `The file cannot be read (${codeOf(cause)}).`, { cause });
  });
  return bytes === undefined ? {} : sectionAt(bytes.toString('utf8'), section);
}

/**
 * Puts a value into a JSON file: parsed, backed up, changed in that place alone, written beside and moved over the old
 * one, read again. A link is followed, so that it stays one. Whatever goes wrong before the move, a full disk or a power
 * cut included, the file is as it was.
 *
 * @returns the path of the backup, undefined when there was no file.
 * @throws MailboxError `invalid_input` for a file that is not what it should be, `conflict` for one that changes all the
 *   time, `forbidden` for one that cannot be written or that somebody has made read-only.
 */
export async function changeFile(change: FileChange): Promise<string | undefined> {
  try {
    return await tryChange(change);
  } catch (cause) {
    if (cause instanceof MailboxError) throw cause;
    throw new MailboxError('forbidden', `The file cannot be written (${codeOf(cause)}).`, { cause });
  }
}

async function tryChange(change: FileChange): Promise<string | undefined> {
  const target = await targetOf(change.file);
  const mode = await modeOf(target);
  // Moved over, it would be gone all the same: the folder's rights decide about that, not its own.
  if ((mode & 0o222) === 0)
    throw new MailboxError('forbidden', 'The file is read-only and was left as it is.');
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const before = await bytesOf(target);
    const after = withValueAt(textOf(before), change.place, change.value, change.comments);
    const backup = before && (await backUp(change.file, before, change.now));
    const moved = await replace(target, before, Buffer.from(after), modeFor(mode, change.secret));
    if (moved && isDeepStrictEqual(await readValue(target, change.place), change.value)) return backup;
    // What was once replaced may lie nowhere else any more.
    if (backup !== undefined && !moved) await rm(backup, { force: true });
  }
  throw new MailboxError('conflict', 'Another program keeps writing the file.');
}

/** Where the bytes lie: at the end of the links, also of one that points to nothing yet. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const isLink = await lstat(file).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    return isLink ? resolve(dirname(file), await readlink(file)) : file;
  }
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function textOf(bytes: Buffer | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new MailboxError('invalid_input', 'The file was left as it is: it is not UTF-8 text.', { cause });
  }
}

/** A copy beside the file as it is known to its owner, not beside the end of a link, which may be in a repository. */
async function backUp(file: string, bytes: Buffer, now: Date): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  for (let count = 1; ; count += 1) {
    const path = `${file}.backup-${stamp}${count === 1 ? '' : `-${count}`}`;
    try {
      await writeNew(path, bytes, 0o600);
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** New files are their owner's. */
async function modeOf(target: string): Promise<number> {
  return await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
}

/** A file that gets a password loses the rights of everybody but its owner; else its rights stay. */
function modeFor(mode: number, secret: boolean): number {
  return secret ? mode & 0o700 : mode;
}

/** False when the file is no longer what was read: then nothing is written over it. */
async function replace(target: string, before: Buffer | undefined, after: Buffer, mode: number) {
  const beside = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}`,
  );
  try {
    await writeNew(beside, after, mode);
    const current = await bytesOf(target);
    if (before ? !current?.equals(before) : current !== undefined) return false;
    await moveOver(beside, target);
    return true;
  } finally {
    await rm(beside, { force: true });
  }
}

/** On the disk when it returns; what could only be begun is taken away. */
async function writeNew(path: string, bytes: Buffer, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await fill(handle, bytes, mode);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function fill(handle: FileHandle, bytes: Buffer, mode: number): Promise<void> {
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function moveOver(from: string, to: string): Promise<void> {
  for (const pause of busyPausesMs) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error;
    }
    await sleep(pause);
  }
  await rename(from, to);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
