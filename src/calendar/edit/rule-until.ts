import { ruleContext } from '../reading/instances.ts';
import type { Moment } from '../reading/moment.ts';
import type { Until } from '../recurrence/rule.ts';
import { clamped, dayMs, startOfDay, type WallMs } from '../time/wall.ts';

/** The wall clock of the series at which UNTIL ends it, as it is read; a date means the whole of that day. */
export function untilWall({ kind, ms }: Until, start: Moment): WallMs {
  const wall = kind === 'utc' ? (ruleContext(start).untilWall?.(ms) ?? ms) : ms;
  if (start.allDay) return startOfDay(wall);
  return kind === 'date' ? wall + dayMs - 1000 : wall;
}

/**
 * As RFC 5545 §3.3.10 wants it: a date for days, floating for floating times, else UTC. Many a file says "for ever" as the
 * last day of 9999, and there is none behind it.
 */
export function untilAt(wall: WallMs, { allDay, clock }: Moment): Until {
  if (allDay) return { kind: 'date', ms: startOfDay(clamped(wall)) };
  if (clock.tzid === undefined) return { kind: 'local', ms: clamped(wall) };
  return { kind: 'utc', ms: clamped(clock.toInstant(wall)) };
}

/** `20260630`, `20260630T120000`, in UTC with `Z`. */
export function formatUntil({ kind, ms }: Until): string {
  const text = new Date(clamped(ms)).toISOString().slice(0, 19).replace(/[-:]/gu, '');
  if (kind === 'date') return text.slice(0, 8);
  return kind === 'utc' ? `${text}Z` : text;
}
