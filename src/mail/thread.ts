import type { Imap } from '../connections/imap.ts';
import { type Address, formatAddress } from '../content/address.ts';
import { cleanLine } from '../content/clean.ts';
import { fittingPage } from '../content/fit.ts';
import { selectParts } from '../content/structure.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import { jsonBytes } from '../domain/answer-size.ts';
import { MailboxError } from '../domain/errors.ts';
import type { EmailThread, Incomplete } from '../domain/mail.ts';
import { formatMailId, type MailRef, parseMailId } from '../domain/mail-id.ts';
import type { Answer, CallContext, ThreadRequest } from '../domain/mail-port.ts';
import { formatInstant } from '../domain/time.ts';
import { headerSection, textSections } from './body-sections.ts';
import { type Linked, linked } from './conversation.ts';
import type { FolderPlace } from './fetched.ts';
import { fairShare, leftOut } from './fit.ts';
import type { FolderDirectory } from './folder-directory.ts';
import { complete } from './freshness.ts';
import { Gathering } from './gathering.ts';
import type { MessageStore, Section, StoredMessage } from './message-store.ts';
import { type MessageText, renderText } from './render.ts';
import { addresses } from './summary.ts';
import { type RelatedRequest, relatedMessages } from './thread-search.ts';

const defaultLimit = 50;
const defaultMaxChars = 12_000;
/** New ids may lead to further messages; conversations that keep their References are complete after two steps. */
const maxRounds = 15;
const maxParticipants = 50;
const maxRecipients = 10;
const maxAttachments = 20;
/** Of the 40 kB an answer may have; the texts get what the descriptions leave. */
const full = { answerBytes: 36_000, descriptionBytes: 26_000 };
/** What nobody asked to be long stays below 4,000 tokens. */
const modest = { answerBytes: 15_000, descriptionBytes: 8_000 };
/** Older mail is asked for only by the ids the conversation names: reading headers of all years takes seconds. */
const horizonMs = 400 * 86_400_000;
const maxOlderIds = 4;

interface Described {
  emails: EmailThread['emails'];
  /** Those of whose text the server sent only a part. */
  short: Incomplete;
}

export interface ThreadReaderOptions {
  content: ContentReader;
  imap: Imap;
  store: MessageStore;
  directory: FolderDirectory;
  /** IANA zone for dates. */
  zone: string;
}

/** Puts a conversation together across folders: INBOX, Sent, Archive and the folder of the message asked for. */
export class ThreadReader {
  private readonly content: ContentReader;
  private readonly imap: Imap;
  private readonly store: MessageStore;
  private readonly directory: FolderDirectory;
  private readonly zone: string;
  /** Folders in which the server breaks down over its own THREAD: Dovecot does, over a mail with 30,000 references. */
  private readonly unthreadable = new Set<string>();

  constructor(options: ThreadReaderOptions) {
    this.content = options.content;
    this.imap = options.imap;
    this.store = options.store;
    this.directory = options.directory;
    this.zone = options.zone;
  }

  async thread(request: ThreadRequest, { signal }: CallContext): Promise<Answer<EmailThread>> {
    const ref = parseMailId(request.id);
    const gathered = await this.gather(ref, signal);
    const { members, incomplete, views } = gathered;
    members.sort((a, b) => a.facts.date.getTime() - b.facts.date.getTime());
    const { limit = defaultLimit, offset = 0, maxChars = defaultMaxChars } = request;
    const shown = members.slice(offset, offset + limit);
    const room = limit === defaultLimit && request.maxChars === undefined ? modest : full;
    const { emails, short } = await this.emails(shown, maxChars, room, signal);
    incomplete.push(...short);
    const next = offset + emails.length;
    const value: EmailThread = {
      subject: cleanLine(members[0]?.facts.envelope.subject ?? '', 500),
      participants: participants(members),
      total: members.length,
      emails,
      ...(emails.length > 0 && next < members.length ? { nextOffset: next } : {}),
      ...(incomplete.length > 0 ? { incomplete } : {}),
    };
    const states = [...views].map(([folder, { view }]) => ({ folder, token: view.token }));
    return { value, states: incomplete.length > 0 ? undefined : complete(states) };
  }

  private async gather(ref: MailRef, signal: AbortSignal): Promise<Gathering> {
    const { message } = await this.store.load(ref, () => [headerSection], signal);
    const folders = await this.folders(ref.folder, signal);
    const header = message.sections.get('header') ?? new Uint8Array();
    const start = linked(message.facts, ref, header);
    const gathered = new Gathering(start, ref);
    const horizon = new Date(message.facts.date.getTime() - horizonMs);
    const seed = { folder: ref.folder, uid: ref.uid, around: message.facts.date };
    for (let round = 0; round < maxRounds && gathered.leadsOn; round++) {
      const request = { ids: gathered.unasked(), horizon, ...(round === 0 ? { seed } : {}) };
      gathered.add(await this.related(folders, request, signal));
    }
    if (gathered.leadsOn) gathered.incomplete.push({ where: 'conversation', code: 'timeout' });
    const ids = gathered.missing().slice(0, maxOlderIds);
    if (ids.length > 0)
      gathered.add(await relatedMessages(this.imap, folders, { ids, horizon, older: true }, signal));
    return gathered;
  }

