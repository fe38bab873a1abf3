import { type Config, ConfigError } from '../config/config.ts';
import { didYouMean } from '../config/near.ts';
import { type Env, readConfig } from '../config/read-config.ts';
import type { Log } from '../log.ts';
import { catalogue } from '../tools/catalogue.ts';

export type Settled = { config: Config; faults?: undefined } | { config?: undefined; faults: ConfigError };

export function settle(args: readonly string[], env: Env): Settled {
  try {
    return { config: readConfig(args, env) };
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error };
    throw error;
  }
}

/** Without knowing which tools are wanted, any list of them may be one too many: the only faults that stop the start. */
export function isAboutTools(fault: string): boolean {
  return fault.startsWith('MAILBOX_TOOL');
}

export function unknownTools({ tools = [], toolsExclude }: Config): string[] {
  const known = catalogue.map(({ name }) => name);
  const unknown = [...tools, ...toolsExclude].filter((name) => !known.includes(name));
  return unknown.map((name) => `There is no tool "${name}"${didYouMean(name, known)}.`);
}

/** No password of any account, nor what a login makes of it, ever stands in the log. */
export function addSecrets(log: Log, env: Env, config: Config | undefined): void {
  const names = Object.keys(env).filter((name) => /^MAILBOX_(?:\w+_)?PASSWORD$/u.test(name));
  const usernames = config?.accounts.map(({ username }) => username) ?? [];
  for (const secret of names.flatMap((name) => env[name] ?? [])) {
    log.addSecret(secret);
    for (const username of usernames) log.addSecret(secret, username);
  }
}
