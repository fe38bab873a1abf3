import type { CallContext } from './mail-port.ts';

/** A watch that stands. */
export interface Watch {
  /** Nothing is told any more. Frees the connection within about two seconds. May be called again; never rejects. */
  stop(): Promise<void>;
}

/** Tells that the inbox changed: mail arrived or left, or flags did. What changed has to be asked. */
export interface WatchPort {
  /**
   * Resolves when the watch stands. From then on `onChange` is called for every change, several within seconds told as
   * one, also for what changed while the connection was lost. The context ends the start, not the watch.
   * @throws MailboxError when the watch cannot begin; nothing is then left behind.
   */
  watch(onChange: () => void, context: CallContext): Promise<Watch>;
}
