import { offsetMinutes } from '../../domain/time.ts';
import { type Clock, clockFrom, type Transition, type Transitions, utcClock } from './clock.ts';
import { dayMs, lastWall } from './wall.ts';

/** No zone has ever changed twice within a week. */
const step = 7 * dayMs;

/** Before, local mean time; Intl's eras are not worth following. */
const earliest = Date.UTC(1800, 0, 1);

/** Morocco's calendar of Ramadans ends in 2087; the 28 years up to here hold one of each of the 14 kinds of years. */
const lastKnownYear = 2128;

const clocks = new Map<string, Clock>();

/** The clock of an IANA zone, from the runtime's own data. @throws RangeError for a name that is none. */
export function ianaClock(zone: string): Clock {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = /^(?:Etc\/)?(?:UTC|GMT|Zulu)$/iu.test(zone)
    ? { ...utcClock, tzid: zone }
    : clockFrom(zone, yearly(zone));
  // A name that is none throws here, and not somewhere in the middle of a conversion.
  clock.toWall(0);
  clocks.set(zone, clock);
  return clock;
}

/** The rules of today hold for ever: a later year is like one of the same length that begins on the same weekday. */
function yearly(zone: string): Transitions {
  const twins = new Map<number, readonly Transition[]>();
  return (from, to) => {
    if (to <= earliest) return [{ at: Number.NEGATIVE_INFINITY, offset: offsetAt(zone, earliest) }];
    const year = new Date((from + to) / 2).getUTCFullYear();
    if (year <= lastKnownYear) return transitions(zone, from, to);
    const twin = twinOf(year);
    const shift = Date.UTC(year, 0, 1) - Date.UTC(twin, 0, 1);
    const found = twins.get(twin) ?? transitions(zone, from - shift, to - shift);
    twins.set(twin, found);
    return found.map(({ at, offset }) => ({ at: at + shift, offset }));
  };
}

function twinOf(year: number): number {
  const type = yearType(year);
  let twin = lastKnownYear - 27;
  while (yearType(twin) !== type) twin += 1;
  return twin;
}

/** Length of the year and weekday of its first day. */
function yearType(year: number): number {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() * 7 + new Date(Date.UTC(year, 0, 1)).getUTCDay();
}

function transitions(zone: string, from: number, to: number): Transition[] {
  const found = [{ at: Number.NEGATIVE_INFINITY, offset: offsetAt(zone, from) }];
  for (let left = from; left < to; left += step) {
    const right = Math.min(left + step, to);
    const end = offsetAt(zone, right);
    let at = left;
    while ((found.at(-1)?.offset ?? end) !== end) {
      at = nextChange(zone, at, right);
      found.push({ at, offset: offsetAt(zone, at) });
    }
  }
  return found;
}

/** The first second with another offset than at `left`, by bisection. */
function nextChange(zone: string, left: number, right: number): number {
  const before = offsetAt(zone, left);
  let [low, high] = [left, right];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(zone: string, instant: number): number {
  const time = Math.min(Math.max(instant, earliest), lastWall);
  return offsetMinutes(new Date(time), zone) * 60_000;
}
