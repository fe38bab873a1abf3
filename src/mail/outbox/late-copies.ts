import { atom, uidSearch } from '../../connections/imap/commands.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { Log } from '../../log.ts';
import { type Appender, messageIdCriteria } from './appender.ts';

export interface LateCopiesOptions {
  appender: Pick<Appender, 'look'>;
  filing: Pick<FilingPort, 'remove'>;
  log: Log;
  /** How long after ours the server's copy is there at the latest. */
  lateMs?: number;
}

const lookMs = 15_000;
/** The server's copy may have come a moment before ours. */
const before = 20;

/**
 * Some servers file themselves what they are given to send (Gmail, Outlook, iCloud), often seconds later, when ours lies
 * in Sent already. Then ours goes again: its UID is known, and nothing else is touched. A server that did not do so
 * with the first messages is not asked again.
 */
export class LateCopies {
  private readonly options: LateCopiesOptions;
  private filesItself: boolean | undefined;

  constructor(options: LateCopiesOptions) {
    this.options = options;
  }

  /** After `ours` was filed; goes on behind the call and never fails. */
  watch(ours: MailRef, messageId: string): void {
    if (this.filesItself === false) return;
    setTimeout(() => void this.look(ours, messageId), this.options.lateMs ?? 5000).unref();
  }

  private async look(ours: MailRef, messageId: string): Promise<void> {
    const { appender, filing, log } = this.options;
    if (this.filesItself === false) return;
    try {
      const signal = AbortSignal.timeout(lookMs);
      const range = { type: 'SEQUENCE' as const, value: `${Math.max(1, ours.uid - before)}:*` };
      const question = uidSearch([atom('UID'), range, ...messageIdCriteria(messageId)], undefined);
      const { place, replies } = await appender.look('sent', [question], signal);
      const uids = replies.flatMap((reply) => foundUids(reply).uids);
      const isThere = place.folder === ours.folder && place.uidValidity === ours.uidValidity;
      // Moved or deleted meanwhile, it says nothing.
      if (!isThere || !uids.includes(ours.uid)) return;
      this.filesItself ||= uids.length > 1;
      if (uids.length < 2) return;
      await filing.remove({ ids: [formatMailId(ours)], permanent: true }, { signal });
      log.info('the server files what it sends: our copy was removed', { messageId });
    } catch (error) {
      const cause = error instanceof MailboxError ? error.code : error;
      log.info('whether the server files what it sends is not known', { cause });
    }
  }
}
