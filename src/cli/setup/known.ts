import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Env } from '../../config/read-config.ts';
import { knownServers } from './client-file.ts';
import type { Client, Machine } from './clients.ts';
import { entryName } from './entry.ts';
import { formerSettings, isOurs } from './entry-reading.ts';
import { isSameAddress } from './merging.ts';

/** What the assistant may do, from all to least. */
export const freedoms = ['direct', 'confirm', 'drafts-only', 'read-only'] as const;
export type Freedom = (typeof freedoms)[number];

/** What is known before anything is asked: from the environment, and from our entries however they are called. */
export interface Known {
  email: string | undefined;
  /** The least any entry gives: whoever only presses Enter takes no restriction away. */
  freedom: Freedom;
  /** MAILBOX_CA_FILE for that address, if it can be read. */
  caFileOf(email: string): string | undefined;
}

export async function knownOf(
  machine: Machine,
  clients: readonly Client[],
  email = machine.env.MAILBOX_EMAIL,
): Promise<Known> {
  const servers = (await Promise.all(clients.map((client) => knownServers(client, machine)))).flat();
  const ours = servers.filter(({ name, entry }) => name === entryName || isOurs(entry));
  const formers = ours.map(({ entry }) => formerSettings(entry));
  const given = formers.map((former) => freedoms.indexOf(freedomIn(former)));
  return {
    email,
    freedom: freedoms[Math.max(0, ...given)] ?? 'direct',
    caFileOf: (address) => {
      const same = formers.filter((former) => isSameAddress(former, address));
      const named = [machine.env, ...same].flatMap(({ MAILBOX_CA_FILE: file }) => file ?? []);
      return named.map((file) => atHome(file, machine.env)).find(isReadable);
    },
  };
}

/** What is not clearly switched off counts. */
function freedomIn({ MAILBOX_READ_ONLY: readOnly = '', MAILBOX_SEND: send = '' }: Env): Freedom {
  if (!/^(?:false|0|no|off|)$/u.test(readOnly.trim().toLowerCase())) return 'read-only';
  return freedoms.find((freedom) => freedom === send.trim().toLowerCase()) ?? 'direct';
}

function atHome(file: string, { HOME, USERPROFILE }: Env): string {
  return file.trim().replace(/^~(?=\/)/u, HOME ?? USERPROFILE ?? '~');
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return isAbsolute(file) && statSync(file).isFile();
  } catch {
    return false;
  }
}
