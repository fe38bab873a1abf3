import { Watcher, type WatcherOptions } from '../connections/imap/watcher.ts';
import { abortable } from '../domain/abortable.ts';
import { MailboxError } from '../domain/errors.ts';
import type { CallContext } from '../domain/mail-port.ts';
import type { Watch, WatchPort } from '../domain/watch-port.ts';

interface Listener {
  onChange(): void;
}

interface Shared {
  watcher: Watcher;
  standing: Promise<void>;
  listeners: Set<Listener>;
}

/** However many listen, one connection watches the inbox; with the last of them it goes. */
export class InboxWatch implements WatchPort {
  private readonly options: Omit<WatcherOptions, 'onChange'>;
  private shared: Shared | undefined;
  private ending: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: Omit<WatcherOptions, 'onChange'>) {
    this.options = options;
  }

  async watch(onChange: () => void, { signal }: CallContext): Promise<Watch> {
    if (this.closed) throw new MailboxError('unavailable', 'The server is about to end.');
    if (signal.aborted) throw cancelled(signal);
    this.shared ??= this.open();
    const { shared } = this;
    const listener = { onChange };
    shared.listeners.add(listener);
    const stop = () => this.leave(shared, listener);
    try {
      await abortable(shared.standing, { signal });
    } catch (error) {
      await stop();
      throw signal.aborted ? cancelled(signal) : error;
    }
    return { stop };
  }

  /** Stops every watch. Never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.shared) this.end(this.shared);
    await this.ending;
  }

  private open(): Shared {
    const listeners = new Set<Listener>();
    const tell = () => {
      for (const listener of [...listeners]) this.tell(listener);
    };
    const watcher = new Watcher({ ...this.options, onChange: tell });
    // The connection of the watch before is free by then.
    const standing = this.ending.then(() => watcher.start());
    return { watcher, standing, listeners };
  }

  private tell({ onChange }: Listener): void {
    try {
      onChange();
    } catch (error) {
      this.options.log.warn('a change of the inbox could not be told', { error });
    }
  }

  private async leave(shared: Shared, listener: Listener): Promise<void> {
    shared.listeners.delete(listener);
    if (shared.listeners.size > 0) return;
    if (this.shared === shared) this.end(shared);
    await this.ending;
  }

  private end({ watcher, listeners }: Shared): void {
    this.shared = undefined;
    listeners.clear();
    this.ending = Promise.all([this.ending, watcher.stop()]).then(() => undefined);
  }
}

function cancelled({ reason }: AbortSignal): MailboxError {
  return new MailboxError('timeout', 'The call ended before the inbox was watched.', { cause: reason });
}
