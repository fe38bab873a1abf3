import { type Mailbox, type Message, systemFlags } from './mailbox.ts';
import { inSequenceSet, parseSequenceSet } from './sequence-set.ts';

/** A message as a session sees it: its number is its place in the list. */
export interface Row {
  message: Message;
  /** The modseq this session was last told; a higher one means a FETCH is due. */
  knownModseq: number;
  recent: boolean;
}

export interface Numbered {
  row: Row;
  /** Message sequence number, from 1. */
  seq: number;
}

/**
 * What one session believes of its selected mailbox. It changes only in `sync`, so sequence numbers hold
 * between (RFC 9051 §5.5, §7.5.1): expunged messages stay countable and new ones stay unseen until then.
 */
export class MailboxView {
  readonly mailbox: Mailbox;
  readonly readOnly: boolean;
  rows: Row[];
  /** Keywords already announced by FLAGS. */
  #knownKeywords: number;
  #recentFrom: number;

  constructor(mailbox: Mailbox, readOnly: boolean) {
    this.mailbox = mailbox;
    this.readOnly = readOnly;
    this.#recentFrom = readOnly ? mailbox.firstRecent : mailbox.claimRecent();
    this.rows = mailbox.messages.map((message) => this.#row(message));
    this.#knownKeywords = mailbox.keywords.length;
  }

  get recentCount(): number {
    return this.rows.filter((row) => row.recent).length;
  }

  /** Rows a sequence set names; undefined when it is malformed or, for numbers, names one past the end. */
  resolve(set: string, byUid: boolean): Numbered[] | undefined {
    const ranges = parseSequenceSet(set);
    if (!ranges) return undefined;
    if (!byUid && ranges.flat().some((n) => n !== Infinity && n > this.rows.length)) return undefined;
    return this.select(ranges, byUid);
  }

  select(ranges: readonly (readonly [number, number])[], byUid: boolean): Numbered[] {
    const last = byUid ? (this.rows.at(-1)?.message.uid ?? 0) : this.rows.length;
    const holds = inSequenceSet(ranges, last);
    return this.numbered().filter(({ row, seq }) => holds(byUid ? row.message.uid : seq));
  }

  numbered(): Numbered[] {
    return this.rows.map((row, index) => ({ row, seq: index + 1 }));
  }

  /**
   * Catches up with the mailbox; returns the untagged lines that tell the client, in Dovecot's order: flags,
   * expunges from the highest number down, then the new total.
   */
  sync(options: { expunges: boolean; uid: boolean; modseq: boolean }): string[] {
    const lines = [...this.#newKeywords(), ...this.#changedFlags(options)];
    const recentBefore = this.recentCount;
    if (options.expunges) lines.push(...this.#expunged());
    const lastUid = this.rows.at(-1)?.message.uid ?? 0;
    const added = this.mailbox.messages.filter(
      (message) => message.uid > lastUid && message.uid >= this.#uidSeen,
    );
    if (added.length > 0) {
      this.#recentFrom = this.readOnly ? this.mailbox.firstRecent : this.mailbox.claimRecent();
      this.rows.push(...added.map((message) => this.#row(message)));
      lines.push(`* ${this.rows.length} EXISTS`);
    }
    if (this.recentCount !== recentBefore) lines.push(`* ${this.recentCount} RECENT`);
    return lines;
  }

  flagLines(): string[] {
    const flags = [
      '\\Answered',
      '\\Flagged',
      '\\Deleted',
      '\\Seen',
      '\\Draft',
      ...this.mailbox.keywords,
    ].join(' ');
    const permanent = this.readOnly
      ? '* OK [PERMANENTFLAGS ()] Read-only mailbox.'
      : `* OK [PERMANENTFLAGS (${flags} \\*)] Flags permitted.`;
    return [`* FLAGS (${flags})`, permanent];
  }

  #uidSeen = 0;

  #row(message: Message): Row {
    this.#uidSeen = Math.max(this.#uidSeen, message.uid + 1);
    return { message, knownModseq: message.modseq, recent: message.uid >= this.#recentFrom };
  }

  #newKeywords(): string[] {
    if (this.mailbox.keywords.length === this.#knownKeywords) return [];
    this.#knownKeywords = this.mailbox.keywords.length;
    return this.flagLines();
  }

  #changedFlags({ uid, modseq }: { uid: boolean; modseq: boolean }): string[] {
    const lines: string[] = [];
    for (const { row, seq } of this.numbered()) {
      if (row.message.expunged || row.message.modseq <= row.knownModseq) continue;
      row.knownModseq = row.message.modseq;
      const items = [
        ...(uid ? [`UID ${row.message.uid}`] : []),
        ...(modseq ? [`MODSEQ (${row.message.modseq})`] : []),
        `FLAGS ${formatFlags(row)}`,
      ];
      lines.push(`* ${seq} FETCH (${items.join(' ')})`);
    }
    return lines;
  }

  #expunged(): string[] {
    const lines = this.numbered()
      .filter(({ row }) => row.message.expunged)
      .map(({ seq }) => `* ${seq} EXPUNGE`)
      .reverse();
    if (lines.length > 0) this.rows = this.rows.filter((row) => !row.message.expunged);
    return lines;
  }
}

/** System flags, then `\\Recent`, then keywords. */
export function formatFlags({ message, recent }: Row): string {
  const system = systemFlags.filter((flag) => message.flags.has(flag));
  const keywords = [...message.flags].filter((flag) => !flag.startsWith('\\'));
  return `(${[...system, ...(recent ? ['\\Recent'] : []), ...keywords].join(' ')})`;
}
