export type Protocol = 'local' | 'imap' | 'smtp' | 'caldav';

export type CheckName =
  | 'settings'
  | 'dns'
  | 'tls'
  | 'login'
  | 'capabilities'
  | 'folders'
  | 'send'
  | 'calendars'
  | 'clock'
  | 'latency'
  | 'connections';

/** How one check ended. */
export interface Verdict {
  /** `warning`: it works, but something is worth knowing or doing. */
  status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, on one line. */
  detail: string;
  /** What to do about it, in our own words. */
  hint?: string;
  /** The server has understood the login and refused it. Not told. */
  isRefusal?: boolean;
  /** How long it took; of `latency`, one round trip. */
  ms?: number;
}

/** A line of the table, an element of `checks` in the JSON. */
export interface Check extends Verdict {
  /** Its name in MAILBOX_ACCOUNTS, where that is set. */
  account?: string;
  protocol: Protocol;
  check: CheckName;
}

export const ok = (detail: string): Verdict => ({ status: 'ok', detail });
export const warning = (detail: string, hint: string): Verdict => ({ status: 'warning', detail, hint });
export const failed = (detail: string, hint: string): Verdict => ({ status: 'failed', detail, hint });
export const skipped = (detail: string): Verdict => ({ status: 'skipped', detail });
