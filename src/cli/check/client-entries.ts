import type { Env } from '../../config/read-config.ts';
import { cleanLine } from '../../content/clean.ts';
import { toMailboxError } from '../../domain/errors.ts';
import { clients, type Machine } from '../setup/clients.ts';
import { readSection } from '../setup/config-file.ts';
import { entryName } from '../setup/entry.ts';
import { argsIn, isObject, settingsIn } from '../setup/entry-reading.ts';
import { argumentFault } from './entry-arguments.ts';

/** An entry for us, and where it stands. */
export interface Found {
  /** `Claude Desktop, /path` */
  from: string;
  settings: Env;
  /** What it says on the command line. */
  args: readonly string[];
  /** What is wrong with that, as a sentence. */
  fault: string | undefined;
  /** Its client does not start it. */
  isOff: boolean;
}

/**
 * By client; our entry under its own name before one that somebody has called otherwise, and those that are switched off
 * behind all others. Never rejects.
 */
export async function entriesOn(machine: Machine): Promise<{ entries: Found[]; unreadable: string[] }> {
  const entries: Found[] = [];
  const unreadable: string[] = [];
  for (const { name, section, places } of clients) {
    const { file } = places(machine);
    const scopes = await scopesIn(file, section).catch((error: unknown) => {
      unreadable.push(`${name}, ${file}: ${toMailboxError(error).message}`);
      return [];
    });
    for (const { place, servers } of scopes) entries.push(...ourEntries(servers, name, place));
  }
  return { entries: entries.sort((a, b) => Number(a.isOff) - Number(b.isOff)), unreadable };
}

interface Scope {
  place: string;
  servers: Readonly<Record<string, unknown>>;
}

/** What a client starts everywhere, then what only in one folder: there Claude Code keeps what `claude mcp add` adds. */
async function scopesIn(file: string, section: string): Promise<Scope[]> {
  const everywhere = { place: file, servers: await readSection(file, section) };
  const projects = Object.entries(await readSection(file, 'projects'));
  const inFolders = projects.map(([folder, project]) => ({
    place: `${file}, in ${cleanLine(folder, 300)}`,
    servers: memberOf(project, section),
  }));
  return [everywhere, ...inFolders];
}

function memberOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return isObject(value) && isObject(value[name]) ? value[name] : {};
}

function ourEntries(servers: Scope['servers'], client: string, place: string): Found[] {
  return Object.entries(servers)
    .map(([key, entry]) => ({ key, entry, settings: settingsIn(entry) }))
    .filter(({ settings }) => settings.MAILBOX_EMAIL || settings.MAILBOX_ACCOUNTS)
    .sort((a, b) => Number(b.key === entryName) - Number(a.key === entryName))
    .map(({ key, entry, settings }) => {
      const isOff = isSwitchedOff(entry);
      const remarks = [
        ...(key === entryName ? [] : [`"${cleanLine(key, 60)}"`]),
        ...(isOff ? ['switched off'] : []),
      ];
      const which = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
      return {
        ...{ from: `${client}${which}, ${place}`, settings, isOff },
        ...{ args: argsIn(entry), fault: argumentFault(entry) },
      };
    });
}

function isSwitchedOff(entry: unknown): boolean {
  return isObject(entry) && (entry.disabled === true || entry.enabled === false);
}
