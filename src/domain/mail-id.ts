import { MailboxError } from './errors.ts';

/** What a mail id stands for: one message, for as long as the folder keeps its UIDVALIDITY (RFC 9051 §2.3.1.1). */
export interface MailRef {
  folder: string;
  uidValidity: bigint;
  uid: number;
}

/** `INBOX/s44we8-4711`: folder, UIDVALIDITY in base 36, UID. Opaque to the model. */
export function formatMailId({ folder, uidValidity, uid }: MailRef): string {
  return `${folder}/${uidValidity.toString(36)}-${uid}`;
}

/** Whether a text has the form of a mail id, whoever's it is. */
export function isMailId(text: string): boolean {
  return /^[^\p{Cc}]+\/[0-9a-z]{1,7}-[1-9][0-9]{0,9}$/u.test(text);
}

/** @throws MailboxError `invalid_input` when the text is not a mail id of ours. */
export function parseMailId(id: string): MailRef {
  const match = /^([^\p{Cc}]+)\/([0-9a-z]{1,7})-([1-9][0-9]{0,9})$/u.exec(id);
  const [, folder, validity, uid] = match ?? [];
  if (!folder || !validity || !uid || Number(uid) > 0xffffffff) {
    throw new MailboxError('invalid_input', 'This is not a mail id.', {
      hint: 'Pass an id exactly as search_emails or get_email_thread returned it.',
    });
  }
  return { folder, uidValidity: BigInt(parseInt(validity, 36)), uid: Number(uid) };
}
