import { MessageContent } from './content.ts';
import { Mailbox, type Message } from './mailbox.ts';

export interface SandboxUser {
  email: string;
  password: string;
}

export interface DeliverOptions {
  flags?: Iterable<string>;
  internalDate?: Date;
}

/** Why a folder command was refused: a response code (RFC 5530) and Dovecot's words. */
export class FolderRefusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** A user's folders by path (`/` between levels). INBOX is always there. */
export class Account {
  readonly email: string;
  readonly password: string;
  readonly folders = new Map<string, Mailbox>();
  readonly #nextUidValidity: () => number;

  constructor(user: SandboxUser, nextUidValidity: () => number) {
    this.email = user.email;
    this.password = user.password;
    this.#nextUidValidity = nextUidValidity;
    this.create('INBOX');
    for (const name of ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']) {
      this.create(name, { specialUse: `\\${name}`, subscribed: true });
    }
  }

  find(name: string): Mailbox | undefined {
    return this.folders.get(canonicalName(name));
  }

  /** @throws FolderRefusal when it exists or the name cannot be one. */
  create(name: string, options: { specialUse?: string; subscribed?: boolean } = {}): Mailbox {
    const path = canonicalName(name.replace(/\/$/u, ''));
    if (path === '' || /\/\/|^\//u.test(path)) {
      throw new FolderRefusal('Invalid mailbox name: Has adjacent hierarchy separators', 'CANNOT');
    }
    if (this.folders.has(path)) throw new FolderRefusal('Mailbox already exists', 'ALREADYEXISTS');
    const mailbox = new Mailbox(path, this.#nextUidValidity(), options);
    this.folders.set(path, mailbox);
    return mailbox;
  }

  /** Dovecot keeps the children: the name stays as `\Noselect`. @throws FolderRefusal */
  delete(name: string): void {
    const path = canonicalName(name);
    if (path === 'INBOX') throw new FolderRefusal("INBOX can't be deleted");
    const mailbox = this.folders.get(path);
    if (!mailbox && this.hasChildren(path))
      throw new FolderRefusal('Mailbox has children, delete them first');
    if (!mailbox) throw new FolderRefusal(`Mailbox doesn't exist: ${path}`, 'NONEXISTENT');
    this.folders.delete(path);
    mailbox.remove();
  }

  /** Renames the folder and everything below it. @throws FolderRefusal */
  rename(name: string, target: string): void {
    const from = canonicalName(name);
    const to = canonicalName(target);
    if (!this.folders.has(from) && !this.hasChildren(from)) {
      throw new FolderRefusal(`Mailbox doesn't exist: ${from}`, 'NONEXISTENT');
    }
    if (this.folders.has(to)) throw new FolderRefusal('Target mailbox already exists', 'ALREADYEXISTS');
    if (from === 'INBOX') throw new FolderRefusal("Renaming INBOX isn't supported.", 'CANNOT');
    if (to.startsWith(`${from}/`)) throw new FolderRefusal("Can't rename mailbox under itself.", 'CANNOT');
    for (const mailbox of [...this.folders.values()]) {
      if (mailbox.name !== from && !mailbox.name.startsWith(`${from}/`)) continue;
      this.folders.delete(mailbox.name);
      mailbox.name = to + mailbox.name.slice(from.length);
      this.folders.set(mailbox.name, mailbox);
    }
  }

  /** The folder anew and empty under its name, with another UIDVALIDITY: yesterday's ids no longer hold. */
  rebuild(name: string): Mailbox {
    const old = this.find(name);
    if (!old) throw new FolderRefusal(`Mailbox doesn't exist: ${name}`, 'NONEXISTENT');
    this.folders.delete(old.name);
    old.remove();
    const { specialUse, subscribed } = old;
    return this.create(old.name, { subscribed, ...(specialUse ? { specialUse } : {}) });
  }

  hasChildren(path: string): boolean {
    return [...this.folders.keys()].some((name) => name.startsWith(`${path}/`));
  }
}

/** Everybody's mail. */
export class Store {
  readonly accounts = new Map<string, Account>();
  readonly #clock: () => Date;
  #lastUidValidity: number;

  /** UIDVALIDITY counts on from the clock's seconds, as Dovecot's does. */
  constructor(users: readonly SandboxUser[], clock: () => Date) {
    this.#clock = clock;
    this.#lastUidValidity = Math.floor(clock().getTime() / 1000);
    for (const user of users) {
      const account = new Account(user, () => {
        this.#lastUidValidity += 1;
        return this.#lastUidValidity;
      });
      this.accounts.set(user.email.toLowerCase(), account);
    }
  }

  /** @throws Error when there is no such user: a mistake in the test or demo. */
  account(email: string): Account {
    const account = this.accounts.get(email.toLowerCase());
    if (!account) throw new Error(`The sandbox has no user ${email}`);
    return account;
  }

  /** Puts a message into a folder; the folder is made when it is missing. */
  deliver(email: string, folder: string, raw: string | Buffer, options: DeliverOptions = {}): Message {
    const account = this.account(email);
    const mailbox = account.find(folder) ?? account.create(folder, { subscribed: true });
    return mailbox.append({
      content: new MessageContent(raw),
      internalDate: options.internalDate ?? this.#clock(),
      ...(options.flags ? { flags: options.flags } : {}),
    });
  }
}

function canonicalName(name: string): string {
  return /^inbox$/iu.test(name) ? 'INBOX' : name.replace(/^inbox(?=\/)/iu, 'INBOX');
}
