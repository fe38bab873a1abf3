import type { SessionCache } from '../cache/session-cache.ts';
import type { Config } from '../config/config.ts';
import { caldavStatus } from '../connections/caldav/status.ts';
import type { CalDav } from '../connections/caldav.ts';
import { imapStatus } from '../connections/imap/status.ts';
import type { Imap } from '../connections/imap.ts';
import { smtpStatus } from '../connections/smtp/status.ts';
import type { Smtp } from '../connections/smtp.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { MailboxError } from '../domain/errors.ts';
import type { ProtocolMode, ProtocolStatus, StatusPort } from '../domain/status.ts';
import type { Outbox } from '../mail/outbox/outbox.ts';

export interface AccountParts {
  imap: Imap;
  smtp: Smtp;
  /** Undefined where the account has no calendars. */
  caldav: CalDav | undefined;
  cache: SessionCache;
  outbox: Outbox;
  config: Config;
  version: string;
  /** So long the answer waits for a protocol that hangs. Default 20 s; 5 s beside others, who wait for it. */
  patienceMs?: number;
}

const aloneMs = 20_000;
const besideOthersMs = 5_000;

/** What `get_server_status` tells of one account. */
export function accountStatus({
  imap,
  smtp,
  caldav,
  cache,
  outbox,
  config,
  version,
  patienceMs = config.accountNames.length > 1 ? besideOthersMs : aloneMs,
}: AccountParts): StatusPort {
  const { readOnly, toolsets } = config;
  const draftsOnly = config.send === 'drafts-only';
  const uptime = steadyClock();
  const started = uptime();
  return {
    status: async (context) => {
      const signal = AbortSignal.any([context.signal, patience(patienceMs)]);
      // With MAILBOX_READ_ONLY nothing is ever sent.
      const asked = [
        imapStatus(imap, signal),
        ...(readOnly ? [] : [smtpStatus(smtp, signal)]),
        ...(caldav && toolsets?.includes('calendar') !== false ? [caldavStatus(caldav, signal)] : []),
      ];
      const answered = await Promise.all(asked);
      const protocols = answered.map((status) => asConfigured(status, { readOnly, draftsOnly }));
      const waitMs = Math.ceil(outbox.waitMs);
      return {
        version,
        uptimeSeconds: Math.round((uptime() - started) / 1000),
        accounts: [
          {
            ...modeOf(readOnly ? protocols : answered),
            protocols,
            cache: cache.status,
            ...(waitMs > 0 ? { rateLimit: { waitMs } } : {}),
          },
        ],
      };
    },
  };
}

/** One protocol that hangs must not take what is known of the others along, when the call is over. */
function patience(ms: number): AbortSignal {
  const controller = new AbortController();
  const tooLong = new MailboxError('timeout', 'The server did not answer in time.');
  setTimeout(() => controller.abort(tooLong), ms).unref();
  return controller.signal;
}

/** What the user has switched off is off, whatever the server would permit. */
function asConfigured(
  status: ProtocolStatus,
  { readOnly, draftsOnly }: { readOnly: boolean; draftsOnly: boolean },
): ProtocolStatus {
  if (readOnly) return { ...status, mode: 'read-only', reason: 'MAILBOX_READ_ONLY is set.' };
  if (!draftsOnly || status.protocol !== 'smtp') return status;
  return { ...status, mode: 'read-only', reason: 'MAILBOX_SEND is drafts-only: nothing is sent.' };
}

/** Read-only as soon as one protocol refuses to write; the protocols say which. */
function modeOf(protocols: readonly ProtocolStatus[]): ProtocolMode {
  const refused = protocols.find(({ mode }) => mode === 'read-only');
  if (!refused) return { mode: 'read-write' };
  return { mode: 'read-only', ...(refused.reason === undefined ? {} : { reason: refused.reason }) };
}
