import { firstWall, type WallMs } from './wall.ts';

/** A date or time as a file writes it, before any zone is looked at. */
export interface LocalTime {
  wall: WallMs;
  /** `20260328`, with VALUE=DATE or, as some programs write it, without. */
  isDate: boolean;
  /** A time that ends in Z. */
  isUtc: boolean;
}

/** ical.js writes `2026-03-28T::` for a day without VALUE=DATE, and leaves seconds empty that are not there. */
const shape = /^(\d{4})-(\d{2})-(\d{2})(?:T(?:::|(\d{2}):(\d{2}):(\d{2})?(Z?)))?$/iu;

/** A jCal date or date-time; undefined for anything that no calendar or clock can show. */
export function readLocalTime(value: unknown): LocalTime | undefined {
  const match = typeof value === 'string' ? shape.exec(value) : null;
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  // Second 60 is a leap second, which no clock of ours knows (RFC 5545 §3.3.12).
  const wall = new Date(0).setUTCFullYear(year, month - 1, day);
  const date = new Date(wall);
  if (wall < firstWall || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const time = ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000;
  return { wall: wall + time, isDate: match[4] === undefined, isUtc: Boolean(match[7]) };
}
