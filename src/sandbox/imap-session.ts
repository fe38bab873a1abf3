import type { Socket } from 'node:net';
import { cutAfter, type Fault, type Intercept, pause } from './faults.ts';
import type { Mailbox } from './mailbox.ts';
import { MailboxView } from './mailbox-view.ts';
import { type Account, FolderRefusal, type Store } from './store.ts';
import {
  type Command,
  type Output,
  parseCommand,
  readCommandBytes,
  SyntaxFault,
  WireReader,
} from './wire.ts';

/** What all sessions of a server share. */
export interface ImapContext {
  /** What a command's name stands for. */
  commands: ReadonlyMap<string, CommandSpec>;
  store: Store;
  capabilities: ReadonlySet<string>;
  clock: () => Date;
  intercept: Intercept;
  /** Every command received, without credentials. */
  commandLog: string[];
  maxConnectionsPerUser: number;
  /** Logged-in sessions by account. */
  sessions: Map<Account, number>;
}

/** A tagged refusal, with its status: `NO [TRYCREATE] …`, `BAD …`. */
export class Refusal extends Error {}

/** One command of the protocol. */
export interface CommandSpec {
  state: 'any' | 'notAuthenticated' | 'authenticated' | 'selected';
  /** The command exists only where this capability is advertised. */
  capability?: string;
  /** What may be told of others' changes when it ends; `keepNumbers` holds expunges back (RFC 9051 §7.5.1). */
  sync?: 'all' | 'keepNumbers' | 'none';
  /** Writes untagged answers to the session and returns the tagged one. @throws Refusal, FolderRefusal */
  run(session: ImapSession, command: Command): string | Promise<string>;
}

/** One client's conversation: reads a command, lets it run, tells what changed, answers; then the next. */
export class ImapSession {
  readonly context: ImapContext;
  readonly reader: WireReader;
  account: Account | undefined;
  view: MailboxView | undefined;
  condstore = false;
  readonly #id: number;
  readonly #socket: Socket;
  #ended = false;
  #muted = false;

  constructor(id: number, socket: Socket, context: ImapContext) {
    this.#id = id;
    this.#socket = socket;
    this.context = context;
    this.reader = new WireReader(socket);
  }

