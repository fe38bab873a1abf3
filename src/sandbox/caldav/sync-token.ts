import type { CalendarCollection } from './calendars.ts';
import type { DavContext } from './exchange.ts';

const timeOfRevisionZero = 1_777_300_000_000;

/** The state of a collection now, as sync-token and as ctag. */
export function currentToken(context: DavContext, collection: CalendarCollection): string {
  return tokenOf(context, collection, Math.max(collection.revision, context.calendars.tokenFloor), false);
}

/** Open-Xchange writes time, flags and count; plain servers an URI (RFC 6578 §4). */
export function tokenOf(
  { dialect }: DavContext,
  { id, resources }: CalendarCollection,
  revision: number,
  truncated: boolean,
): string {
  return dialect.name === 'open-xchange'
    ? `${timeOfRevisionZero + revision}.${truncated ? 1 : 0}.${resources.size}`
    : `http://sandbox.test/sync/${id}/${revision}`;
}

/** The revision a token stands for; undefined when this collection never gave it out, or forgot. */
export function revisionOf(
  { dialect, calendars }: DavContext,
  { id, revision }: CalendarCollection,
  token: string,
): number | undefined {
  const isOx = dialect.name === 'open-xchange';
  const pattern = isOx ? /^(\d+)\.[01]\.\d+$/u : /^http:\/\/sandbox\.test\/sync\/([^/]+)\/(\d+)$/u;
  const [, first = '', second] = pattern.exec(token) ?? [];
  const since = isOx ? Number(first) - timeOfRevisionZero : Number(second);
  if (first === '' || (!isOx && first !== id)) return undefined;
  const known = since >= calendars.tokenFloor && since <= Math.max(revision, calendars.tokenFloor);
  return known ? since : undefined;
}
