import { type Env, readConfig } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Asker } from './asker.ts';
import type { Client, Machine } from './clients.ts';
import { changeFile, readValue } from './config-file.ts';
import { type Entry, entryFor, entryName, entryText, type Launch, withoutSecrets } from './entry.ts';
import type { Place } from './json-edit.ts';

/** A client to write to and what stands in its file under our name. */
export interface Target {
  client: Client;
  file: string;
  /** The settings of the entry to be replaced. */
  former: Env | undefined;
}

/** Which of the clients, and whether an entry that is there already may be replaced. */
export async function askTargets(
  ask: Asker,
  machine: Machine,
  found: readonly Client[],
  named: readonly Client[] | undefined,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const client of named ?? (await askClients(ask, found))) {
    const { file } = client.places(machine);
    const value = await readValue(file, placeOf(client));
    const former = value === undefined ? undefined : settingsIn(value);
    if (former && !(await mayReplace(ask, client, former))) continue;
    targets.push({ client, file, former });
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

async function mayReplace(ask: Asker, { name }: Client, former: Env): Promise<boolean> {
  const whose = former.MAILBOX_EMAIL === undefined ? '' : ` for ${former.MAILBOX_EMAIL}`;
  return await ask.confirm({
    message: `${name} has an entry "${entryName}"${whose} already. Replace it?`,
    initial: true,
  });
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
  for (const { client, file, former } of targets) {
    const entry = entryFor(client, launch, { ...carriedOver(former, env), ...env });
    const secret = env.MAILBOX_PASSWORD !== undefined;
    const change = { file, place: placeOf(client), value: entry, comments: client.comments, secret, now };
    try {
      const backup = await changeFile(change);
      ask.good(`${client.name}: written to ${file}${backup ? `\nThe file as it was: ${backup}` : ''}`);
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

/** What `setup` decides; everything else in an entry for the same address was somebody's wish and is kept. */
const decided =
  /PASSWORD|^MAILBOX_(?:EMAIL|USERNAME|IMAP_\w+|SMTP_\w+|CALDAV_URL|TOOLSETS|READ_ONLY|SEND|ACCOUNTS)$/u;

function carriedOver(former: Env | undefined, env: Record<string, string>): Record<string, string> {
  if (former?.MAILBOX_EMAIL !== env.MAILBOX_EMAIL) return {};
  const kept = Object.fromEntries(
    settingNames
      .filter((name) => !decided.test(name))
      .flatMap((name) => (former?.[name] ? [[name, former[name]]] : [])),
  );
  return isUsable({ ...kept, ...env }) ? kept : {};
}

function isUsable(env: Env): boolean {
  try {
    readConfig([], env);
    return true;
  } catch {
    return false;
  }
}

function placeOf({ section }: Client): Place {
  return [section, entryName];
}

function settingsIn(entry: unknown): Env {
  if (typeof entry !== 'object' || entry === null || !('env' in entry)) return {};
  const { env } = entry;
  if (typeof env !== 'object' || env === null) return {};
  return Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === 'string'));
}
