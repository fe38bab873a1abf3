import type { Env } from '../../config/read-config.ts';
import { cleanLine } from '../../content/clean.ts';
import { toldWord } from '../options.ts';
import type { Asker } from './asker.ts';
import { knownServers, type ServerEntry } from './client-file.ts';
import type { Client, Machine } from './clients.ts';
import { entryName } from './entry.ts';
import { formerSettings, isObject, isOurs, isReadWhole, started } from './entry-reading.ts';
import { carriedOver, lostNames } from './merging.ts';
import { ownNames, type Relation, relationOf } from './relation.ts';

/** Where in the file of a client the entry goes. */
export interface Slot {
  /** How it is called there. */
  name: string;
  /** The entry to be replaced, as it stands there. */
  former: unknown;
  /** Its settings that stay. */
  carried: Record<string, string>;
}

/** What two entries for one mailbox mean, as sentences. */
const both = 'Both list the same tools, and what one of them forbids, the other may do.';
const perhaps = 'They may open the same mailbox; then what one of them forbids, the other may do.';
const rivalry: Readonly<Record<Relation, readonly string[]>> = {
  ...{ same: [both], among: [both], unsaid: [perhaps] },
  ...{ other: [], stranger: [] },
};

/** Those that are to make room, the surest first. */
const ranks: readonly Relation[] = ['same', 'among', 'unsaid'];

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
  const slot = slotIn(servers, env);
  const chosen = (await mayReplace(ask, client, slot, env))
    ? slot
    : await askBeside(ask, servers, slot, env.MAILBOX_EMAIL);
  if (chosen) tellOthers(ask, client, servers, { slot: chosen, env });
  else ask.tell(`${client.name}: nothing will be written there, its file stays as it is.`);
  return chosen;
}

/** Where the entry would go, with nobody asked: for a file that it can only be copied into by hand. */
export async function likelySlot(
  machine: Machine,
  client: Client,
  env: Record<string, string>,
): Promise<Slot> {
  const servers = await knownServers(client, machine);
  const slot = slotIn(servers, env);
  const isFree = slot.former === undefined || relationOf(slot.former, env.MAILBOX_EMAIL) === 'same';
  return isFree ? slot : { name: freeName(servers), former: undefined, carried: {} };
}

function slotIn(servers: readonly ServerEntry[], env: Record<string, string>): Slot {
  const name = nameOfOurs(servers, env);
  const former = everywhere(servers).find((server) => server.name === name)?.entry;
  return { name, former, carried: carriedOver(formerSettings(former), env) };
}

/** Those of a single folder are started in that folder alone, and never replaced. */
function everywhere(servers: readonly ServerEntry[]): readonly ServerEntry[] {
  return servers.filter(({ folder }) => folder === undefined);
}

/** One for that very address goes before one that may be for it, and the entry under our own name before others. */
function nameOfOurs(servers: readonly ServerEntry[], { MAILBOX_EMAIL: email }: Env): string {
  const rank = ({ name, entry }: ServerEntry) =>
    ranks.indexOf(relationOf(entry, email)) * 2 + Number(name !== entryName);
  const rivals = everywhere(servers).filter(({ entry }) => ranks.includes(relationOf(entry, email)));
  return [...rivals].sort((a, b) => rank(a) - rank(b))[0]?.name ?? entryName;
}

/** Whether an entry that will stay is left alone, and a second one is written beside it under a name that is free. */
async function askBeside(
  ask: Asker,
  servers: readonly ServerEntry[],
  { name: taken, former }: Slot,
  email: string | undefined,
): Promise<Slot | undefined> {
  const relation = relationOf(former, email);
  const isOwnRival = taken === entryName && (relation === 'same' || relation === 'among');
  if (relation === 'stranger' || isOwnRival) return undefined;
  const name = freeName(servers);
  const message = [`Add a second entry, "${name}", beside it?`, ...rivalry[relation]].join(' ');
  if (!(await ask.confirm({ message, initial: relation === 'other' }))) return undefined;
  return { name, former: undefined, carried: {} };
}

function freeName(servers: readonly ServerEntry[]): string {
  const names = everywhere(servers).map(({ name }) => name);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? entryName : `${entryName}-${count}`;
    if (!names.includes(name)) return name;
  }
}

async function mayReplace(
  ask: Asker,
  client: Client,
  { name, former, carried }: Slot,
  env: Record<string, string>,
): Promise<boolean> {
  if (former === undefined) return true;
  const settings = formerSettings(former);
  const losses = lossesOf(former, settings, { ...carried, ...env });
  const there = `${client.name} has an entry ${shown(name)}${whoseOf(settings)} already.`;
  return await ask.confirm({
    message: [there, 'Replace it?', ...losses].join(' '),
    initial: losses.length === 0,
  });
}

/** Our other entries in that file stay, and with them what they allow. */
function tellOthers(
  ask: Asker,
  client: Client,
  servers: readonly ServerEntry[],
  { slot, env }: { slot: Slot; env: Env },
): void {
  for (const { name, folder, entry } of servers) {
    const isIt = folder === undefined && name === slot.name;
    if (isIt || !isOurs(entry)) continue;
    const where = folder === undefined ? '' : `, in ${folder}`;
    const whose = whoseOf(formerSettings(entry));
    const words = rivalry[relationOf(entry, env.MAILBOX_EMAIL)];
    const stays = `${client.name} has ${shown(name)}${whose}${where}, too. It stays as it is.`;
    ask.tell([stays, ...words].join(' '));
  }
}

function shown(name: string): string {
  return `"${cleanLine(name, 60)}"`;
}

function whoseOf({ MAILBOX_ACCOUNTS: accounts, MAILBOX_EMAIL: email }: Env): string {
  if (accounts) return ` for several accounts (${cleanLine(accounts, 60)})`;
  return email ? ` for ${shownAddress(email)}` : '';
}

/** What stands behind a space is no part of an address, and may be a password in a line for another computer. */
function shownAddress(email: string): string {
  return cleanLine(email.trim().split(/\s/u)[0] ?? '', 100);
}

/** What would be gone from an entry, as sentences. Several accounts in one are nothing setup can write. */
function lossesOf(former: unknown, settings: Env, whole: Env): string[] {
  if (!isOurs(former) || started(former).command === undefined) return lossesOfStranger(former);
  const relation = relationOf(former, whole.MAILBOX_EMAIL);
  const lost = lostNames(settings, whole);
  return [
    ...(settings.MAILBOX_ACCOUNTS
      ? ['They will be gone from it: setup knows one account only.']
      : lossOfAnother(relation, settings)),
    ...(lost.length > 0 ? [`It will be without ${lost.join(', ')}.`] : []),
    ...(isReadWhole(former)
      ? []
      : ['It starts the program in a way of its own; that will be gone, and what it may restrict with it.']),
    ...(relation === 'unsaid' ? doubtsAbout(former, settings) : []),
  ];
}

function lossOfAnother(relation: Relation, { MAILBOX_EMAIL: email = '' }: Env): string[] {
  return relation === 'other' ? [`The other mailbox, ${shownAddress(email)}, will be gone from it.`] : [];
}

/** An entry that has nothing of its own is for whatever the environment says, and loses nothing. */
function doubtsAbout(former: unknown, settings: Env): string[] {
  const own = ownNames(former, settings);
  if (own.length === 0) return [];
  const names = cleanLine(own.join(', '), 300);
  return [`It does not say whose mailbox it opens, and has ${names} of its own: it may be another one.`];
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
