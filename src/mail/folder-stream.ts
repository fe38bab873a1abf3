import { atom } from '../connections/imap/commands.ts';
import type { FetchMessageObject, FolderView } from '../connections/imap/replies.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Position } from './cursor.ts';
import { type Facts, facts } from './fetched.ts';
import type { FolderOutcome, FolderSearch } from './search-folder.ts';

export interface Hit {
  facts: Facts;
  flags: ReadonlySet<string>;
  view: FolderView;
}

/** How many UIDs on each side of a page's end a cursor remembers. */
const anchors = 10;

/**
 * The matches of one folder, newest first, fetched in pieces as they are needed. The server's order and the dates
 * shown differ where a sender's date cannot be; within a piece the shown dates decide. Takes up where a cursor left
 * off even if matches around it have vanished since.
 */
export class FolderStream {
  readonly folder: string;
  /** In the folder, as far as known. */
  readonly messages: number;
  /** What the last fetch failed with; the stream is then at its end. */
  error: MailboxError | undefined;
  /** The server told nothing of some of the matches. */
  withheld = false;
  view: FolderView | undefined;
  count: number | undefined;
  private readonly criteria: readonly ImapToken[];
  private readonly accepts: (facts: Facts) => boolean;
  private position: Position | undefined;
  private buffer: Hit[] = [];
  /** The current piece in the server's order, and where it begins. */
  private piece: number[] = [];
  private offset: number;
  private readonly given: Set<number>;
  private previous: number[];
  private next: number[];
  private atEnd = false;

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
    this.messages = options.position?.size ?? options.messages;
    this.offset = options.position?.offset ?? 0;
    this.given = new Set(options.position?.given);
    this.previous = options.position?.previous ?? [];
    this.next = options.position?.next ?? [];
  }

  get head(): Hit | undefined {
    return this.buffer[0];
  }

  /** Nothing buffered, but more at the server. */
  get wants(): boolean {
    return this.buffer.length === 0 && !this.atEnd;
  }

  take(): Hit | undefined {
    const hit = this.buffer.shift();
    if (hit) this.given.add(hit.facts.uid);
    return hit;
  }

  request(limit: number): FolderSearch {
    const bound = this.position ? [atom('UID'), atom(`1:${this.position.maxUid}`)] : [];
    const { folder, messages, next, previous } = this;
    const offset = this.offset + this.piece.length;
    const criteria = [...bound, ...this.criteria];
    return { folder, messages, offset, limit, expects: { next, previous }, criteria };
  }

  /** Takes in the outcome of `request`. */
  fill(outcome: FolderOutcome, limit: number): void {
    if (outcome instanceof MailboxError) {
      this.fail(outcome);
      return;
    }
    const { view, uids, offset, messages } = outcome;
    const validity = view.uidValidity.toString(36);
    if (this.position && validity !== this.position.validity) {
      this.fail(rebuilt());
      return;
    }
    this.position ??= { validity, maxUid: Math.max(1, view.uidNext - 1), size: this.messages, offset: 0 };
    this.view = view;
    this.count = outcome.count;
    this.withheld ||= outcome.withheld;
    this.offset = offset;
    this.piece = uids.slice(0, limit);
    this.next = uids.slice(limit);
    this.previous = [...this.previous, ...this.piece].slice(-anchors);
    this.atEnd = uids.length <= limit;
    this.buffer = messages.flatMap((message) => this.hit(message, view));
    this.buffer.sort((a, b) => b.facts.date.getTime() - a.facts.date.getTime());
  }

  private hit(message: FetchMessageObject, view: FolderView): Hit[] {
    const known = facts(message);
    if (!known || !this.piece.includes(known.uid) || this.given.has(known.uid) || !this.accepts(known))
      return [];
    return [{ facts: known, flags: message.flags ?? new Set(), view }];
  }

  private fail(error: MailboxError): void {
    this.error = error;
    this.buffer = [];
    this.atEnd = true;
  }

  /** Where the next page begins: at the first match in the server's order that is neither given nor filtered out. */
  rest(): Position | undefined {
    if (!this.position || (this.atEnd && this.buffer.length === 0)) return undefined;
    const waiting = new Set(this.buffer.map(({ facts: { uid } }) => uid));
    const first = this.piece.findIndex((uid) => waiting.has(uid));
    const done = first < 0 ? this.piece.length : first;
    const left = this.piece.slice(done);
    return {
      validity: this.position.validity,
      maxUid: this.position.maxUid,
      size: this.position.size,
      offset: this.offset + done,
      next: [...left, ...this.next].slice(0, anchors),
      previous: this.piece.slice(Math.max(0, done - anchors), done),
      given: left.filter((uid) => this.given.has(uid)),
    };
  }
}

function rebuilt(): MailboxError {
  return new MailboxError('stale_reference', 'The folder was rebuilt since this cursor was made.', {
    hint: 'Search again without cursor.',
  });
}
