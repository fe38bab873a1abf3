import { MessageContent } from './content.ts';
import { Mailbox, type Message } from './mailbox.ts';

export interface SandboxUser {
  email: string;
  password: string;
  /** Further addresses: mail to them arrives here, and the user may send from them. */
  aliases?: readonly string[];
  /** Bytes all messages together may have; clients cannot add more, `deliver` can. Default: no limit. */
  quotaBytes?: number;
  /** Folders that can be read only, as an ACL of `lr` makes them (RFC 4314). */
  readOnlyFolders?: readonly string[];
}

export type Separator = '/' | '.';

export interface DeliverOptions {
  flags?: Iterable<string>;
  internalDate?: Date;
}

/** Why a change was refused: a response code (RFC 5530) and Dovecot's words. */
export class FolderRefusal extends Error {
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** A user's folders by path, with `separator` between levels. INBOX is always there. */
export class Account {
  readonly email: string;
  readonly password: string;
  readonly separator: Separator;
  readonly folders = new Map<string, Mailbox>();
  readonly #user: SandboxUser;
  readonly #nextUidValidity: () => number;

  constructor(user: SandboxUser, separator: Separator, nextUidValidity: () => number) {
    this.email = user.email;
    this.password = user.password;
    this.separator = separator;
    this.#user = user;
    this.#nextUidValidity = nextUidValidity;
    this.#add('INBOX');
    for (const name of ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive']) {
      this.#add(name, { specialUse: `\\${name}`, subscribed: true });
    }
  }

  get aliases(): readonly string[] {
    return this.#user.aliases ?? [];
  }

  /** Whether an address is this user's: main or alias, in any case, with or without `+detail` (RFC 5233). */
  owns(address: string): boolean {
    const plain = withoutDetail(address);
    return [this.email, ...this.aliases].some((own) => own.toLowerCase() === plain);
  }

  mayChange(path: string): boolean {
    return !this.#user.readOnlyFolders?.includes(path);
  }

  hasRoomFor(bytes: number): boolean {
    const messages = [...this.folders.values()].flatMap((mailbox) => mailbox.messages);
    const used = messages.reduce((sum, { content }) => sum + content.raw.length, 0);
    return used + bytes <= (this.#user.quotaBytes ?? Infinity);
  }

  /** Before messages of that many bytes are added. @throws FolderRefusal with Dovecot's words */
  admit(mailbox: Mailbox, bytes: number): void {
    this.#requireRight(mailbox.name);
    if (bytes > 0 && !this.hasRoomFor(bytes)) {
      throw new FolderRefusal('Quota exceeded (mailbox for user is full)', 'OVERQUOTA');
    }
  }

  find(name: string): Mailbox | undefined {
    return this.folders.get(this.#canonicalName(name));
  }

  /** @throws FolderRefusal when it exists or the name cannot be one. */
  create(name: string, options: { specialUse?: string; subscribed?: boolean } = {}): Mailbox {
    const { separator } = this;
    const path = this.#canonicalName(name.endsWith(separator) ? name.slice(0, -1) : name);
    if (path.split(separator).includes('')) {
      throw new FolderRefusal('Invalid mailbox name: Has adjacent hierarchy separators', 'CANNOT');
    }
    this.#requireRight(path.slice(0, Math.max(path.lastIndexOf(separator), 0)));
    return this.#add(path, options);
  }

  /** Dovecot keeps the children: the name stays as `\Noselect`. @throws FolderRefusal */
  delete(name: string): void {
    const path = this.#canonicalName(name);
    if (path === 'INBOX') throw new FolderRefusal("INBOX can't be deleted");
    const mailbox = this.folders.get(path);
    if (!mailbox && this.hasChildren(path))
      throw new FolderRefusal('Mailbox has children, delete them first');
    if (!mailbox) throw new FolderRefusal(`Mailbox doesn't exist: ${path}`, 'NONEXISTENT');
    this.#requireRight(path);
    this.folders.delete(path);
    mailbox.remove();
  }

  /** Renames the folder and everything below it. @throws FolderRefusal */
  rename(name: string, target: string): void {
    const from = this.#canonicalName(name);
    const to = this.#canonicalName(target);
    const below = `${from}${this.separator}`;
    if (!this.folders.has(from) && !this.hasChildren(from)) {
      throw new FolderRefusal(`Mailbox doesn't exist: ${from}`, 'NONEXISTENT');
    }
    if (this.folders.has(to)) throw new FolderRefusal('Target mailbox already exists', 'ALREADYEXISTS');
    if (from === 'INBOX') throw new FolderRefusal("Renaming INBOX isn't supported.", 'CANNOT');
    if (to.startsWith(below)) throw new FolderRefusal("Can't rename mailbox under itself.", 'CANNOT');
    this.#requireRight(from);
    for (const mailbox of [...this.folders.values()]) {
      if (mailbox.name !== from && !mailbox.name.startsWith(below)) continue;
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
    return this.#add(old.name, { subscribed, ...(specialUse ? { specialUse } : {}) });
  }

  hasChildren(path: string): boolean {
    return [...this.folders.keys()].some((name) => name.startsWith(`${path}${this.separator}`));
  }

  #add(path: string, options: { specialUse?: string; subscribed?: boolean } = {}): Mailbox {
    if (this.folders.has(path)) throw new FolderRefusal('Mailbox already exists', 'ALREADYEXISTS');
    const mailbox = new Mailbox(path, this.#nextUidValidity(), options);
    this.folders.set(path, mailbox);
    return mailbox;
  }

  #requireRight(path: string): void {
    if (!this.mayChange(path)) throw new FolderRefusal('Permission denied', 'NOPERM');
  }

  #canonicalName(name: string): string {
    const [first = '', ...rest] = name.split(this.separator);
    return [/^inbox$/iu.test(first) ? 'INBOX' : first, ...rest].join(this.separator);
  }
}

/** Everybody's mail. */
export class Store {
  readonly accounts = new Map<string, Account>();
  readonly #clock: () => Date;
  #lastUidValidity: number;

  /** UIDVALIDITY counts on from the clock's seconds, as Dovecot's does. */
  constructor(users: readonly SandboxUser[], clock: () => Date, separator: Separator = '/') {
    this.#clock = clock;
    this.#lastUidValidity = Math.floor(clock().getTime() / 1000);
    for (const user of users) {
      const account = new Account(user, separator, () => {
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

  /** Whose an address is; undefined when it is nobody's here. */
  recipient(address: string): Account | undefined {
    return [...this.accounts.values()].find((account) => account.owns(address));
  }

  /** Whether this user may send from the address: submission servers refuse others with 553 5.7.1. */
  owns(email: string, address: string): boolean {
    return this.accounts.get(email.toLowerCase())?.owns(address) ?? false;
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

function withoutDetail(address: string): string {
  return address.toLowerCase().replace(/\+[^@]*(?=@)/u, '');
}
