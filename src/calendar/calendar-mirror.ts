import type { CollectionState, DavCollection } from '../connections/caldav/types.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { type MailboxError, toMailboxError } from '../domain/errors.ts';
import { type Moment, OwnWrites } from '../domain/own-writes.ts';
import type { CalendarEntry } from './calendar-directory.ts';
import { type SyncSources, syncIndex } from './calendar-sync.ts';
import { CollectionStates } from './collection-states.ts';
import type { ResourceText } from './intake.ts';
import { ResourceIndex } from './resource-index.ts';
import { SharedRun } from './shared-run.ts';

/** A calendar and what it holds right now. */
export interface FreshCalendar {
  calendar: CalendarEntry;
  index: ResourceIndex;
}

export interface FailedCalendar {
  calendar: CalendarEntry;
  error: MailboxError;
}

export interface FreshCalendars {
  fresh: FreshCalendar[];
  failed: FailedCalendar[];
  /** URLs of all calendars of the account, where the server was asked for them. */
  listed: readonly string[];
}

export interface CalendarMirrorOptions extends SyncSources {
  /** How long an index nobody has proven stays in memory. */
  ttlMs: number;
  writes?: OwnWrites;
  now?: () => number;
  clock?: () => number;
}

/** What a calendar held when the server last confirmed it. */
export interface RecalledIndex {
  index: ResourceIndex;
  /** Epoch ms. */
  since: number;
}

interface Mirrored {
  collection: DavCollection;
  index: ResourceIndex;
  /** When the server last confirmed it, by the clock for durations. */
  provenAt: number;
  /** When that was asked for, and the state of the index it confirmed. */
  proof?: Moment & { stamp: number };
  offered: Map<string, ResourceText>;
  refresh: SharedRun;
}

export interface LookOptions {
  /** The server is asked which calendars there are, if there is anything to compare. */
  withHome?: boolean;
  /** Told when the server has answered that. */
  answered?: (() => void) | undefined;
  /** What has no answer when this aborts has failed for its reason. */
  until?: AbortSignal;
}

interface Look extends Pick<LookOptions, 'answered'> {
  asked: Moment;
  states: Promise<CollectionStateMap>;
  /** Ends the questions. */
  limit: AbortSignal;
}

type CollectionStateMap = ReadonlyMap<string, CollectionState>;

const noStates: Promise<CollectionStateMap> = Promise.resolve(new Map());

/** An in-memory copy of each collection, proven by one round trip before every answer. */
export class CalendarMirror {
  private readonly sources: SyncSources;
  private readonly ttlMs: number;
  private readonly writes: OwnWrites;
  private readonly now: () => number;
  private readonly clock: () => number;
  private readonly mirrored = new Map<string, Mirrored>();
  private readonly states: CollectionStates;
  private readonly times: CollectionStates;
  private sweep: NodeJS.Timeout | undefined;

  constructor(options: CalendarMirrorOptions) {
    const { store, reader, ttlMs, writes = new OwnWrites(), now = Date.now, clock = steadyClock() } = options;
    this.sources = { store, reader };
    this.states = new CollectionStates(store, {});
    this.times = new CollectionStates(store, { timesOnly: true });
    this.ttlMs = ttlMs;
    this.writes = writes;
    this.now = now;
    this.clock = clock;
  }

  /** All at once, each proven after this was called. @throws only when the signal aborts. */
  async fresh(
    calendars: readonly CalendarEntry[],
    signal: AbortSignal,
    { withHome = false, answered, until }: LookOptions = {},
  ): Promise<FreshCalendars> {
    const asked = this.moment();
    const limit = until ? AbortSignal.any([signal, until]) : signal;
    const states = this.asked(calendars, withHome)?.now(limit) ?? noStates;
    const outcomes = await this.outcomes(calendars, { asked, states, answered, limit }, signal);
    this.sweepLater();
    return {
      fresh: outcomes.filter((outcome) => 'index' in outcome),
      failed: outcomes.filter((outcome) => 'error' in outcome),
      listed: [...(await states.catch(() => noStates)).keys()],
    };
  }

  /** A state the server was just seen in: when the next look lists it with this ETag, it need not be fetched. */
  offer(collection: DavCollection, resource: ResourceText): void {
    const held = this.of(collection);
    held.offered.set(resource.href, resource);
    held.index.settledSince = undefined;
  }

  /** As it was at the last look, if there was one. */
  known(collectionUrl: string): ResourceIndex | undefined {
    return this.mirrored.get(collectionUrl)?.index;
  }

