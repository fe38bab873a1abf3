import { MailboxError } from '../../domain/errors.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { Log } from '../../log.ts';
import { messageIdCriteria } from './appender.ts';
import { copyCriteria, copyOfDraft } from './draft-copy.ts';
import { pendingWith } from './draft-marks.ts';
import type { Drafts, StoredCopy } from './drafts.ts';
import type { Outgoing } from './outgoing.ts';
import { beingSent, copyLies } from './send-guard.ts';

export interface Submission {
  outgoing: Outgoing;
  idempotencyKey: string | undefined;
  /** Whose bytes these are. */
  draft: MailRef | undefined;
  /** What the draft bore of earlier submissions when it was read. */
  marks?: readonly string[];
  /** The Message-ID that mail with the key has; undefined when it is that of `outgoing`, or there is no key. */
  keyId?: string | undefined;
}

interface Noted {
  ref: MailRef | undefined;
  isNoted?: boolean;
  copy?: StoredCopy;
  isStray?: boolean;
  refusal?: MailboxError;
}

/** Storing many megabytes takes so long at most, whoever has stopped waiting. */
const storeMs = 120_000;
const noteMs = 8000;
const nothing: Noted = { ref: undefined };

/**
 * A draft noted as `$SubmitPending` (RFC 5550 §5.10) from before the first byte of its message leaves: should this process die
 * meanwhile, the draft says that the message may have been sent. It is the draft that is sent, or a copy of a mail with a
 * key, by which the same call finds it after a restart. Where two processes cannot be told apart by that note, a draft gets
 * such a copy, too, if it can be removed again: of two copies the first counts.
 */
export class PendingDraft {
  /** Stored for this submission; otherwise it is somebody's own and stays when nothing is sent. */
  readonly isCopy: boolean;
  readonly key: string | undefined;
  /** Whether somebody's own draft says that it may have been sent: not every server keeps keywords. */
  isNoted = false;
  /** Where it lies; undefined while it is not known to be there. */
  ref: MailRef | undefined;
  /** What was stored for this submission. */
  copy: StoredCopy | undefined;
  /** What was stored may lie in Drafts, but nobody knows where: it cannot be removed. */
  isStray = false;
  /** Why it must not go out: another process is sending it. */
  refusal: MailboxError | undefined;
  /** With `ref`, when the server has answered. Never rejects. */
  readonly stored: Promise<MailRef | undefined>;
  /** The same, for as long as mail is held back for it at most. */
  readonly ready: Promise<void>;

  /** @param patienceMs for `ready` */
  constructor({ draft, idempotencyKey }: Submission, noting: Promise<Noted>, patienceMs: number) {
    this.isCopy = draft === undefined;
    this.key = idempotencyKey;
    this.ref = draft;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    this.stored = noting.then((noted) => {
      clearTimeout(timer);
      Object.assign(this, noted);
      return noted.ref;
    });
    this.ready = Promise.race([this.stored.then(() => {}), late]);
  }
}

export interface PendingDraftsOptions {
  drafts: Drafts;
  log: Log;
  patienceMs: number;
}

/** Notes what is being submitted, and takes it back when nothing was sent. Never keeps mail from leaving. */
export class PendingDrafts {
  private readonly options: PendingDraftsOptions;
  private readonly underWay = new Set<Promise<void>>();

  constructor(options: PendingDraftsOptions) {
    this.options = options;
  }

  /** Goes on behind this call; undefined where nothing needs to be noted: for new mail without a key. */
  begin(submission: Submission): PendingDraft | undefined {
    const { draft, idempotencyKey } = submission;
    if (!draft && idempotencyKey === undefined) return undefined;
    return new PendingDraft(submission, this.note(submission), this.options.patienceMs);
  }

  private async note(submission: Submission): Promise<Noted> {
    const { draft } = submission;
    try {
      return draft ? await this.claim(submission, draft) : await this.copy(submission);
    } catch (error) {
      this.options.log.warn('no draft tells that the message is being sent', { cause: error });
      return { ref: draft, isStray: isDoubtful(error) };
    }
  }

