import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';

/** The part of an event id behind `@`. @throws MailboxError `invalid_input`. */
export function occurrenceKey(text: string | undefined): OccurrenceKey | undefined {
  if (text === undefined) return undefined;
  if (text.length === 10) return { date: text };
  const instant = Date.parse(text);
  if (!Number.isNaN(instant)) return { instant };
  throw new MailboxError('invalid_input', 'This is not the id of an occurrence.', {
    hint: 'Pass an id exactly as get_calendar_events returned it.',
  });
}
