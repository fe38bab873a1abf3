import type { CalendarWarning } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Announcement, ItipMail, ItipPort } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Account } from './desk.ts';

/** Who told the people concerned. */
export type ReplySent = 'server' | 'mail' | 'none';

export interface Told {
  by: ReplySent;
  warnings: CalendarWarning[];
}

export const nobodyTold: Told = { by: 'none', warnings: [] };

/**
 * Writes about an event to people, in one of two ways and never in both: where the server schedules (RFC 6638) storing the
 * event makes it write, else we send iMIP mail (RFC 6047) once the event is stored.
 */
export class Telling {
  private readonly itip: ItipPort;
  private readonly owed = new Set<string>();

  constructor(itip: ItipPort) {
    this.itip = itip;
  }

  /** A message that could not be sent: the same change may be told once more. */
  isOwed(message: string): boolean {
    return this.owed.has(message);
  }

  settle(message: string, { by }: Told): void {
    if (by === 'none') this.owed.add(message);
    else this.owed.delete(message);
  }

  /**
   * Runs a change of which people will be told. What may not leave is refused before anything is stored.
   * @param change stores the event.
   * @param messages the mails to send where the server does not; asked for only then.
   * @param isNone the change turned out to be none: nobody is told.
   */
  async around<T>(
    account: Account,
    announcement: Announcement,
    context: SendContext,
    change: () => Promise<T>,
    messages: (result: T) => Promise<readonly ItipMail[]>,
    isNone: (result: T) => boolean = () => false,
  ): Promise<{ result: T; told: Told }> {
    if (announcement.recipients.length === 0) return { result: await change(), told: nobodyTold };
    const permitted = await this.itip.permit(announcement, context);
    let result: T;
    try {
      result = await change();
    } catch (error) {
      const perhaps = error instanceof MailboxError && error.code === 'unknown_outcome';
      if (!perhaps) permitted.notSent();
      throw error;
    }
    if (isNone(result)) {
      permitted.notSent();
      return { result, told: nobodyTold };
    }
    if (account.schedules) return { result, told: { by: 'server', warnings: [] } };
    return { result, told: await this.mail(() => messages(result), permitted, context) };
  }

  /** The event is stored: what fails now is told, not thrown. */
  private async mail(
    messages: () => Promise<readonly ItipMail[]>,
    permitted: { notSent(): void },
    { signal }: SendContext,
  ): Promise<Told> {
    // Each mail counts by itself.
    permitted.notSent();
    const warnings = new Map<string, CalendarWarning>();
    let by: ReplySent = 'none';
    try {
      for (const message of await messages()) {
        const status = await this.itip.mail(message, { signal });
        by = 'mail';
        if (status !== 'sent') warnings.set(unknownMail.code, unknownMail);
      }
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      warnings.set('not_told', { code: 'not_told', detail: `${notTold[by]} ${error.message}` });
    }
    return { by, warnings: [...warnings.values()] };
  }
}

const notTold = {
  none: 'The calendar was changed, but the people concerned were not told.',
  mail: 'The calendar was changed, but not everybody concerned was told everything.',
  server: '',
};
const unknownMail: CalendarWarning = {
  code: 'unknown_outcome',
  detail: 'The calendar was changed. Whether the mail about it left is not known; do not send it again.',
};
