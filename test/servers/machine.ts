import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Our environment, with the folders in which Debian keeps servers. */
export const env = {
  ...process.env,
  PATH: [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter),
};

export const isRoot = process.getuid?.() === 0;

/**
 * Whether tests may start this server: `MAILBOX_TEST_SERVERS` names those that may, separated by commas, or is
 * `none`. Unset: all that are installed.
 */
export function serverWanted(name: 'dovecot' | 'postfix' | 'radicale' | 'cyrus'): boolean {
  const chosen = process.env.MAILBOX_TEST_SERVERS;
  return process.platform !== 'win32' && (chosen === undefined || chosen.split(',').includes(name));
}

/** A folder for one server. AF_UNIX paths end at 107 characters, and the sockets lie up to 40 below it. */
export function serverFolder(): string {
  const dir = mkdtempSync(join(tmpdir().length > 50 ? '/tmp' : tmpdir(), 'mbx-'));
  chmodSync(dir, 0o755);
  return dir;
}
