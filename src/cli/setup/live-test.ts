import { type Env, readConfig } from '../../config/read-config.ts';
import type { ProtocolStatus } from '../../domain/status.ts';
import { createLog } from '../../log.ts';
import { openAccount } from '../open-account.ts';

export type Protocol = ProtocolStatus['protocol'];

/** Whether one of the servers took the login. */
export interface Finding {
  protocol: Protocol;
  /** As in `imap.mailbox.org`. */
  host: string;
  /** Undefined: it works. */
  fault: { code: string; sentence: string } | undefined;
}

const patienceMs = 40_000;

/**
 * Logs in to every server once with these settings and changes nothing there. A refused password is refused here as
 * often as it was typed, and no more: each test has connections of its own, tried once.
 *
 * @throws ConfigError when the settings themselves are not usable.
 */
export async function testLogin(env: Env, version: string): Promise<readonly Finding[]> {
  const config = readConfig([], { ...env, LOG_LEVEL: 'error' });
  const [account] = config.accounts;
  if (!account) throw new Error('There is no account to test.');
  const log = createLog({ level: 'error', write: () => undefined });
  const open = await openAccount(account, config, log, version);
  const { imap, smtp, caldavUrl } = account;
  const caldav = caldavUrl === undefined ? '' : new URL(caldavUrl).host;
  const hosts = { imap: imap.host, smtp: smtp.host, caldav };
  try {
    const { accounts } = await open.status.status({ signal: AbortSignal.timeout(patienceMs) });
    return accounts
      .flatMap(({ protocols }) => protocols)
      .map(({ protocol, reachable, error }) => ({
        ...{ protocol, host: hosts[protocol] },
        fault: reachable ? undefined : faultOf(error),
      }));
  } finally {
    await open.close();
  }
}

/** Hints speak of settings, which the person has not seen yet; about a refused password more is known here. */
function faultOf(error: ProtocolStatus['error']): { code: string; sentence: string } {
  const { code = 'unavailable', message = 'The server cannot be reached.', hint } = error ?? {};
  return { code, sentence: hint === undefined || code === 'auth_failed' ? message : `${message} ${hint}` };
}
