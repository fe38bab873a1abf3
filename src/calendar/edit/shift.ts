import { dayOf, instantOf, type Moment, type Moments } from '../reading/moment.ts';
import { dayMs, startOfDay } from '../time/wall.ts';
import { sameClock } from './moment-line.ts';

/** How a series moves: every wall clock by the same delta, perhaps to another zone or from times to days. */
export interface Shift {
  /** DTSTART as it was and as it will be. */
  before: Moment;
  after: Moment;
}

/** Of wall clocks, ms. */
export function deltaOf({ before, after }: Shift): number {
  return after.wall - before.wall;
}

/** Calendar days between the old and the new date. */
export function daysMoved({ before, after }: Shift): number {
  return (startOfDay(after.wall) - startOfDay(before.wall)) / dayMs;
}

export function moves(shift: Shift): boolean {
  return deltaOf(shift) !== 0 || !keepsForm(shift);
}

/** Zone and value type stay. */
export function keepsForm({ before, after }: Shift): boolean {
  return before.allDay === after.allDay && (before.allDay || sameClock(before, after));
}

/**
 * An EXDATE, RDATE, RECURRENCE-ID or changed start, moved with its series. Where the series keeps its form the moment
 * keeps its own, which may be UTC or a day; else it takes that of the series.
 */
export function shiftMoment(moment: Moment, shift: Shift, { user }: Moments): Moment {
  const { before, after } = shift;
  const mixed = moment.allDay !== before.allDay;
  if (mixed && keepsForm(shift)) return { ...moment, wall: moment.wall + daysMoved(shift) * dayMs };
  const moved = seriesWall(moment, before, user) + deltaOf(shift);
  if (after.allDay) return { wall: startOfDay(moved), allDay: true, clock: user };
  if (!keepsForm(shift) || sameClock(moment, after)) return { ...after, wall: moved };
  return { ...moment, wall: moment.clock.toWall(after.clock.toInstant(moved)) };
}

/**
 * What the clock of the series shows; a day against times means the instance of that day. In a DST gap no clock shows the
 * time of day that the series has there, and it is the one meant.
 */
export function seriesWall(moment: Moment, before: Moment, user: Moment['clock']): number {
  if (before.allDay) return dayOf(moment, user);
  if (moment.allDay) return moment.wall + timeOfDay(before);
  if (sameClock(moment, before)) return moment.wall;
  const wall = before.clock.toWall(instantOf(moment));
  const hidden = startOfDay(wall) + timeOfDay(before);
  return before.clock.toInstant(hidden) === instantOf(moment) ? hidden : wall;
}

/** Since midnight, ms. */
export function timeOfDay({ wall }: Pick<Moment, 'wall'>): number {
  return wall - startOfDay(wall);
}
