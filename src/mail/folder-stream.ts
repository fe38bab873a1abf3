import { atom } from '../connections/imap/commands.ts';
import type { FolderView } from '../connections/imap/replies.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Aside, Position } from './cursor.ts';
import { type Facts, facts } from './fetched.ts';
import { laterArrival, sortedBy } from './mail-order.ts';
import type { FolderHits, FolderOutcome, FolderSearch } from './search-folder.ts';
import { uidSet } from './uid-set.ts';

export interface Hit {
  facts: Facts;
  flags: ReadonlySet<string>;
  view: FolderView;
  /** By what it stands in lists, ms: its date; later where it could not be kept waiting any longer. */
  rank: number;
}

/** How many UIDs on each side of a page's end a cursor remembers. */
const anchors = 10;
/** What is not fetched yet is judged by so many: the server may read the Date of one of them otherwise than we. */
const witnesses = 5;
/** Fetched in one go while all there is must wait. */
const maxPiece = 500;
/**
 * What the server put higher than it stands can fill the top of a folder: an archive brought here at once where the
 * order is by arrival, Dates that lie ahead where it is by date. So many wait for those behind them; more turn an
 * order by date into one by arrival, and by arrival they are given where the server put them.
 */
const maxWaiting = 500;

/**
 * The matches of one folder, newest first by `Facts.date`, fetched in pieces as they are needed. What the server put
 * higher waits aside until all that may stand above it has come. Takes up where a cursor left off even if matches
 * around it have vanished since.
 */
export class FolderStream {
  readonly folder: string;
  /** In the folder, as far as known. */
  readonly messages: number;
  /** What the last fetch failed with; nothing more comes then. */
  error: MailboxError | undefined;
  /** The server told nothing of some of the matches. */
  withheld = false;
  view: FolderView | undefined;
  count: number | undefined;
  private readonly criteria: readonly ImapToken[];
  private readonly accepts: (hit: Hit) => boolean;
  private position: Position | undefined;
  /** Fetched and not given, the newest first. */
  private waiting: Hit[] = [];
  /** As `waiting`, but of earlier pages and not fetched again yet. The newest first: `rest` sees to that. */
  private aside: Aside[];
  /** The current piece in the server's order, where it begins, and how many were asked for. */
  private piece: number[] = [];
  private offset: number;
  private limit = 0;
  /** UIDs before and behind the piece. */
  private passed: number[];
  private next: number[];
  private readonly given = new Set<number>();
  /** Nothing behind the piece stands above this. */
  private frontier = Number.POSITIVE_INFINITY;
  private crowded = false;
  private atEnd = false;

  constructor(options: {
    folder: string;
    criteria: readonly ImapToken[];
    accepts: (hit: Hit) => boolean;
    messages: number;
    position?: Position | undefined;
  }) {
    this.folder = options.folder;
    this.criteria = options.criteria;
    this.accepts = options.accepts;
    this.position = options.position;
    this.messages = options.messages;
    this.offset = options.position?.offset ?? 0;
    this.aside = options.position?.aside ?? [];
    this.passed = options.position?.previous ?? [];
    this.next = options.position?.next ?? [];
  }

  /** The newest of all that is left; undefined while that is not known. */
  get head(): Hit | undefined {
    const [hit] = this.waiting;
    if (!hit || this.wants) return undefined;
    return { ...hit, rank: Math.max(hit.rank, this.bound) };
  }

  /** What comes next must be fetched first. */
  get wants(): boolean {
    if (this.error || this.isThrough) return false;
    const [hit] = this.waiting;
    return hit === undefined || (hit.rank < this.bound && !this.crowded);
  }

  /** All is fetched. */
  private get isThrough(): boolean {
    return this.atEnd && this.aside.length === 0;
  }

  /** Nothing that is still to be fetched stands above this. */
  private get bound(): number {
    const [, rank] = this.aside[0] ?? [0, Number.NEGATIVE_INFINITY];
    return this.atEnd ? rank : Math.max(rank, this.frontier);
  }

  take(): Hit | undefined {
    const hit = this.head;
    if (!hit) return undefined;
    this.waiting.shift();
    this.given.add(hit.facts.uid);
    return hit;
  }

  /** @param chunk how many to fetch; more when those that wait would only become more */
  request(chunk: number): FolderSearch {
    this.limit = Math.min(maxPiece, Math.max(chunk, 4 * this.waiting.length));
    const bound = this.position ? within(this.position) : [];
    const { folder, messages, next, limit } = this;
    const previous = [...this.passed, ...this.piece].slice(-anchors);
    return {
      ...{ folder, messages, limit, order: this.position?.order, expects: { next, previous } },
      offset: this.offset + this.piece.length,
      aside: this.aside.slice(0, chunk).map(([uid]) => uid),
      criteria: [...bound, ...this.criteria],
    };
  }

