import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { McpProcess } from '../../support/mcp-client.ts';

const pauseMs = 2;

export interface Watched<T> {
  result: T;
  /** How long the work took, */
  ms: number;
  /** and the longest a ping had to wait meanwhile: how long the server's main thread stood still. */
  lagMs: number;
}

/** Does a piece of work and pings the server all the while. */
export async function watched<T>(server: McpProcess, work: () => Promise<T>): Promise<Watched<T>> {
  let [isOver, lagMs] = [false, 0];
  const queued = () => queuedMs(server.pid) + queuedMs(process.pid);
  const pinging = async () => {
    while (!isOver) {
      const [asked, before] = [performance.now(), queued()];
      await server.request('ping');
      lagMs = Math.max(lagMs, performance.now() - asked - (queued() - before));
      await sleep(pauseMs);
    }
  };
  const pings = pinging();
  const started = performance.now();
  try {
    const result = await work();
    return { result, ms: performance.now() - started, lagMs };
  } finally {
    isOver = true;
    await pings;
  }
}

/** How long a main thread could have run and other processes had the machine, since it began; 0 where nobody tells. */
export function queuedMs(pid: number): number {
  try {
    const [, ns = '0'] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ');
    return Number(ns) / 1e6;
  } catch {
    // Only Linux has it.
    return 0;
  }
}
