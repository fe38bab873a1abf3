import { toMailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Watch } from '../domain/watch-port.ts';
import type { Log } from '../log.ts';
import type { Resource } from '../resources/define-resource.ts';
import { matchUri } from '../resources/match-uri.ts';
import { faultOf, invalidParams } from './rpc-fault.ts';
import { createRunning, type RunningOptions } from './running.ts';

export interface SubscriptionsOptions extends RunningOptions {
  /** Those that are listed. */
  resources: readonly Resource[];
  services: () => Promise<Pick<Services, 'watch'>>;
  /** Tells the client that what it subscribed to has changed. */
  notify: (uri: string) => Promise<void>;
  log: Log;
}

export interface Subscriptions {
  /** Resolves when changes are seen. @throws RpcFault for what cannot be watched, and when the watch does not stand. */
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

/** One watch for all that is subscribed, and none, and with it no connection, for nothing. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { resources, services, notify, log } = options;
  const running = createRunning(options);
  // As the client wrote them: it knows them by nothing else.
  const subscribed = new Set<string>();
  let standing: Promise<Watch> | undefined;

  const changed = () => {
    for (const uri of subscribed) {
      notify(uri).catch((cause: unknown) => log.debug('update not told', { cause }));
    }
  };
  const start = () =>
    running.run(new AbortController().signal, async (signal) =>
      (await services()).watch.watch(changed, { signal }),
    );
  const end = async () => {
    // One that did not begin has told whoever subscribed.
    const ending = standing?.catch(() => undefined);
    standing = undefined;
    await (await ending)?.stop();
  };
  const subscribe = async (uri: string) => {
    subscribed.add(uri);
    standing ??= start();
    const mine = standing;
    try {
      await mine;
    } catch (error) {
      subscribed.delete(uri);
      if (standing === mine) standing = undefined;
      const failure = toMailboxError(error);
      log.warn('inbox not watched', { code: failure.code, reason: failure.message, cause: failure.cause });
      throw faultOf(failure, uri);
    }
  };
  return {
    async subscribe(uri) {
      if (!isInbox(resources, uri)) throw notWatched();
      await subscribe(uri);
    },
    async unsubscribe(uri) {
      subscribed.delete(uri);
      if (subscribed.size === 0) await end();
    },
    async stop() {
      subscribed.clear();
      await Promise.all([running.stop(), end()]);
    },
  };
}

/** The inbox by any of its names. */
function isInbox(resources: readonly Resource[], uri: string): boolean {
  const match = matchUri(resources, uri);
  return match?.resource.showsInbox?.(match.variables) ?? false;
}

function notWatched() {
  return invalidParams(
    'Only the inbox can be subscribed to.',
    'Subscribe to mailbox://inbox or mailbox://folder/inbox.',
  );
}
