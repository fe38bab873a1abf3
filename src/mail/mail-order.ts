import type { Facts } from './fetched.ts';

/** What a server sorted a folder by: the Date fields, or the arrival where those are too many to read or to wait for. */
export type FolderOrder = 'date' | 'arrival';

/** The seconds of a Date that every server sorts by as it is. */
const [firstSecond, lastSecond] = [1, 0xffff_ffff];

/**
 * By what the server put the mail where it is (RFC 5256 §2.2: the arrival counts where there is no Date), in milliseconds.
 * Lists are ordered by `Facts.date`, which is never later: so what is not fetched yet cannot stand above what the server put
 * before it; a mail the server put higher than it stands waits for its turn while others of its folder pass; and folders
 * and accounts are merged by the same time. Undefined where its Date does not tell: Dovecot sorts by 32 bits of it, so
 * 1950 stands where 2086 does; 2250, where 2113 does, is found only there.
 *
 * Where too many wait, the arrival is the order left, for nobody can make it up: by it no late Date has to wait, and
 * early ones that cannot all wait stand at their arrival at most, where as many honest mails would.
 */
export function sortedBy(
  { envelope: { date }, arrived }: Pick<Facts, 'envelope' | 'arrived'>,
  order: FolderOrder,
): number | undefined {
  const sent = order === 'date' && date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(sent)) return arrived.getTime();
  const seconds = sent / 1000;
  return seconds >= firstSecond && seconds <= lastSecond ? sent : undefined;
}

/** Compares mails of the same date: the last to arrive comes first. */
export function laterArrival(a: Pick<Facts, 'arrived'>, b: Pick<Facts, 'arrived'>): number {
  return b.arrived.getTime() - a.arrived.getTime();
}
