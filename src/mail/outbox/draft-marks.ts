import { createHash } from 'node:crypto';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';

/** What became of a draft when it was sent before. */
export interface Fate {
  fate: 'sent' | 'unknown' | undefined;
  /** Whether it may have been sent with this idempotencyKey. */
  triedWith(key: string): boolean;
  /** Whether this process knows of that fate: it caused it, or has told of it. */
  isKnownHere: boolean;
}

/** RFC 5550 §5.10 and §5.11: this message is being, or has been, submitted. What we know outlives this process so. */
export const pending = '$SubmitPending';
export const submitted = '$Submitted';
/**
 * With which key, for who asks again after a restart. One of sixteen, because servers keep every keyword ever used and some
 * take no more than 128: one new key in sixteen passes for an old one and is refused.
 */
const keyMark = (key: string) => `$SubmitKey${createHash('sha256').update(key).digest('hex').slice(0, 1)}`;

/** The keywords of a draft that may have been sent, with this key where there is one. */
export const pendingWith = (key: string | undefined) => [
  pending,
  ...(key === undefined ? [] : [keyMark(key)]),
];

/** What a draft bears of that, in small letters. */
export function marksOfSubmission(flags: ReadonlySet<string>): string[] {
  return [...flags].map((flag) => flag.toLowerCase()).filter((flag) => flag.startsWith('$submit'));
}

const maxRemembered = 1000;

/** Notes on drafts what became of them: as keywords, and in memory for servers that keep none. */
export class DraftMarks {
  private readonly filing: Pick<FilingPort, 'mark'>;
  /** By mail id. */
  private readonly remembered = new Map<string, readonly string[]>();
  /** Ids of drafts whose fate was told. */
  private readonly told = new Set<string>();

  constructor(filing: Pick<FilingPort, 'mark'>) {
    this.filing = filing;
  }

  /** @param flags as the server has them. */
  of(ref: MailRef, flags: ReadonlySet<string>): Fate {
    const id = formatMailId(ref);
    const all = [...flags, ...(this.remembered.get(id) ?? [])];
    const marks = new Set(all.map((flag) => flag.toLowerCase()));
    const has = (mark: string) => marks.has(mark.toLowerCase());
    const fate = has(submitted) ? 'sent' : has(pending) ? 'unknown' : undefined;
    const isKnownHere = this.remembered.has(id) || this.told.has(id);
    return { fate, isKnownHere, triedWith: (key) => has(keyMark(key)) };
  }

  /** Whoever has read of the fate may override it. */
  tell(ref: MailRef): void {
    this.told.add(formatMailId(ref));
    const [oldest] = this.told;
    if (this.told.size > maxRemembered && oldest !== undefined) this.told.delete(oldest);
  }

  /** What the draft was stored with. */
  remember(ref: MailRef, marks: readonly string[]): void {
    const id = formatMailId(ref);
    this.remembered.set(id, [...(this.remembered.get(id) ?? []), ...marks]);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > maxRemembered && oldest !== undefined) this.remembered.delete(oldest);
  }

  /**
   * So that it is not sent again unawares.
   * @returns whether the server keeps it; otherwise it is known only while this process lives.
   * @throws MailboxError when the server could not be asked.
   */
  async note(ref: MailRef, fate: 'sent' | 'unknown', signal: AbortSignal, key?: string): Promise<boolean> {
    const add = fate === 'sent' ? [submitted] : pendingWith(key);
    this.remember(ref, add);
    const { failed = [] } = await this.filing.mark({ ids: [formatMailId(ref)], add }, { signal });
    return failed.length === 0;
  }

  /** Takes back `note('unknown')`: it was certainly not sent. @returns whether it is done */
  async unnote(ref: MailRef, signal: AbortSignal, key?: string): Promise<boolean> {
    const id = formatMailId(ref);
    this.remembered.delete(id);
    const { failed = [] } = await this.filing.mark({ ids: [id], remove: pendingWith(key) }, { signal });
    return failed.every(({ code }) => code === 'not_found');
  }
}
