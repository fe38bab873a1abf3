import type { EventFields } from '../../domain/calendar-port.ts';
import type { OccurrenceKey } from '../event.ts';

/** What an edit needs to know besides the stored text. Time and ids are arguments. */
export interface EditContext {
  /** The user's IANA zone: floating times, and times given without a zone. */
  zone: string;
  now: Date;
  newUid(): string;
  /** Own addresses, lower case; the first is the organizer of what this account creates. */
  ownAddresses: readonly string[];
  /** Display name of the account. */
  ownName: string | undefined;
}

/**
 * `this` and `following` name their occurrence. `all` may: then a new start is meant for that occurrence, and the series
 * moves by the same wall-clock delta; without one it is the new start of the series. For an occurrence that was moved by
 * itself another start or end can only be given with `this`.
 */
export type Target =
  | { scope: 'all'; occurrence?: OccurrenceKey }
  | { scope: 'this' | 'following'; occurrence: OccurrenceKey };

/** What is answered. `these`: the occurrences that one mail is about, of a series it does not bring. */
export type AnswerTarget = Target | { scope: 'these'; occurrences: readonly OccurrenceKey[] };

export interface OwnAnswer {
  response: 'accepted' | 'declined' | 'tentative';
  /** Without one the comment of an earlier answer goes. */
  comment?: string | undefined;
  /** Where single occurrences were answered otherwise than their series they stay so, unless all is declined. */
  keepsSingles?: boolean;
  /** Not invited by an own address (a list was): one is added (RFC 5546 §3.2.3 calls it party crashing). */
  joins?: boolean;
}

/** A stored event with its newer version from a mail; occurrences by their original starts. */
export interface Merged {
  ics: string;
  /** Changed, answered or taken out by themselves before, and still so. */
  kept: OccurrenceKey[];
  /** So before, and no longer. */
  dropped: OccurrenceKey[];
  /** Taken out before, and back as the mail has them. */
  restored: OccurrenceKey[];
  /** Answered by themselves before: the mail moves them, and they are asked anew. */
  reasked: OccurrenceKey[];
}

export interface Edited {
  /** The resource's new text; undefined when nothing is left of it and the resource is to be deleted. */
  ics: string | undefined;
  /** Names of the fields that differ now; empty when all were so already. */
  changed: string[];
  /** `following`: the new series. It is stored first, `ics` after it; if that fails it is removed again. */
  following?: { uid: string; ics: string };
}

/** The pure edits of edit/: stored text in, new text out, every line nobody meant to change byte for byte as it was. */
export interface Edits {
  /** A new resource. @throws MailboxError `invalid_input` naming the field at fault. */
  create(fields: EventFields, uid: string, context: EditContext): string;
  /** @throws MailboxError `invalid_input`; `not_found` when the series has no such occurrence; `unsupported`. */
  edit(ics: string, target: Target, fields: EventFields, context: EditContext): Edited;
  /** Takes out one occurrence (EXDATE), it and the following, or all (`ics` undefined). */
  cancel(ics: string, target: Target, context: EditContext): Edited;
  /** Sets the own PARTSTAT, and a comment for the organizer. @throws `not_found` when no own address is invited. */
  answer(ics: string, target: AnswerTarget, answer: OwnAnswer, context: EditContext): Edited;
  /** An iMIP object of the stored text: METHOD and only what that method may carry (RFC 5546 §3.2). */
  itip(
    ics: string,
    method: 'REQUEST' | 'REPLY' | 'CANCEL',
    target: AnswerTarget,
    context: EditContext & { comment?: string | undefined },
  ): string;
  /** A stored event with its newer version from a mail (as `storable` gives it); own alarms, lines and answers stay. */
  merge(stored: string, mailed: string, context: EditContext): Merged;
  /** What of a mailed invitation may be stored: without METHOD (RFC 4791 §4.1), control characters stripped. */
  storable(ics: string): string;
}
