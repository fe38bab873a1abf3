import type { Env } from '../../config/read-config.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Asker } from './asker.ts';
import type { Client, Machine } from './clients.ts';
import { changeFile, readValue } from './config-file.ts';
import { type Entry, entryFor, entryName, entryText, type Launch, placeOf, withoutSecrets } from './entry.ts';
import { formerSettings, isReadWhole } from './entry-reading.ts';
import { carriedOver, foreignParts, keptNames, lostNames } from './merging.ts';

/** A client to write to and what stands in its file under our name. */
export interface Target {
  client: Client;
  file: string;
  /** The entry to be replaced, as it stands there. */
  former: unknown;
  /** Its settings that stay. */
  carried: Record<string, string>;
}

/**
 * Which of the clients, and whether an entry that is there already may be replaced.
 *
 * @param env the settings of the new entry, wherever its passwords will be.
 */
export async function askTargets(
  ask: Asker,
  machine: Machine,
  found: readonly Client[],
  named: readonly Client[] | undefined,
  env: Record<string, string>,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const client of named ?? (await askClients(ask, found))) {
    const { file } = client.places(machine);
    const former = await readValue(file, placeOf(client));
    const settings = formerSettings(former);
    const carried = carriedOver(settings, env);
    const losses = lossesOf(former, settings, { ...carried, ...env });
    if (former !== undefined && !(await mayReplace(ask, client, settings, losses))) continue;
    targets.push({ client, file, former, carried });
  }
  return targets;
}

async function askClients(ask: Asker, found: readonly Client[]): Promise<readonly Client[]> {
  const [only, ...others] = found;
  if (!only) return [];
  if (others.length === 0) {
    const message = `${only.name} is on this computer. Set it up there?`;
    return (await ask.confirm({ message, initial: true })) ? found : [];
  }
  const chosen = await ask.chooseSome({
    message: 'Which of these programs shall have your mailbox? (Space chooses, Enter goes on)',
    choices: found.map(({ id, name }) => ({ value: id, label: name })),
    initial: [only.id],
  });
  return found.filter(({ id }) => chosen.includes(id));
}

async function mayReplace(
  ask: Asker,
  { name }: Client,
  { MAILBOX_ACCOUNTS: accounts, MAILBOX_EMAIL: email }: Env,
  losses: readonly string[],
): Promise<boolean> {
  const whose = accounts ? ` for several accounts (${accounts.trim()})` : email && ` for ${email}`;
  return await ask.confirm({
    message: `${name} has an entry "${entryName}"${whose ?? ''} already. ${['Replace it?', ...losses].join(' ')}`,
    initial: losses.length === 0,
  });
}

/** What would be gone from an entry, as sentences. Several accounts in one are nothing setup can write. */
function lossesOf(former: unknown, settings: Env, whole: Env): string[] {
  const lost = lostNames(settings, whole);
  return [
    ...(settings.MAILBOX_ACCOUNTS ? ['They will be gone from it: setup knows one account only.'] : []),
    ...(lost.length > 0 ? [`It will be without ${lost.join(', ')}.`] : []),
    ...(isReadWhole(former)
      ? []
      : ['It starts the program in a way of its own; that will be gone, and what it may restrict with it.']),
  ];
}

/**
 * Writes the entry into every target and says what became of it; where it cannot, shows it without passwords, to be
 * copied by hand.
 *
 * @returns the clients that have it now.
 */
export async function writeEntries(
  ask: Asker,
  targets: readonly Target[],
  { launch, env, now }: { launch: Launch; env: Record<string, string>; now: Date },
): Promise<readonly Client[]> {
  const written: Client[] = [];
  for (const { client, file, former, carried } of targets) {
    const entry = entryFor(client, launch, { ...carried, ...env });
    const foreign = foreignParts(former, entry.env);
    const value = { ...foreign.keys, ...entry, env: { ...foreign.env, ...entry.env } };
    const secret = env.MAILBOX_PASSWORD !== undefined;
    try {
      const place = placeOf(client);
      const backup = await changeFile({ file, place, value, comments: client.comments, secret, now });
      ask.good(`${client.name}: written to ${file}${backup ? `\nThe file as it was: ${backup}` : ''}`);
      const kept = keptNames(foreign);
      if (kept) ask.tell(`Kept from the former entry in ${client.name}: ${kept}.`);
      written.push(client);
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      ask.bad(`${client.name}: ${error.message}\n${file}`);
      showEntry(ask, client, entry);
    }
  }
  return written;
}

/** For copying by hand. */
export function showEntry(ask: Asker, client: Client, entry: Entry): void {
  const env = withoutSecrets(entry.env);
  const about = env.MAILBOX_PASSWORD ? ' Put your passwords in where it says so.' : '';
  ask.tell(`To do it by hand, copy this into that file:${about}\n${entryText(client, { ...entry, env })}`);
}
