import { MailboxError } from '../../domain/errors.ts';

export interface Attempt {
  messageId: string;
  /** Equal for equal content, whatever its Message-ID and date. */
  fingerprint: string;
  idempotencyKey: string | undefined;
}

/** A place in the books for one attempt. Says exactly once how it ended; until then it counts as under way. */
export interface Ticket {
  sent(): void;
  unknown(): void;
  /** Certainly nothing left: the same may be tried again. */
  notSent(): void;
}

type Outcome = 'under way' | 'sent' | 'unknown';

interface Entry extends Attempt {
  at: number;
  outcome: Outcome;
}

/** So long the same is refused. */
export const windowMs = 10 * 60_000;

/**
 * Keeps a message from being sent twice and the account from being blocked: the same content, key or Message-ID is
 * refused for ten minutes, and so are more than `limit` messages in that time. In memory only; what other processes
 * sent, and this account before a restart, `RepeatLook` finds.
 */
export class SendGuard {
  private readonly limit: number;
  private readonly now: () => number;
  /** In the order of `at`. */
  private entries: Entry[] = [];

  /** @param options.now for durations; the default stands still in sleep, so that the guard holds too long, never too short. */
  constructor({ limit, now = () => performance.now() }: { limit: number; now?: () => number }) {
    this.limit = limit;
    this.now = now;
  }

  /** How long until the next message may be sent; 0 when one may be now. */
  get waitMs(): number {
    this.forget();
    const oldest = this.entries[this.entries.length - this.limit];
    return oldest ? oldest.at + windowMs - this.now() : 0;
  }

  /**
   * @throws MailboxError `conflict` when the same was sent, may have been sent or is being sent; `rate_limited` when
   * too much was.
   */
  begin(attempt: Attempt): Ticket {
    this.forget();
    const same = this.entries.findLast((entry) => isSame(entry, attempt));
    if (same) throw repeated(same, this.now());
    if (this.waitMs > 0) throw tooMany(this.limit, this.waitMs);
    // Spelled out: V8 gives each object made by a spread here a shape of its own, which takes more than its values.
    const { messageId, fingerprint, idempotencyKey } = attempt;
    const at = this.now();
    const entry: Entry = { messageId, fingerprint, idempotencyKey, at, outcome: 'under way' };
    this.entries.push(entry);
    return {
      sent: () => {
        entry.outcome = 'sent';
      },
      unknown: () => {
        entry.outcome = 'unknown';
      },
      notSent: () => {
        this.entries = this.entries.filter((other) => other !== entry);
      },
    };
  }

  /** @throws MailboxError `conflict` when a message with this key was sent, may have been sent or is being sent. */
  refuseKey(key: string): void {
    this.forget();
    const same = this.entries.findLast(({ idempotencyKey }) => idempotencyKey === key);
    if (same) throw repeated(same, this.now());
  }

  private forget(): void {
    const since = this.now() - windowMs;
    const [oldest] = this.entries;
    if (!oldest || oldest.at > since) return;
    this.entries = this.entries.filter(({ at, outcome }) => at > since || outcome === 'under way');
  }
}

function isSame(entry: Entry, attempt: Attempt): boolean {
  const { idempotencyKey: key } = attempt;
  if (key !== undefined && key === entry.idempotencyKey) return true;
  const alike = entry.fingerprint === attempt.fingerprint || entry.messageId === attempt.messageId;
  // A new key is the caller's word that the same is meant to go out again; not while the first is on its way.
  return alike && (key === undefined || entry.outcome === 'under way');
}

function repeated({ outcome, messageId, at }: Entry, now: number): MailboxError {
  if (outcome === 'under way') {
    return new MailboxError('conflict', 'The same message is being sent right now.', {
      hint: 'Nothing was sent by this call. Wait for the answer of the other.',
    });
  }
  if (outcome === 'sent') return sentAgo(messageId, now - at);
  return new MailboxError(
    'conflict',
    `The same message may have been sent ${ago(now - at)} (Message-ID ${messageId}); nobody knows.`,
    {
      hint: 'Nothing was sent. Ask the recipient or look for an answer or a bounce; only then send it with a new idempotencyKey (send_email; a draft by draft).',
    },
  );
}

/** The same content has gone out so many milliseconds ago. */
export function sentAgo(messageId: string, ms: number): MailboxError {
  return new MailboxError(
    'conflict',
    `The same message was already sent ${ago(ms)} (Message-ID ${messageId}).`,
    { hint: 'Nothing was sent. To send it once more on purpose, pass a new idempotencyKey.' },
  );
}

/** Another process is sending the same. */
export function beingSent(messageId: string): MailboxError {
  return new MailboxError(
    'conflict',
    `The same message is being sent right now by another process (Message-ID ${messageId}).`,
    { hint: 'Nothing was sent by this call. Look into Sent in a moment.' },
  );
}

/** A draft has a copy beside it, as one gets while it is sent. @param copy its mail id */
export function copyLies(copy: string): MailboxError {
  return new MailboxError(
    'conflict',
    `This draft is being sent by another process, or may have been sent: ${copy} is its copy.`,
    {
      hint: 'Nothing was sent by this call. Look into Sent in a moment. If the copy stays, ask the recipient; to send the draft on purpose, delete the copy first.',
    },
  );
}

/** It lies in Drafts in doubt. */
export function maybeSent(messageId: string): MailboxError {
  return new MailboxError('conflict', `This message may have been sent before; nobody knows: ${messageId}.`, {
    hint: 'Nothing was sent now. Its text is in Drafts. Ask the recipient or look for an answer or a bounce; only then pass a new idempotencyKey.',
  });
}

function ago(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds === 1 ? 'a second ago' : `${seconds} seconds ago`;
}

function tooMany(limit: number, waitMs: number): MailboxError {
  return new MailboxError(
    'rate_limited',
    `${limit} messages were sent within ten minutes: that is the limit.`,
    {
      hint: `Nothing was sent. Try again in ${Math.ceil(waitMs / 1000)} seconds, or raise MAILBOX_SEND_LIMIT.`,
    },
  );
}
