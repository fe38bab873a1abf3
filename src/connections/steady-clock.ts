/** Clocks that differ by less than this drift; by more, the machine slept or somebody set the time. */
const jumpMs = 1000;

/**
 * A clock for durations, in milliseconds: it never goes back, and time asleep counts. The monotonic clock alone stands
 * still while a Linux laptop sleeps; the wall clock alone goes back when it is set. So it is the monotonic one, moved on
 * whenever the wall clock jumps ahead of it. A wall clock set forward by hand counts as time gone by: what waits is
 * then tried, and what was silent checked, too early instead of never.
 */
export function steadyClock(
  wall: () => number = () => Date.now(),
  monotonic: () => number = () => performance.now(),
): () => number {
  let ahead = wall() - monotonic();
  let missed = 0;
  return () => {
    const at = monotonic();
    const jump = wall() - at - ahead;
    if (Math.abs(jump) > jumpMs) {
      ahead += jump;
      missed += Math.max(0, jump);
    }
    return at + missed;
  };
}
