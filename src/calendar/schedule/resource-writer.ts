import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarStore, Precondition, WriteOptions } from '../../connections/caldav-types.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Desk, OpenCalendar, StoredEvent } from './desk.ts';
import { showsChange } from './shows-change.ts';

const lookMs = 8_000;
/** A server may still be at work on what it did not answer. */
const looks = [0, 500, 1_500];
const staleMs = 1_000;

/**
 * Stores, changes and removes single resources, always under a precondition, and believes only what it reads back.
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
    const href = new URL(`${encodeURIComponent(uid)}.ics`, place.collection.url).pathname;
    const planned = { ...place, href, etag: undefined, scheduleTag: undefined, ics };
    try {
      await this.store.create(href, ics, options);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      return await this.afterLostAnswer(planned, (now) => now !== undefined, error);
    }
    return await this.readBack(planned, options.signal);
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
    const { scheduleTag } = stored;
    const byTag = options.by === 'schedule-tag' && scheduleTag !== undefined;
    const planned = { ...stored, ics };
    try {
      await this.store.update(stored.href, ics, byTag ? { scheduleTag } : preconditionOf(stored), options);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      const changed = (now: StoredEvent | undefined) =>
        now !== undefined && now.etag !== stored.etag && showsChange(stored.ics, ics, now.ics);
      return await this.afterLostAnswer(planned, changed, error);
    }
    return await this.readBack(planned, options.signal, stored.etag);
  }

  async remove(stored: StoredEvent, options: WriteOptions): Promise<void> {
    try {
      await this.store.remove(stored.href, preconditionOf(stored), options);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      await this.afterLostAnswer(stored, (now) => now === undefined, error);
    }
  }

  /**
   * What the server made of it. If it cannot be read just now, what was stored is the best there is. Open-Xchange may
   * show the old state for a moment, when another of its nodes answers.
   */
  private async readBack(planned: StoredEvent, call: AbortSignal, before?: string): Promise<StoredEvent> {
    const signal = AbortSignal.any([call, AbortSignal.timeout(lookMs)]);
    const read = () => this.desk.reopen(planned, signal).catch(unlessUnreadable);
    let now = await read();
    if (now && now.etag === before && now.ics !== planned.ics) {
      await sleep(staleMs);
      now = await read();
    }
    if (!now) return planned;
    this.desk.keep(now);
    return now;
  }

  private async afterLostAnswer(
    planned: StoredEvent,
    happened: (now: StoredEvent | undefined) => boolean,
    lost: MailboxError,
  ): Promise<StoredEvent> {
    const signal = AbortSignal.timeout(lookMs);
    for (const pause of looks) {
      try {
        await sleep(pause, undefined, { signal });
        const now = await this.desk.reopen(planned, signal);
        if (!happened(now)) continue;
        if (now) this.desk.keep(now);
        return now ?? planned;
      } catch (cause) {
        throw nobodyKnows(cause);
      }
    }
    throw nobodyKnows(lost);
  }
}

function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof MailboxError)) throw error;
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

function isUnknown(error: unknown): error is MailboxError {
  return error instanceof MailboxError && error.code === 'unknown_outcome';
}

function nobodyKnows(cause: unknown): MailboxError {
  return new MailboxError(
    'unknown_outcome',
    'The calendar server did not answer: nobody knows whether the change was stored.',
    {
      hint: 'Look at the event with get_calendar_events before you try again.',
      cause,
    },
  );
}
