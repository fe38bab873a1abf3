import { atom } from '../connections/imap-commands.ts';
import type { FetchMessageObject, FolderView } from '../connections/imap-replies.ts';
import type { ImapToken } from '../connections/imap-wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Position } from './cursor.ts';
import { type Facts, facts } from './fetched.ts';
import type { FolderOutcome, FolderSearch } from './search-folder.ts';

export interface Hit {
  facts: Facts;
  flags: ReadonlySet<string>;
  view: FolderView;
  /** Its place among the folder's matches. */
  index: number;
}

/**
 * The matches of one folder, newest first, fetched in pages as they are needed. Takes up where a cursor left off
 * even if matches before it have vanished since.
 */
export class FolderStream {
  readonly folder: string;
  /** What the last fetch failed with; the stream is then at its end. */
  error: MailboxError | undefined;
  view: FolderView | undefined;
  count: number | undefined;
  private readonly criteria: readonly ImapToken[];
  private readonly accepts: (facts: Facts) => boolean;
  /** In the folder, as far as known. */
  readonly messages: number;
  private position: Position | undefined;
  private buffer: Hit[] = [];
  private offset: number;
  private atEnd = false;
  private next: number | undefined;
  private last: number | undefined;
  private taken: number | undefined;

  constructor(options: {
    folder: string;
    criteria: readonly ImapToken[];
    accepts: (facts: Facts) => boolean;
    messages: number;
    position?: Position | undefined;
  }) {
    this.folder = options.folder;
    this.criteria = options.criteria;
    this.accepts = options.accepts;
    this.position = options.position;
    this.messages = options.position?.s ?? options.messages;
    this.offset = options.position?.o ?? 0;
  }

  get head(): Hit | undefined {
    return this.buffer[0];
  }

  /** Nothing buffered, but more at the server. */
  get wants(): boolean {
    return this.buffer.length === 0 && !this.atEnd;
  }

  get exhausted(): boolean {
    return this.buffer.length === 0 && this.atEnd;
  }

  take(): Hit | undefined {
    const hit = this.buffer.shift();
    this.taken = hit?.facts.uid ?? this.taken;
    return hit;
  }

  request(limit: number): FolderSearch {
    const bound = this.position ? [atom('UID'), atom(`1:${this.position.m}`)] : [];
    const { folder, messages, offset } = this;
    const expects = { next: this.next ?? this.position?.n, previous: this.last ?? this.position?.p };
    return { folder, messages, offset, limit, expects, criteria: [...bound, ...this.criteria] };
  }

  /** Takes in the outcome of `request`. */
  fill(outcome: FolderOutcome, limit: number): void {
    if (outcome instanceof MailboxError) {
      this.fail(outcome);
      return;
    }
    if (this.position && outcome.view.uidValidity.toString(36) !== this.position.v) {
      this.fail(rebuilt());
      return;
    }
    this.view = outcome.view;
    this.count = outcome.count;
    this.position ??= {
      v: outcome.view.uidValidity.toString(36),
      m: Math.max(1, outcome.view.uidNext - 1),
      o: 0,
      s: this.messages,
    };
    const places = new Map(outcome.uids.map((uid, index) => [uid, outcome.offset + index]));
    this.buffer = outcome.messages.flatMap((message) => this.hit(message, outcome.view, places));
    this.next = outcome.uids[limit];
    this.offset = outcome.offset + Math.min(limit, outcome.uids.length);
    this.last = outcome.uids[limit - 1] ?? outcome.uids.at(-1) ?? this.last;
    this.atEnd = outcome.uids.length <= limit;
  }

  private hit(message: FetchMessageObject, view: FolderView, places: ReadonlyMap<number, number>): Hit[] {
    const known = facts(message);
    const index = places.get(message.uid);
    if (!known || index === undefined || !this.accepts(known)) return [];
    return [{ facts: known, flags: message.flags ?? new Set(), view, index }];
  }

  private fail(error: MailboxError): void {
    this.error = error;
    this.buffer = [];
    this.atEnd = true;
  }

  /** Where the next page begins; undefined when there is none. */
  rest(): Position | undefined {
    if (!this.position || this.exhausted) return undefined;
    const { v, m, s } = this.position;
    const { head } = this;
    const [o, n, p] = head ? [head.index, head.facts.uid, this.taken] : [this.offset, this.next, this.last];
    return { v, m, s, o, ...(n === undefined ? {} : { n }), ...(p === undefined ? {} : { p }) };
  }
}

function rebuilt(): MailboxError {
  return new MailboxError('stale_reference', 'The folder was rebuilt since this cursor was made.', {
    hint: 'Search again without cursor.',
  });
}
