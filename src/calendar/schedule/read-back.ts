import { setTimeout as sleep } from 'node:timers/promises';
import { WriteFailed } from '../../connections/dav-errors.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Desk, StoredEvent } from './desk.ts';

const lookMs = 8_000;
/** A server may still be at work on what it did not answer. */
const looks = [0, 500, 1_500];
const staleMs = 1_000;

/** A resource just stored: as it was sent, and the ETag that stood there before. */
export interface Sent {
  planned: StoredEvent;
  before: string | undefined;
}

/**
 * What the server made of what was stored. If it cannot be read just now, what was sent is the best there is. Open-Xchange
 * may show the old state for a moment, when another of its nodes answers.
 */
export async function readBack(
  desk: Desk,
  sent: readonly Sent[],
  call: AbortSignal,
): Promise<readonly StoredEvent[]> {
  const signal = AbortSignal.any([call, AbortSignal.timeout(lookMs)]);
  const planned = sent.map((one) => one.planned);
  const read = () => desk.reopenAll(planned, signal).catch(unlessUnreadable);
  let now = await read();
  if (now && sent.some((one, at) => isOld(one, now?.[at]))) {
    await sleep(staleMs);
    now = await read();
  }
  for (const event of now ?? []) if (event) desk.keep(event);
  return planned.map((one, at) => now?.[at] ?? one);
}

function isOld({ planned, before }: Sent, now: StoredEvent | undefined): boolean {
  return now !== undefined && now.etag === before && now.ics !== planned.ics;
}

/**
 * What the server holds after its answer was lost.
 * @param happened whether that is what was to be made of it.
 * @throws MailboxError `unknown_outcome`; `unavailable` when the server said that it failed, and nothing has changed.
 */
export async function afterLostAnswer(
  desk: Desk,
  planned: StoredEvent,
  happened: (now: StoredEvent | undefined) => boolean,
  lost: MailboxError,
): Promise<StoredEvent> {
  const signal = AbortSignal.timeout(lookMs);
  for (const pause of looks) {
    try {
      await sleep(pause, undefined, { signal });
      const now = await desk.reopen(planned, signal);
      if (!happened(now)) continue;
      if (now) desk.keep(now);
      return now ?? planned;
    } catch (cause) {
      throw nobodyKnows(cause);
    }
  }
  throw lost.cause instanceof WriteFailed ? notStored(lost.cause) : nobodyKnows(lost);
}

function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof MailboxError)) throw error;
}

function notStored(cause: Error): MailboxError {
  return new MailboxError('unavailable', 'The calendar server failed to store the change.', {
    hint: 'Nothing was changed. Try again later.',
    cause,
  });
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
