import type { Facts } from './fetched.ts';

/** What a server sorted a folder by: the Date fields, or the arrival where those are too many to read or to wait for. */
export type FolderOrder = 'date' | 'arrival';

/**
 * Where a mail stands in lists, newest first, in milliseconds: at its Date, but never above its arrival.
 *
 * A Date is what the sender says. An old one is believed, for the mail of an archive brought here today belongs into
 * its year; who lies so hides nothing but the own mail. A later one than the arrival is not: nobody may stand above
 * what comes after. So no mail stands higher than the server sorted it (`sortedBy`), whatever it is sorted by, and
 * what is not fetched yet cannot stand above what the server put before it; but a Date after 2106, which Dovecot sorts
 * far down, is found only there. A mail the server put higher than it stands waits for its turn while others of its
 * folder pass; folders and accounts are merged by the same time.
 *
 * Where too many wait, the arrival is the order left, for nobody can make it up: by it no late Date has to wait, and
 * early ones that cannot all wait stand at their arrival at most, where as many honest mails would.
 */
export function standing({ date, arrived }: Pick<Facts, 'date' | 'arrived'>): number {
  return Math.min(date.getTime(), arrived.getTime());
}

/** The seconds of a Date that every server sorts by as it is. */
const [firstSecond, lastSecond] = [1, 0xffff_ffff];

/**
 * By what the server put the mail where it is (RFC 5256 §2.2: the arrival counts where there is no Date). Undefined
 * where its Date does not tell: Dovecot sorts by 32 bits of it, so 1950 stands where 2086 does, and 2250 where 2113.
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
