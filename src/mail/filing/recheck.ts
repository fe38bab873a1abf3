import type { FolderStatus } from '../../connections/imap/replies.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatMailId } from '../../domain/mail-id.ts';
import { messagesOf } from '../fetch-result.ts';
import { type Batch, uidSet } from './batch.ts';
import { settled } from './change.ts';
import { presence, present, type Seen, type Uids } from './look.ts';

export interface RecheckOptions {
  signal: AbortSignal;
  /** The connection broke under the change. */
  lost: boolean;
}

/**
 * Which of the mails stand in their folder now, with their flags.
 * @throws MailboxError when that cannot be asked.
 */
export async function standing(
  imap: Imap,
  batch: Batch,
  uids: readonly number[],
  { signal, lost }: RecheckOptions,
): Promise<Map<number, Seen>> {
  if (uids.length === 0) return new Map();
  if (lost) await settled();
  return await fetchAnew(imap, batch, { set: uidSet(uids), asked: new Set(uids) }, signal);
}

/** What looking found, or undefined when it was not possible: then the outcome is not known, and that is told. */
export async function ifPossible<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch {
    return undefined;
  }
}

/**
 * Ids of what came into a folder since it was seen, by likeness.
 * @param known ids that are accounted for.
 * @throws MailboxError when that cannot be asked.
 */
export async function arrivals(
  imap: Imap,
  { path: folder, uidNext, uidValidity }: FolderStatus,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (uidNext === 0) return found;
  // `n:*` is the last message even when it is below n (RFC 9051 §9, seq-range).
  const since = { set: `${uidNext}:*`, asked: { has: (uid: number) => uid >= uidNext } };
  for (const [uid, { likeness }] of await fetchAnew(imap, { folder, uidValidity }, since, signal)) {
    const id = formatMailId({ folder, uidValidity, uid });
    if (!known.has(id)) found.set(likeness, [...(found.get(likeness) ?? []), id]);
  }
  return found;
}

async function fetchAnew(
  imap: Imap,
  { folder, uidValidity }: { folder: string; uidValidity: bigint },
  { set, asked }: { set: string; asked: Uids },
  signal: AbortSignal,
): Promise<Map<number, Seen>> {
  const [result] = await imap.read([folder], signal, (session) =>
    session.inFolders([{ folder, commands: [presence(set)] }], { signal, freshness: 'anew' }),
  );
  if (result instanceof MailboxError && result.code === 'not_found') return new Map();
  return present(await messagesOf(result, uidValidity), asked);
}

/**
 * Finds mails among what arrived elsewhere. Those that are gone from their folder go before those still there, for a
 * move is what was asked for.
 * @returns for each mail that is certainly there its new id, or undefined when several look the same.
 */
export function recognise(
  gone: readonly number[],
  there: readonly number[],
  seen: ReadonlyMap<number, Seen>,
  arrived: ReadonlyMap<string, readonly string[]>,
): Map<number, string | undefined> {
  const found = new Map<number, string | undefined>();
  for (const [likeness, ids] of arrived) {
    const alike = (uid: number) => seen.get(uid)?.likeness === likeness;
    const [left, stayed] = [gone.filter(alike), there.filter(alike)];
    const certain = left.length === 0 ? (ids.length === 1 ? stayed : []) : left;
    if (certain.length > ids.length) continue;
    for (const uid of certain) found.set(uid, ids.length === 1 ? ids[0] : undefined);
  }
  return found;
}
