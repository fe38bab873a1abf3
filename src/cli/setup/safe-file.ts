import { randomBytes } from 'node:crypto';
import {
  type FileHandle,
  lchown,
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
import { MailboxError } from '../../domain/errors.ts';

/** Whose a file is and what they may do with it. */
export interface Rights {
  mode: number;
  /** Undefined: whoever runs `setup`. */
  owner: { uid: number; gid: number } | undefined;
}

/** Windows refuses to replace a file while a virus scanner or an editor looks at it. */
const busyPausesMs = [50, 150, 400, 1000];

/** Where the bytes lie: at the end of the links, also of those that point to nothing yet. */
export async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    const link = await readlink(file).catch(() => undefined);
    // `..` in a link starts from where the link really is.
    return link === undefined ? file : await targetOf(resolve(await realpath(dirname(file)), link));
  }
}

/**
 * Undefined for a file that is not there.
 *
 * @throws MailboxError `invalid_input` for what is no file: a pipe would be waited for without end, a device replaced.
 */
export async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    const found = await stat(file);
    // A folder says by itself that it is one.
    if (found.isFile() || found.isDirectory()) return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  throw new MailboxError('invalid_input', 'It is no regular file.');
}

/** A new file is for its owner only, and belongs to whoever has the folder when the superuser makes it. */
export async function rightsOf(target: string): Promise<Rights> {
  try {
    const { mode, uid, gid } = await stat(target);
    return { mode: mode & 0o777, owner: { uid, gid } };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return { mode: 0o600, owner: isRoot() ? await ownerOf(dirname(target)) : undefined };
  }
}

/** With those around it. What `sudo` makes in somebody's home is that person's. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined || !isRoot()) return;
  const { uid, gid } = await ownerOf(dirname(first));
  for (let made = folder; made.length >= first.length; made = dirname(made)) await lchown(made, uid, gid);
}

async function ownerOf(path: string) {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** False when the file is no longer what was read: then nothing is written over it. */
export async function replace(
  target: string,
  before: Buffer | undefined,
  after: Buffer,
  rights: Rights,
): Promise<boolean> {
  const beside = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}`,
  );
  try {
    await writeNew(beside, after, rights);
    const current = await bytesOf(target);
    if (before ? !current?.equals(before) : current !== undefined) return false;
    await moveOver(beside, target);
    return true;
  } finally {
    await rm(beside, { force: true });
  }
}

/** On the disk when it returns; what could only be begun is taken away. */
export async function writeNew(path: string, bytes: Buffer, rights: Rights): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await fill(handle, bytes, rights);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function fill(handle: FileHandle, bytes: Buffer, { mode, owner }: Rights): Promise<void> {
  try {
    await handle.writeFile(bytes);
    const { uid, gid } = await handle.stat();
    if (owner && (owner.uid !== uid || owner.gid !== gid)) await handOver(handle, owner);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function handOver(handle: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await handle.chown(uid, gid).catch((cause) => {
    const sentence = 'The file belongs to another user or group and was left as it is.';
    throw new MailboxError('forbidden', sentence, { cause });
  });
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

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
