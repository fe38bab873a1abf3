import { authenticate } from '../content/authentication.ts';
import { decodeBytes } from '../content/charset.ts';
import { parseHeaders } from '../content/headers.ts';
import { type SelectedParts, selectParts } from '../content/structure.ts';
import { decodeTransfer } from '../content/transfer.ts';
import { MailboxError } from '../domain/errors.ts';
import type { InvitationSource, MailedInvitation } from '../domain/itip-port.ts';
import { parseMailId } from '../domain/mail-id.ts';
import type { CallContext } from '../domain/mail-port.ts';
import { topmostResults } from './authentication-fields.ts';
import { calendarSection, headerSection } from './body-sections.ts';
import type { MessageStore, Section } from './message-store.ts';
import { addresses } from './summary.ts';

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

  async invitationOf(emailId: string, { signal }: CallContext): Promise<MailedInvitation> {
    const { message } = await this.store.load(
      parseMailId(emailId),
      ({ structure }) => sectionsOf(selectParts(structure)),
      signal,
    );
    const parts = selectParts(message.facts.structure);
    const { calendar } = parts;
    const bytes = calendar && message.sections.get(calendarSection(parts)?.key ?? '');
    if (!bytes) throw noInvitation();
    const ics = decodeBytes(decodeTransfer(bytes, calendar.encoding), calendar.parameters.charset ?? 'utf-8');
    const header = message.sections.get('header') ?? new Uint8Array();
    const headers = parseHeaders(header.subarray(0, maxHeaderBytes));
    const [from] = addresses(message.facts.envelope.from);
    const { verdict } = authenticate(topmostResults(headers), this.authservIds, from?.address);
    return { ics: ics.text, from: from?.address?.toLowerCase() ?? '', authentication: verdict };
  }
}

function sectionsOf(parts: SelectedParts): Section[] {
  const calendar = calendarSection(parts);
  return [headerSection, ...(calendar ? [calendar] : [])];
}

function noInvitation(): MailboxError {
  return new MailboxError('not_found', 'This mail carries no invitation.', {
    hint: 'get_email shows an invitation where there is one.',
  });
}
