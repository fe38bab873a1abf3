import { atom, select, status, uidFetch, unselect } from '../../connections/imap/commands.ts';
import { folderRefusals } from '../../connections/imap/missing.ts';
import {
  type FetchMessageObject,
  type FolderStatus,
  fetchedMessages,
  folderStatuses,
} from '../../connections/imap/replies.ts';
import type { FolderResult, ImapSession } from '../../connections/imap/session.ts';
import type { ImapCommand, ImapReply } from '../../connections/imap/wire.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Failed } from '../../domain/filing.ts';
import { messagesOf } from '../fetch-result.ts';
import { type Batch, uidSet } from './batch.ts';
import { allFailed, failedOf } from './outcome.ts';

/** A mail as it stood before the change. */
export interface Seen {
  flags: ReadonlySet<string>;
  /** By which a copy is recognised: servers keep the time of arrival and the bytes. */
  likeness: string;
}

/** What stood where before anything was changed. */
export interface Sight {
  /** The mails that are there, by UID. */
  seen: ReadonlyMap<number, Seen>;
  /** The ids that mean nothing any more. */
  missing: Failed;
  /** The target folder, when one was asked for. */
  target: FolderStatus | undefined;
}

/** What is asked of a mail whenever it is looked at. The size also tells answers from news, which never hold it. */
const identity = ['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE'].map(atom);

/** Asks which of these mails are in the selected folder, and how. @param uids sequence set. */
export const presence = (uids: string): ImapCommand => uidFetch(uids, identity);

/** UIDs, as sets and maps by UID know them. */
export interface Uids {
  has(uid: number): boolean;
}

/**
 * The mails that answers to `presence` show, by UID. @param asked those it was sent for: whatever a server answers of
 * another mail, nobody wants that one changed.
 */
export function present(messages: readonly FetchMessageObject[], asked: Uids): Map<number, Seen> {
  const answers = messages.filter(
    ({ uid, flags, size }) => asked.has(uid) && flags !== undefined && size !== undefined,
  );
  return new Map(answers.map((message) => [message.uid, seenOf(message)]));
}

/** How the mails stand after a change. */
export interface Proof {
  /** Those that are there; undefined when they could not be asked. */
  left: ReadonlyMap<number, Seen> | undefined;
  /** The folder can only be read, which some servers tell nowhere else. */
  readOnly: boolean;
}

/**
 * Asks how mails stand after the commands before it in the same round trip, with the folder selected again: in the old
 * view Dovecot shows what it has already expunged, and answers before them.
 */
export function proof(session: ImapSession, folder: string, uids: Iterable<number>): ImapCommand[] {
  return [select(folder, session.supports('CONDSTORE')), presence(uidSet(uids))];
}

/** @param replies to commands that end with those of `proof`, which asked for these mails. */
export async function proven(replies: readonly ImapReply[], asked: Uids): Promise<Proof> {
  const [opened, fetched] = replies.slice(-2);
  const answered = opened?.status === 'OK' && fetched?.status === 'OK';
  return {
    left: answered ? present(await fetchedMessages(fetched), asked) : undefined,
    readOnly: answered && opened.code === 'READ-ONLY',
  };
}

/**
 * Looks at the mails, and at the folder they are to go to, in one round trip; leaves their folder selected.
 * @throws MailboxError when that cannot be asked; `not_found` when the target does not exist.
 */
export async function look(
  session: ImapSession,
  batch: Batch,
  signal: AbortSignal,
  target?: string,
): Promise<Sight> {
  let told: ImapReply | undefined;
  const [result] = await session.inFolders(
    [{ folder: batch.folder, commands: [presence(uidSet(batch.ids.keys()))] }],
    {
      signal,
      freshness: 'anew',
      ...(target === undefined
        ? {}
        : {
            ahead: {
              commands: statusOf(session, target),
              take: (replies) => {
                told = replies.at(-1);
              },
            },
          }),
    },
  );
  requireUidValidity(batch, result);
  const place = target === undefined ? undefined : await placeOf(session, target, told, signal);
  try {
    const seen = present(await messagesOf(result, batch.uidValidity), batch.ids);
    const gone = [...batch.ids.keys()].filter((uid) => !seen.has(uid));
    return { seen, missing: failedOf(batch, gone, 'not_found'), target: place };
  } catch (error) {
    const dead = error instanceof MailboxError && ['not_found', 'stale_reference'].includes(error.code);
    if (!dead) throw error;
    return { seen: new Map(), missing: allFailed(batch, error.code), target: place };
  }
}

/**
 * Without UIDVALIDITY an id may mean another mail by now, and nobody can tell (RFC 9051 §2.3.1.1): it may be read, no more.
 * @throws MailboxError `unsupported`
 */
function requireUidValidity({ uidValidity }: Batch, result: FolderResult | undefined): void {
  const untold = result !== undefined && 'view' in result && result.view.uidValidity === 0n;
  if (!untold || uidValidity !== 0n) return;
  throw new MailboxError(
    'unsupported',
    'This mail server does not tell whether an id still means the same e-mail.',
    {
      hint: 'Nothing was changed (it sends no UIDVALIDITY). Change the e-mails with a mail program.',
    },
  );
}

/** Of the folder a connection has selected Dovecot tells what the connection knows, which may be old. */
function statusOf(session: ImapSession, target: string) {
  const selected = session.view?.folder === target && session.supports('UNSELECT');
  return [...(selected ? [unselect()] : []), status(target, false)];
}

async function placeOf(
  session: ImapSession,
  target: string,
  reply: ImapReply | undefined,
  signal: AbortSignal,
): Promise<FolderStatus> {
  const place = reply?.status === 'OK' ? folderStatuses(reply).at(0) : undefined;
  if (place) return place;
  const failures = await folderRefusals(session, 'look at the target folder', new Map([[target, reply]]), {
    signal,
  });
  const failure = failures.get(target);
  if (failure && failure.code !== 'not_found') throw failure;
  throw noTarget(target);
}

export function noTarget(target: string): MailboxError {
  return new MailboxError('not_found', `There is no folder "${target.slice(0, 80)}" to move to.`, {
    hint: 'Nothing was moved. List the folders with get_folders, or make this one with create_directory.',
  });
}

function seenOf({ flags, internalDate, size }: FetchMessageObject): Seen {
  const arrived = internalDate === undefined ? '' : new Date(internalDate).getTime();
  return { flags: flags ?? new Set(), likeness: `${arrived} ${size}` };
}
