import type { Message } from '../sandbox/mailbox.ts';
import type { Store } from '../sandbox/store.ts';

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

/** The Message-IDs in a header field. */
export function idsIn(value: string | undefined): string[] {
  return value?.match(/<[^<>]+>/gu) ?? [];
}

function isUnread({ flags }: Message): boolean {
  return !flags.has('\\Seen');
}
