import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rm } from 'node:fs/promises';
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
 * Writes the bytes under a safe base name that is not taken, readable by the owner only. O_EXCL follows no symlink
 * and overwrites nothing; a file that could not be completed is removed.
 */
export async function saveFile(directory: string, name: string, bytes: Uint8Array): Promise<DownloadedFile> {
  const { name: stem, ext } = parse(safeFileName(name));
  for (let copy = 0; copy < maxCopies; copy++) {
    const path = join(directory, copy === 0 ? `${stem}${ext}` : `${stem} (${copy})${ext}`);
    if (await writeNew(path, bytes)) {
      return { path, size: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
    }
  }
  throw new MailboxError('conflict', 'Too many files of this name are in the download directory.');
}

/** False when the name is taken. */
async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  try {
    const file = await open(path, flags, 0o600);
    try {
      await file.writeFile(bytes);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new MailboxError('unavailable', 'The file could not be saved.', {
      hint: 'Check free space and permissions of MAILBOX_DOWNLOAD_DIR.',
      cause,
    });
  }
}
