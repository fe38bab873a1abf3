import { setTimeout as pause } from 'node:timers/promises';
import { refused } from '../../connections/imap/errors.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import type { ImapReply } from '../../connections/imap/wire.ts';
import type { WriteAccess } from '../../connections/write-access.ts';
import { type ErrorCode, MailboxError, toMailboxError } from '../../domain/errors.ts';

/** What came between a change and the proof that it was made. */
export interface Trouble {
  error: MailboxError;
  /** Whether the answer never came: then the server may have done it, or may do it yet. */
  lost: boolean;
  /** Nothing was done because others had just taken some of the mails away (EXPUNGEISSUED, RFC 5530 §3). */
  raced?: true;
}

/** A server may work on a little after its client was cut off. */
export async function settled(): Promise<void> {
  await pause(250);
}

/** Right before the first command that changes something: what this connection knows of its folder is old from here. */
export function begin(session: ImapSession, commit: () => void): void {
  commit();
  if (session.view) session.view.news++;
}

/** Runs commands that change something. @returns the trouble when the connection did not survive them. */
export async function untilLost(work: () => Promise<Trouble | undefined>): Promise<Trouble | undefined> {
  try {
    return await work();
  } catch (error) {
    return { error: toMailboxError(error), lost: true };
  }
}

/** The trouble with the first of the replies that is a refusal; a refused permission is remembered. */
export function refusalIn(
  replies: readonly (ImapReply | undefined)[],
  what: string,
  access: WriteAccess,
): Trouble | undefined {
  const reply = replies.find((candidate) => candidate && isRefusal(candidate));
  if (!reply) return undefined;
  const { code, cause } = reply;
  if (code === 'NOPERM' || code === 'READ-ONLY') return { error: readOnly(access, cause), lost: false };
  if (code === 'TRYCREATE' || code === 'NONEXISTENT') return { error: folderGone(cause), lost: false };
  const error = refused(what, code, cause);
  return { error, lost: false, ...(code === 'EXPUNGEISSUED' ? { raced: true } : {}) };
}

/** imapflow passes `NO [EXPUNGEISSUED]` to a last command off as success. */
function isRefusal({ status, tagged }: ImapReply): boolean {
  return status !== 'OK' || tagged?.command.toUpperCase() === 'NO';
}

/** A refused permission, which is remembered. */
export function readOnly(access: WriteAccess, cause?: unknown): MailboxError {
  const error = new MailboxError('forbidden', 'The mail server lets this login only read here.', {
    hint: 'Nothing was changed. The folder may belong to someone else; with an app password check its scope.',
    cause,
  });
  access.refused(error);
  return error;
}

function folderGone(cause: unknown): MailboxError {
  return new MailboxError('conflict', 'The target folder disappeared meanwhile.', { cause });
}

/** Why a mail that is proven to be as it was has not been changed. */
export function failureCode(trouble: Trouble | undefined): ErrorCode {
  if (!trouble) return 'unavailable';
  // A server that stalls has the command still before it.
  const pending = trouble.lost && trouble.error.code !== 'unavailable';
  return pending ? 'unknown_outcome' : trouble.error.code;
}
