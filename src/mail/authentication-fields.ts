import type { Headers } from '../content/headers.ts';

/**
 * The fields the own provider may have stamped: the first, and those right above the next hop's Received. Received above
 * them prove nothing: mailbox.org's filters stamp mail that other servers of the house take on and receive once more, as
 * do those of Gmail. A border that lets in forged fields with its own id (RFC 8601 §5) is not found out here.
 */
export function topmostResults(headers: Headers): string[] {
  const hops = headers
    .entries()
    .filter(({ name }) => name === 'authentication-results' || name === 'received');
  const first = hops.findIndex(({ name }) => name !== 'received');
  const after = first < 0 ? [] : hops.slice(first);
  const end = after.findIndex(({ name }) => name === 'received');
  return (end < 0 ? after : after.slice(0, end)).map(({ value }) => value);
}
