import type { CalendarStore, Precondition, WriteOptions } from '../../connections/caldav/types.ts';
import { Answered } from '../../connections/dav/errors.ts';
import { pathSegment } from '../../connections/dav/href.ts';
import { finishing } from '../../connections/finishing.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Desk, OpenCalendar, Proven, StoredEvent } from './desk.ts';
import type { Eyes, Field } from './facts.ts';
import { type Proof, proofOf } from './proof.ts';
import { lookAfter, readBack } from './read-back.ts';

const undoMs = 10_000;

/** A series cut in two. */
export interface Halves {
  later: Proven;
  /** Undefined when nothing was left of the old one. */
  left: Proven | undefined;
}

/** A change of one resource, and how it is known. */
interface Making {
  planned: StoredEvent;
  /** @param failed there was no word of the server that it was made: somebody else may have made what stands there */
  judge(now: StoredEvent | undefined, eyes: Eyes, failed?: MailboxError): Proof;
  signal: AbortSignal;
  change(): Promise<unknown>;
}

const made: Proof = { isShown: true, isCertain: true, otherwise: [] };
const unmade: Proof = { isShown: false, isCertain: false, otherwise: [] };

/**
 * Stores, changes and removes resources, always under a precondition, and believes only what it reads back.
 * After any other answer, or none, the server is asked what it holds before anything else; nothing is ever sent twice.
 */
export class ResourceWriter {
  private readonly store: CalendarStore;
  private readonly desk: Desk;
  private readonly zone: string;

  /** @param zone the user's IANA zone */
  constructor(store: CalendarStore, desk: Desk, zone: string) {
    this.store = store;
    this.desk = desk;
    this.zone = zone;
  }

  /**
   * @param must the fields it is made for.
   * @param isFresh nobody else can have stored anything under that UID.
   * @throws MailboxError `conflict` when the UID exists; `unknown_outcome` when nobody knows.
   */
  async create(
    place: OpenCalendar,
    uid: string,
    ics: string,
    { isFresh = false, must = [], ...options }: WriteOptions & { isFresh?: boolean; must?: readonly Field[] },
  ): Promise<Proven> {
    const planned = plannedIn(place, uid, ics);
    const sent = { before: undefined, planned: ics, must };
    return await this.made({
      ...{ planned, signal: options.signal },
      judge: (now, eyes, failed) => {
        if (!now || (failed?.code === 'conflict' && !isFresh)) return unmade;
        return { ...proofOf(sent, now.ics, eyes), isCertain: true };
      },
      change: () => this.store.create(planned.href, ics, options),
    });
  }

  /**
   * @param must the fields it is made for.
   * @param by `schedule-tag`: a change of nothing but the own answer holds though other attendees have answered meanwhile.
   * @throws MailboxError `conflict` when somebody changed or removed it meanwhile.
   */
  async update(
    stored: StoredEvent,
    ics: string,
    { by, must = [], ...options }: WriteOptions & { by?: 'schedule-tag'; must?: readonly Field[] },
  ): Promise<Proven> {
    const { scheduleTag, etag, href } = stored;
    const byTag = by === 'schedule-tag' && scheduleTag !== undefined;
    const precondition = byTag ? { scheduleTag } : preconditionOf(stored);
    const sent = { before: stored.ics, planned: ics, must };
    return await this.made({
      ...{ planned: { ...stored, ics }, signal: options.signal },
      judge: (now, eyes, failed) => {
        if (!now || (failed && now.etag === etag)) return unmade;
        return proofOf(sent, now.ics, eyes);
      },
      change: () => this.store.update(href, ics, precondition, options),
    });
  }

  async remove(stored: StoredEvent, options: WriteOptions): Promise<void> {
    const precondition = preconditionOf(stored);
    await this.made({
      ...{ planned: stored, signal: options.signal },
      judge: (now) => (now ? unmade : made),
      change: () => this.store.remove(stored.href, precondition, options),
    });
  }

  /**
   * Stores the later half of a series, and sees that it stands there, before the old one is cut; if that fails, it goes again.
   * @param left what stays of the old series; without it that is removed.
   * @throws MailboxError as `update`
   */
  async split(
    old: StoredEvent,
    later: { uid: string; ics: string },
    left: string | undefined,
    options: WriteOptions,
  ): Promise<Halves> {
    // Without an ETag the old one could not be cut, nor the new one be taken out again.
    preconditionOf(old);
    const made = await this.create(old, later.uid, later.ics, { ...options, isFresh: true });
    try {
      return { later: made, left: await finishing(() => this.cut(old, left, options)) };
    } catch (error) {
      // Taking the new half out again while the old one may be cut would lose both.
      if (error instanceof MailboxError && error.code === 'unknown_outcome') throw halfKnown(error);
      await finishing(() => this.undo(made));
      throw error;
    }
  }

  private async cut(old: StoredEvent, left: string | undefined, options: WriteOptions) {
    if (left !== undefined) return await this.update(old, left, options);
    await this.remove(old, options);
    return undefined;
  }

  /** No word of the server is believed without a look, where it can be looked at. */
  private async made({ planned, judge, signal, change }: Making): Promise<Proven> {
    const { addresses: own } = await this.desk.account(signal);
    const eyes = { zone: this.zone, own };
    try {
      await change();
    } catch (error) {
      if (!(error instanceof MailboxError && mayHaveHappened(error))) throw error;
      return await finishing(() => lookAfter(this.desk, planned, (now) => judge(now, eyes, error), error));
    }
    return await finishing(() => readBack(this.desk, planned, (now) => judge(now, eyes), signal));
  }

  /** Takes out what was just stored and is not to stay; whom the server has told of it is told of that, too. */
  private async undo(planned: StoredEvent): Promise<void> {
    const options = { signal: AbortSignal.timeout(undoMs) };
    try {
      const now = await this.desk.reopen(planned, options.signal);
      if (now) await this.remove(now, options);
    } catch (cause) {
      throw halfDone(cause);
    }
  }
}

/** It left, and what came back is no success; a refused login is none of the change. */
function mayHaveHappened({ code, cause }: MailboxError): boolean {
  return code === 'unknown_outcome' || cause instanceof Answered;
}

function plannedIn(place: OpenCalendar, uid: string, ics: string): StoredEvent {
  const { calendar, collection } = place;
  const href = new URL(`./${pathSegment(uid)}.ics`, collection.url).pathname;
  return { calendar, collection, href, etag: undefined, scheduleTag: undefined, ics };
}

function preconditionOf({ etag }: StoredEvent): Precondition {
  if (etag !== undefined) return { etag };
  throw new MailboxError(
    'unsupported',
    'The calendar server gives this event no ETag, so it cannot be changed safely.',
    {
      hint: 'Nothing was changed. Change it in webmail.',
    },
  );
}

function halfKnown(cause: unknown): MailboxError {
  return new MailboxError(
    'unknown_outcome',
    'The new series was stored; it is not known whether the old one was shortened.',
    {
      hint: 'Look with get_calendar_events. If both are shown, delete one of them from there on (scope following).',
      cause,
    },
  );
}

function halfDone(cause: unknown): MailboxError {
  return new MailboxError(
    'unknown_outcome',
    'The new series was stored, but the old one could not be cut, and the new one perhaps not be taken out again.',
    { hint: 'Both may be shown: look at them with get_calendar_events before you try again.', cause },
  );
}
