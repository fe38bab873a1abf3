import { accountSettings, nameFor } from '../../config/account-names.ts';
import { ConfigError } from '../../config/config.ts';
import { givenIn } from '../../config/given.ts';
import { type Env, readConfig } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { hasCalendar } from './answers.ts';
import { type Client, clients, type Machine } from './clients.ts';
import { entryFor, entryText, isFilledIn, type Launch, placeholders } from './entry.ts';
import { domainOf, providerOf } from './providers.ts';
import { fillingSentence } from './questions.ts';

/**
 * The entry of each client as JSON, made of options and environment. Never a password: where the environment names no
 * command that prints it, a placeholder stands in its place.
 *
 * @throws ConfigError when the server could not use it: what is printed will be pasted.
 */
export function printedEntries(
  chosen: readonly Client[] | undefined,
  email: string | undefined,
  launch: Launch,
  machine: Machine,
): { entry: string; about: string }[] {
  const env = givenIn(machine.env);
  const names = accountsIn(env);
  const own = email === undefined ? {} : { MAILBOX_EMAIL: email };
  const whole = names.length > 0 ? { ...own, ...several(names, env) } : single(email, env);
  readConfig([], { ...withoutPasswords(env), ...whole });
  const filledIn = Object.keys(whole).filter((name) => isFilledIn(whole[name] ?? ''));
  if (filledIn.length > 0) throw new ConfigError(filledIn.map((name) => `${name}: ${fillingSentence}`));
  return (chosen ?? clients.slice(0, 1)).map((client) => ({
    entry: entryText(client, entryFor(client, launch, whole)),
    about: `The entry for ${client.name}, for the file it keeps its servers in.`,
  }));
}

function single(email: string | undefined, env: Env): Record<string, string> {
  const address = email ?? (env.MAILBOX_EMAIL || 'you@mailbox.org');
  const open = openSettings(env);
  const settings = { ...providerOf(address)?.settings?.(domainOf(address)), ...open };
  return { MAILBOX_EMAIL: address, ...secretsOf(env, settings, address), ...settings };
}

/** Shared settings, and those of each account under its name. */
function several(names: readonly string[], env: Env): Record<string, string> {
  const accounts = names.map((account) => {
    const own = Object.fromEntries(accountSettings.map((name) => [name, env[nameFor(account, name)]]));
    const address = own.MAILBOX_EMAIL || 'you@mailbox.org';
    const provider = providerOf(address)?.settings?.(domainOf(address));
    const plain = { ...provider, ...openSettings(own) };
    return renamed(account, { MAILBOX_EMAIL: address, ...secretsOf(own, plain, address), ...plain });
  });
  return Object.assign(openSettings(env), ...accounts);
}

function renamed(account: string, settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    accountSettings.flatMap((name) =>
      settings[name] === undefined ? [] : [[nameFor(account, name), settings[name]]],
    ),
  );
}

function accountsIn({ MAILBOX_ACCOUNTS = '' }: Env): string[] {
  return MAILBOX_ACCOUNTS.split(',').flatMap((name) => name.trim() || []);
}

/** Settings of the environment that are no password and not the address. */
function openSettings(env: Env): Record<string, string> {
  const names = settingNames.filter((name) => !isPassword(name) && name !== 'MAILBOX_EMAIL');
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Our names in the environment, misspelt ones too, and what they are read with. */
function withoutPasswords(env: Env): Env {
  const isRead = (name: string) => /^(?:MAILBOX|POOL|CACHE)_|^(?:HOME|USERPROFILE)$/iu.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isRead(name) && !isPassword(name)));
}

function isPassword(name: string): boolean {
  return /PASSWORD/iu.test(name);
}

/** A calendar with a password of its own gets a line for it. */
function secretsOf(env: Env, settings: Record<string, string>, address: string): Record<string, string> {
  const ownPassword = providerOf(address)?.aboutCalendar !== undefined && hasCalendar(settings);
  return {
    ...secretOf(env, 'MAILBOX_PASSWORD'),
    ...(ownPassword || env.MAILBOX_DAV_PASSWORD_COMMAND ? secretOf(env, 'MAILBOX_DAV_PASSWORD') : {}),
  };
}

function secretOf(env: Env, name: keyof typeof placeholders): Record<string, string> {
  const command = env[`${name}_COMMAND`];
  return command ? { [`${name}_COMMAND`]: command } : { [name]: placeholders[name] };
}
