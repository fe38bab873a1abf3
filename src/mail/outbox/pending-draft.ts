import type { MailRef } from '../../domain/mail-id.ts';
import type { Log } from '../../log.ts';
import { pendingWith } from './draft-marks.ts';
import type { Drafts } from './drafts.ts';
import type { Outgoing } from './outgoing.ts';

export interface Submission {
  outgoing: Outgoing;
  idempotencyKey: string | undefined;
  /** Whose bytes these are. */
  draft: MailRef | undefined;
}

interface Noted {
  ref: MailRef | undefined;
  isNoted: boolean;
}

/** Storing many megabytes takes so long at most, whoever has stopped waiting. */
const storeMs = 120_000;
const noteMs = 8000;

/**
 * A draft noted as `$SubmitPending` (RFC 5550 §5.10) from before the first byte of its message leaves: should this process die
 * meanwhile, the draft says that the message may have been sent. It is the draft that is sent, or a copy of a mail with a
 * key, by which the same call finds it after a restart.
 */
export class PendingDraft {
  /** Stored for this submission; otherwise it is somebody's own and stays when nothing is sent. */
  readonly isCopy: boolean;
  readonly key: string | undefined;
  /** Whether it says that it may have been sent: not every server keeps keywords. */
  isNoted = false;
  /** Where it lies; undefined while it is not known to be there. */
  ref: MailRef | undefined;
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
    this.stored = noting.then(({ ref, isNoted }) => {
      clearTimeout(timer);
      this.ref = ref;
      this.isNoted = isNoted;
      return ref;
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
    const { outgoing, draft, idempotencyKey: key } = submission;
    const { drafts, log } = this.options;
    const { raw, messageId } = outgoing;
    try {
      if (!draft) {
        const ref = await drafts.store(raw, messageId, AbortSignal.timeout(storeMs), pendingWith(key));
        return { ref, isNoted: true };
      }
      const isNoted = await drafts.marks.note(draft, 'unknown', AbortSignal.timeout(noteMs), key);
      if (!isNoted) log.warn('the mailbox keeps no mark that the draft is being sent');
      return { ref: draft, isNoted };
    } catch (error) {
      log.warn('no draft tells that the message is being sent', { cause: error });
      return { ref: draft, isNoted: false };
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

  private async takeBack({ isCopy, key }: PendingDraft, ref: MailRef): Promise<void> {
    const { drafts, log } = this.options;
    const without = async (what: string, undo: () => Promise<boolean>) => {
      try {
        if (await undo()) return true;
        log.warn(what);
      } catch (error) {
        log.warn(what, { cause: error });
      }
      return false;
    };
    const remove = () => drafts.remove(ref, AbortSignal.timeout(noteMs));
    if (isCopy && (await without('the draft of a message that was not sent is still there', remove))) return;
    await without('a draft is still noted as being sent', () =>
      drafts.marks.unnote(ref, AbortSignal.timeout(noteMs), key),
    );
  }
}
