import { isDeepStrictEqual } from 'node:util';
import type { Env } from '../../config/read-config.ts';
import { toMailboxError } from '../../domain/errors.ts';
import { clients, type Machine } from '../setup/clients.ts';
import { readSection } from '../setup/config-file.ts';
import { entryName } from '../setup/entry.ts';
import { settingsIn } from '../setup/merging.ts';

/** Settings, and where they stand. */
export interface SettingsSource {
  env: Env;
  /** `Claude Desktop, /path`; undefined: the environment. */
  from: string | undefined;
  /** Where others stand that are not the same. */
  others: readonly string[];
  /** Whether the clients were asked, because the environment has no account. */
  searched: boolean;
  /** Where settings stand that only the client itself can read. */
  unread: readonly string[];
  /** Files that could not be read, and why. */
  unreadable: readonly string[];
}

/** What says whose mail it is. Without any of it the environment was not meant. */
const account = /^MAILBOX_(?:ACCOUNTS|(?:\w+_)?(?:EMAIL|USERNAME|PASSWORD|PASSWORD_COMMAND))$/u;
const ours = /^(?:MAILBOX|POOL|CACHE)_/u;

/**
 * The environment, or with no account in it what the first client on this machine has in its entry for us: in a
 * terminal that is where `setup` has put the settings. What the entry says goes before the environment.
 */
export async function settingsFor(env: Env, platform: NodeJS.Platform): Promise<SettingsSource> {
  const none = { env, from: undefined, others: [], unread: [], unreadable: [], searched: false };
  if (Object.keys(env).some((name) => account.test(name) && env[name])) return none;
  const { entries, unreadable } = await entriesOn({ platform, env });
  const readable = entries.filter(({ settings }) => !isFilledIn(settings));
  const unread = entries.filter(({ settings }) => isFilledIn(settings)).map(({ from }) => from);
  const [first, ...rest] = readable;
  if (!first) return { ...none, unread, unreadable, searched: true };
  const others = rest.filter(({ settings }) => !isDeepStrictEqual(own(settings), own(first.settings)));
  return {
    env: { ...env, ...first.settings },
    from: first.from,
    others: others.map(({ from }) => from),
    unread,
    unreadable,
    searched: true,
  };
}

interface Found {
  from: string;
  settings: Env;
}

/** By client; our entry under its own name before one that somebody has called otherwise. */
async function entriesOn(machine: Machine): Promise<{ entries: Found[]; unreadable: string[] }> {
  const entries: Found[] = [];
  const unreadable: string[] = [];
  for (const { name, section, places } of clients) {
    const { file } = places(machine);
    const whole = await readSection(file, section).catch((error: unknown) => {
      unreadable.push(`${name}, ${file}: ${toMailboxError(error).message}`);
      return {};
    });
    const servers = Object.entries(whole);
    const mine = servers
      .map(([key, entry]) => ({ key, settings: settingsIn(entry) }))
      .filter(({ settings }) => settings.MAILBOX_EMAIL || settings.MAILBOX_ACCOUNTS)
      .sort((a, b) => Number(b.key === entryName) - Number(a.key === entryName));
    for (const { key, settings } of mine) {
      const which = key === entryName ? '' : ` ("${key}")`;
      entries.push({ from: `${name}${which}, ${file}`, settings });
    }
  }
  return { entries, unreadable };
}

/** `${input:password}`: the client asks for it or has it elsewhere. */
function isFilledIn(settings: Env): boolean {
  return Object.entries(settings).some(([name, value]) => ours.test(name) && value?.includes('${'));
}

function own(settings: Env): Env {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => ours.test(name)));
}

/** What stands above the table. */
export function sourceLines({ from, others, unreadable }: SettingsSource): string[] {
  if (from === undefined) return [];
  const also = [...others, ...unreadable].map((other) => `Other settings, not checked: ${other}`);
  return [`Settings of ${from}`, ...also, ''];
}

/** The same for the JSON. */
export function sourceFields({ from, others, unreadable }: SettingsSource) {
  const also = [...others, ...unreadable];
  return { settingsFrom: from ?? 'environment', ...(also.length > 0 && { otherSettings: also }) };
}

/** What to do about settings that are not there. @param fault as serving says it, to a client that can restart us */
export function missing(fault: string, { from, unread, unreadable, searched }: SettingsSource): string[] {
  const [names] = /MAILBOX_\w+(?:(?:,| and| or) MAILBOX_\w+)*/u.exec(fault) ?? [fault];
  if (from !== undefined) return [`${names} is missing there: run "mailbox-mcp-server setup" again.`];
  if (!searched) return [`Set ${names} in this terminal, too.`];
  const filled = unread.map(
    (place) => `Only the client itself knows what stands for "\${" in the settings of ${place}.`,
  );
  return [
    ...filled,
    ...unreadable,
    `Run "mailbox-mcp-server setup" first, or set ${names} in this terminal: no settings were found, neither in the environment nor in a client on this computer.`,
  ];
}
