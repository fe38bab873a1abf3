import { MailboxError } from '../../domain/errors.ts';
import { isLoopback } from '../../domain/loopback.ts';
import type { Log } from '../../log.ts';
import type { Password } from '../password-command.ts';
import type { PoolSettings } from '../pool.ts';
import type { DavLimits } from './answer.ts';

export interface DavSettings {
  /** Where the search for the calendars begins, e.g. `https://dav.mailbox.org/`. */
  url: string;
  username: string;
  password: Password;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
  /** Default `caldavRate.perMinute`; 0: no limit. */
  requestsPerMinute?: number | undefined;
  now?: () => number;
  /** Of this program, for the User-Agent. */
  version?: string;
  /** Default `davLimits`. */
  limits?: DavLimits;
}

/** @throws MailboxError `invalid_input` when the password would travel unencrypted */
export function safeUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new MailboxError('invalid_input', 'The calendar server must be reached by https://.', {
    hint: 'Check MAILBOX_CALDAV_URL.',
  });
}

/** Open-Xchange treats the names of well-known clients specially; ours is none of them. */
export function userAgent({ version }: DavSettings): string {
  return version === undefined ? 'mailbox-mcp-server' : `mailbox-mcp-server/${version}`;
}
