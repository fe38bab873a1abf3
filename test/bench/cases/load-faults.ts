import { type FaultyLoad, faultyLoad } from '../faulty-load.ts';
import { median } from '../measure.ts';
import { atMost, type Row } from '../table.ts';

const warmUpShare = 1 / 3;
const windowSeconds = 30;

/** A thousand calls a minute while five of a hundred commands of the mail servers go wrong. */
export async function faultCases(minutes: number, seed: number): Promise<Row[]> {
  const load = await faultyLoad({ minutes, callsPerSecond: 20, faultsPercent: 5, seed });
  const work = `${load.calls} calls in ${minutes} min, 5 % faults`;
  return [
    {
      work,
      reach: 'no wrong label',
      measured: load.wrong[0] ?? `none (${load.failed} failed and said so)`,
      held: load.wrong.length === 0,
    },
    {
      work: `${work}: pace`,
      reach: '>= 1,000 a minute',
      measured: `${Math.round(load.perMinute)} a minute`,
      held: load.perMinute >= 1000,
    },
    descriptors(work, load),
  ];
}

/** Thirty calls a second and a reconnect each minute: what memory does after the warm-up. */
export async function soakCases(minutes: number, seed: number): Promise<Row[]> {
  const load = await faultyLoad({
    minutes,
    callsPerSecond: 30,
    faultsPercent: 0.2,
    reconnectMs: 60_000,
    seed,
  });
  const work = `soak of ${minutes} min, ${load.calls} calls, reconnects`;
  const slope = slopePerHour(load.megabytes.slice(Math.floor(load.megabytes.length * warmUpShare)));
  const detail = `${Math.round(median(load.megabytes))} MB resident`;
  return [
    { work, reach: 'no wrong label', measured: load.wrong[0] ?? 'none', held: load.wrong.length === 0 },
    atMost(`${work}: memory`, 1, slope, 'MB/h', detail),
    descriptors(work, load),
  ];
}

function descriptors(work: string, { descriptors: { before, after } }: FaultyLoad): Row {
  return {
    work: `${work}: file descriptors`,
    reach: 'back to the start',
    measured: `${before} before, ${after} after`,
    held: after <= before,
  };
}

/** Least squares through the least of each half minute: what a collection leaves is what is held. */
function slopePerHour(samples: readonly number[]): number {
  const least: number[] = [];
  for (let at = 0; at + windowSeconds <= samples.length; at += windowSeconds) {
    least.push(Math.min(...samples.slice(at, at + windowSeconds)));
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAt, meanOf] = [mean(least.map((_, at) => at)), mean(least)];
  const rise = least.reduce((sum, value, at) => sum + (at - meanAt) * (value - meanOf), 0);
  const run = least.reduce((sum, _, at) => sum + (at - meanAt) ** 2, 0);
  return (rise / run) * (3600 / windowSeconds);
}
