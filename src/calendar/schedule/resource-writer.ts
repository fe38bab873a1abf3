import type { CalendarStore, Precondition, WriteOptions } from '../../connections/caldav-types.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Desk, OpenCalendar, StoredEvent } from './desk.ts';
import { afterLostAnswer, readBack } from './read-back.ts';
import { showsChange } from './shows-change.ts';

const undoMs = 10_000;

/** A series cut in two. */
export interface Halves {
  later: StoredEvent;
  /** Undefined when nothing was left of the old one. */
  left: StoredEvent | undefined;
}

/**
 * Stores, changes and removes resources, always under a precondition, and believes only what it reads back.
 * After a lost answer the server is asked what it holds before anything else; nothing is ever sent twice.
 */
export class ResourceWriter {
  private readonly store: CalendarStore;
  private readonly desk: Desk;

  constructor(store: CalendarStore, desk: Desk) {
    this.store = store;
    this.desk = desk;
  }

  /** @throws MailboxError `conflict` when the UID exists; `unknown_outcome` when nobody knows. */
  async create(place: OpenCalendar, uid: string, ics: string, options: WriteOptions): Promise<StoredEvent> {
    const planned = plannedIn(place, uid, ics);
    return (await this.putNew(planned, options)) ?? (await this.read(planned, undefined, options.signal));
  }

  /**
   * @param by `schedule-tag`: a change of nothing but the own answer holds though other attendees have answered meanwhile.
   * @throws MailboxError `conflict` when somebody changed or removed it meanwhile.
   */
  async update(
    stored: StoredEvent,
    ics: string,
    options: WriteOptions & { by?: 'schedule-tag' },
  ): Promise<StoredEvent> {
    const seen = await this.putOver(stored, ics, options);
    return seen ?? (await this.read({ ...stored, ics }, stored.etag, options.signal));
  }

  async remove(stored: StoredEvent, options: WriteOptions): Promise<void> {
    try {
      await this.store.remove(stored.href, preconditionOf(stored), options);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      await afterLostAnswer(this.desk, stored, (now) => now === undefined, error);
    }
  }

  /**
   * Stores the later half of a series before the old one is cut; if that fails, it goes again. Both are read back at once.
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
    const added = { planned: plannedIn(old, later.uid, later.ics), before: undefined };
    await this.putNew(added.planned, options);
    try {
      if (left === undefined) await this.remove(old, options);
      else await this.putOver(old, left, options);
    } catch (error) {
      // Taking the new half out again while the old one may be cut would lose both.
      if (isUnknown(error)) throw halfKnown(error);
      await this.undo(added.planned);
      throw error;
    }
    const cut = left === undefined ? [] : [{ planned: { ...old, ics: left }, before: old.etag }];
    const [made = added.planned, rest] = await readBack(this.desk, [added, ...cut], options.signal);
    return { later: made, left: rest };
  }

  /** Resolves to what the server was seen to hold, where it had to be asked. */
  private async putNew(planned: StoredEvent, options: WriteOptions): Promise<StoredEvent | undefined> {
    try {
      await this.store.create(planned.href, planned.ics, options);
      return undefined;
    } catch (error) {
      if (!isUnknown(error)) throw error;
      return await afterLostAnswer(this.desk, planned, (now) => now !== undefined, error);
    }
  }

  /** As `putNew`. */
  private async putOver(
    stored: StoredEvent,
    ics: string,
    options: WriteOptions & { by?: 'schedule-tag' },
  ): Promise<StoredEvent | undefined> {
    const { scheduleTag } = stored;
    const byTag = options.by === 'schedule-tag' && scheduleTag !== undefined;
    try {
      await this.store.update(stored.href, ics, byTag ? { scheduleTag } : preconditionOf(stored), options);
      return undefined;
    } catch (error) {
      if (!isUnknown(error)) throw error;
      const changed = (now: StoredEvent | undefined) =>
        now !== undefined && now.etag !== stored.etag && showsChange(stored.ics, ics, now.ics);
      return await afterLostAnswer(this.desk, { ...stored, ics }, changed, error);
    }
  }

  private async read(planned: StoredEvent, before: string | undefined, call: AbortSignal) {
    const [now = planned] = await readBack(this.desk, [{ planned, before }], call);
    return now;
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

function plannedIn(place: OpenCalendar, uid: string, ics: string): StoredEvent {
  const { calendar, collection } = place;
  const href = new URL(`${encodeURIComponent(uid)}.ics`, collection.url).pathname;
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
    'The new series was stored; nobody knows whether the old one was shortened, for the server did not answer.',
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

function isUnknown(error: unknown): error is MailboxError {
  return error instanceof MailboxError && error.code === 'unknown_outcome';
}
