import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import type { Resource } from '../resources/define-resource.ts';
import { matchUri } from '../resources/match-uri.ts';
import { accountsIn } from '../tools/account-choice.ts';
import type { Tool } from '../tools/define-tool.ts';
import { invalidParams, type RpcFault } from './rpc-fault.ts';
import { createRunning, type RunningOptions } from './running.ts';
import { type WatchedInbox, watchedInbox } from './watched-inbox.ts';

export interface SubscriptionsOptions extends RunningOptions {
  /** Those that are listed. */
  resources: readonly Resource[];
  /** Say which accounts there are. */
  tools: readonly Tool[];
  /** Of one account, or of all that there are. */
  services: (account?: string) => Promise<Pick<Services, 'watch'>>;
  /** Tells the client that what it subscribed to has changed. */
  notify: (uri: string) => Promise<void>;
  log: Log;
}

export interface Subscriptions {
  /**
   * Resolves when changes are seen, or when the client unsubscribed before that.
   * @param cancelled the client takes the request back: then it is as if it had never been made
   * @throws RpcFault for what cannot be watched, and when the watch does not stand
   */
  subscribe(uri: string, cancelled: AbortSignal): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

/** No account can be called so. */
const ofAll = 'all';

/**
 * Each inbox is watched once for all that is subscribed to it. That of one account and that of all accounts are two, but
 * not two connections: an account watches its inbox once, whoever listens.
 */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { resources, services } = options;
  const running = createRunning(options);
  const accounts = accountsIn(options.tools);
  const inboxes = new Map<string, WatchedInbox>();
  const inboxOf = (account: string) => {
    const known = inboxes.get(account);
    if (known) return known;
    const ports = () => services(account === ofAll ? undefined : account);
    const inbox = watchedInbox({ ...options, services: ports, running });
    inboxes.set(account, inbox);
    return inbox;
  };
  return {
    async subscribe(uri, cancelled) {
      const account = accountOf(resources, accounts, uri);
      if (account === undefined) throw notWatched(options, accounts);
      await inboxOf(account).subscribe(uri, cancelled);
    },
    async unsubscribe(uri) {
      const account = accountOf(resources, accounts, uri);
      if (account !== undefined) await inboxes.get(account)?.unsubscribe(uri);
    },
    async stop() {
      await Promise.all([running.stop(), ...[...inboxes.values()].map((inbox) => inbox.end())]);
    },
  };
}

/** Whose inbox it is, by any of its names; undefined for what is no inbox. Paths say theirs: `home:INBOX`. */
function accountOf(
  resources: readonly Resource[],
  accounts: readonly string[],
  uri: string,
): string | undefined {
  const match = matchUri(resources, uri);
  const folder = match?.resource.showsFolder?.(match.variables).toLowerCase();
  if (folder === 'inbox') return ofAll;
  return accounts.find((account) => folder === `${account}:inbox`);
}

function notWatched(
  { resources, tools }: Pick<SubscriptionsOptions, 'resources' | 'tools'>,
  [account]: readonly string[],
): RpcFault {
  if (accountOf(resources, [], 'mailbox://inbox') === undefined) {
    const isMailThere = tools.some(({ toolset }) => toolset === 'mail');
    const off = isMailThere ? 'search_emails, which shows the inbox, is' : 'the mail tools are';
    return invalidParams(`Nothing can be subscribed to: ${off} switched off.`);
  }
  const own = account === undefined ? '' : `, or to that of one account: mailbox://folder/${account}:inbox`;
  return invalidParams(
    'Only the inbox can be subscribed to.',
    `Subscribe to mailbox://inbox or mailbox://folder/inbox${own}.`,
  );
}
