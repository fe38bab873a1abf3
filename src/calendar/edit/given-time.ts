import { MailboxError } from '../../domain/errors.ts';
import { parseDay, type WallMs } from '../time/wall.ts';

/** A time as a caller gives it. */
export interface GivenTime {
  /** The fields as written, whatever the offset. */
  wall: WallMs;
  isDate: boolean;
  /** Of one with an offset, ms. */
  instant?: number;
}

const shape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2})?)?)?$/iu;

/**
 * `2026-03-28`, `2026-03-28T10:00[:00]`, with `Z` or an offset; fractions of a second are dropped.
 * @throws MailboxError `invalid_input` naming `field`, also for days and times that do not exist.
 */
export function readGivenTime(text: string, field: 'start' | 'end'): GivenTime {
  const match = shape.exec(text.trim());
  const [, date = '', hour, minute, second, zulu, sign, offsetHours = 0, offsetMinutes = 0] = match ?? [];
  const day = parseDay(date);
  const isOffset = Number(offsetHours) <= 23 && Number(offsetMinutes) <= 59;
  const [hours, minutes, seconds] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  // Files have years of four digits, and nobody's calendar goes back a thousand years.
  if (day === undefined || day < earliest || hours > 23 || minutes > 59 || seconds > 59 || !isOffset)
    throw unreadable(field);
  if (hour === undefined) return { wall: day, isDate: true };
  const wall = day + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (zulu === undefined && sign === undefined) return { wall, isDate: false };
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return { wall, isDate: false, instant: sign === '-' ? wall + offset : wall - offset };
}

const earliest = Date.UTC(1600, 0, 1);

function unreadable(field: string): MailboxError {
  return new MailboxError('invalid_input', `${field} is not a date or date-time.`, {
    hint: 'Write 2026-03-28 for all day, 2026-03-28T10:00 in the zone of the event, or 2026-03-28T10:00:00+01:00.',
  });
}
