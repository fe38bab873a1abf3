import { namedDay } from '../domain/days.ts';
import { MailboxError } from '../domain/errors.ts';

/**
 * The ISO date a URI means. A time would make the one day of an agenda something else.
 * @throws MailboxError `invalid_input` for what is no day.
 */
export function dayOf(text: string, today: string): string {
  const day = namedDay(text, today);
  if (day !== undefined) return day;
  throw new MailboxError('invalid_input', 'The day of an agenda is an ISO date, today or tomorrow.', {
    hint: `For example mailbox://agenda/${today}.`,
  });
}
