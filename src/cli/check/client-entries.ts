import type { Env } from '../../config/read-config.ts';
import { cleanLine } from '../../content/clean.ts';
import { toMailboxError } from '../../domain/errors.ts';
import { type MisplacedEntry, readClientFile, type ServerEntry } from '../setup/client-file.ts';
import { type Client, clients, type Machine } from '../setup/clients.ts';
import { entryName } from '../setup/entry.ts';
import { argsIn, isObject, isOurs, settingsIn, startsPlainly, startsUs } from '../setup/entry-reading.ts';
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
  /** It may be another program's, whose settings are called like ours. */
  isUnsure: boolean;
}

/** A file that holds something about us and that its client cannot read. */
export interface BrokenFile {
  /** Where and why, as a sentence. */
  fault: string;
  /** What to do about it. */
  hint: string;
}

/** All that the clients on a machine have to tell. */
export interface Entries {
  /**
   * By client; our entry under its own name before one that somebody has called otherwise, those that may be another
   * program's and then those that are switched off behind all others.
   */
  entries: Found[];
  broken: BrokenFile[];
  /** Files that could not be read and say nothing about us as far as can be seen, and what no client finds: where and why. */
  unreadable: string[];
}

/** Never rejects. */
export async function entriesOn(machine: Machine): Promise<Entries> {
  const entries: Found[] = [];
  const broken: BrokenFile[] = [];
  const unreadable: string[] = [];
  for (const client of clients) {
    const { file } = client.places(machine);
    const place = `${client.name}, ${file}`;
    try {
      const { fault, isAboutUs, servers, misplaced } = await readClientFile(client, machine);
      if (fault === undefined) {
        entries.push(...ourEntries(servers, client, file));
        unreadable.push(...misplaced.map((entry) => `${place}: ${misplacement(entry, client)}`));
      } else if (isAboutUs) broken.push(brokenFile(client, file, fault));
      else unreadable.push(`${place}: ${fault}.`);
    } catch (error) {
      unreadable.push(`${place}: ${toMailboxError(error).message}`);
    }
  }
  const last = ({ isOff, isUnsure }: Found) => Number(isOff) * 2 + Number(isUnsure);
  return { entries: entries.sort((a, b) => last(a) - last(b)), broken, unreadable };
}

/** What stands in it is not tried: read by guessing, it could send a password to a wrong host. */
function brokenFile({ name }: Client, file: string, fault: string): BrokenFile {
  return {
    fault: `${name} cannot read ${file}: ${fault}.`,
    hint: `Correct that in an editor, or put back a copy of the file; until then ${name} starts no server that stands in it.`,
  };
}

function misplacement({ name, section }: MisplacedEntry, client: Client): string {
  const where = section === undefined ? `outside "${client.section}"` : `under "${section}"`;
  return `"${cleanLine(name, 60)}" stands ${where}, where ${client.name} does not look. Move it into "${client.section}".`;
}

function ourEntries(servers: readonly ServerEntry[], { name: client }: Client, file: string): Found[] {
  const folders = [...new Set(servers.map(({ folder }) => folder))];
  const isOwn = ({ name }: ServerEntry) => name === entryName;
  const own = servers.filter(
    (server) => isOurs(server.entry) || (isOwn(server) && startsPlainly(server.entry)),
  );
  return own
    .sort(
      (a, b) => folders.indexOf(a.folder) - folders.indexOf(b.folder) || Number(isOwn(b)) - Number(isOwn(a)),
    )
    .map((server) => found(server, client, file));
}

function found({ name, entry, folder }: ServerEntry, client: string, file: string): Found {
  const settings = settingsIn(entry);
  const isOff = isSwitchedOff(entry);
  const remarks = [
    ...(name === entryName ? [] : [`"${cleanLine(name, 60)}"`]),
    ...(isOff ? ['switched off'] : []),
  ];
  const which = remarks.length === 0 ? '' : ` (${remarks.join(', ')})`;
  const where = folder === undefined ? file : `${file}, in ${folder}`;
  const hasAccount = Boolean(settings.MAILBOX_EMAIL || settings.MAILBOX_ACCOUNTS);
  return {
    ...{ from: `${client}${which}, ${where}`, settings, isOff },
    ...{ args: argsIn(entry), fault: argumentFault(entry) },
    isUnsure: !(hasAccount || name === entryName || startsUs(entry)),
  };
}

function isSwitchedOff(entry: unknown): boolean {
  return isObject(entry) && (entry.disabled === true || entry.enabled === false);
}
