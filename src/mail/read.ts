import { type Address, formatAddress, parseAddresses } from '../content/address.ts';
import { authenticate } from '../content/authentication.ts';
import { cleanLine } from '../content/clean.ts';
import { fittingPage } from '../content/fit.ts';
import type { Headers } from '../content/headers.ts';
import { senderWarnings } from '../content/sender-warnings.ts';
import { type SelectedParts, selectParts } from '../content/structure.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import { jsonBytes } from '../domain/answer-size.ts';
import type { Email, EmailBody, ReadEmail, Warning } from '../domain/mail.ts';
import { formatMailId, type MailRef, parseMailId } from '../domain/mail-id.ts';
import type { CallContext, ReadRequest } from '../domain/mail-port.ts';
import { askOrRecall, staleField } from '../domain/stale.ts';
import { formatInstant } from '../domain/time.ts';
import { topmostResults } from './authentication-fields.ts';
import { headerSection, rawTextSection, readingSections, sourceSection } from './body-sections.ts';
import { type Facts, flagWords } from './fetched.ts';
import { leftOut } from './fit.ts';
import type { LoadedMessage, MessageStore, Section } from './message-store.ts';
import { type MessageText, renderExcerpt, renderSource, renderText } from './render.ts';
import { addresses } from './summary.ts';

const defaultMaxChars = 8000;
const maxSubject = 500;
const maxRecipients = 40;
const maxAttachments = 100;
/** Of the 40 kB an answer may have, the text gets what the rest leaves. */
const maxAnswerBytes = 37_000;
const minTextBytes = 4000;

export interface ReaderSettings {
  content: ContentReader;
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

  async read(request: ReadRequest, { signal }: CallContext): Promise<ReadEmail> {
    const { format = 'text' } = request;
    const ref = parseMailId(request.id);
    const choose = ({ structure }: Facts) => {
      const parts = selectParts(structure);
      if (parts.html) this.settings.content.prepare();
      return format === 'source' ? [headerSection, sourceSection] : readingSections(parts);
    };
    const loaded = await this.load(ref, choose, signal);
    const parts = selectParts(loaded.message.facts.structure);
    const text = await this.text(loaded, parts, request, signal);
    const email = { ...this.describe(loaded, parts, text), body: emptyBody };
    return { ...email, body: bodyPage(text, request, maxAnswerBytes - jsonBytes(email)) };
  }

  /** As the server has it; when that cannot be reached, as it was last seen. */
  private async load(
    ref: MailRef,
    choose: (facts: Facts) => Section[],
    signal: AbortSignal,
  ): Promise<LoadedMessage> {
    return await askOrRecall({
      signal,
      ask: (limited) => this.store.load(ref, choose, limited),
      recall: () => this.store.recall(ref, choose),
    });
  }

  private async text(
    { ref, message }: LoadedMessage,
    parts: SelectedParts,
    { format = 'text', quoted = false }: ReadRequest,
    signal: AbortSignal,
  ): Promise<MessageText> {
    const { content, zone } = this.settings;
    const { encrypted, attachments, calendar } = parts;
    const header = message.sections.get('header');
    if (format === 'source') {
      return await renderSource(content, message, { encrypted: encrypted !== undefined, header }, signal);
    }
    const rendered = await renderText(content, message, parts, { format, quoted, header, zone }, signal);
    // HTML of which nothing is seen: a raw excerpt would tell what was hidden in it.
    const isUnseen = (parts.html?.size ?? 0) > 0;
    if (rendered.text !== '' || isUnseen || encrypted || rendered.encrypted) return rendered;
    if (attachments.length > 0 || calendar || message.short?.size) return rendered;
    const raw = await this.load(ref, () => [rawTextSection], signal);
    return { ...rendered, ...(await renderExcerpt(content, raw.message, signal)) };
  }

  private describe(loaded: LoadedMessage, parts: SelectedParts, text: MessageText): Omit<ReadEmail, 'body'> {
    const { headers, event } = text;
    const { ref, message, flags } = loaded;
    const { envelope, date } = message.facts;
    const [from] = addresses(envelope.from);
    const list = mailingList(headers);
    return {
      ...staleField(loaded.since, this.settings.zone),
      id: formatMailId(ref),
      messageId: cleanLine(envelope.messageId ?? ''),
      date: formatInstant(date, this.settings.zone),
      from: formatAddress(from ?? {}),
      ...recipients(loaded, parts, replyTo(headers, from)),
      subject: cleanLine(envelope.subject ?? '', maxSubject),
      ...some('flags', flagWords(flags)),
      folder: ref.folder,
      authentication: authenticate(topmostResults(headers), this.settings.authservIds, from?.address),
      ...some('attachments', parts.attachments.slice(0, maxAttachments)),
      ...event,
      ...(list ? { list } : {}),
      ...(text.encrypted ? { encrypted: text.encrypted } : {}),
      ...some('warnings', [...text.warnings, ...this.doubts(loaded, parts, text)]),
    };
  }

  private doubts(
    { message }: LoadedMessage,
    parts: SelectedParts,
    { headers, event }: MessageText,
  ): Warning[] {
    const twice = ['from', 'subject'].find((name) => headers.all(name).length > 1);
    const { salvaged, otherFrom, envelope } = message.facts;
    const [from, ...others] = addresses(envelope.from);
    const [organizer] = parseAddresses(event?.invitation.organizer ?? '');
    const people = { from, otherFrom, others, organizer, replyTo: replyTo(headers, from) };
    return [
      ...senderWarnings({ ...people, ownAddresses: [...this.settings.own] }),
      ...(parts.malformed || salvaged
        ? [malformed('The structure of the mail is broken, too deep or too long.')]
        : []),
      ...(twice ? [malformed(`The mail has more than one ${twice} field.`)] : []),
    ];
  }
}

const emptyBody: EmailBody = { text: '', format: 'text', totalChars: 0 };

/** Only where answers go elsewhere than to the sender. */
function replyTo(headers: Headers, from: Address | undefined): Address[] {
  const asked = parseAddresses(headers.first('reply-to') ?? '').slice(0, maxRecipients);
  return asked.filter(({ address }) => address?.toLowerCase() !== from?.address?.toLowerCase());
}

function recipients({ message }: LoadedMessage, { attachments }: SelectedParts, answers: Address[]) {
  const { envelope } = message.facts;
  const [to, cc, bcc] = [envelope.to, envelope.cc, envelope.bcc].map(addresses);
  const show = (list: Address[] = []) => list.slice(0, maxRecipients).map(formatAddress);
  const more = (list: Address[] = []) => list.length - maxRecipients;
  const omitted = leftOut({
    to: more(to),
    cc: more(cc),
    bcc: more(bcc),
    attachments: attachments.length - maxAttachments,
  });
  return {
    to: show(to),
    ...some('cc', show(cc)),
    ...some('bcc', show(bcc)),
    ...some('replyTo', show(answers)),
    ...(omitted ? { omitted } : {}),
  };
}

function bodyPage(
  text: MessageText,
  { offset = 0, maxChars = defaultMaxChars }: ReadRequest,
  maxBytes: number,
): EmailBody {
  const { quotedOmitted, hiddenRemoved, format } = text;
  return {
    ...fittingPage(text.text, offset, maxChars, Math.max(minTextBytes, maxBytes)),
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

function malformed(detail: string): Warning {
  return { code: 'malformed', detail };
}

function some<K extends string, V>(key: K, values: V[]): { [P in K]?: V[] } {
  return values.length > 0 ? ({ [key]: values } as { [P in K]?: V[] }) : {};
}
