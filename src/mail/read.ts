import { type Address, formatAddress, parseAddresses } from '../content/address.ts';
import { authenticate } from '../content/authentication.ts';
import { decodeBytes } from '../content/charset.ts';
import { cleanLine, cleanText } from '../content/clean.ts';
import { type Headers, parseHeaders } from '../content/headers.ts';
import { senderWarnings } from '../content/sender-warnings.ts';
import { type SelectedParts, selectParts } from '../content/structure.ts';
import { decodeTransfer } from '../content/transfer.ts';
import type { Email, EmailBody, Invitation, Warning } from '../domain/mail.ts';
import { formatMailId, parseMailId } from '../domain/mail-id.ts';
import type { CallContext, ReadRequest } from '../domain/mail-port.ts';
import { formatInstant } from '../domain/time.ts';
import { bodySections, headerSection, maxSourceBytes, sourceSection } from './body-sections.ts';
import { flagWords } from './fetched.ts';
import { fittingPage } from './fit.ts';
import type { LoadedMessage, MessageStore, Section, StoredMessage } from './message-store.ts';
import { type MessageText, renderText } from './render.ts';
import { addresses } from './summary.ts';

const defaultMaxChars = 8000;
const maxSubject = 500;

export interface ReaderSettings {
  zone: string;
  /** The account's addresses, lower case. */
  own: ReadonlySet<string>;
  /** Servers whose Authentication-Results count. */
  authservIds: readonly string[];
}

/** Reads one message: headers, verdicts and a page of its text, fetching only the parts that takes. */
export class MailReader {
  private readonly store: MessageStore;
  private readonly settings: ReaderSettings;

  constructor(store: MessageStore, settings: ReaderSettings) {
    this.store = store;
    this.settings = settings;
  }

  async read(request: ReadRequest, { signal }: CallContext): Promise<Email> {
    const { format = 'text', quoted = false } = request;
    const loaded = await this.store.load(
      parseMailId(request.id),
      ({ structure }) => [headerSection, ...wanted(selectParts(structure), format)],
      signal,
    );
    const { message } = loaded;
    const parts = selectParts(message.facts.structure);
    const text = format === 'source' ? source(message) : await renderText(message, parts, { format, quoted });
    const headers = parseHeaders(message.sections.get('header') ?? new Uint8Array());
    return this.email(loaded, parts, headers, text, request);
  }

  private async email(
    { ref, message, flags }: LoadedMessage,
    parts: SelectedParts,
    headers: Headers,
    text: MessageText,
    request: ReadRequest,
  ): Promise<Email> {
    const { envelope, date } = message.facts;
    const people = correspondents(message, headers);
    const invitation = await this.invitation(message, parts);
    const words = flagWords(flags);
    const warnings = [
      ...text.warnings,
      ...this.sender(people),
      ...(parts.malformed || message.facts.salvaged ? [malformed] : []),
    ];
    const list = mailingList(headers);
    const encrypted = text.encrypted ?? parts.encrypted;
    return {
      id: formatMailId(ref),
      messageId: cleanLine(envelope.messageId ?? ''),
      date: formatInstant(date, this.settings.zone),
      from: formatAddress(people.from ?? {}),
      to: people.to.map(formatAddress),
      ...some('cc', addresses(envelope.cc).map(formatAddress)),
      ...some('bcc', addresses(envelope.bcc).map(formatAddress)),
      ...some('replyTo', people.replyTo.map(formatAddress)),
      subject: cleanLine(headers.first('subject') ?? envelope.subject ?? '', maxSubject),
      ...some('flags', words),
      folder: ref.folder,
      authentication: authenticate(
        headers.all('authentication-results'),
        this.settings.authservIds,
        people.from?.address,
      ),
      body: bodyPage(text, request),
      ...some('attachments', parts.attachments),
      ...(invitation ? { invitation } : {}),
      ...(list ? { list } : {}),
      ...(encrypted ? { encrypted } : {}),
      ...some('warnings', warnings),
    };
  }

  private sender({ from, replyTo }: Correspondents): Warning[] {
    return senderWarnings({ from, replyTo, ownAddresses: [...this.settings.own] });
  }

  private async invitation(message: StoredMessage, parts: SelectedParts): Promise<Invitation | undefined> {
    const { calendar } = parts;
    const bytes = calendar && message.sections.get(bodySections(parts, 'text').calendar?.key ?? '');
    if (!bytes) return undefined;
    const { readInvitation } = await import('../content/invitation.ts');
    const ics = decodeBytes(decodeTransfer(bytes, calendar.encoding), calendar.parameters.charset ?? 'utf-8');
    return readInvitation(ics.text, this.settings.zone);
  }
}

interface Correspondents {
  from: Address | undefined;
  to: Address[];
  /** Only where answers go elsewhere than to the sender. */
  replyTo: Address[];
}

function wanted(parts: SelectedParts, format: 'text' | 'html' | 'source'): Section[] {
  if (format === 'source') return [sourceSection];
  return parts.encrypted ? [] : Object.values(bodySections(parts, format));
}

/** Headers are decoded here from their bytes; the envelope serves where a server's is all there is. */
function correspondents({ facts: { envelope } }: StoredMessage, headers: Headers): Correspondents {
  const fromHeader = headers.first('from');
  const [from] = fromHeader ? parseAddresses(fromHeader) : addresses(envelope.from);
  const replyTo = parseAddresses(headers.first('reply-to') ?? '');
  const elsewhere = replyTo.filter(({ address }) => address?.toLowerCase() !== from?.address?.toLowerCase());
  return { from, to: addresses(envelope.to), replyTo: elsewhere };
}

function source({ sections, facts: { size } }: StoredMessage): MessageText {
  const { text } = decodeBytes(sections.get('source') ?? new Uint8Array(), 'utf-8');
  const cleaned = cleanText(text);
  const detail = `Only the first ${maxSourceBytes} of ${size} bytes of the source are shown.`;
  const warnings: Warning[] = size > maxSourceBytes ? [{ code: 'malformed', detail }] : [];
  return { text: cleaned.text, format: 'source', quotedOmitted: 0, hiddenRemoved: cleaned.removed, warnings };
}

function bodyPage(text: MessageText, { offset = 0, maxChars = defaultMaxChars }: ReadRequest): EmailBody {
  const { quotedOmitted, hiddenRemoved, format } = text;
  return {
    ...fittingPage(text.text, offset, maxChars),
    format,
    ...(quotedOmitted > 0 ? { quotedOmitted } : {}),
    ...(hiddenRemoved > 0 ? { hiddenRemoved } : {}),
  };
}

function mailingList(headers: Headers): Email['list'] {
  const id = cleanLine(headers.first('list-id') ?? '', 200);
  const unsubscribe = cleanLine(headers.first('list-unsubscribe') ?? '', 500);
  if (!id && !unsubscribe) return undefined;
  return { ...(id ? { id } : {}), ...(unsubscribe ? { unsubscribe } : {}) };
}

const malformed: Warning = { code: 'malformed', detail: 'The structure of the mail is broken or too deep.' };

function some<K extends string, V>(key: K, values: V[]): { [P in K]?: V[] } {
  return values.length > 0 ? ({ [key]: values } as { [P in K]?: V[] }) : {};
}
