import type { Mailbox } from '../../content/mailbox.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';

/** A message ready to leave: its bytes, and what has to be known about them. */
export interface Outgoing {
  /** As it is filed, with Bcc. */
  raw: Uint8Array;
  messageId: string;
  from: Mailbox;
  to: readonly Mailbox[];
  cc: readonly Mailbox[];
  bcc: readonly Mailbox[];
  subject: string;
  attachments: readonly { name: string; size: number }[];
  warnings: readonly OutboxWarning[];
  /** People of the conversation: nobody has to be warned of them. */
  familiar: readonly string[];
  /** What is set on the mail this answers or forwards once it has gone out. */
  marks: readonly OriginalMark[];
}

export interface OriginalMark {
  ref: MailRef;
  /** By which it is found when it has been moved since; undefined when it has none. */
  messageId: string | undefined;
  flag: 'answered' | 'forwarded';
}

export function recipientsOf({ to, cc, bcc }: Pick<Outgoing, 'to' | 'cc' | 'bcc'>): Mailbox[] {
  return [...to, ...cc, ...bcc];
}
