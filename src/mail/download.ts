import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { safeFileName } from '../content/file-name.ts';
import { MailboxError } from '../domain/errors.ts';
import type { DownloadedFile } from '../domain/mail.ts';

const maxCopies = 1000;

/** The one directory that files are saved to. */
export class DownloadTarget {
  private readonly configured: string | undefined;

  constructor(configured: string | undefined) {
    this.configured = configured;
  }

  /** Its real path; made when it is missing. @throws MailboxError when none is set or it cannot be used. */
  async directory(): Promise<string> {
    if (this.configured === undefined) {
      throw new MailboxError('unsupported', 'No download directory is set.', {
        hint: 'Set MAILBOX_DOWNLOAD_DIR to the directory attachments may be saved to, then restart the server.',
      });
    }
    try {
      await mkdir(this.configured, { recursive: true });
      return await realpath(this.configured);
    } catch (cause) {
      throw new MailboxError('forbidden', 'The download directory cannot be used.', {
        hint: 'Check MAILBOX_DOWNLOAD_DIR and its permissions.',
        cause,
      });
    }
  }
}

/**
 * A file that comes into being: under a safe base name that is not taken, readable by the owner only. O_EXCL follows
 * no symlink and overwrites nothing; `discard` leaves no part of it behind.
 */
export class NewFile {
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly hash = createHash('sha256');
  private size = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  /** @throws MailboxError `conflict` when too many files have that name, `unavailable` when none can be made. */
  static async create(directory: string, name: string): Promise<NewFile> {
    const { name: stem, ext } = parse(safeFileName(name));
    for (let copy = 0; copy < maxCopies; copy++) {
      const path = join(directory, copy === 0 ? `${stem}${ext}` : `${stem} (${copy})${ext}`);
      const handle = await openNew(path);
      if (handle) return new NewFile(path, handle);
    }
    throw new MailboxError('conflict', 'Too many files of this name are in the download directory.');
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0) return;
    this.hash.update(bytes);
    this.size += bytes.byteLength;
    try {
      await this.handle.writeFile(bytes);
    } catch (cause) {
      throw unwritable(cause);
    }
  }

  async finish(): Promise<DownloadedFile> {
    await this.handle.close();
    return { path: this.path, size: this.size, sha256: this.hash.digest('hex') };
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.path, { force: true });
  }
}

/** undefined when the name is taken. */
async function openNew(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  try {
    return await open(path, flags, 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw unwritable(cause);
  }
}

function unwritable(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'The file could not be saved.', {
    hint: 'Check free space and permissions of MAILBOX_DOWNLOAD_DIR.',
    retryable: false,
    cause,
  });
}
