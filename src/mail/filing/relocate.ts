import { select } from '../../connections/imap/commands.ts';
import { fetchedMessages } from '../../connections/imap/replies.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import { copiedUids } from '../../connections/imap/uidplus.ts';
import type { ImapCommand, ImapReply } from '../../connections/imap/wire.ts';
import { uidCopy, uidMove, uidStore } from '../../connections/imap/write-commands.ts';
import type { WriteAccess } from '../../connections/write-access.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatMailId, parseMailId } from '../../domain/mail-id.ts';
import { type Batch, uidSet } from './batch.ts';
import { readOnly, refusalIn, type Trouble } from './change.ts';
import { expunge, isDeleted } from './expunge.ts';
import { presence, present, proof, proven, type Seen } from './look.ts';

/** How far a move came, as the server confirmed it. */
export interface Progress {
  /** Proven to have left their folder. */
  gone: Set<number>;
  /** The new ids of the copies, by COPYUID. */
  copies: Map<number, string>;
  /** The server told with its OK which mails it took. */
  named: boolean;
}

export interface Relocation {
  batch: Batch;
  /** The mails that are there. */
  seen: ReadonlyMap<number, Seen>;
  /** Path of the target. */
  target: string;
  /** Filled in on the way, so that it holds what was reached when the connection breaks. */
  progress: Progress;
  access: WriteAccess;
  signal: AbortSignal;
}

/** One way to move the mails of the selected folder. @throws MailboxError when the connection breaks. */
export type Way = (session: ImapSession, relocation: Relocation) => Promise<Trouble | undefined>;

/** @throws MailboxError `unsupported` when the server can neither move nor expunge single mails. */
export function wayOf(session: ImapSession): Way {
  if (session.supports('MOVE')) return move;
  if (session.supports('UIDPLUS')) return copyAndExpunge;
  throw new MailboxError('unsupported', 'This mail server cannot move e-mails (neither MOVE nor UIDPLUS).', {
    hint: 'Nothing was changed. Move them with a mail program.',
  });
}

/** UID MOVE (RFC 6851), with the proof in the same round trip. */
async function move(session: ImapSession, relocation: Relocation): Promise<Trouble | undefined> {
  const { batch, seen, target, progress, access, signal } = relocation;
  const rescued = rescue(seen);
  const commands = [uidMove(uidSet(seen.keys()), target), ...proof(session, batch.folder, seen.keys())];
  const replies = (await session.run([...rescued, ...commands], { signal })).slice(rescued.length);
  note(relocation, replies[0]);
  const { left, readOnly: ignored } = await proven(replies, seen);
  // COPYUID proves the copies; a server may still leave the originals where they are.
  const moved = left ? [...progress.copies.keys()].filter((uid) => !left.has(uid)) : [];
  for (const uid of moved) progress.gone.add(uid);
  const silent = ignored && left?.size ? { error: readOnly(access), lost: false } : undefined;
  return refusalIn(replies.slice(0, 1), 'move e-mails', access) ?? silent;
}

/** Where MOVE is missing: only what was certainly copied is removed. */
async function copyAndExpunge(session: ImapSession, relocation: Relocation): Promise<Trouble | undefined> {
  const { seen, target, progress, access, signal } = relocation;
  const commands = [...rescue(seen), uidCopy(uidSet(seen.keys()), target)];
  const reply = (await session.run(commands, { signal })).at(-1);
  note(relocation, reply);
  const refusal = refusalIn([reply], 'copy e-mails', access);
  if (refusal || progress.copies.size === 0) return refusal;
  await keepSeenCopies(session, relocation);
  const uids = [...progress.copies.keys()];
  if (uids.length === 0) return undefined;
  const { gone, trouble } = await expunge(session, { ...relocation, uids });
  for (const uid of gone) progress.gone.add(uid);
  return trouble;
}

/**
 * Strikes out copies that the server names and that are not there: their originals must stay. Leaves the folder of the
 * originals selected. @throws MailboxError when that cannot be asked, or the folder is another one by now.
 */
async function keepSeenCopies(
  session: ImapSession,
  { batch, target, progress, signal }: Relocation,
): Promise<void> {
  const copies = new Map([...progress.copies].map(([from, id]) => [from, parseMailId(id)]));
  const condstore = session.supports('CONDSTORE');
  const uids = new Set([...copies.values()].map(({ uid }) => uid));
  const commands = [select(target, condstore), presence(uidSet(uids)), select(batch.folder, condstore)];
  const [opened, fetched, back] = await session.run(commands, { signal });
  if (back?.status !== 'OK' || session.view?.uidValidity !== batch.uidValidity)
    throw new MailboxError('conflict', 'The folder of the e-mails changed meanwhile.');
  const answered = opened?.status === 'OK' && fetched?.status === 'OK';
  const there = answered ? present(await fetchedMessages(fetched), uids) : new Map();
  for (const [from, { uid }] of copies) if (!there.has(uid)) progress.copies.delete(from);
  if (progress.copies.size < copies.size) progress.named = false;
}

/** Who moves a mail wants to keep it: a mark of deletion would go along, and the next EXPUNGE there would take it. */
function rescue(seen: Relocation['seen']): ImapCommand[] {
  const marked = [...seen].filter(([, { flags }]) => isDeleted(flags)).map(([uid]) => uid);
  return marked.length > 0 ? [uidStore(uidSet(marked), '-', ['\\Deleted'])] : [];
}

/** Takes over what COPYUID says of our mails (RFC 4315 §3). */
function note({ seen, target, progress }: Relocation, reply: ImapReply | undefined): void {
  const copied = reply && copiedUids(reply, seen.size);
  if (!copied) return;
  for (const [from, uid] of copied.uids) {
    const id = formatMailId({ folder: target, uidValidity: copied.uidValidity, uid });
    if (seen.has(from)) progress.copies.set(from, id);
  }
  const ours = [...copied.uids.keys()].every((from) => seen.has(from));
  progress.named = ours && reply.status === 'OK';
}
