import { setTimeout as sleep } from 'node:timers/promises';
import { finishing } from '../../connections/finishing.ts';
import { MailboxError, toMailboxError } from '../../domain/errors.ts';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';
import type { Log } from '../../log.ts';
import type { Place } from './appender.ts';
import {
  type Copy,
  DraftEnding,
  forgotten,
  type Report,
  reminder,
  withoutCopy,
  withStray,
} from './draft-ending.ts';
import { pendingWith } from './draft-marks.ts';
import type { Drafts } from './drafts.ts';
import type { Originals } from './originals.ts';
import { type OriginalMark, type Outgoing, recipientsOf } from './outgoing.ts';
import type { PendingDraft } from './pending-draft.ts';
import type { SentFolder } from './sent-folder.ts';

export interface Finished {
  outgoing: Outgoing;
  /** Where Sent ended before; absent when it was not looked into in time: then all of it is searched. */
  place: Place | undefined;
  pending: PendingDraft | undefined;
  outcome: 'sent' | 'unknown';
}

export interface Aftermath {
  finish(finished: Finished, signal: AbortSignal): Promise<Report>;
  /** Resolves when what goes on behind ended calls is done. */
  settled(): Promise<void>;
}

/** What follows may take so long, whoever has stopped waiting: a copy of many megabytes on a slow line. */
const finishMs = 120_000;
/** What was noted in Drafts may be later than the message by so much: then it is known what became of it. */
const lateMs = 500;
/** A call that is ended may still hand over what it has; `Running` gives it half a second. */
const graceMs = 300;

export interface SendAftermathOptions {
  sent: SentFolder;
  drafts: Drafts;
  filing: FilingPort;
  originals: Originals;
  log: Log;
}

/**
 * What follows when a message has gone out or may have: nothing here fails the send, what goes wrong is a warning.
 * Each step begins only when the one before has made sure that the message can be found.
 */
export class SendAftermath implements Aftermath {
  private readonly sent: SentFolder;
  private readonly drafts: Drafts;
  private readonly endings: DraftEnding;
  private readonly filing: FilingPort;
  private readonly originals: Originals;
  private readonly log: Log;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor({ sent, drafts, filing, originals, log }: SendAftermathOptions) {
    this.sent = sent;
    this.drafts = drafts;
    this.endings = new DraftEnding({ drafts, log });
    this.filing = filing;
    this.originals = originals;
    this.log = log;
  }

