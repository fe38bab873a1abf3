import type { Env } from '../../config/read-config.ts';
import { settingNames } from '../../config/schema.ts';
import { hasCalendar } from './answers.ts';
import { type Client, clients, type Machine } from './clients.ts';
import { entryFor, entryText, type Launch, placeholders } from './entry.ts';
import { domainOf, providerOf } from './providers.ts';

/**
 * The entry of each client as JSON, made of options and environment. Never a password: where the environment names no
 * command that prints it, a placeholder stands in its place.
 */
export function printedEntries(
  chosen: readonly Client[] | undefined,
  email: string | undefined,
  launch: Launch,
  { env }: Machine,
): { entry: string; about: string }[] {
  const address = email ?? env.MAILBOX_EMAIL ?? 'you@mailbox.org';
  const settings = { ...providerOf(address)?.settings?.(domainOf(address)), ...openSettings(env) };
  const whole = { MAILBOX_EMAIL: address, ...secretsOf(env, settings, address), ...settings };
  return (chosen ?? clients.slice(0, 1)).map((client) => ({
    entry: entryText(client, entryFor(client, launch, whole)),
    about: `The entry for ${client.name}, for the file it keeps its servers in.`,
  }));
}

/** Settings of the environment that are no password and not the address. */
function openSettings(env: Env): Record<string, string> {
  const names = settingNames.filter((name) => !name.includes('PASSWORD') && name !== 'MAILBOX_EMAIL');
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
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
