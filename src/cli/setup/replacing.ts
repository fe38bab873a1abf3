import type { Env } from '../../config/read-config.ts';
import { cleanLine } from '../../content/clean.ts';
import { toldWord } from '../options.ts';
import type { Asker } from './asker.ts';
import { knownServers, type ServerEntry } from './client-file.ts';
import type { Client, Machine } from './clients.ts';
import { entryName } from './entry.ts';
import { formerSettings, isObject, isOurs, isReadWhole, started } from './entry-reading.ts';
import { carriedOver, isSameAddress, lostNames } from './merging.ts';

/** Where in the file of a client the entry goes. */
export interface Slot {
  /** How it is called there. */
  name: string;
  /** The entry to be replaced, as it stands there. */
  former: unknown;
  /** Its settings that stay. */
  carried: Record<string, string>;
}

/**
 * The slot of the entry in a client, after asking whether what stands there may be replaced. An entry of ours for the same
 * address is replaced whatever its name: beside it a second one would list the same tools, and allow what it forbids.
 *
 * @param env the settings of the new entry.
 * @returns undefined when what stands there is to stay.
 */
export async function askSlot(
  ask: Asker,
  machine: Machine,
  client: Client,
  env: Record<string, string>,
): Promise<Slot | undefined> {
  const servers = await knownServers(client, machine);
  const name = nameOfOurs(servers, env);
  const slot =
    (await slotCalled(ask, client, servers, { name, env })) ??
    (name !== entryName && (await ask.confirm({ message: `${beside} ${rivalry}`, initial: false }))
      ? await slotCalled(ask, client, servers, { name: entryName, env })
      : undefined);
  if (slot) tellOthers(ask, client, servers, { slot, env });
  return slot;
}

const beside = `Add a second entry, "${entryName}", beside it?`;
const rivalry = 'Both list the same tools, and what one of them forbids, the other may do.';

/** The entry under our own name goes before others. */
function nameOfOurs(servers: readonly ServerEntry[], env: Env): string {
  const same = servers.filter((server) => server.folder === undefined && isRival(server, env));
  const own = same.find(({ name }) => name === entryName);
  return (own ?? same[0])?.name ?? entryName;
}

/** Whether it opens the same mailbox, as far as it says which. */
function isRival({ entry }: ServerEntry, { MAILBOX_EMAIL: email = '' }: Env): boolean {
  if (!isOurs(entry)) return false;
  const settings = formerSettings(entry);
  if (settings.MAILBOX_ACCOUNTS) return false;
  return !settings.MAILBOX_EMAIL?.trim() || isSameAddress(settings, email);
}

async function slotCalled(
  ask: Asker,
  client: Client,
  servers: readonly ServerEntry[],
  { name, env }: { name: string; env: Record<string, string> },
): Promise<Slot | undefined> {
  const former = servers.find((server) => server.name === name && server.folder === undefined)?.entry;
  const settings = formerSettings(former);
  const carried = carriedOver(settings, env);
  if (former !== undefined) {
    const losses = lossesOf(former, settings, { ...carried, ...env });
    const there = `${client.name} has an entry ${shown(name)}${whoseOf(settings)} already.`;
    const message = [there, 'Replace it?', ...losses].join(' ');
    if (!(await ask.confirm({ message, initial: losses.length === 0 }))) return undefined;
  }
  return { name, former, carried };
}

/** Our other entries in that file stay, and with them what they allow. */
function tellOthers(
  ask: Asker,
  client: Client,
  servers: readonly ServerEntry[],
  { slot, env }: { slot: Slot; env: Env },
): void {
  for (const server of servers) {
    const { name, folder, entry } = server;
    const isIt = folder === undefined && name === slot.name;
    if (isIt || !isOurs(entry)) continue;
    const where = folder === undefined ? '' : `, in ${folder}`;
    const words = isRival(server, env) ? ` ${rivalry}` : '';
    const whose = whoseOf(formerSettings(entry));
    ask.tell(`${client.name} has ${shown(name)}${whose}${where}, too. It stays as it is.${words}`);
  }
}

function shown(name: string): string {
  return `"${cleanLine(name, 60)}"`;
}

function whoseOf({ MAILBOX_ACCOUNTS: accounts, MAILBOX_EMAIL: email }: Env): string {
  if (accounts) return ` for several accounts (${cleanLine(accounts, 60)})`;
  return email ? ` for ${cleanLine(email, 100)}` : '';
}

/** What would be gone from an entry, as sentences. Several accounts in one are nothing setup can write. */
function lossesOf(former: unknown, settings: Env, whole: Env): string[] {
  if (!isOurs(former) || started(former).command === undefined) return lossesOfStranger(former);
  const lost = lostNames(settings, whole);
  return [
    ...(settings.MAILBOX_ACCOUNTS ? ['They will be gone from it: setup knows one account only.'] : []),
    ...(lost.length > 0 ? [`It will be without ${lost.join(', ')}.`] : []),
    ...(isReadWhole(former)
      ? []
      : ['It starts the program in a way of its own; that will be gone, and what it may restrict with it.']),
  ];
}

/** Names of its parts alone: the values may be secrets. */
function lossesOfStranger(former: unknown): string[] {
  if (!isObject(former)) return ['It is no entry of a server, and will be gone.'];
  const parts = Object.keys(former);
  if (parts.length === 0) return [];
  const program = programOf(former);
  const whose = program === '' ? '' : ` (${program})`;
  return [`It is another server's${whose}: its ${cleanLine(parts.join(', '), 300)} will be gone.`];
}

/** What it starts, or the host it speaks to; a path or a query may hold a token. */
function programOf(former: Readonly<Record<string, unknown>>): string {
  const { command } = started(former);
  const url = typeof former.url === 'string' && URL.canParse(former.url) ? new URL(former.url) : undefined;
  const program = typeof command === 'string' ? command : url?.host;
  const [first = ''] = program?.trim().split(/\s/u) ?? [];
  return cleanLine(toldWord(first.split(/[\\/]/u).at(-1) ?? ''), 60);
}
