import { ianaClock } from '../time/iana.ts';
import { dayMs, type WallMs } from '../time/wall.ts';

/** Clocks of a zone are put forward or back; offsets in ms ahead of UTC. */
export interface ZoneChange {
  at: number;
  from: number;
  to: number;
  /** What clocks show at that moment, still by the old offset: how VTIMEZONE writes it. */
  wall: WallMs;
}

/** No zone has ever changed twice within a week. */
const step = 7 * dayMs;

/** The changes in a stretch of time, ascending. @param zone IANA name */
export function zoneChanges(zone: string, from: number, to: number): ZoneChange[] {
  const clock = ianaClock(zone);
  const offsetAt = (instant: number) => clock.toWall(instant) - instant;
  const changes: ZoneChange[] = [];
  for (let left = from; left < to; left += step) {
    const right = Math.min(left + step, to);
    const [before, after] = [offsetAt(left), offsetAt(right)];
    if (before === after) continue;
    const at = firstSecond(left, right, (instant) => offsetAt(instant) !== before);
    changes.push({ at, from: before, to: after, wall: at + before });
  }
  return changes;
}

/** The first whole second in (left, right] for which `holds`, which holds from there on. */
function firstSecond(left: number, right: number, holds: (instant: number) => boolean): number {
  let [low, high] = [left, right];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
