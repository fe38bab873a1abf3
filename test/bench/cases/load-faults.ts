import { type FaultyLoad, faultyLoad } from '../faulty-load.ts';
import { median } from '../measure.ts';
import type { Row } from '../table.ts';

const warmUpShare = 1 / 3;
const mostPerHour = 1;
/** A rise is known no better after a run that is too short. */
const mostDoubt = 15;

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
  return [
    { work, reach: 'no wrong label', measured: load.wrong[0] ?? 'none', held: load.wrong.length === 0 },
    memory(`${work}: memory`, load.megabytes, minutes),
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

/** Held when what was measured is known well enough and no sure sign of more (twice the standard error). */
function memory(work: string, megabytes: readonly number[], minutes: number): Row {
  const steady = megabytes.slice(Math.floor(megabytes.length * warmUpShare));
  const { slope, error } = rise(steady);
  const perHour = (60 / minutes) * megabytes.length;
  const [each, doubt] = [slope, error].map((value) => value * perHour) as [number, number];
  return {
    work,
    reach: `<= ${mostPerHour} MB/h`,
    measured: `${each.toFixed(1)} +- ${doubt.toFixed(1)} MB/h (MB resident at rest: ${course(steady)})`,
    held: doubt <= mostDoubt && each - 2 * doubt <= mostPerHour,
  };
}

/** Ten values that show whether it rose or jumped: each the median of a tenth of the time. */
function course(values: readonly number[]): string {
  const tenth = Math.max(1, Math.ceil(values.length / 10));
  const parts = values.flatMap((_, at) => (at % tenth === 0 ? [values.slice(at, at + tenth)] : []));
  return parts.map((part) => Math.round(median(part))).join(' ');
}

/** Least squares: what the values rise by from one to the next, and its standard error. */
function rise(values: readonly number[]): { slope: number; error: number } {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [middle, level] = [(values.length - 1) / 2, mean(values)];
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  const slope = values.reduce((sum, value, at) => sum + (at - middle) * (value - level), 0) / spread;
  const rest = values.reduce((sum, value, at) => sum + (value - level - slope * (at - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (values.length - 2) / spread) };
}
