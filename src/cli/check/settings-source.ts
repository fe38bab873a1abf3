import { isDeepStrictEqual } from 'node:util';
import { type Env, givenIn } from '../../config/given.ts';
import { cleanLine } from '../../content/clean.ts';
import { settle } from '../settings.ts';
import { type BrokenFile, entriesOn, type Found } from './client-entries.ts';
import { type Check, failed } from './verdict.ts';

/** Settings, and where they stand. */
export interface SettingsSource {
  env: Env;
  /** What the entry of a client says on the command line. */
  args: readonly string[];
  /** Why the server does not start with that, as a sentence. */
  fault: string | undefined;
  /** `Claude Desktop, /path`; undefined: the environment. */
  from: string | undefined;
  /** What else there is and does not hold: settings of this terminal, of Node, of other entries. */
  others: readonly string[];
  /** Whether the clients were asked, because the environment has no account. */
  searched: boolean;
  /** Where settings stand that only the client itself can read. */
  unread: readonly string[];
  /** Files that could not be read, and entries their client does not find: where and why. */
  unreadable: readonly string[];
  /** Those of clients that we stand in, and that their client cannot read. */
  broken: readonly BrokenFile[];
}

/** What says whose mail it is. Without any of it the environment was not meant. */
const account = /^MAILBOX_(?:ACCOUNTS|(?:\w+_)?(?:EMAIL|USERNAME|PASSWORD|PASSWORD_COMMAND))$/u;
const ours = /^(?:MAILBOX|POOL|CACHE)_/u;

/**
 * The environment, or with no account in it what the first client on this machine has in its entry for us: in a
 * terminal that is where `setup` has put the settings. Ours are then those of the entry alone, as when the client starts
 * us: a host that is left in this terminal must not get the password of another.
 */
export async function settingsFor(env: Env, platform: NodeJS.Platform): Promise<SettingsSource> {
  const nowhere = { args: [], fault: undefined, from: undefined, others: [] };
  const none = { env, ...nowhere, unread: [], unreadable: [], broken: [], searched: false };
  if (Object.keys(givenIn(env)).some((name) => account.test(name))) return none;
  const { entries, unreadable, broken } = await entriesOn({ platform, env });
  const readable = entries.filter(({ settings }) => !isFilledIn(settings));
  const unread = entries.filter(({ settings }) => isFilledIn(settings)).map(({ from }) => from);
  const [first, ...rest] = readable;
  if (!first) return { ...none, unread, unreadable, broken, searched: true };
  return {
    env: { ...namesOf(env, (name) => !ours.test(name)), ...first.settings },
    ...{ args: first.args, fault: first.fault, from: first.from },
    others: leftOut(env, first, rest),
    unread,
    unreadable,
    broken,
    searched: true,
  };
}

function leftOut(env: Env, first: Found, rest: readonly Found[]): string[] {
  const here = Object.keys(givenIn(env)).filter((name) => ours.test(name));
  const { settings } = first;
  const ofNode = Object.keys(settings).filter((name) => /^NODE_/u.test(name) && settings[name] !== env[name]);
  return [
    ...(here.length > 0 ? [`this terminal (${here.join(', ')})`] : []),
    ...ofNode.map((name) => `${cleanLine(name, 60)} there, which Node reads as it starts: set it here, too`),
    ...rest.filter((entry) => !isDeepStrictEqual(told(entry), told(first))).map(({ from }) => from),
  ];
}

/**
 * `${input:password}`: the client asks for it or has it elsewhere. A question nobody answered is an unset setting, as for
 * the server, where the entry is complete without it.
 */
function isFilledIn(settings: Env): boolean {
  const given = givenIn(settings);
  return hasPlaces(given) || (hasPlaces(settings) && settle([], given).config?.missing !== undefined);
}

function hasPlaces(settings: Env): boolean {
  return Object.entries(settings).some(([name, value]) => ours.test(name) && value?.includes('${'));
}

/** All that an entry says to us. */
function told({ settings, args }: Found) {
  return { args, settings: namesOf(settings, (name) => ours.test(name)) };
}

function namesOf(env: Env, isMeant: (name: string) => boolean): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isMeant(name)));
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

/** A file that a client cannot read fails the whole, however well the settings of another client work. */
export function brokenChecks({ broken }: SettingsSource): Check[] {
  return broken.map(({ fault, hint }) => ({
    ...{ protocol: 'local', check: 'settings' },
    ...failed(cleanLine(fault), cleanLine(hint)),
  }));
}

/** The same where no server is asked. */
export function brokenLines({ broken }: SettingsSource): string[] {
  return broken.map(({ fault, hint }) => `${fault} ${hint}`);
}

/** What to do about settings that are not there. @param fault as serving says it, to a client that can restart us */
export function missing(fault: string, source: SettingsSource): string[] {
  const { from, unread, unreadable, searched } = source;
  const [names] = /MAILBOX_\w+(?:(?:,| and| or) MAILBOX_\w+)*/u.exec(fault) ?? [fault];
  const are = / and |,/u.test(names) ? 'are' : 'is';
  if (from !== undefined) return [`${names} ${are} missing there: run "mailbox-mcp-server setup" again.`];
  if (!searched) return [`Set ${names} in this terminal, too.`];
  const filled = unread.map(
    (place) => `Only the client itself knows what stands for "\${" in the settings of ${place}.`,
  );
  const seen = [...filled, ...brokenLines(source), ...unreadable];
  if (source.broken.length > 0) return seen;
  return [
    ...seen,
    `Run "mailbox-mcp-server setup" first, or set ${names} in this terminal: no settings were found, neither in the environment nor in a client on this computer.`,
  ];
}
