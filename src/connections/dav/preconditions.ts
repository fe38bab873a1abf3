import type { ErrorCode } from '../../domain/errors.ts';

interface Meaning {
  code: ErrorCode;
  message: string;
  hint?: string;
}

const invalid = (message: string, hint?: string): Meaning => meaning('invalid_input', message, hint);
const conflict = (message: string, hint?: string): Meaning => meaning('conflict', message, hint);
const unsupported = (message: string, hint?: string): Meaning => meaning('unsupported', message, hint);
const full = conflict('The storage of the calendar account is full.', 'Make room first, then try again.');

/** Preconditions of RFC 4918, 3253, 3744, 4331, 4791, 6578 and 6638 in our own words. */
const meanings: Readonly<Record<string, Meaning>> = {
  'no-uid-conflict': conflict('The calendar already holds an event with the same UID.'),
  'unique-scheduling-object-resource': conflict(
    'Another calendar already holds an event with the same UID.',
    'Nothing was changed. If that calendar cannot be written to, answer the organizer with send_email (inReplyTo).',
  ),
  'max-resource-size': invalid(
    'The event is larger than the calendar server takes.',
    'Shorten its description.',
  ),
  'valid-calendar-data': invalid('The calendar server holds the event to be malformed.'),
  'valid-calendar-object-resource': invalid('The calendar server refused the event as inconsistent.'),
  'supported-calendar-data': unsupported('The calendar server does not take this kind of data.'),
  'supported-calendar-component': unsupported('This calendar does not take entries of this kind.'),
  'min-date-time': invalid('The event lies before the earliest date the calendar keeps.'),
  'max-date-time': invalid('The event lies after the latest date the calendar keeps.'),
  'max-instances': invalid(
    'The series has more occurrences than the calendar server takes.',
    'End it earlier.',
  ),
  'max-attendees-per-instance': invalid('The event has more attendees than the calendar server takes.'),
  'allowed-attendee-scheduling-object-change': meaning(
    'forbidden',
    'Only the organizer may change this; an attendee may answer the invitation.',
  ),
  'allowed-organizer-scheduling-object-change': meaning(
    'forbidden',
    'The calendar server does not let the organizer change the event in this way.',
    'A room or resource may be taken at that time.',
  ),
  'same-organizer-in-all-components': invalid('All occurrences of a series must have the same organizer.'),
  'need-privileges': meaning('forbidden', 'The account has no permission for this in the calendar.'),
  'valid-sync-token': meaning('stale_reference', 'The calendar server no longer knows what had been read.'),
  'number-of-matches-within-limits': unsupported('The calendar server does not list so many events at once.'),
  'supported-filter': unsupported('The calendar server does not know this filter.'),
  'supported-report': unsupported('The calendar server does not know this report.'),
  'quota-not-exceeded': full,
  'sufficient-disk-space': full,
  'lock-token-submitted': conflict('The event is locked by another program.', 'Try again in a moment.'),
};

/** What a failed precondition means; undefined for one we have no words for. */
export function preconditionMeaning(names: readonly string[]): Meaning | undefined {
  const known = names.find((name) => Object.hasOwn(meanings, name));
  return known === undefined ? undefined : meanings[known];
}

function meaning(code: ErrorCode, message: string, hint?: string): Meaning {
  return hint === undefined ? { code, message } : { code, message, hint };
}