  async run(): Promise<void> {
    const greeting = `* OK [CAPABILITY ${this.capabilityLine()}] Sandbox ready.\r\n`;
    if (!(await this.#meets('*', 'GREETING', 'GREETING'))) return;
    this.write(greeting);
    while (!this.#ended) {
      const command = await this.#next();
      if (command) await this.#perform(command);
    }
  }

  has(capability: string): boolean {
    return this.context.capabilities.has(capability);
  }

  /** Capabilities that concern the login stand alone before it, as with Dovecot. */
  capabilityLine(): string {
    const early = ['IMAP4rev1', 'SASL-IR', 'ID', 'ENABLE', 'IDLE', 'LITERAL+'];
    if (!this.account)
      return [...early.filter((name) => this.has(name)), 'AUTH=PLAIN', 'AUTH=LOGIN'].join(' ');
    return [...this.context.capabilities].join(' ');
  }

  write(...output: readonly Output[]): void {
    if (this.#muted || this.#ended) return;
    this.#socket.cork();
    for (const piece of output) {
      this.#socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
    }
    this.#socket.uncork();
  }

  /** Waits while the client reads slower than we write. */
  async drained(): Promise<void> {
    if (this.#socket.writableLength < 1_000_000 || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  login(account: Account): string {
    const { sessions, maxConnectionsPerUser } = this.context;
    const open = sessions.get(account) ?? 0;
    if (open >= maxConnectionsPerUser) {
      throw new Refusal(
        `NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=${maxConnectionsPerUser})`,
      );
    }
    sessions.set(account, open + 1);
    this.#socket.once('close', () => sessions.set(account, (sessions.get(account) ?? 1) - 1));
    this.account = account;
    return `OK [CAPABILITY ${this.capabilityLine()}] Logged in`;
  }

  select(mailbox: Mailbox, readOnly: boolean): MailboxView {
    this.view = new MailboxView(mailbox, readOnly);
    return this.view;
  }

  enableCondstore(): void {
    if (this.condstore || !this.has('CONDSTORE')) return;
    this.condstore = true;
    if (this.view) this.write(`* OK [HIGHESTMODSEQ ${this.view.mailbox.highestModseq}] Highest\r\n`);
  }

  /** Tells what others changed in the selected mailbox since the last time. */
  sync(expunges: boolean, uid: boolean): void {
    if (!this.view) return;
    if (this.view.mailbox.deleted) {
      this.end('* BYE IMAP session state is inconsistent, please relogin.\r\n');
      return;
    }
    const lines = this.view.sync({ expunges, uid, modseq: this.condstore });
    if (lines.length > 0) this.write(`${lines.join('\r\n')}\r\n`);
  }

  end(lastWords = ''): void {
    this.write(lastWords);
    this.#ended = true;
    this.#socket.end();
  }

  async #next(): Promise<Command | undefined> {
    try {
      const bytes = await readCommandBytes(this.reader, () => this.write('+ OK\r\n'));
      if (!bytes) {
        this.end();
        return undefined;
      }
      return parseCommand(bytes);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      this.write(`${error.tag} BAD ${error.message}\r\n`);
      return undefined;
    }
  }

  async #perform(command: Command): Promise<void> {
    this.context.commandLog.push(command.line);
    if (!(await this.#meets(command.tag, command.name, command.line))) return;
    const reply = await this.#execute(command);
    if (this.#ended) return;
    if (this.#muted) this.#socket.destroy();
    else this.write(`${command.tag} ${reply}\r\n`);
    if (this.#muted || command.name === 'LOGOUT') this.end();
  }

  async #execute(command: Command): Promise<string> {
    const spec = this.context.commands.get(command.name);
    const known = spec && (!spec.capability || this.has(spec.capability));
    if (!known) return `BAD Error in IMAP command ${command.name}: Unknown command.`;
    try {
      this.#requireState(spec, command.name);
      const reply = await spec.run(this, command);
      const sync = spec.sync ?? 'all';
      if (sync !== 'none') this.sync(sync === 'all', command.name.startsWith('UID '));
      return reply;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      if (error instanceof FolderRefusal) return `NO ${error.code ? `[${error.code}] ` : ''}${error.message}`;
      throw error;
    }
  }

  #requireState({ state }: CommandSpec, name: string): void {
    if (state === 'selected' && !this.view) throw new Refusal('BAD No mailbox selected.');
    if (state === 'notAuthenticated' ? this.account : state !== 'any' && !this.account) {
      throw new Refusal(`BAD Error in IMAP command ${name}: Unknown command.`);
    }
  }

  /** Asks the test whether something goes wrong here; true when the normal course follows. */
  async #meets(tag: string, command: string, line: string): Promise<boolean> {
    const fault = this.context.intercept({ protocol: 'imap', connection: this.#id, command, line });
    if (fault === undefined) return true;
    if (typeof fault === 'object' && 'delayMs' in fault) await pause(fault.delayMs);
    return this.#suffer(fault, tag);
  }

  #suffer(fault: Fault, tag: string): boolean {
    if (fault === 'drop') {
      this.#ended = true;
      this.#socket.destroy();
    } else if (fault === 'dropAfter') this.#muted = true;
    else if (typeof fault === 'object' && 'cutAfter' in fault) cutAfter(this.#socket, fault.cutAfter);
    else if (typeof fault === 'object' && 'before' in fault) this.write(fault.before);
    else if (typeof fault === 'object' && 'raw' in fault) this.write(fault.raw);
    else if (typeof fault === 'object' && 'reply' in fault) {
      const untagged = fault.reply.startsWith('* ') || tag === '*';
      this.write(`${untagged ? '* ' : `${tag} `}${fault.reply.replace(/^\* /u, '')}\r\n`);
      if (/^(?:\* )?BYE\b/u.test(fault.reply)) this.end();
    }
    return fault === 'dropAfter' || (typeof fault === 'object' && !('reply' in fault || 'raw' in fault));
  }
}
