import { readFile } from 'node:fs/promises';
import type { AccountConfig, Config } from '../../config/config.ts';
import { CalDav } from '../../connections/caldav.ts';
import { Imap } from '../../connections/imap.ts';
import { type Password, passwordOf } from '../../connections/password-command.ts';
import { Smtp } from '../../connections/smtp.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';

/** The server's own connections to one account, as it would open them, and what only a check asks for. */
export interface CheckedConnections {
  imap: Imap;
  smtp: Smtp;
  caldav: CalDav;
  /** As the login asks for it. */
  password: Password;
  /** Another pool of one connection, kept open until it is closed. */
  oneMoreImap(): Imap;
  close(): Promise<void>;
}

export interface ConnectionNeeds {
  account: AccountConfig;
  config: Config;
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
export function openConnections(needs: ConnectionNeeds): CheckedConnections {
  const { account, config, ca, log, version, secrets } = needs;
  const password = remembered(passwordOf(account.password), secrets);
  const isShared = account.davPassword === account.password;
  const davPassword = isShared ? password : remembered(passwordOf(account.davPassword), secrets);
  const { username, requestsPerMinute } = account;
  const pool = { ...config.pool, min: 0, idleTimeoutMs: idleMs, healthCheckMs: idleMs };
  const login = { username, password, ca, pool, requestsPerMinute };
  const imap = new Imap({ ...account.imap, ...login, log: log.scope('imap') });
  const smtp = new Smtp({ ...account.smtp, ...login, log: log.scope('smtp') });
  const dav = { ...login, url: account.caldavUrl, password: davPassword, version };
  const caldav = new CalDav({ ...dav, log: log.scope('caldav') });
  return {
    ...{ imap, smtp, caldav, password },
    oneMoreImap: () =>
      new Imap({ ...account.imap, ...login, pool: { ...pool, max: 1 }, log: log.scope('imap') }),
    close: async () => {
      imap.spareTime.close();
      await Promise.all([imap, smtp, caldav].map((open) => open.pool.close()));
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

/** @throws MailboxError when the file cannot be read */
export async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MailboxError('invalid_input', 'The file in MAILBOX_CA_FILE cannot be read.', {
      hint: 'Set MAILBOX_CA_FILE to a readable PEM file, or remove it.',
      cause,
    });
  }
}
