import type { CallContext } from './mail-port.ts';
import type { SendContext } from './outbox-port.ts';

/** Mail that carries an iTIP message (RFC 6047), where the calendar server does not send it. */
export interface ItipMail {
  method: 'REQUEST' | 'REPLY' | 'CANCEL';
  /** Own address it comes from. */
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  /** The iCalendar object, METHOD included. */
  ics: string;
}

/** What a person agrees to before a calendar server writes to people. */
export interface Announcement {
  /** `Invitation`, `Change`, `Cancellation`, `Reply`. */
  kind: string;
  title: string;
  when: string;
  /** Addresses; names are a stranger's text. */
  recipients: readonly string[];
  /** How many mails tell of it, where the server does not: the limit has room for all of them or none. Default 1. */
  mails?: number;
}

/** How mail about events (iTIP by mail, RFC 6047) is sent, under the same rules as any other mail. */
export interface ItipPort {
  /**
   * Asks whether these people may be written to: allowed recipients, the rate limit, and in confirm mode the person.
   * @returns to be called when it did not leave after all.
   * @throws MailboxError when it may not.
   */
  permit(announcement: Announcement, context: SendContext): Promise<{ notSent(): void }>;
  /** Sends what was permitted. @throws MailboxError when nothing was sent. */
  mail(message: ItipMail, context: CallContext): Promise<'sent' | 'unknown'>;
}

/** An invitation as it came by mail. */
export interface MailedInvitation {
  ics: string;
  /** Address of the From header, lower case. */
  from: string;
  authentication: 'pass' | 'fail' | 'none' | 'unknown';
}

export interface InvitationSource {
  /** @throws MailboxError `not_found` when the mail carries no event. */
  invitationOf(emailId: string, context: CallContext): Promise<MailedInvitation>;
}
