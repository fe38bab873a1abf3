import { toMailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Watch } from '../domain/watch-port.ts';
import type { Log } from '../log.ts';
import { faultOf } from './rpc-fault.ts';
import type { Running } from './running.ts';

export interface WatchedInboxOptions {
  /** Of whom the inbox is. */
  services: () => Promise<Pick<Services, 'watch'>>;
  /** Tells the client that what it subscribed to has changed. */
  notify: (uri: string) => Promise<void>;
  running: Running;
  log: Log;
}

/** The inbox of an account or of all of them, watched while somebody wants to be told. */
export interface WatchedInbox {
  /**
   * Resolves when changes are seen, or when the client unsubscribed before that.
   * @param cancelled the client takes the request back: then it is as if it had never been made
   * @throws RpcFault when the watch does not stand
   */
  subscribe(uri: string, cancelled: AbortSignal): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** Tells nobody any more. */
  end(): Promise<void>;
}

/** A watch that stands or begins. */
interface Standing {
  watch: Promise<Watch>;
  /** Aborted when nobody wants it any more before it stands. */
  unwanted: AbortController;
}

/** One watch for all that is subscribed, and none, and with it no connection, for nothing. */
export function watchedInbox(options: WatchedInboxOptions): WatchedInbox {
  const { log } = options;
  const subscribed = new Subscribed();
  let standing: Standing | undefined;

  const end = async () => {
    const ending = standing;
    standing = undefined;
    // One that did not begin has told whoever subscribed.
    await (await ending?.watch.catch(() => undefined))?.stop();
  };
  const endUnwanted = async () => {
    standing?.unwanted.abort();
    await end();
  };
  return {
    async subscribe(uri, cancelled) {
      const mine = subscribed.add(uri);
      standing ??= begin(options, subscribed);
      const awaited = standing;
      const takeBack = () => {
        subscribed.remove(mine);
        if (subscribed.isEmpty) void endUnwanted();
      };
      cancelled.addEventListener('abort', takeBack, { once: true });
      if (cancelled.aborted) takeBack();
      try {
        await awaited.watch;
      } catch (error) {
        subscribed.remove(mine);
        if (standing === awaited) standing = undefined;
        if (awaited.unwanted.signal.aborted) return;
        const failure = toMailboxError(error);
        log.warn('inbox not watched', { code: failure.code, reason: failure.message, cause: failure.cause });
        throw faultOf(failure, uri);
      } finally {
        cancelled.removeEventListener('abort', takeBack);
      }
    },
    async unsubscribe(uri) {
      subscribed.removeAll(uri);
      if (subscribed.isEmpty) await endUnwanted();
    },
    async end() {
      subscribed.clear();
      await end();
    },
  };
}

/** What begins one watch for all that is subscribed. */
function begin({ services, notify, running, log }: WatchedInboxOptions, subscribed: Subscribed): Standing {
  const unwanted = new AbortController();
  const changed = () => {
    for (const uri of subscribed.uris) {
      notify(uri).catch((cause: unknown) => log.debug('update not told', { cause }));
    }
  };
  const watch = running.run(unwanted.signal, async (signal) => {
    const begun = await (await services()).watch.watch(changed, { signal });
    // Nobody waits any more for one that comes too late.
    if (signal.aborted) await begun.stop();
    signal.throwIfAborted();
    return begun;
  });
  return { watch, unwanted };
}

/** One request of a client to be told. */
interface Wish {
  uri: string;
}

/** What the client subscribed to, by each request that asked for it: one that fails takes nothing from another. */
class Subscribed {
  private readonly wishes = new Set<Wish>();

  get isEmpty(): boolean {
    return this.wishes.size === 0;
  }

  /** Each once, as the client wrote it: it knows them by nothing else. */
  get uris(): ReadonlySet<string> {
    return new Set([...this.wishes].map(({ uri }) => uri));
  }

  add(uri: string): Wish {
    const wish = { uri };
    this.wishes.add(wish);
    return wish;
  }

  remove(wish: Wish): void {
    this.wishes.delete(wish);
  }

  removeAll(uri: string): void {
    for (const wish of this.wishes) {
      if (wish.uri === uri) this.wishes.delete(wish);
    }
  }

  clear(): void {
    this.wishes.clear();
  }
}
