import type { CalendarUser } from '../sandbox/caldav/calendars.ts';
import type { Message } from '../sandbox/mailbox.ts';
import type { Store } from '../sandbox/store.ts';

const dayMs = 86_400_000;

/** What is really in the sandbox's mailbox, read from its store: the measure of every answer. */
export class DemoTruth {
  readonly #store: Store;
  readonly #email: string;

  constructor(store: Store, email: string) {
    this.#store = store;
    this.#email = email;
  }

  folders(): { path: string; total: number; unread: number }[] {
    return [...this.#store.account(this.#email).folders.values()].map(({ name, messages }) => ({
      path: name,
      total: messages.length,
      unread: messages.filter(isUnread).length,
    }));
  }

  mails(): number {
    return this.folders().reduce((sum, { total }) => sum + total, 0);
  }

  /** Everything `folder: all` covers, newest first. */
  searchable(): Message[] {
    return [...this.#store.account(this.#email).folders.values()]
      .filter(({ specialUse }) => specialUse !== '\\Junk' && specialUse !== '\\Trash')
      .flatMap(({ messages }) => messages)
      .toSorted((a, b) => b.internalDate.getTime() - a.internalDate.getTime());
  }

  unread(): number {
    return this.searchable().filter(isUnread).length;
  }

  /** Mails in which the word stands, in a header or the text. */
  containing(word: string): number {
    const needle = word.normalize('NFKD').toLowerCase();
    return this.searchable().filter(
      ({ content }) => content.headerText.includes(needle) || content.bodyText.includes(needle),
    ).length;
  }

  newestFrom(address: string): Message | undefined {
    return this.searchable().find(({ content }) => content.header('from')?.includes(`<${address}>`));
  }

  withId(folder: string, messageId: string): Message[] {
    return this.in(folder).filter(({ content }) => content.header('message-id') === messageId);
  }

  /** @param subject as it stands in the header. */
  withSubject(folder: string, subject: string | undefined): Message[] {
    return this.in(folder).filter(({ content }) => content.header('subject') === subject);
  }

  /** What lies in somebody's INBOX. */
  all(email: string): readonly Message[] {
    return this.#store.account(email).find('INBOX')?.messages ?? [];
  }

  received(email: string, messageId: string): Message[] {
    return this.all(email).filter(({ content }) => content.header('message-id') === messageId);
  }

  /** The bytes of the first PDF in the mail with this Message-ID. */
  pdfOf(messageId: string): Buffer | undefined {
    return this.pdfIn(this.searchable().find(({ content }) => content.header('message-id') === messageId));
  }

  pdfIn(message: Message | undefined): Buffer | undefined {
    const part = message?.content.tree.children.find(({ subtype }) => subtype.toLowerCase() === 'pdf');
    return part && message?.content.decodedBody(part);
  }

  private in(folder: string): readonly Message[] {
    return this.#store.account(this.#email).find(folder)?.messages ?? [];
  }
}

/** What is really in the sandbox's calendars, file by file. */
export class DemoCalendar {
  readonly zoneIsUtc: boolean;
  readonly #user: CalendarUser;
  readonly #mail: DemoTruth;
  readonly #monday: number;

  /** @param now the day of the demo; days count from its Monday, as the seed's do. */
  constructor(user: CalendarUser, mail: DemoTruth, now: Date, zone: string) {
    this.#user = user;
    this.#mail = mail;
    const today = Math.floor(now.getTime() / dayMs);
    this.#monday = today - ((today + 3) % 7);
    this.zoneIsUtc = /^(?:Etc\/)?UTC$/u.test(zone);
  }

  day(offset: number): string {
    return new Date((this.#monday + offset) * dayMs).toISOString().slice(0, 10);
  }

  filesWith(line: string): string[] {
    return this.#user.collections
      .flatMap(({ resources }) => [...resources.values()].map(({ body }) => body))
      .filter((body) => body.includes(line));
  }

  /** Their texts, decoded. */
  mailsTo(email: string): string[] {
    return this.#mail.all(email).map(({ content }) => decodedParts(content));
  }
}

function decodedParts(content: Message['content']): string {
  const texts: string[] = [];
  const visit = (node: Message['content']['tree']): void => {
    if (node.children.length === 0) texts.push(content.decodedBody(node).toString('utf8'));
    for (const child of node.children) visit(child);
  };
  visit(content.tree);
  return texts.join('\n');
}

/** The Message-IDs in a header field. */
export function idsIn(value: string | undefined): string[] {
  return value?.match(/<[^<>]+>/gu) ?? [];
}

function isUnread({ flags }: Message): boolean {
  return !flags.has('\\Seen');
}