  /** It was read, and so lately that one question proves it. */
  isKnown(collectionUrl: string): boolean {
    const held = this.mirrored.get(collectionUrl);
    return held?.index.isRead === true && !this.isExpired(held);
  }

  /**
   * For when the server cannot be reached. Undefined when it was proven too long ago, when a look broke off in the
   * middle since, and after a write of ours.
   */
  recall(collectionUrl: string): RecalledIndex | undefined {
    const held = this.mirrored.get(collectionUrl);
    const { proof } = held ?? {};
    if (!held || !proof || this.isExpired(held) || !this.writes.noneSince(proof)) return undefined;
    return proof.stamp === held.index.stamp ? { index: held.index, since: proof.at } : undefined;
  }

  clear(): void {
    clearTimeout(this.sweep);
    this.mirrored.clear();
  }

  /** The question that proves these, if one for all is worth it; times suffice where they are known of each. */
  private asked(calendars: readonly CalendarEntry[], withHome: boolean): CollectionStates | undefined {
    const known = calendars.flatMap(({ collection }) => this.mirrored.get(collection.url) ?? []);
    const read = known.filter((held) => held.index.isRead && !this.isExpired(held));
    if (read.length <= (withHome ? 0 : 1)) return undefined;
    return read.every(({ index }) => index.settledSince !== undefined) ? this.times : this.states;
  }

  /** What the states prove is proven; only calendars that changed are synchronised. */
  private async outcomes(
    calendars: readonly CalendarEntry[],
    look: Look,
    signal: AbortSignal,
  ): Promise<(FreshCalendar | FailedCalendar)[]> {
    try {
      const states = await look.states;
      look.answered?.();
      const told = { ...look, states };
      return await Promise.all(calendars.map((calendar) => this.outcome(calendar, told, signal)));
    } catch (error) {
      signal.throwIfAborted();
      return calendars.map((calendar) => ({ calendar, error: toMailboxError(error) }));
    }
  }

  private async outcome(
    calendar: CalendarEntry,
    { asked, states, limit }: Omit<Look, 'states'> & { states: CollectionStateMap },
    signal: AbortSignal,
  ): Promise<FreshCalendar | FailedCalendar> {
    const held = this.of(calendar.collection);
    const state = states.get(calendar.collection.url);
    if (state && held.refresh.idle && !this.isExpired(held) && held.index.isAt(state)) {
      this.proven(held, asked);
      held.index.settle(state);
      return { calendar, index: held.index };
    }
    try {
      await held.refresh.run(limit);
      if (state) held.index.settle(state);
      return { calendar, index: held.index };
    } catch (error) {
      signal.throwIfAborted();
      return { calendar, error: toMailboxError(error) };
    }
  }

  private of(collection: DavCollection): Mirrored {
    const held = this.mirrored.get(collection.url);
    if (held) {
      held.collection = collection;
      return held;
    }
    const made: Mirrored = {
      ...{ collection, index: new ResourceIndex(), provenAt: this.clock(), offered: new Map() },
      refresh: new SharedRun((signal) => this.prove(made, signal)),
    };
    this.mirrored.set(collection.url, made);
    return made;
  }

  private async prove(held: Mirrored, signal: AbortSignal): Promise<void> {
    if (this.isExpired(held)) {
      held.index = new ResourceIndex();
      held.provenAt = this.clock();
    }
    const isFirst = !held.index.isRead;
    const asked = this.moment();
    // A listing that comes meanwhile may tell of a change this sync has not seen.
    const { collection } = held;
    await syncIndex({ ...this.sources, ...held }, signal);
    if (isFirst) held.index.settle(collection);
    held.offered.clear();
    this.proven(held, asked);
  }

  private proven(held: Mirrored, asked: Moment): void {
    held.provenAt = this.clock();
    held.proof = { ...asked, stamp: held.index.stamp };
  }

  private moment(): Moment {
    return this.writes.moment(this.now());
  }

  private isExpired({ provenAt }: Mirrored): boolean {
    return this.clock() - provenAt >= this.ttlMs;
  }

  /** What nobody asked for during its time to live leaves the memory. */
  private sweepLater(): void {
    clearTimeout(this.sweep);
    this.sweep = setTimeout(() => {
      for (const [url, held] of this.mirrored) {
        if (this.isExpired(held) && held.refresh.idle) this.mirrored.delete(url);
      }
    }, this.ttlMs);
    this.sweep.unref();
  }
}
