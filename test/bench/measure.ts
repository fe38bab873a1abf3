import { setTimeout as sleep } from 'node:timers/promises';
import type { McpProcess } from '../support/mcp-client.ts';
import type { TcpProxy } from '../support/proxy.ts';

export interface Measured<T> {
  value: T;
  ms: number;
  /** Turns of the clients, and one for each connection opened. */
  roundTrips: number;
  /** Bytes from the server. */
  bytesDown: number;
}

/** Runs `work` and counts what passes the proxy meanwhile, once the proxy is quiet. */
export async function traffic<T>(proxy: TcpProxy, work: () => Promise<T>): Promise<Measured<T>> {
  await sleep(50);
  proxy.reset();
  const start = performance.now();
  const value = await work();
  const ms = performance.now() - start;
  const { turns, connections, bytesDown } = proxy.traffic;
  return { value, ms, roundTrips: turns + connections.total, bytesDown };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface Comparison {
  /** Median of the ratios, input by input. */
  ratio: number;
  /** The median times behind it, for people. */
  detail: string;
}

/**
 * Times `work` against `floor` on every input, one after the other on the same machine state; who goes first
 * changes with every input, since the second finds warmer caches.
 */
export async function compare<T>(
  inputs: readonly T[],
  work: (input: T) => Promise<unknown>,
  floor: (input: T) => Promise<unknown>,
): Promise<Comparison> {
  const works: number[] = [];
  const floors: number[] = [];
  for (const [index, input] of inputs.entries()) {
    const measureWork = async () => works.push(await milliseconds(() => work(input)));
    const measureFloor = async () => floors.push(await milliseconds(() => floor(input)));
    const order = index % 2 === 0 ? [measureWork, measureFloor] : [measureFloor, measureWork];
    for (const measure of order) await measure();
  }
  return {
    ratio: median(works.map((ms, index) => ms / (floors[index] ?? Number.NaN))),
    detail: `${Math.round(median(works))} ms / ${Math.round(median(floors))} ms`,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** A tool's data; a tool error fails the bench, for what failed was not fast. */
export async function data<T>(
  server: McpProcess,
  tool: string,
  args: Record<string, unknown> = {},
): Promise<T> {
  const outcome = await server.call<T>(tool, args);
  if (!outcome.ok)
    throw new Error(`${tool} ${JSON.stringify(args)}: ${JSON.stringify(outcome.error)}\n${server.stderr}`);
  return outcome.data;
}

/** Tokens as the contract counts them: four bytes of JSON each. */
export function tokens(bytes: number): number {
  return bytes / 4;
}
