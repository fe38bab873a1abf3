import { atom, select, uidFetch } from '../../connections/imap/commands.ts';
import { type FetchMessageObject, fetchedMessages } from '../../connections/imap/replies.ts';
import type { ImapSession } from '../../connections/imap/session.ts';
import { uidStore } from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import { gone, messagesOf } from '../fetch-result.ts';
import { type DraftMarks, marksOfSubmission, pendingWith } from './draft-marks.ts';
import { beingSent } from './send-guard.ts';

/** A draft about to be sent, and what it bore when it was read. */
export interface Claimable {
  ref: MailRef;
  /** As `marksOfSubmission` tells them. */
  marks: readonly string[];
  messageId: string;
  key: string | undefined;
}

/**
 * - `marked`: it is noted as being sent, and of two processes only one is told so.
 * - `unmarked`: the server keeps no such note.
 * - `unguarded`: the server cannot tell two processes apart (no CONDSTORE); nothing was changed.
 *
 * `removesOne`: what is stored there can be removed again for good.
 */
export type Claim = Held | { refusal: MailboxError };

interface Held {
  held: 'marked' | 'unmarked' | 'unguarded';
  removesOne: boolean;
}

interface Now {
  marks: readonly string[];
  modseq: bigint | undefined;
}

/** Others may change flags in the same moment; somebody who does so all the time has the draft open. */
const maxTries = 3;

/** Notes on a draft that it is being sent, in such a way that only one process can (RFC 7162 §3.1.3, UNCHANGEDSINCE). */
export class DraftClaims {
  private readonly imap: Imap;
  private readonly marks: DraftMarks;

  constructor(imap: Imap, marks: DraftMarks) {
    this.imap = imap;
    this.marks = marks;
  }

  /**
   * Two round trips. `refusal`: it is being sent or changed by others, or is no longer there.
   * @throws MailboxError when the server could not be asked.
   */
  async claim(draft: Claimable, signal: AbortSignal): Promise<Claim> {
    return await this.imap.change([draft.ref.folder], signal, async (session, commit) => {
      for (let times = 0; times < maxTries; times++) {
        const now = await look(session, draft.ref, signal).catch(onlyGone);
        if (now instanceof MailboxError) return { refusal: now };
        if (!sameMarks(now.marks, draft.marks)) return { refusal: beingSent(draft.messageId) };
        if (now.modseq === undefined) return held('unguarded', session);
        commit();
        const claim = await this.store(session, draft, now.modseq, signal);
        if (claim) return claim;
      }
      return { refusal: beingChanged() };
    });
  }

  /** Why it can no longer be sent; undefined when it is still there. @throws as `claim` */
  async gone(ref: MailRef, signal: AbortSignal): Promise<MailboxError | undefined> {
    const now = await this.imap.read([ref.folder], signal, (session) =>
      look(session, ref, signal).catch(onlyGone),
    );
    return now instanceof MailboxError ? now : undefined;
  }

  /** undefined: it was changed since it was looked at. */
  private async store(
    session: ImapSession,
    { ref, key, marks }: Claimable,
    modseq: bigint,
    signal: AbortSignal,
  ): Promise<Claim | undefined> {
    if (session.view) session.view.news++;
    const add = pendingWith(key);
    const commands = [
      uidStore(String(ref.uid), '+', add, modseq),
      // In the old view Dovecot shows what it has already expunged.
      select(ref.folder, true),
      flagsOf(ref),
    ];
    const [stored, , shown] = await session.run(commands, { signal });
    // With OK or NO (RFC 7162 §3.1.3).
    if (stored?.code === 'MODIFIED') return undefined;
    this.marks.remember(ref, add);
    if (shown?.status !== 'OK') return held(stored?.status === 'OK' ? 'marked' : 'unmarked', session);
    const found = messageOf(ref, await fetchedMessages(shown));
    if (!found) return { refusal: gone() };
    const isKept = !sameMarks(marksOfSubmission(found.flags ?? new Set()), marks);
    return held(isKept ? 'marked' : 'unmarked', session);
  }
}

/** As for filing: a plain EXPUNGE would take what others have marked. */
function held(how: Held['held'], session: ImapSession): Held {
  return { held: how, removesOne: session.supports('UIDPLUS') };
}

/** @throws MailboxError `not_found` or `stale_reference` when it is not there any more. */
async function look(session: ImapSession, ref: MailRef, signal: AbortSignal): Promise<Now> {
  const condstore = session.supports('CONDSTORE');
  const commands = [flagsOf(ref), ...(condstore ? [flagsOf(ref, 'MODSEQ')] : [])];
  const [result] = await session.inFolders([{ folder: ref.folder, commands }], { signal, freshness: 'anew' });
  // A folder may keep no MODSEQ, and then refuses to tell it (RFC 7162 §3.1.2.2).
  const told =
    result && 'replies' in result ? { ...result, replies: result.replies.filter(isAnswer) } : result;
  const found = messageOf(ref, await messagesOf(told, ref.uidValidity));
  if (!found) throw gone();
  return { marks: marksOfSubmission(found.flags ?? new Set()), modseq: found.modseq };
}

const isAnswer = ({ status }: { status: string }, index: number) => index === 0 || status === 'OK';

const flagsOf = ({ uid }: MailRef, ...more: string[]) =>
  uidFetch(String(uid), ['UID', 'FLAGS', ...more].map(atom));

function messageOf({ uid }: MailRef, messages: readonly FetchMessageObject[]) {
  const found = messages.find((message) => message.uid === uid && message.flags);
  return found?.flags?.has('\\Deleted') ? undefined : found;
}

function onlyGone(error: unknown): MailboxError {
  const isGone = error instanceof MailboxError && ['not_found', 'stale_reference'].includes(error.code);
  if (!isGone) throw error;
  return error;
}

function beingChanged(): MailboxError {
  return new MailboxError('conflict', 'Another program keeps changing this draft: it is open there.', {
    hint: 'Nothing was sent. Close it in the other program, then try again.',
  });
}

function sameMarks(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((mark) => others.includes(mark));
}