  /** Takes in the outcome of `request`. */
  fill(outcome: FolderOutcome): void {
    if (outcome instanceof MailboxError) {
      this.error = outcome;
      return;
    }
    const { view, uids, offset, order } = outcome;
    const validity = view.uidValidity.toString(36);
    if (this.position && validity !== this.position.validity) {
      this.error = rebuilt();
      return;
    }
    const maxUid = Math.max(1, view.uidNext - 1);
    this.position ??= { validity, maxUid, order, givenByDate: '', offset: 0 };
    this.view = view;
    this.count ??= outcome.count;
    this.withheld ||= outcome.withheld;
    this.passed = [...this.passed, ...this.piece].slice(-anchors);
    this.offset = offset;
    this.piece = uids.slice(0, this.limit);
    this.next = uids.slice(this.limit);
    this.atEnd = uids.length <= this.limit;
    this.takeIn(outcome);
    if (order === 'date' && this.crowded) this.turnToArrival(this.position);
  }

  private takeIn({ view, order, messages, aside }: FolderHits): void {
    const known = messages.flatMap((message) => {
      const told = facts(message);
      return told
        ? [{ facts: told, flags: message.flags ?? new Set<string>(), view, rank: told.date.getTime() }]
        : [];
    });
    const inPiece = new Set(this.piece);
    const times = known.flatMap((hit) =>
      inPiece.has(hit.facts.uid) ? (sortedBy(hit.facts, order) ?? []) : [],
    );
    if (times.length > 0) this.frontier = Math.max(...times.slice(-witnesses));
    const early = new Set([...this.aside.map(([uid]) => uid), ...this.waiting.map((hit) => hit.facts.uid)]);
    this.aside = this.aside.filter(([uid]) => !aside.includes(uid));
    const fresh = known.filter((hit) => {
      const { uid } = hit.facts;
      const isNew = inPiece.has(uid) && !early.has(uid) && !this.given.has(uid);
      return (isNew || aside.includes(uid)) && this.accepts(hit);
    });
    this.waiting = [...this.waiting, ...fresh].sort(
      (a, b) => b.rank - a.rank || laterArrival(a.facts, b.facts) || b.facts.uid - a.facts.uid,
    );
    this.crowded = this.waiting.length + this.aside.length >= maxWaiting;
  }

  /** All that is not given yet comes from the top again, in the other order. */
  private turnToArrival(position: Position): void {
    this.position = { ...position, order: 'arrival', givenByDate: this.givenByDate(position) };
    this.waiting = [];
    this.aside = [];
    this.piece = [];
    this.passed = [];
    this.next = [];
    this.offset = 0;
    this.frontier = Number.POSITIVE_INFINITY;
    this.crowded = false;
    this.atEnd = false;
  }

  private givenByDate({ order, givenByDate }: Position): string {
    if (order !== 'date') return givenByDate;
    return [givenByDate, uidSet(this.given)].filter((set) => set !== '').join(',');
  }

  /** Where the next page begins: behind the last match given, in the server's order; those before it wait aside. */
  rest(): Position | undefined {
    const isOver = this.isThrough && this.waiting.length === 0;
    if (!this.position || isOver || this.error?.code === 'stale_reference') return undefined;
    const done = this.done();
    const left = this.piece.slice(done);
    const waiting = this.waiting.filter(({ facts: { uid } }) => !left.includes(uid));
    const aside = [...waiting.map(({ facts: { uid }, rank }): Aside => [uid, rank]), ...this.aside];
    return {
      ...this.position,
      givenByDate: this.givenByDate(this.position),
      offset: this.offset + done,
      next: [...left, ...this.next].slice(0, anchors),
      previous: [...this.passed, ...this.piece.slice(0, done)].slice(-anchors),
      aside: aside.sort(([, a], [, b]) => b - a),
    };
  }

  /** How much of the piece need not be looked at again; a crowd would be fetched whole for each page. */
  private done(): number {
    if (this.wants || this.crowded) return this.piece.length;
    const waiting = new Set(this.waiting.map(({ facts: { uid } }) => uid));
    const last = this.piece.findLastIndex((uid) => this.given.has(uid));
    const first = this.piece.findIndex((uid, index) => index > last && waiting.has(uid));
    return first < 0 ? this.piece.length : first;
  }
}

/** What arrives between pages is left out, for it would shift them, and by arrival what was given before. */
function within({ maxUid, order, givenByDate }: Position): ImapToken[] {
  const isAgain = order === 'arrival' && givenByDate !== '';
  return ['UID', `1:${maxUid}`, ...(isAgain ? ['NOT', 'UID', givenByDate] : [])].map((word) => atom(word));
}

function rebuilt(): MailboxError {
  return new MailboxError('stale_reference', 'The folder was rebuilt since this cursor was made.', {
    hint: 'Search again without cursor.',
  });
}