  private async related(folders: readonly string[], request: RelatedRequest, signal: AbortSignal) {
    const { seed, ...unseeded } = request;
    if (!seed || this.unthreadable.has(seed.folder))
      return await relatedMessages(this.imap, folders, unseeded, signal);
    try {
      return await relatedMessages(this.imap, folders, request, signal);
    } catch (error) {
      if (!(error instanceof MailboxError) || error.code !== 'unavailable') throw error;
      const found = await relatedMessages(this.imap, folders, unseeded, signal);
      this.unthreadable.add(seed.folder);
      return found;
    }
  }

  /** The folder asked for comes first: of copies with one Message-ID the first counts. */
  private async folders(own: string, signal: AbortSignal): Promise<string[]> {
    const listed = await this.directory.list(signal);
    const byRole = ['inbox', 'sent', 'archive'].flatMap(
      (role) => listed.find((folder) => folder.role === role)?.path ?? [],
    );
    return [...new Set([own, ...byRole])];
  }

  /** As many of the messages as an answer can hold, each with its share of the text. */
  private async emails(
    members: readonly Linked[],
    maxChars: number,
    room: typeof full,
    signal: AbortSignal,
  ): Promise<Described> {
    const described = members.map((member) => this.describe(member));
    while (described.length > 1 && jsonBytes(described) > room.descriptionBytes) described.pop();
    const shown = members.slice(0, described.length);
    const stored = shown.map(({ place, facts }) => this.store.remember(place, facts));
    await this.fetchTexts(shown, stored, signal);
    const bodies = await Promise.all(stored.map((message) => this.text(message, signal)));
    const texts = bodies.map(({ text }) => text);
    const chars = fairShare(
      texts.map((text) => text.length),
      maxChars,
    );
    const sizes = texts.map((text) => jsonBytes(text.slice(0, chars)));
    const bytes = fairShare(sizes, room.answerBytes - jsonBytes(described));
    const emails = described.map((email, index) => {
      const { text, totalChars, nextOffset } = fittingPage(texts[index] ?? '', 0, chars, bytes);
      const { encrypted, quotedOmitted = 0 } = bodies[index] ?? {};
      return {
        ...email,
        text,
        ...(nextOffset === undefined ? {} : { totalChars, nextOffset }),
        ...(quotedOmitted > 0 ? { quotedOmitted } : {}),
        ...(encrypted ? { encrypted } : {}),
      };
    });
    const short = emails.filter((_, index) => stored[index]?.short?.size);
    return { emails, short: short.map(({ id }) => ({ where: id, code: 'unavailable' })) };
  }

  private describe({ facts, place }: Linked): EmailThread['emails'][number] {
    const to = addresses(facts.envelope.to);
    const { attachments } = selectParts(facts.structure);
    const omitted = leftOut({
      to: to.length - maxRecipients,
      attachments: attachments.length - maxAttachments,
    });
    return {
      id: formatMailId({ ...placed(place), uid: facts.uid }),
      date: formatInstant(facts.date, this.zone),
      from: formatAddress(addresses(facts.envelope.from)[0] ?? {}),
      to: to.slice(0, maxRecipients).map(formatAddress),
      subject: cleanLine(facts.envelope.subject ?? '', 200),
      folder: place.folder,
      text: '',
      ...(attachments.length > 0 ? { attachments: attachments.slice(0, maxAttachments) } : {}),
      ...(omitted ? { omitted } : {}),
    };
  }

  private async fetchTexts(
    shown: readonly Linked[],
    stored: readonly StoredMessage[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const place of new Map(shown.map((member) => [member.place.folder, member.place])).values()) {
      const wanted = new Map<StoredMessage, Section[]>();
      for (const [index, member] of shown.entries()) {
        const message = stored[index];
        if (member.place.folder !== place.folder || !message) continue;
        const parts = selectParts(message.facts.structure);
        wanted.set(message, textSections(parts));
      }
      await this.store.complete(place, wanted, signal);
    }
  }

  private async text(message: StoredMessage, signal: AbortSignal): Promise<MessageText> {
    const parts = selectParts(message.facts.structure);
    return await renderText(this.content, message, parts, { format: 'text', quoted: false }, signal);
  }
}

function placed({ folder, uidValidity }: FolderPlace): FolderPlace {
  return { folder, uidValidity };
}

function participants(members: readonly Linked[]): string[] {
  const people = members.flatMap(({ facts: { envelope } }) =>
    addresses([...(envelope.from ?? []), ...(envelope.to ?? []), ...(envelope.cc ?? [])]),
  );
  const byAddress = new Map<string, Address>();
  for (const person of people) {
    const key = (person.address ?? person.name ?? '').toLowerCase();
    if (!byAddress.get(key)?.name) byAddress.set(key, person);
  }
  return [...byAddress.values()].slice(0, maxParticipants).map(formatAddress);
}
