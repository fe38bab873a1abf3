import { checkHeaderText } from '../../content/header-text.ts';
import { type Mailbox, parseMailbox } from '../../content/mailbox.ts';

export interface ItipParts {
  from: Mailbox;
  to: readonly Mailbox[];
  subject: string;
  text: string;
  method: 'REQUEST' | 'REPLY' | 'CANCEL';
  ics: string;
  messageId: string;
  date: Date;
}

/**
 * An iMIP message (RFC 6047 §2): the text for people and, as its alternative, the iCalendar object with the method in its
 * type. One part only: Outlook shows a second one as a file.
 */
export async function compileItip(parts: ItipParts): Promise<Uint8Array> {
  const { from, to, subject, text, method, ics, messageId, date } = parts;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from: named(from),
    to: to.map(named),
    subject: checkHeaderText('subject', subject),
    text: text.replace(/\r\n?|\n/gu, '\r\n') || '\r\n',
    alternatives: [
      { contentType: `text/calendar; charset=utf-8; method=${method}`, content: Buffer.from(ics) },
    ],
    ...{ messageId, date, newline: 'win', disableFileAccess: true, disableUrlAccess: true },
  });
  return await composer.compile().build();
}

function named({ name, address }: Mailbox): { name: string; address: string } {
  const checked = parseMailbox('attendees', address);
  return { name: checkHeaderText('attendees', name ?? ''), address: checked.address };
}
