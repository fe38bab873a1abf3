import { MailboxError } from '../../domain/errors.ts';
import type { Asker } from './asker.ts';
import type { Client, Machine } from './clients.ts';
import { changeFile, obstacleIn, obstacleTo } from './config-file.ts';
import { type Entry, entryFor, entryText, type Launch, placeOf, withoutSecrets } from './entry.ts';
import { foreignParts, keptNames } from './merging.ts';
import { askSlot, likelySlot, type Slot } from './replacing.ts';

/** A client to write to and where in its file. */
export interface Target extends Slot {
  client: Client;
  file: string;
  /** Why nothing can be written to it. */
  obstacle?: MailboxError | undefined;
}

/**
 * Says which of the clients have a file that nothing can be written to, before anybody types a password for nothing.
 */
export async function tellObstacles(ask: Asker, machine: Machine, clients: readonly Client[]): Promise<void> {
  for (const client of clients) {
    const { file } = client.places(machine);
    const obstacle = await obstacleIn(file, placeOf(client), client.comments);
    if (obstacle === undefined) continue;
    ask.bad(
      `${client.name}: nothing can be written to ${file}. ${obstacle}\nPut that right first (Ctrl-C stops), or copy the entry by hand in the end.`,
    );
  }
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
    const obstacle = await obstacleTo(file, placeOf(client), client.comments);
    // Nothing is replaced there, so nothing is asked; the entry is shown in the end.
    const slot =
      obstacle === undefined
        ? await askSlot(ask, machine, client, env)
        : await likelySlot(machine, client, env);
    if (slot) targets.push({ client, file, obstacle, ...slot });
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
  for (const { client, file, obstacle, name, former, carried } of targets) {
    const entry = entryFor(client, launch, { ...carried, ...env });
    const foreign = foreignParts(former, entry.env);
    const value = { ...foreign.keys, ...entry, env: { ...foreign.env, ...entry.env } };
    const secret = env.MAILBOX_PASSWORD !== undefined;
    try {
      if (obstacle) throw obstacle;
      const place = placeOf(client, name);
      const backup = await changeFile({ file, place, value, comments: client.comments, secret, now });
      ask.good(`${client.name}: written to ${file}${backup ? `\nThe file as it was: ${backup}` : ''}`);
      const kept = keptNames(foreign);
      if (kept) ask.tell(`Kept from the former entry in ${client.name}: ${kept}.`);
      written.push(client);
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      ask.bad(`${client.name}: ${error.message}\n${file}`);
      showEntry(ask, client, entry, name);
    }
  }
  return written;
}

/** For copying by hand. */
export function showEntry(ask: Asker, client: Client, entry: Entry, name?: string): void {
  const env = withoutSecrets(entry.env);
  const about = env.MAILBOX_PASSWORD ? ' Put your passwords in where it says so.' : '';
  ask.tell(
    `To do it by hand, copy this into that file:${about}\n${entryText(client, { ...entry, env }, name)}`,
  );
}
