import { jsonBytes } from '../domain/answer-size.ts';
import type { MailboxError } from '../domain/errors.ts';
import type { ProtocolStatus, ServerStatus, StatusPort } from '../domain/status.ts';
import type { Account } from './account.ts';
import { askAll } from './ask-all.ts';
import { answerBytes } from './fitting.ts';
import { learningGrace } from './grace.ts';
import { learningStatus } from './learning-status.ts';

export interface StatusOptions {
  version: string;
  /** What an account speaks, as far as it is switched on. */
  protocols: readonly ProtocolStatus['protocol'][];
  /** Of the process. */
  uptimeSeconds: () => number;
  /** An account waits for a server that hangs; longer than that it is not waited for. Default 7 s. */
  patienceMs?: number;
  /** For what was waited for in vain the last time. Default 0.5 s. */
  silentMs?: number;
}

type AccountStatus = ServerStatus['accounts'][number];

/**
 * What `get_server_status` tells of several accounts, each by its name. That an account is silent is learned here, too,
 * and for itself: its lists may be told while one of its servers is away. What opening it hangs on is learned for the
 * whole account, what one of its servers hangs on for that server.
 */
export function statusOfAll(
  accounts: readonly Account[],
  { version, protocols, uptimeSeconds, patienceMs = 7_000, silentMs }: StatusOptions,
): StatusPort {
  const grace = learningGrace({ usualMs: patienceMs, longestMs: patienceMs, silentMs });
  const without = new Set(accounts.flatMap((one) => (one.withoutCalendars ? one.name : [])));
  const spoken = (name: string) => protocols.filter((one) => one !== 'caldav' || !without.has(name));
  const asks = accounts.map(({ name, open }) => {
    const ask = async (signal: AbortSignal) => await (await open()).status.status({ signal });
    const learning = learningStatus(ask, { silentMs });
    return {
      account: name,
      run: async (signal: AbortSignal) => {
        const started = performance.now();
        const status = await learning(signal);
        grace.heard(name, performance.now() - started);
        return status;
      },
    };
  });
  return {
    status: async (context) => {
      const told = await askAll(asks, context.signal, grace);
      const statuses = told.flatMap(({ account, value, error }) =>
        error
          ? [unopened(account, error, spoken(account))]
          : value.accounts.map((status) => ({ ...status, account })),
      );
      return { version, uptimeSeconds: uptimeSeconds(), accounts: fitting(statuses) };
    },
  };
}

/** An account that could not be opened reaches nothing and says why. */
function unopened(
  account: string,
  { code, message, hint }: MailboxError,
  protocols: StatusOptions['protocols'],
): AccountStatus {
  const error = { code, message, ...(hint !== undefined && { hint }) };
  const none = { size: 0, idle: 0, busy: 0, waiting: 0, created: 0, failed: 0, reconnects: 0 };
  const mode = { mode: 'read-only' as const, reason: 'The account could not be opened.' };
  return {
    account,
    ...mode,
    protocols: protocols.map((protocol) => ({ protocol, reachable: false, ...mode, error, pool: none })),
    cache: { entries: 0, hits: 0, misses: 0, invalidations: 0 },
  };
}

/** Of very many accounts capabilities are what is missed least. */
function fitting(statuses: AccountStatus[]): AccountStatus[] {
  if (jsonBytes(statuses) <= answerBytes) return statuses;
  return statuses.map(({ protocols, ...status }) => ({
    ...status,
    protocols: protocols.map(({ capabilities: _long, ...protocol }) => protocol),
  }));
}
