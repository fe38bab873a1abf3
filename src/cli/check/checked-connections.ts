import type { AccountConfig, Config } from '../../config/config.ts';
import type { Env } from '../../config/read-config.ts';
import { Imap } from '../../connections/imap.ts';
import { type Password, passwordOf } from '../../connections/password-command.ts';
import type { Log } from '../../log.ts';
import { type Connections, openConnections } from '../connections.ts';

/** The server's own connections to one account, as it would open them, and what only a check asks for. */
export interface CheckedConnections extends Connections {
  /** As the login asks for it. */
  password: Password;
  /** Another pool of one connection, kept open until it is closed. */
  oneMoreImap(): Imap;
  close(): Promise<void>;
}

export interface CheckNeeds {
  account: AccountConfig;
  config: Config;
  /** In which password commands run. */
  env: Env;
  /** Content of MAILBOX_CA_FILE. */
  ca: string | undefined;
  log: Log;
  version: string;
  /** Is told every password that is used. */
  secrets: Set<string>;
}

/** Longer than any check: what is opened stays open until it is closed. */
const idleMs = 120_000;

/** Connects to nothing yet. A password command is run when a login needs it. */
export function openChecked(needs: CheckNeeds): CheckedConnections {
  const { account, config, env, ca, log, version, secrets } = needs;
  const password = remembered(passwordOf(account.password, env), secrets);
  const isShared = account.davPassword === account.password;
  const davPassword = isShared ? password : remembered(passwordOf(account.davPassword, env), secrets);
  const pool = { ...config.pool, min: 0, idleTimeoutMs: idleMs, healthCheckMs: idleMs };
  const open = openConnections({ account, pool, password, davPassword, ca, log, version });
  const { imap, smtp, caldav } = open;
  const { username, requestsPerMinute } = account;
  const one = { ...account.imap, username, password, ca, requestsPerMinute, pool: { ...pool, max: 1 } };
  return {
    ...open,
    password,
    oneMoreImap: () => new Imap({ ...one, log: log.scope('imap') }),
    close: async () => {
      imap.spareTime.close();
      await Promise.all([imap, smtp, caldav].map((open) => open?.pool.close()));
    },
  };
}

function remembered(password: Password, secrets: Set<string>): Password {
  return async (refused) => {
    const secret = await password(refused);
    secrets.add(secret);
    return secret;
  };
}
