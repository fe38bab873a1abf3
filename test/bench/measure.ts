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

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export interface Comparison {
  ours: number;
  bare: number;
  ratio: number;
}

/**
 * Medians in milliseconds of both for every input, one after the other on the same machine state;
 * who goes first changes with every input, since the second finds warmer caches.
 */
export async function compare<T>(
  inputs: readonly T[],
  ours: (input: T) => Promise<unknown>,
  bare: (input: T) => Promise<unknown>,
): Promise<Comparison> {
  const times = { ours: [] as number[], bare: [] as number[] };
  const measure = {
    ours: async (input: T) => times.ours.push(await milliseconds(() => ours(input))),
    bare: async (input: T) => times.bare.push(await milliseconds(() => bare(input))),
  };
  for (const [index, input] of inputs.entries()) {
    const order = index % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const);
    for (const side of order) await measure[side](input);
  }
  const medians = { ours: median(times.ours), bare: median(times.bare) };
  return { ...medians, ratio: medians.ours / medians.bare };
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
