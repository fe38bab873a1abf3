import { MailboxError } from '../../domain/errors.ts';
import { parseMailId } from '../../domain/mail-id.ts';

/** At most so many mails a call: 500 UIDs of ten digits still fit in one command line of 8 kB (RFC 7162 §4). */
const maxMails = 500;

/** Mails of one folder. */
export interface Batch {
  folder: string;
  uidValidity: bigint;
  /** UID to the id it was given as. */
  ids: ReadonlyMap<number, string>;
}

/**
 * Ids by folder, in the order the folders first occur; an id given twice counts once.
 * @throws MailboxError `invalid_input` when one of them is no mail id, or for none or too many.
 */
export function batchesOf(ids: readonly string[]): Batch[] {
  if (ids.length === 0 || ids.length > maxMails) {
    throw new MailboxError('invalid_input', `Pass 1 to ${maxMails} mail ids.`, {
      hint: 'Split a longer list over several calls.',
    });
  }
  const batches = new Map<string, { folder: string; uidValidity: bigint; ids: Map<number, string> }>();
  for (const id of ids) {
    const { folder, uidValidity, uid } = parseMailId(id);
    const place = `${uidValidity} ${folder}`;
    const batch = batches.get(place) ?? { folder, uidValidity, ids: new Map() };
    if (!batch.ids.has(uid)) batch.ids.set(uid, id);
    batches.set(place, batch);
  }
  return [...batches.values()];
}

/** UIDs as a sequence set, neighbours as ranges: `[3, 1, 2, 7]` is `1:3,7`. Holds exactly these, whatever exists. */
export function uidSet(uids: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const uid of [...new Set(uids)].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && uid === run[1] + 1) run[1] = uid;
    else runs.push([uid, uid]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',');
}

export function idOf({ ids }: Batch, uid: number): string {
  return ids.get(uid) ?? '';
}
