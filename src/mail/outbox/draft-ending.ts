import type { MailboxError } from '../../domain/errors.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';
import type { Log } from '../../log.ts';
import type { DraftMarks } from './draft-marks.ts';
import type { Drafts, StoredCopy } from './drafts.ts';
import type { PendingDraft } from './pending-draft.ts';

/** Where the copy of a sent message is, or why it is not there. */
export type Copy = { savedTo: string } | { failure: MailboxError };

export interface Report {
  savedTo?: string;
  warnings: OutboxWarning[];
}

type Ended = Pick<PendingDraft, 'isCopy' | 'key' | 'copy' | 'isStray'>;
type Endable = Pick<Drafts, 'prove' | 'remove' | 'removeCopy' | 'moveToSent' | 'undraft'> & {
  marks: Pick<DraftMarks, 'note'>;
};

/**
 * What becomes of the draft of a message that was sent. It goes when the copy is filed; else it becomes the copy; and where
 * it can be neither, it stays as the only one and says so. Nothing here fails.
 */
export class DraftEnding {
  private readonly drafts: Endable;
  private readonly log: Log;

  constructor({ drafts, log }: { drafts: Endable; log: Log }) {
    this.drafts = drafts;
    this.log = log;
  }

  /** @param draft where it lies. */
  async end(pending: Ended, draft: MailRef, copy: Copy, signal: AbortSignal): Promise<Report> {
    const { isCopy, copy: stored } = pending;
    if (isCopy && !(await this.isOurs(stored, signal))) return leftAlone(draft, copy);
    const report = await this.endOwn(pending, draft, copy, signal);
    // Where the draft is still there its copy keeps it from being sent again.
    if (isCopy || !stored) return withStray(report, pending);
    if (report.savedTo === undefined) return reminded(report, stored);
    const left = (await this.endCopy(stored, signal)) ? [] : [stored.ref];
    return { ...report, warnings: [...report.warnings, ...left.map(copyNotRemoved)] };
  }

  /** What was stored beside the draft. @returns whether it is gone */
  async endCopy(stored: StoredCopy, signal: AbortSignal): Promise<boolean> {
    const remove = () => this.drafts.removeCopy(stored, signal);
    return (await this.without('the copy of a sent draft was not removed', remove)) ?? false;
  }

  private async isOurs(stored: StoredCopy | undefined, signal: AbortSignal): Promise<boolean> {
    if (!stored) return false;
    return (
      (await this.without('a draft is not known to be ours', () => this.drafts.prove(stored, signal))) ??
      false
    );
  }

  private async endOwn(pending: Ended, draft: MailRef, copy: Copy, signal: AbortSignal): Promise<Report> {
    if ('savedTo' in copy) return { ...copy, warnings: await this.remove(draft, signal) };
    const { failure } = copy;
    // A second copy is one too many, but better than a draft that is sent again.
    const mayBeFiled = isDoubtful(failure);
    if (mayBeFiled && (await this.note(draft, signal)))
      return withoutCopy(failure, kept(pending, draft, { only: false, noted: true }));
    const savedTo = await this.moveToSent(pending, draft, signal);
    if (savedTo !== undefined) return { savedTo, warnings: [] };
    const noted = !mayBeFiled && (await this.note(draft, signal));
    return withoutCopy(failure, kept(pending, draft, { only: !mayBeFiled, noted }));
  }

  private async remove(draft: MailRef, signal: AbortSignal): Promise<OutboxWarning[]> {
    const remove = () => this.drafts.remove(draft, signal);
    return (await this.without('the draft was not removed', remove)) ? [] : [notRemoved(draft)];
  }

  private async note(draft: MailRef, signal: AbortSignal): Promise<boolean> {
    const note = () => this.drafts.marks.note(draft, 'sent', signal);
    return (await this.without('the fate of a draft was not noted', note)) ?? false;
  }

  private async moveToSent({ key }: Ended, draft: MailRef, signal: AbortSignal): Promise<string | undefined> {
    const move = () => this.drafts.moveToSent(draft, signal);
    const moved = await this.without('a draft that was sent was not moved to Sent', move);
    const copy = moved?.copy;
    if (copy) {
      const undraft = () => this.drafts.undraft(copy, signal, key).then(() => true);
      await this.without('a copy in Sent still says that it is a draft', undraft);
    }
    return moved?.folder;
  }

  private async without<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const done = await work();
      if (!done) this.log.warn(what);
      return done;
    } catch (error) {
      this.log.warn(what, { cause: error });
      return undefined;
    }
  }
}

/** Where neither Sent nor Drafts tells of it. */
export const forgotten =
  ' After a restart this server may not know of it, not even by its idempotencyKey: do not send it again.';

/** What keeps a draft without a mark from being sent again. */
export const reminder = ({ ref }: StoredCopy) =>
  ` Its copy ${formatMailId(ref)} keeps it from being sent again: do not delete it alone.`;

function reminded({ warnings }: Report, stored: StoredCopy): Report {
  const told = ({ code, detail }: OutboxWarning) => ({ code, detail: `${detail}${reminder(stored)}` });
  return { warnings: warnings.map(told) };
}

function notRemoved(draft: MailRef): OutboxWarning {
  const detail = `The draft ${formatMailId(draft)} was sent but not removed: do not send it again.`;
  return { code: 'draft_not_removed', detail };
}

function copyNotRemoved(copy: MailRef): OutboxWarning {
  const detail = `A copy of the draft, ${formatMailId(copy)}, stored while it was sent, was not removed: delete it, and do not send it.`;
  return { code: 'draft_not_removed', detail };
}

/** Also of what was stored for a mail with a key. */
export function withStray(report: Report, { isStray }: Pick<PendingDraft, 'isStray'>): Report {
  const detail =
    'A copy of it, stored in Drafts while it was sent, may still lie there: delete that, and do not send it.';
  return isStray
    ? { ...report, warnings: [...report.warnings, { code: 'draft_not_removed', detail }] }
    : report;
}

/** APPENDUID may have named somebody else's draft. */
function leftAlone(draft: MailRef, copy: Copy): Report {
  const detail = `The draft ${formatMailId(draft)} may be its copy: if so, do not send it again.`;
  if ('savedTo' in copy) return { ...copy, warnings: [{ code: 'draft_not_removed', detail }] };
  return withoutCopy(copy.failure, ` ${detail}`);
}

/** Its copy is not in Sent, or nobody knows. @param more what became of its draft. */
export function withoutCopy(failure: MailboxError, more = ''): Report {
  const said = isDoubtful(failure)
    ? 'The message was sent, but it is not known whether its copy is in Sent.'
    : `The message was sent, but its copy is not in Sent: ${failure.message}`;
  return { warnings: [{ code: 'copy_not_saved', detail: `${said}${more}` }] };
}

/** What names a draft to whoever reads a warning: their own, or the one made of a message with a key. */
function kept({ isCopy }: Ended, draft: MailRef, { only, noted }: { only: boolean; noted: boolean }): string {
  const name = isCopy ? `Its draft ${formatMailId(draft)}` : 'The draft';
  const as = only ? ' as the only copy' : '';
  const mark = noted ? '' : ', and this mailbox took no mark that it was sent';
  return ` ${name} was kept${as}${mark}: do not send it again.`;
}

function isDoubtful({ code }: MailboxError): boolean {
  return code === 'unknown_outcome';
}