  private async claim(submission: Submission, draft: MailRef): Promise<Noted> {
    const { outgoing, marks = [], idempotencyKey: key } = submission;
    const { drafts, log } = this.options;
    const claimable = { ref: draft, marks, messageId: outgoing.messageId, key };
    const claim = await drafts.claims.claim(claimable, AbortSignal.timeout(noteMs));
    if ('refusal' in claim) return { ...nothing, refusal: claim.refusal };
    if (claim.held === 'marked') return { ref: draft, isNoted: true };
    // A copy that stays would keep the draft from ever being sent.
    const beside = claim.removesOne ? await this.besideDraft(submission, draft) : nothing;
    const { copy, refusal, isStray = false } = beside;
    if (refusal) return { ...nothing, refusal };
    // What was stored beside it must not be forgotten for a note that fails.
    const note = () =>
      this.without('no draft tells that the message is being sent', () =>
        drafts.marks.note(draft, 'unknown', AbortSignal.timeout(noteMs), key),
      );
    const isNoted = claim.held === 'unguarded' && (await note());
    if (!isNoted) log.warn('the mailbox keeps no mark that the draft is being sent');
    return { ref: draft, isNoted, isStray, ...(copy ? { copy } : {}) };
  }

  /** Whoever has sent the draft removes it before the copy: after this copy is found to be the first, it must still be there. */
  private async besideDraft(submission: Submission, draft: MailRef): Promise<Noted> {
    const noted = await this.copy(submission).catch((error: unknown) => {
      this.options.log.warn('another process may send the same draft now', { cause: error });
      return { ...nothing, isStray: isDoubtful(error) };
    });
    if (!noted.copy) return noted;
    const { claims } = this.options.drafts;
    // What cannot be asked just now is no reason to keep mail from leaving.
    const refusal =
      noted.refusal ?? (await claims.gone(draft, AbortSignal.timeout(noteMs)).catch(() => undefined));
    if (!refusal) return noted;
    await this.removeCopy(noted.copy);
    return { ...nothing, refusal };
  }

  private async copy({ outgoing, draft, idempotencyKey: key }: Submission): Promise<Noted> {
    const { raw, messageId } = outgoing;
    const { drafts, log } = this.options;
    // Beside a draft it would pass for an earlier submission of the same.
    const [bytes, keywords] = draft ? [copyOfDraft(raw), []] : [raw, pendingWith(key)];
    const criteria = draft ? copyCriteria(messageId) : messageIdCriteria(messageId);
    const ref = await drafts.store(bytes, messageId, AbortSignal.timeout(storeMs), keywords);
    try {
      const { isThere, earlier } = await drafts.beside(ref, messageId, AbortSignal.timeout(noteMs), criteria);
      if (!isThere) {
        log.warn('the copy in Drafts is not where the server said; it is left alone');
        return { ...nothing, isStray: true };
      }
      const itself = draft?.folder === ref.folder ? draft.uid : undefined;
      const [first] = earlier.filter((uid) => uid !== itself).map((uid) => formatMailId({ ...ref, uid }));
      const refusal = first && (draft ? copyLies(first) : beingSent(messageId));
      const copy = { ref, messageId, isProven: true };
      return { ref, copy, ...(refusal ? { refusal } : {}) };
    } catch (error) {
      log.warn('whether another process sends the same is not known', { cause: error });
      return { ref, copy: { ref, messageId, isProven: false } };
    }
  }

  /** It was certainly not sent. What is stored too late is taken back behind this call. */
  async withdraw(pending: PendingDraft): Promise<void> {
    const work = pending.stored.then((ref) => ref && this.takeBack(pending, ref));
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
    await pending.ready;
    if (pending.ref) await tracked;
  }

  /** Resolves when what goes on behind ended calls is done. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async takeBack({ isCopy, copy, key }: PendingDraft, ref: MailRef): Promise<void> {
    const isRemoved = await this.removeCopy(copy);
    // What is not proven to be ours is left as it is.
    if (isCopy && (isRemoved || !copy?.isProven)) return;
    await this.without('a draft is still noted as being sent', () =>
      this.options.drafts.marks.unnote(ref, AbortSignal.timeout(noteMs), key),
    );
  }

  private async removeCopy(copy: StoredCopy | undefined): Promise<boolean> {
    if (!copy) return false;
    return await this.without('the draft of a message that was not sent is still there', () =>
      this.options.drafts.removeCopy(copy, AbortSignal.timeout(noteMs)),
    );
  }

  private async without(what: string, undo: () => Promise<boolean>): Promise<boolean> {
    const { log } = this.options;
    try {
      if (await undo()) return true;
      log.warn(what);
    } catch (error) {
      log.warn(what, { cause: error });
    }
    return false;
  }
}

function isDoubtful(error: unknown): boolean {
  return error instanceof MailboxError && error.code === 'unknown_outcome';
}
