import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MailboxError } from '../../domain/errors.ts';
import { type Place, UnusableFile, valueAt, withValueAt } from './json-edit.ts';
import {
  bytesOf,
  codeOf,
  makeFolder,
  type Rights,
  replace,
  rightsOf,
  targetOf,
  writeNew,
} from './safe-file.ts';

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

/** What stands at the place of that file; undefined also when the file is missing or cannot be read. */
export async function readValue(file: string, place: Place): Promise<unknown> {
  try {
    const bytes = await bytesOf(file);
    return bytes === undefined ? undefined : valueAt(bytes.toString('utf8'), place);
  } catch {
    return undefined;
  }
}

/**
 * All that stands in that file; undefined when there is none.
 *
 * @throws MailboxError `forbidden` for one that is there and cannot be read, `invalid_input` for what is no regular file.
 */
export async function readBytes(file: string): Promise<Buffer | undefined> {
  return await bytesOf(file).catch((cause) => {
    if (cause instanceof MailboxError) throw cause;
    throw new MailboxError('forbidden', `The file cannot be read (${codeOf(cause)}).`, { cause });
  });
}

/** What will keep a value out of that file, as far as it can be seen without writing; undefined: nothing. */
export async function obstacleTo(
  file: string,
  place: Place,
  comments: boolean,
): Promise<MailboxError | undefined> {
  try {
    const target = await targetOf(file);
    const before = await readBytes(target);
    if (before === undefined) return undefined;
    refuseReadOnly(await rightsOf(target));
    withValueAt(textOf(before), place, {}, comments);
    return undefined;
  } catch (cause) {
    if (cause instanceof MailboxError) return cause;
    return new MailboxError('forbidden', `The file cannot be read (${codeOf(cause)}).`, { cause });
  }
}

/** The same as a sentence. */
export async function obstacleIn(file: string, place: Place, comments: boolean): Promise<string | undefined> {
  const obstacle = await obstacleTo(file, place, comments);
  if (obstacle instanceof UnusableFile)
    return `${obstacle.why.replace(/^[a-z]/u, (letter) => letter.toUpperCase())}.`;
  return obstacle?.message;
}

/**
 * Puts a value into a JSON file: parsed, backed up, changed in that place alone, written beside and moved over the old
 * one, read again. A link is followed, so that it stays one. Whatever goes wrong before the move, a full disk or a power
 * cut included, the file is as it was.
 *
 * @returns the path of the backup, undefined when there was no file.
 * @throws MailboxError `invalid_input` for what is no regular file or not what it should be, `conflict` for one that
 *   changes all the time, `forbidden` for one that cannot be written, is another user's, or was made read-only.
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
  await makeFolder(dirname(target));
  const rights = await rightsOf(target);
  refuseReadOnly(rights);
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const before = await bytesOf(target);
    const after = withValueAt(textOf(before), change.place, change.value, change.comments);
    const backup = before && (await backUp(change.file, before, change.now, rights));
    let moved = false;
    try {
      moved = await replace(target, before, Buffer.from(after), withSecret(rights, change.secret));
    } finally {
      // What was once replaced may lie nowhere else any more.
      if (backup !== undefined && !moved) await rm(backup, { force: true });
    }
    if (moved && isDeepStrictEqual(await readValue(target, change.place), change.value)) return backup;
  }
  throw new MailboxError('conflict', 'Another program keeps writing the file.');
}

/** Moved over, it would be gone all the same: the folder's rights decide about that, not its own. */
function refuseReadOnly({ mode }: Rights): void {
  if ((mode & 0o222) === 0)
    throw new MailboxError('forbidden', 'The file is read-only and was left as it is.');
}

/** @throws UnusableFile for what is not UTF-8. */
export function textOf(bytes: Buffer | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UnusableFile('it is not UTF-8 text', cause);
  }
}

/** A copy beside the file as it is known to its owner, not beside the end of a link, which may be in a repository. */
async function backUp(file: string, bytes: Buffer, now: Date, { owner }: Rights): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  for (let count = 1; ; count += 1) {
    const path = `${file}.backup-${stamp}${count === 1 ? '' : `-${count}`}`;
    try {
      await writeNew(path, bytes, { mode: 0o600, owner });
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** A file that gets a password loses the rights of everybody but its owner; else its rights stay. */
function withSecret({ mode, owner }: Rights, secret: boolean): Rights {
  return { mode: secret ? mode & 0o700 : mode, owner };
}
