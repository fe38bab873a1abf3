import type { DavAnswer } from '../dav/answer.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { textOf } from '../dav/xml.ts';

/** Well over the clock tick of a file system and what a proxy's clock may differ. */
const settlingMs = 5_000;

/**
 * When the collection last changed, in whole seconds: undefined while a further change could still fall into the same
 * one. Judged by the clock of the server that told it.
 */
export function settledSince({ props }: DavResponse, { headers }: DavAnswer): string | undefined {
  const told = textOf(props.get('{DAV:}getlastmodified'));
  const age = Date.parse(headers.date?.toString() ?? '') - Date.parse(told ?? '');
  return age >= settlingMs ? told : undefined;
}

/**
 * Radicale reads every file of a collection to tell a sync-token, half a second for 10,000 events, but only asks the file
 * system when the last of them changed. The folder counts as well, so that a removal shows. Nobody else promises that:
 * RFC 4918 §15.7 leaves open what the property means for a collection.
 */
export function countsEveryChange(syncToken: string | undefined): boolean {
  return syncToken?.startsWith('http://radicale.org/ns/sync/') ?? false;
}

/**
 * SOGo's tokens and ctags are the time of the last change in whole seconds, as `1389004356`: an equal one says nothing of
 * a second change within that second. What its sync-collection tells of such a token repeats all of the second.
 */
export function countsSeconds(mark: string): boolean {
  return /(?:^|[/:,])"?\d{10}"?$/u.test(mark);
}
