import { MailboxError } from '../../domain/errors.ts';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';
import type { Log } from '../../log.ts';
import type { Place } from './appender.ts';
import type { Drafts } from './drafts.ts';
import type { Originals } from './originals.ts';
import { type OriginalMark, type Outgoing, recipientsOf } from './outgoing.ts';
import type { SentFolder } from './sent-folder.ts';

export interface Finished {
  outgoing: Outgoing;
  /** Where Sent ended before; absent when it was not looked into in time: then all of it is searched. */
  place: Place | undefined;
  draft: MailRef | undefined;
  outcome: 'sent' | 'unknown';
}

export interface Aftermath {
  finish(finished: Finished, signal: AbortSignal): Promise<{ savedTo?: string; warnings: OutboxWarning[] }>;
  /** Before a draft is handed over: should this process die meanwhile, the draft says that it may have been sent. */
  begin(draft: MailRef, key: string | undefined): Promise<void>;
  /** The draft was certainly not sent. */
  cancel(draft: MailRef, key: string | undefined): Promise<void>;
  /** Resolves when what goes on behind ended calls is done. */
  settled(): Promise<void>;
}

/** What follows may take so long, whoever has stopped waiting: a copy of many megabytes on a slow line. */
const finishMs = 120_000;

export interface SendAftermathOptions {
  sent: SentFolder;
  drafts: Drafts;
  filing: FilingPort;
  originals: Originals;
  log: Log;
}

const noteMs = 8000;

type Report = { savedTo?: string; warnings: OutboxWarning[] };

/**
 * What follows when a message has gone out or may have: nothing here fails the send, what goes wrong is a warning.
 * Each step begins only when the one before has made sure that the message can be found.
 */
export class SendAftermath implements Aftermath {
  private readonly sent: SentFolder;
  private readonly drafts: Drafts;
  private readonly filing: FilingPort;
  private readonly originals: Originals;
  private readonly log: Log;
  private readonly underWay = new Set<Promise<Report>>();

  constructor({ sent, drafts, filing, originals, log }: SendAftermathOptions) {
    this.sent = sent;
    this.drafts = drafts;
    this.filing = filing;
    this.originals = originals;
    this.log = log;
  }

  /** Goes on when the call ends before: then the report says so, and the work is finished behind it. */
  async finish(finished: Finished, signal: AbortSignal): Promise<Report> {
    const own = AbortSignal.timeout(finishMs);
    const work = this.follow(finished, own);
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
    let stop = () => {};
    const ended = new Promise<Report>((resolve) => {
      stop = () => resolve({ warnings: [unfinished(finished)] });
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async begin(draft: MailRef, key: string | undefined): Promise<void> {
    await this.noteFate(draft, 'unknown', AbortSignal.timeout(noteMs), key);
  }

  async cancel(draft: MailRef, key: string | undefined): Promise<void> {
    try {
      await this.drafts.unnote(draft, AbortSignal.timeout(noteMs), key);
    } catch (error) {
      this.note('a draft is still noted as being sent', error);
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

  private async afterSending({ outgoing, place, draft }: Finished, signal: AbortSignal): Promise<Report> {
    for (const { address } of recipientsOf(outgoing)) this.sent.remember(address);
    const filed = await this.file(outgoing, place, draft, signal);
    const kept = filed.savedTo !== undefined && draft ? await this.removeDraft(draft, signal) : [];
    const marked = await this.markOriginals(outgoing, signal);
    return { ...filed, warnings: [...filed.warnings, ...kept, ...marked] };
  }

  private async file(
    { raw, messageId }: Outgoing,
    place: Place | undefined,
    draft: MailRef | undefined,
    signal: AbortSignal,
  ): Promise<Report> {
    try {
      const target = place ?? { ...(await this.sent.place(signal)), uidNext: 1 };
      return { savedTo: await this.sent.file(target, raw, messageId, signal), warnings: [] };
    } catch (error) {
      const { message, cause } = this.note('the copy was not filed', error);
      this.log.debug('cause', { cause });
      if (draft) await this.noteFate(draft, 'sent', signal);
      const only = draft ? ' The draft was kept as the only copy: do not send it again.' : '';
      return {
        warnings: [
          warning('copy_not_saved', `The message was sent, but its copy is not in Sent: ${message}${only}`),
        ],
      };
    }
  }

  private async noteFate(
    draft: MailRef,
    fate: 'sent' | 'unknown',
    signal: AbortSignal,
    key?: string,
  ): Promise<void> {
    try {
      await this.drafts.note(draft, fate, signal, key);
    } catch (error) {
      this.note('the fate of a draft was not noted', error);
    }
  }

  private async removeDraft(draft: MailRef, signal: AbortSignal): Promise<OutboxWarning[]> {
    try {
      if (await this.drafts.remove(draft, signal)) return [];
    } catch (error) {
      this.note('the draft was not removed', error);
    }
    return [
      warning(
        'draft_not_removed',
        `The draft ${formatMailId(draft)} was sent but not removed: do not send it again.`,
      ),
    ];
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
  private async afterDoubt({ outgoing, draft }: Finished, signal: AbortSignal): Promise<Report> {
    const check = howToCheck(outgoing);
    if (draft) {
      return { warnings: [warning('outcome_unknown', `${check} The draft was kept.`)] };
    }
    try {
      const ref = await this.drafts.store(outgoing.raw, outgoing.messageId, signal, true);
      const where = `Its text was kept as draft ${formatMailId(ref)}.`;
      return { savedTo: ref.folder, warnings: [warning('outcome_unknown', `${check} ${where}`)] };
    } catch (error) {
      const { message } = this.note('the text in doubt was not kept', error);
      return {
        warnings: [warning('outcome_unknown', `${check} Its text could not be kept as a draft: ${message}`)],
      };
    }
  }

  private note(what: string, error: unknown): { message: string; cause: unknown } {
    this.log.warn(what, { cause: error });
    const message = error instanceof MailboxError ? error.message : 'Something went wrong.';
    return { message, cause: error };
  }
}

function howToCheck({ messageId }: Outgoing): string {
  return (
    'The connection broke after the message was handed over: it may or may not have been sent. Do not send it ' +
    `again. To check: look for Message-ID ${messageId} with the recipient, or wait for an answer or a bounce.`
  );
}

function unfinished({ outgoing, outcome }: Finished): OutboxWarning {
  return outcome === 'sent'
    ? warning('copy_not_saved', 'The message was sent; the call ended before its copy was filed.')
    : warning('outcome_unknown', howToCheck(outgoing));
}

function warning(code: OutboxWarning['code'], detail: string): OutboxWarning {
  return { code, detail };
}