  /** Goes on when the call ends before: then the report says so, and the work is finished behind it. */
  async finish(finished: Finished, signal: AbortSignal): Promise<Report> {
    const work = finishing(() => this.follow(finished, AbortSignal.timeout(finishMs)));
    this.track(work);
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const ended = new Promise<Report>((resolve) => {
      stop = () => {
        timer = setTimeout(() => resolve({ warnings: [unfinished(finished)] }), graceMs);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  /** Never rejects: after the hand-over an error would read as if nothing had been sent. */
  private async follow(finished: Finished, signal: AbortSignal): Promise<Report> {
    try {
      return finished.outcome === 'sent'
        ? await this.afterSending(finished, signal)
        : await this.afterDoubt(finished, signal);
    } catch (error) {
      this.note('what follows a send failed', error);
      return { warnings: [unfinished(finished)] };
    }
  }

  private async afterSending(finished: Finished, signal: AbortSignal): Promise<Report> {
    const { outgoing, pending } = finished;
    for (const { address } of recipientsOf(outgoing)) this.sent.remember(address);
    const copy = await this.file(finished, signal);
    const { warnings, ...filed } = await this.endDraft(pending, copy, signal);
    const marked = await this.markOriginals(outgoing, signal);
    return { ...filed, warnings: [...warnings, ...marked] };
  }

  private async file({ outgoing, place }: Finished, signal: AbortSignal): Promise<Copy> {
    const { raw, messageId } = outgoing;
    try {
      const target = place ?? { ...(await this.sent.place(signal)), uidNext: 1 };
      return { savedTo: await this.sent.file(target, raw, messageId, signal) };
    } catch (error) {
      this.log.warn('the copy was not filed', { cause: error });
      return { failure: toMailboxError(error) };
    }
  }

  /** What is noted late is waited for a little; what comes too late is ended behind this call, which says so. */
  private async endDraft(pending: PendingDraft | undefined, copy: Copy, signal: AbortSignal) {
    const filed = 'savedTo' in copy ? { ...copy, warnings: [] } : withoutCopy(copy.failure, forgotten);
    if (!pending) return filed;
    const isLate = await isPending(pending.stored, lateMs);
    const { ref } = pending;
    const report = ref ? await this.endings.end(pending, ref, copy, signal) : withStray(filed, pending);
    if (!isLate) return report;
    this.track(
      pending.stored.then(async (late) => {
        if (!ref && late) await this.endings.end(pending, late, copy, signal);
        // Where the draft is still there its copy keeps it from being sent again.
        else if (pending.copy && report.savedTo !== undefined)
          await this.endings.endCopy(pending.copy, signal);
      }),
    );
    return withStray(report, { isStray: !pending.isStray });
  }

  private track(work: Promise<unknown>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  private async markOriginals({ marks }: Outgoing, signal: AbortSignal): Promise<OutboxWarning[]> {
    const warnings: OutboxWarning[] = [];
    for (const mark of marks) {
      const { flag } = mark;
      try {
        if (await this.mark(mark, signal)) continue;
      } catch (error) {
        this.note('the original was not marked', error);
      }
      warnings.push(warning('original_not_marked', `The original could not be marked as ${flag}.`));
    }
    return warnings;
  }

  /** A mail that was moved since it was answered is looked for once. */
  private async mark({ ref, messageId, flag }: OriginalMark, signal: AbortSignal): Promise<boolean> {
    const marked = async (place: MailRef) => {
      const { failed = [] } = await this.filing.mark({ ids: [formatMailId(place)], add: [flag] }, { signal });
      return failed.length === 0;
    };
    if (await marked(ref)) return true;
    const now = messageId && (await this.originals.locate(messageId, signal));
    return now ? await marked(now) : false;
  }

  /** Nobody knows whether it went out: so that it is not lost, it stays or becomes a draft. */
  private async afterDoubt({ outgoing, pending }: Finished, signal: AbortSignal): Promise<Report> {
    const check = howToCheck(outgoing);
    if (pending && !pending.isCopy) {
      return { warnings: [warning('outcome_unknown', `${check} The draft was kept.${reminderOf(pending)}`)] };
    }
    try {
      const { raw, messageId } = outgoing;
      const ref =
        (await pending?.stored) ??
        (await this.drafts.store(raw, messageId, signal, pendingWith(pending?.key)));
      const where = `Its text was kept as draft ${formatMailId(ref)}.`;
      return { savedTo: ref.folder, warnings: [warning('outcome_unknown', `${check} ${where}`)] };
    } catch (error) {
      const { message } = this.note('the text in doubt was not kept', error);
      return {
        warnings: [
          warning(
            'outcome_unknown',
            `${check} Its text could not be kept as a draft: ${message}${forgotten}`,
          ),
        ],
      };
    }
  }

  private note(what: string, error: unknown): { message: string } {
    this.log.warn(what, { cause: error });
    const message = error instanceof MailboxError ? error.message : 'Something went wrong.';
    return { message };
  }
}

/** What keeps a draft in doubt from being sent again after a restart. */
function reminderOf({ isNoted, copy }: PendingDraft): string {
  if (isNoted) return '';
  if (copy) return reminder(copy);
  return ` It bears no mark that it may have been sent.${forgotten}`;
}

function howToCheck({ messageId }: Outgoing): string {
  return (
    'The connection broke after the message was handed over: it may or may not have been sent. Do not send it ' +
    `again. To check: look for Message-ID ${messageId} with the recipient, or wait for an answer or a bounce.`
  );
}

const whenEnded = 'The message was sent; the call ended before it was known whether its copy is in Sent.';

function unfinished({ outgoing, outcome }: Finished): OutboxWarning {
  return outcome === 'sent'
    ? warning('copy_not_saved', whenEnded)
    : warning('outcome_unknown', howToCheck(outgoing));
}

function warning(code: OutboxWarning['code'], detail: string): OutboxWarning {
  return { code, detail };
}

async function isPending(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(ms, true, { signal: over.signal }).catch(() => false);
  const isLate = await Promise.race([work.then(() => false), late]);
  over.abort();
  return isLate;
}
