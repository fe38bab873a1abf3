import { readFile } from 'node:fs/promises';
import type { AccountConfig, PoolConfig } from '../config/config.ts';
import { CalDav } from '../connections/caldav.ts';
import { Imap } from '../connections/imap.ts';
import type { Password } from '../connections/password-command.ts';
import { Smtp } from '../connections/smtp.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Log } from '../log.ts';

export interface Connections {
  imap: Imap;
  smtp: Smtp;
  /** Undefined where the account has no calendars. */
  caldav: CalDav | undefined;
}

export interface ConnectionNeeds {
  account: AccountConfig;
  pool: PoolConfig;
  /** Asked for at the first login. mailbox.org wants another one for CalDAV. */
  password: Password;
  davPassword: Password;
  /** Content of MAILBOX_CA_FILE. */
  ca: string | undefined;
  log: Log;
  version: string;
}

/** The pools of one account. They connect to nothing yet. */
export function openConnections(needs: ConnectionNeeds): Connections {
  const { account, pool, password, davPassword, ca, log, version } = needs;
  const { username, requestsPerMinute, imap, smtp, caldavUrl: url } = account;
  const login = { username, password, ca, pool, requestsPerMinute };
  return {
    imap: new Imap({ ...imap, ...login, log: log.scope('imap') }),
    smtp: new Smtp({ ...smtp, ...login, log: log.scope('smtp') }),
    caldav:
      url === undefined
        ? undefined
        : new CalDav({ ...login, url, password: davPassword, version, log: log.scope('caldav') }),
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
