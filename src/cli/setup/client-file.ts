import { cleanLine } from '../../content/clean.ts';
import { type Client, clients, type Machine } from './clients.ts';
import { readBytes, textOf } from './config-file.ts';
import { isObject, isOurs, mentionsUs } from './entry-reading.ts';
import { faultIn, UnusableFile, wholeIn } from './json-edit.ts';

/** One server that a client knows. */
export interface ServerEntry {
  name: string;
  entry: unknown;
  /** The folder in which alone its client starts it, fit to be shown; undefined: everywhere. */
  folder: string | undefined;
}

/** An entry of ours that its client does not find. */
export interface MisplacedEntry {
  name: string;
  /** Under which it stands; undefined: under none. */
  section: string | undefined;
}

/** The file of a client, as the client reads it. */
export interface ClientFile {
  /** Why the client cannot read it, as the end of a sentence; undefined also when there is none. */
  fault: string | undefined;
  /** Whether something about us stands in it. */
  isAboutUs: boolean;
  /** Also of a file with a fault, as far as it goes. */
  servers: readonly ServerEntry[];
  misplaced: readonly MisplacedEntry[];
}

/** @throws MailboxError for a file that is there and cannot be read, and for what is no regular file. */
export async function readClientFile(
  { places, section, comments }: Client,
  machine: Machine,
): Promise<ClientFile> {
  const bytes = await readBytes(places(machine).file);
  if (bytes === undefined) return { fault: undefined, isAboutUs: false, servers: [], misplaced: [] };
  const loosely = bytes.toString('utf8');
  return {
    ...readable(bytes, loosely, section, comments),
    // In UTF-16 there is a zero byte behind every letter.
    isAboutUs: mentionsUs(loosely.replaceAll('\0', '')),
  };
}

/** The servers in the file of a client, as far as it can be read. Never rejects. */
export async function knownServers(client: Client, machine: Machine): Promise<readonly ServerEntry[]> {
  return await readClientFile(client, machine).then(
    ({ servers }) => servers,
    () => [],
  );
}

function readable(bytes: Buffer, loosely: string, section: string, comments: boolean) {
  try {
    const whole = wholeIn(loosely);
    const read = { servers: serversIn(whole, section), misplaced: misplacedIn(whole, section) };
    return { fault: faultIn(textOf(bytes), comments), ...read };
  } catch (error) {
    if (error instanceof UnusableFile) return { fault: error.why, servers: [], misplaced: [] };
    throw error;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** What a client starts everywhere, then what only in one folder: there Claude Code keeps what `claude mcp add` adds. */
function serversIn(whole: Members, section: string): ServerEntry[] {
  const inFolders = Object.entries(membersOf(whole.projects)).flatMap(([folder, project]) =>
    listed(membersOf(membersOf(project)[section]), cleanLine(folder, 300)),
  );
  return [...listed(membersOf(whole[section]), undefined), ...inFolders];
}

/** Ours where another client keeps its servers, or in no section at all. */
function misplacedIn(whole: Members, section: string): MisplacedEntry[] {
  const others = [...new Set(clients.map((client) => client.section))].filter((name) => name !== section);
  const places = [undefined, ...others].map((name) => ({
    section: name,
    members: name === undefined ? whole : membersOf(whole[name]),
  }));
  return places.flatMap(({ section: under, members }) =>
    Object.keys(members).flatMap((name) => (isOurs(members[name]) ? { name, section: under } : [])),
  );
}

function listed(servers: Members, folder: string | undefined): ServerEntry[] {
  return Object.entries(servers).map(([name, entry]) => ({ name, entry, folder }));
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}
