import { abortable } from '../../domain/abortable.ts';
import { lostConnection, stalled } from './errors.ts';
import { newsKinds, refusal } from './running.ts';
import type { ImapWire } from './wire.ts';

export interface IdleOptions {
  /** When it resolves, the idling ends. */
  until: Promise<void>;
  /** Told of each EXISTS, EXPUNGE, VANISHED and FETCH. */
  onNews(): void;
  /** How long the server may take to end it. */
  answerMs: number;
}

const never = new AbortController().signal;

/**
 * IDLE in the selected folder (RFC 2177). imapflow's own needs imapflow's own SELECT, and an open end.
 * @returns false when the server refused it or ended it by itself: to ask again at once could go on for ever
 * @throws MailboxError `unavailable` when the line breaks, `timeout` when the server does not end it
 */
export async function idle(wire: ImapWire, { until, onNews, answerMs }: IdleOptions): Promise<boolean> {
  let mayEnd = false;
  let wantsEnd = false;
  const end = () => {
    if (mayEnd && wantsEnd) wire.write('DONE');
  };
  const news = async () => onNews();
  const untagged = Object.fromEntries([...newsKinds].map((kind) => [kind, news]));
  const begun = wire.exec('IDLE', false, {
    untagged,
    // Before the server has said `+`, DONE would be a command it does not know.
    onPlusTag: async () => {
      mayEnd = true;
      end();
    },
  });
  const over = begun.then(
    ({ next }) => next(),
    (error) => {
      if (!refusal(error)) throw lostConnection(error);
    },
  );
  const endedItself = await Promise.race([over.then(() => true), until.then(() => false)]);
  if (endedItself) return false;
  wantsEnd = true;
  if (wire.usable) end();
  await abortable(over, { signal: never, timeoutMs: answerMs, onTimeout: stalled });
  return true;
}
