import type { MailPort } from '../domain/mail-port.ts';
import type { Services } from '../domain/services.ts';

/** As many as a person could recognise; the longest unseen makes room. */
const maxContacts = 500;
/** Characters of a name and address that are remembered. */
const maxWords = 400;

/** People in the mails a session has seen, to complete addresses from. In memory only. */
export class Contacts {
  /** By address in lower case, the latest seen last. */
  readonly #seen = new Map<string, Contact>();

  /** @param people as answers have them: `Name <address>` or the address alone */
  see(people: readonly string[]): void {
    for (const person of people) {
      const address = addressOf(person);
      if (!address) continue;
      const key = address.toLowerCase();
      this.#seen.delete(key);
      this.#seen.set(key, { address, words: person.slice(0, maxWords).toLowerCase() });
      const [oldest] = this.#seen.keys();
      if (this.#seen.size > maxContacts && oldest !== undefined) this.#seen.delete(oldest);
    }
  }

  /** Addresses whose address or name holds the text, the latest seen first. Names are a stranger's words and stay here. */
  matching(text: string): string[] {
    const wanted = text.trim().toLowerCase();
    return [...this.#seen.values()]
      .reverse()
      .filter(({ words }) => words.includes(wanted))
      .map(({ address }) => address);
  }
}

interface Contact {
  address: string;
  words: string;
}

/** What is written like an address; a completion goes into a prompt, so it has no spaces to say something with. */
function addressOf(person: string): string | undefined {
  const text = /<([^<>]*)>\s*$/u.exec(person)?.[1] ?? person;
  return /^[^\s<>"\p{C}]{1,64}@[^\s<>"@\p{C}]{1,255}$/u.test(text.trim()) ? text.trim() : undefined;
}

/** The same services, whose mails are remembered by their people. */
export function rememberingContacts(services: Services, contacts: Contacts): Services {
  return { ...services, mail: remembering(services.mail, contacts) };
}

function remembering(mail: MailPort, contacts: Contacts): MailPort {
  return {
    folders: (request, context) => mail.folders(request, context),
    attachment: (request, context) => mail.attachment(request, context),
    download: (request, context) => mail.download(request, context),
    async search(request, context) {
      const result = await mail.search(request, context);
      // Newest first: whoever wrote last was seen last.
      for (const { from, to = [] } of result.emails.toReversed()) contacts.see([...to, from]);
      return result;
    },
    async read(request, context) {
      const email = await mail.read(request, context);
      contacts.see([...(email.cc ?? []), ...email.to, email.from]);
      return email;
    },
    async thread(request, context) {
      const thread = await mail.thread(request, context);
      contacts.see(thread.participants);
      return thread;
    },
  };
}
