import { MailboxError } from '../../domain/errors.ts';
import { daysInMonth } from './civil.ts';
import type { Until } from './rule.ts';

/** UNTIL: `20260630`, `20260630T120000` or with `Z`. @throws MailboxError `invalid_input`, also for 31 June. */
export function parseUntil(value: string): Until {
  const fields = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/u.exec(value);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (fields ?? [])
    .slice(1, 7)
    .map((field) => Number(field ?? 0));
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!fields || !isDate || hour > 23 || minute > 59 || second > 60) {
    throw new MailboxError('invalid_input', "The rule's UNTIL is not a date or date-time.", {
      hint: 'Write it as 20260630 or 20260630T120000Z.',
    });
  }
  const kind = fields[4] === undefined ? 'date' : fields[7] === 'Z' ? 'utc' : 'local';
  // Not Date.UTC alone: it reads the years 0 to 99 as 1900 to 1999.
  const ms = new Date(0).setUTCFullYear(year, month - 1, day);
  return { kind, ms: ms + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000 };
}
