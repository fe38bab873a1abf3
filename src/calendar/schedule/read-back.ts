import { setTimeout as sleep } from 'node:timers/promises';
import { Answered } from '../../connections/dav/errors.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Desk, Proven, StoredEvent } from './desk.ts';
import type { Proof } from './proof.ts';

const lookMs = 8_000;
/** Open-Xchange may show the old state for a moment, when another of its nodes answers. */
const afterAnswer = [0, 1_000];
/** A server may still be at work on what it did not answer. */
const afterSilence = [0, 500, 1_500];

/** What of a change shows in what stands there now. */
export type Judge = (now: StoredEvent | undefined) => Proof;

/**
 * What the server made of a change that it says it made. If that cannot be read just now, its word, and what was sent, is
 * the best there is.
 * @throws MailboxError `unknown_outcome` when it does not show the change; `conflict` when what was changed is gone.
 */
export async function readBack(
  desk: Desk,
  planned: StoredEvent,
  judge: Judge,
  call: AbortSignal,
): Promise<Proven> {
  const signal = AbortSignal.any([call, AbortSignal.timeout(lookMs)]);
  let seen: { now: StoredEvent | undefined } | undefined;
  for (const pause of afterAnswer) {
    try {
      const now = await look(desk, planned, pause, signal);
      const proof = judge(now);
      if (proof.isShown) return kept(desk, now, planned, proof);
      seen = { now };
    } catch (error) {
      if (call.aborted || !isUnreadable(error, signal)) throw error;
      if (!seen) return { ...planned, otherwise: [] };
    }
  }
  // A change that was not made would have left it there.
  throw planned.etag !== undefined && seen?.now === undefined ? goneMeanwhile() : notShown();
}

/**
 * What the server holds after its answer was lost, or was no success: a gateway may have spoken for it.
 * @throws MailboxError `failed`, when it is seen not to have happened; `unknown_outcome` when nobody knows.
 */
export async function lookAfter(
  desk: Desk,
  planned: StoredEvent,
  judge: Judge,
  failed: MailboxError,
): Promise<Proven> {
  const signal = AbortSignal.timeout(lookMs);
  const { cause } = failed;
  const isRefusal = cause instanceof Answered && cause.isRefusal;
  for (const pause of looksAfter(failed, isRefusal)) {
    try {
      const now = await look(desk, planned, pause, signal);
      const proof = judge(now);
      if (proof.isShown && proof.isCertain) return kept(desk, now, planned, proof);
    } catch (error) {
      throw isRefusal ? failed : nobodyKnows(error);
    }
  }
  if (failed.code !== 'unknown_outcome') throw failed;
  throw cause instanceof Answered && cause.isFailure ? notStored(cause) : nobodyKnows(failed);
}

function looksAfter({ code }: MailboxError, isRefusal: boolean): readonly number[] {
  if (code === 'unknown_outcome') return afterSilence;
  return isRefusal || code === 'conflict' ? [0] : afterAnswer;
}

async function look(desk: Desk, planned: StoredEvent, pause: number, signal: AbortSignal) {
  if (pause > 0) await sleep(pause, undefined, { signal });
  return await desk.reopen(planned, signal);
}

function kept(desk: Desk, now: StoredEvent | undefined, planned: StoredEvent, { otherwise }: Proof): Proven {
  if (now) desk.keep(now);
  return { ...(now ?? planned), otherwise };
}

function isUnreadable(error: unknown, { aborted }: AbortSignal): boolean {
  return aborted || error instanceof MailboxError;
}

function notStored(cause: Error): MailboxError {
  return new MailboxError('unavailable', 'The calendar server failed to store the change.', {
    hint: 'Nothing was changed. Try again later.',
    cause,
  });
}

function notShown(): MailboxError {
  return new MailboxError(
    'unknown_outcome',
    'The calendar server said that it made the change, but it does not show it.',
    {
      hint: 'Look at the event with get_calendar_events before you try again. No mail about it left from here.',
    },
  );
}

function goneMeanwhile(): MailboxError {
  return new MailboxError('conflict', 'Somebody deleted the event right after it was changed.', {
    hint: 'It is in the calendar no more. Ask the user whether it is to be created anew.',
  });
}

function nobodyKnows(cause: unknown): MailboxError {
  return new MailboxError(
    'unknown_outcome',
    'The calendar server did not answer, or not clearly: nobody knows whether the change was stored.',
    { hint: 'Look at the event with get_calendar_events before you try again.', cause },
  );
}
