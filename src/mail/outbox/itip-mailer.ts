import { randomBytes } from 'node:crypto';
import { domainOf } from '../../content/address.ts';
import { cleanLine } from '../../content/clean.ts';
import { parseMailbox, parseMailboxes } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Announcement, ItipMail, ItipPort } from '../../domain/itip-port.ts';
import type { CallContext } from '../../domain/mail-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { compileItip } from '../compose/itip-message.ts';
import { newMessageId } from '../compose/message-id.ts';
import { refuseForbidden } from '../compose/recipient-policy.ts';
import type { Approval } from './approval.ts';
import type { Delivery } from './delivery.ts';
import type { SendGuard, Ticket } from './send-guard.ts';

export interface ItipMailerOptions {
  /** One that asks nobody: the person was asked before the calendar was changed. */
  delivery: Delivery;
  guard: SendGuard;
  approval: Approval<Announcement>;
  confirm: boolean;
  draftsOnly: boolean;
  allowedRecipients: readonly string[];
  /** Display name of the sender. */
  name: string | undefined;
  now?: () => Date;
}

/** Mail about events: the rules of all mail hold for whom a calendar server writes to in the user's name as well. */
export class ItipMailer implements ItipPort {
  private readonly options: ItipMailerOptions;

  constructor(options: ItipMailerOptions) {
    this.options = options;
  }

  async permit(announcement: Announcement, context: SendContext): Promise<{ notSent(): void }> {
    const { draftsOnly, allowedRecipients, guard, approval, confirm } = this.options;
    if (draftsOnly) throw draftsOnlyRefusal();
    refuseForbidden(allowedRecipients, parseMailboxes('attendees', announcement.recipients));
    const ticket = placesFor(guard, announcement.mails ?? 1);
    try {
      if (confirm && !context.confirm) throw cannotAsk();
      const text = question(announcement);
      if (confirm) await approval.obtain(text, { shown: announcement, text }, context);
    } catch (error) {
      ticket.notSent();
      throw error;
    }
    ticket.sent();
    return ticket;
  }

  async mail({ from, to, subject, ...rest }: ItipMail, { signal }: CallContext): Promise<'sent' | 'unknown'> {
    const { name, now = () => new Date(), delivery } = this.options;
    const sender = { ...parseMailbox('from', from), ...(name === undefined ? {} : { name }) };
    const recipients = parseMailboxes('attendees', to);
    const messageId = newMessageId(domainOf(from) ?? 'localhost', randomBytes(16).toString('hex'));
    const line = cleanLine(subject, 500);
    const raw = await compileItip({
      ...rest,
      from: sender,
      to: recipients,
      subject: line,
      messageId,
      date: now(),
    });
    const outgoing = { raw, messageId, from: sender, to: recipients, cc: [], bcc: [], subject: line };
    const quiet = {
      attachments: [],
      warnings: [],
      familiar: recipients.map(({ address }) => address),
      marks: [],
    };
    const { status } = await delivery.deliver(
      { outgoing: { ...outgoing, ...quiet }, idempotencyKey: undefined, draft: undefined },
      { signal, confirm: undefined },
    );
    return status;
  }
}

/**
 * All or none: half of those concerned must not be told of a change the others never hear of.
 * @throws MailboxError as `begin`
 */
function placesFor(guard: SendGuard, mails: number): Pick<Ticket, 'sent' | 'notSent'> {
  const tickets: Ticket[] = [];
  const all = {
    sent: () => {
      for (const ticket of tickets) ticket.sent();
    },
    notSent: () => {
      for (const ticket of tickets) ticket.notSent();
    },
  };
  try {
    do {
      const unique = randomBytes(16).toString('hex');
      tickets.push(guard.begin({ messageId: unique, fingerprint: unique, idempotencyKey: undefined }));
    } while (tickets.length < mails);
    return all;
  } catch (error) {
    all.notSent();
    throw mails > 1 ? noRoom(mails, error) : error;
  }
}

/** One line for each person: nothing in a title can pass for another. */
function question({ kind, title, when, recipients }: Announcement): string {
  return [
    'Write to these people about this event?',
    `What: ${kind}`,
    ...recipients.map((address) => `To: ${cleanLine(address, 320)}`),
    `Event: ${cleanLine(title, 300)}`,
    `When: ${when}`,
  ].join('\n');
}

function noRoom(mails: number, cause: unknown): MailboxError {
  return new MailboxError(
    'rate_limited',
    `People would be told in ${mails} mails: the limit has no room for them.`,
    {
      hint: 'Nothing was changed. Try again in some minutes, or raise MAILBOX_SEND_LIMIT.',
      cause,
    },
  );
}

function draftsOnlyRefusal(): MailboxError {
  return new MailboxError(
    'forbidden',
    'MAILBOX_SEND=drafts-only: nobody may be written to. Nothing was changed.',
    {
      hint: 'Events without other attendees can be created and changed. Invitations can be answered in webmail.',
    },
  );
}

function cannotAsk(): MailboxError {
  return new MailboxError(
    'forbidden',
    'MAILBOX_SEND=confirm: this client cannot ask its user whether people may be written to. Nothing was changed.',
    { hint: 'Create the event without attendees, or do it in webmail.' },
  );
}
