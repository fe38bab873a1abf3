import { accountSettings } from '../config/account-names.ts';
import { type Config, ConfigError, type NamedTools } from '../config/config.ts';
import { didYouMean } from '../config/near.ts';
import { type Env, readConfig } from '../config/read-config.ts';
import type { Log } from '../log.ts';
import { catalogue, selectTools } from '../tools/catalogue.ts';
import type { Tool } from '../tools/define-tool.ts';

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
  const [name = ''] = fault.toUpperCase().split(' ');
  return name.startsWith('MAILBOX_TOOL') && !accountSettings.some((own) => name.endsWith(own.slice(7)));
}

export function unknownTools({ tools = [], toolsExclude }: NamedTools): string[] {
  const known = catalogue.map(({ name }) => name);
  const sentences = (setting: string, names: readonly string[]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => {
        const several = /[; ]/u.test(name) ? ' Commas stand between names.' : '';
        return `${setting}: there is no tool "${name}"${didYouMean(name, known)}.${several}`;
      });
  return [...sentences('MAILBOX_TOOLS', tools), ...sentences('MAILBOX_TOOLS_EXCLUDE', toolsExclude)];
}

/** What is listed, as a person may not expect it: tools that were asked for and are not there, calendars nobody has. */
export function aboutTheList(config: Config, tools: readonly Tool[]): string[] {
  const listed = tools.map(({ name }) => name);
  const away = (config.tools ?? []).filter((name) => !listed.includes(name));
  return [
    ...(tools.length === 0 ? ['The settings leave no tool to list.'] : []),
    ...away.map((name) => `MAILBOX_TOOLS names ${name}, which another setting takes away.`),
    ...(hasNoCalendars(config) && config.toolsets?.includes('calendar') !== false
      ? [
          'MAILBOX_CALDAV_URL is not set: there are no calendars. MAILBOX_TOOLSETS=mail,server hides their tools.',
        ]
      : []),
  ];
}

/** The tools of these settings. */
export function toolsOf(config: Config | undefined): readonly Tool[] {
  return selectTools(catalogue, config ?? { readOnly: false, send: 'direct', toolsets: undefined });
}

function hasNoCalendars({ accounts }: Config): boolean {
  return accounts.length > 0 && accounts.every(({ caldavUrl }) => caldavUrl === undefined);
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
