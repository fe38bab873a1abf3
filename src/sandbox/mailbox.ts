import type { MessageContent } from './content.ts';

/** A message in a mailbox. `modseq` rises with every change of its flags (RFC 7162). */
export interface Message {
  uid: number;
  content: MessageContent;
  internalDate: Date;
  /** Canonical spelling; `\Recent` is a session's affair and never in here. */
  flags: ReadonlySet<string>;
  modseq: number;
  expunged: boolean;
}

export interface NewMessage {
  content: MessageContent;
  flags?: Iterable<string>;
  internalDate: Date;
}

export const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const;

/** One folder. Sessions look at it through a MailboxView; `listeners` are told after each change. */
export class Mailbox {
  name: string;
  uidValidity: number;
  uidNext = 1;
  highestModseq = 1;
  specialUse: string | undefined;
  subscribed: boolean;
  /** Set when the folder is gone; sessions that have it open are disconnected. */
  deleted = false;
  messages: Message[] = [];
  /** Keywords ever set here, in the spelling first seen. */
  readonly keywords: string[] = [];
  readonly listeners = new Set<() => void>();
  #firstRecent = 1;

  constructor(
    name: string,
    uidValidity: number,
    options: { specialUse?: string; subscribed?: boolean } = {},
  ) {
    this.name = name;
    this.uidValidity = uidValidity;
    this.specialUse = options.specialUse;
    this.subscribed = options.subscribed ?? false;
  }

  append(message: NewMessage): Message {
    const added: Message = {
      uid: this.uidNext,
      content: message.content,
      // To the second, as every server keeps it.
      internalDate: new Date(Math.floor(message.internalDate.getTime() / 1000) * 1000),
      flags: new Set([...(message.flags ?? [])].map((flag) => this.canonicalFlag(flag))),
      modseq: this.#nextModseq(),
      expunged: false,
    };
    this.uidNext += 1;
    this.messages.push(added);
    this.#changed();
    return added;
  }

  setFlags(message: Message, flags: Iterable<string>): void {
    const next = new Set([...flags].map((flag) => this.canonicalFlag(flag)));
    if (next.size === message.flags.size && [...next].every((flag) => message.flags.has(flag))) return;
    message.flags = next;
    message.modseq = this.#nextModseq();
    this.#changed();
  }

  expunge(messages: readonly Message[]): void {
    if (messages.length === 0) return;
    this.#nextModseq();
    for (const message of messages) message.expunged = true;
    this.messages = this.messages.filter((message) => !message.expunged);
    this.#changed();
  }

  /** Ends this folder's life, as DELETE does. */
  remove(): void {
    this.deleted = true;
    this.#changed();
  }

  /** The first UID that no session has seen as recent yet; from now on none is (RFC 3501 §2.3.2). */
  claimRecent(): number {
    const first = this.#firstRecent;
    this.#firstRecent = this.uidNext;
    return first;
  }

  get firstRecent(): number {
    return this.#firstRecent;
  }

  /** System flags in their canonical spelling, keywords in the one first used here. */
  canonicalFlag(flag: string): string {
    const same = (known: string) => known.toLowerCase() === flag.toLowerCase();
    const known = systemFlags.find(same) ?? this.keywords.find(same);
    if (known) return known;
    this.keywords.push(flag);
    return flag;
  }

  #nextModseq(): number {
    this.highestModseq += 1;
    return this.highestModseq;
  }

  #changed(): void {
    for (const listener of this.listeners) listener();
  }
}
