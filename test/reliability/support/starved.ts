import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long each thread of a process could have run and others had the machine, in milliseconds; empty but on Linux. */
function waits(pid: number): Map<string, number> {
  const folder = `/proc/${pid}/task`;
  try {
    const entries = readdirSync(folder).map((task): [string, number] => {
      const [, ns = '0'] = readFileSync(join(folder, task, 'schedstat'), 'latin1').split(' ');
      return [task, Number(ns) / 1e6];
    });
    return new Map(entries);
  } catch {
    // Only Linux has it, and a thread may end while it is read.
    return new Map();
  }
}

/** Begins to watch; the function tells how long, since then, the thread that waited most for a processor has waited. */
export function startOfStarving(pid: number): () => number {
  const before = waits(pid);
  return () => Math.max(0, ...[...waits(pid)].map(([task, ms]) => ms - (before.get(task) ?? 0)));
}
