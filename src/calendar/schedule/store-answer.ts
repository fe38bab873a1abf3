import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { mailedTarget, takenOver } from './answer-subject.ts';
import type { Proven, StoredEvent } from './desk.ts';
import { sayOf } from './invitation-say.ts';
import { otherwiseWarnings } from './kept-otherwise.ts';
import { type Answer, answered, isToldAlready } from './own-answer.ts';
import type { Workshop } from './workshop.ts';

/** What an answer left in the calendar. */
export interface Kept {
  stored: StoredEvent;
  /** As it could be given: of the occurrences of a mail that was not taken over, those that stood there before. */
  answer: Answer;
  /** It was given so before: nothing was stored, and nobody is told. */
  already?: true;
  warnings: CalendarWarning[];
}

/**
 * On a conflict the own answer is set once more in what stands there now: it touches nobody else's fields. So it is where
 * the server keeps the organizer's part to itself (Open-Xchange) and refuses the newer version of a mail.
 * @param isOwed the organizer was not told of the same answer before: it counts once more
 */
export async function storeAnswer(
  workshop: Workshop,
  answer: Answer,
  ics: string,
  { signal, isOwed }: SendContext & { isOwed: boolean },
): Promise<Kept> {
  const { writer, desk } = workshop;
  const { place, stored, uid, newer } = answer.subject;
  const own = { signal, must: ['myStatus'] } as const;
  if (!stored) return keptAs(await writer.create(place, uid, ics, own), answer);
  const byTag = { ...own, by: 'schedule-tag' } as const;
  try {
    return keptAs(await writer.update(stored, ics, byTag), answer, newer?.warnings);
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    if (error.code === 'forbidden' && newer) {
      const left = await asHeld(workshop, answer, stored, signal);
      if (isToldAlready(workshop, left) && !isOwed)
        return { stored, answer: left, already: true, warnings: [versionKept] };
      const kept = await writer.update(stored, answered(workshop, left, stored.ics), byTag);
      return keptAs(kept, left, [versionKept]);
    }
    if (error.code !== 'conflict') throw error;
    const current = await desk.reopen(stored, signal);
    if (!current || current.etag === stored.etag) throw error;
    const { ics: now, ...rest } = await renewed(workshop, answer, current, signal);
    const again = answered(workshop, rest.answer, now);
    return keptAs(await writer.update(current, again, own), rest.answer, rest.warnings);
  }
}

function keptAs(stored: Proven, answer: Answer, warnings: readonly CalendarWarning[] = []): Kept {
  return { stored, answer, warnings: [...warnings, ...otherwiseWarnings(stored)] };
}

/** With the newer version from the mail, unless a still newer one has come meanwhile. */
async function renewed(
  workshop: Workshop,
  answer: Answer,
  current: StoredEvent,
  signal: AbortSignal,
): Promise<{ ics: string; answer: Answer; warnings: CalendarWarning[] }> {
  const { newer, invitation } = answer.subject;
  if (!newer || !invitation) return { ics: current.ics, answer, warnings: [] };
  const { isNewer } = await sayOf(workshop.desk, invitation, current, signal);
  if (!isNewer) {
    return { ics: current.ics, answer: await asHeld(workshop, answer, current, signal), warnings: [] };
  }
  const over = takenOver(workshop, current, invitation, answer.account);
  return { ics: over.ics, answer, warnings: over.newer.warnings };
}

/** The mail is not taken over: of its occurrences those are answered that stand there without it. */
async function asHeld(
  { desk }: Workshop,
  answer: Answer,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<Answer> {
  const { subject } = answer;
  if (!subject.invitation) return answer;
  const { held } = await sayOf(desk, subject.invitation, stored, signal);
  return {
    ...answer,
    subject: { ...subject, ics: stored.ics, target: mailedTarget(subject.invitation, held) },
  };
}

const versionKept: CalendarWarning = {
  code: 'version_kept',
  detail:
    'The calendar server did not take the newer version from the mail; the answer is about the event as it stands there.',
};
