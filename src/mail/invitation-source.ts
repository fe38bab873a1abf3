import { authenticate } from '../content/authentication.ts';
import { decodeBytes } from '../content/charset.ts';
import { parseHeaders } from '../content/headers.ts';
import { isWhole } from '../content/ics-lines.ts';
import { type SelectedParts, selectParts } from '../content/structure.ts';
import { decodeTransfer } from '../content/transfer.ts';
import { MailboxError } from '../domain/errors.ts';
import type { InvitationSource, MailedInvitation } from '../domain/itip-port.ts';
import { parseMailId } from '../domain/mail-id.ts';
import type { CallContext } from '../domain/mail-port.ts';
import { topmostResults } from './authentication-fields.ts';
import { calendarSection, headerSection, maxCalendarBytes } from './body-sections.ts';
import type { MessageStore, Section, StoredMessage } from './message-store.ts';
import { addresses } from './summary.ts';

const byMail = 'Nothing was changed. Answer the organizer with send_email (inReplyTo).';
/** The results that count stand on top. */
const maxHeaderBytes = 64 * 1024;

/** Takes the iCalendar object out of a mail, with what is known of who sent it. */
export class MailedInvitations implements InvitationSource {
  private readonly store: MessageStore;
  private readonly authservIds: readonly string[];

  constructor(store: MessageStore, { authservIds }: { authservIds: readonly string[] }) {
    this.store = store;
    this.authservIds = authservIds;
  }

  /** @throws MailboxError as the port says; a part that was not read whole is never handed out */
  async invitationOf(emailId: string, { signal }: CallContext): Promise<MailedInvitation> {
    const { message } = await this.store.load(
      parseMailId(emailId),
      ({ structure }) => sectionsOf(selectParts(structure)),
      signal,
    );
    const ics = wholeCalendar(message);
    const header = message.sections.get('header') ?? new Uint8Array();
    const headers = parseHeaders(header.subarray(0, maxHeaderBytes));
    const [from] = addresses(message.facts.envelope.from);
    const { verdict } = authenticate(topmostResults(headers), this.authservIds, from?.address);
    return { ics, from: from?.address?.toLowerCase() ?? '', authentication: verdict };
  }
}

function sectionsOf(parts: SelectedParts): Section[] {
  const calendar = calendarSection(parts);
  return [headerSection, ...(calendar && !isTooLarge(parts) ? [calendar] : [])];
}

function isTooLarge({ calendar }: SelectedParts): boolean {
  return (calendar?.size ?? 0) > maxCalendarBytes;
}

/** Stored without its end, a series would become a single event, and one changed occurrence the whole series. */
function wholeCalendar({ facts, sections, short }: StoredMessage): string {
  const parts = selectParts(facts.structure);
  const { calendar } = parts;
  if (isTooLarge(parts)) throw tooLarge();
  const key = calendarSection(parts)?.key ?? '';
  if (short?.has(key)) throw cameShort();
  const bytes = sections.get(key);
  if (!calendar || !bytes) throw noInvitation();
  const { text } = decodeBytes(
    decodeTransfer(bytes, calendar.encoding),
    calendar.parameters.charset ?? 'utf-8',
  );
  if (!isWhole(text)) throw cutOff();
  return text;
}

function tooLarge(): MailboxError {
  const most = maxCalendarBytes / 1024 / 1024;
  return new MailboxError('unsupported', `The invitation is larger than ${most} MB, too large to be read.`, {
    hint: byMail,
  });
}

function cameShort(): MailboxError {
  return new MailboxError('unavailable', 'The mail server sent only a part of the invitation.', {
    hint: 'Nothing was changed. Try again.',
  });
}

function cutOff(): MailboxError {
  return new MailboxError('invalid_input', 'The invitation in this mail is cut off: its end is missing.', {
    hint: byMail,
  });
}

function noInvitation(): MailboxError {
  return new MailboxError('not_found', 'This mail carries no invitation.', {
    hint: 'get_email shows an invitation where there is one.',
  });
}
