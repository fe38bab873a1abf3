import { networkInterfaces } from 'node:os';

/** The addresses this machine has now: others than before, and lines opened with those may be dead. */
export function ownAddresses(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = all.filter(({ internal }) => !internal).map(({ address }) => address);
  return outer.sort().join(' ');
}
