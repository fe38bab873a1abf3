import { execFile, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Certificates, makeCertificates } from './certificates.ts';
import { dovecotConfig, passwordOf } from './dovecot-config.ts';
import { appendCommands, appendedUids, type Delivery } from './imap-append.ts';
import { isAbout, messagesRead, readCommands } from './imap-fetch.ts';
import { env, isRoot, serverFolder, serverWanted } from './machine.ts';
import { freePorts, listening } from './ports.ts';
import { ServerProcess } from './server-process.ts';

export interface DovecotOptions {
  /** `mail_max_userip_connections`; default 10, as Dovecot's own. */
  maxConnections?: number;
  format?: 'maildir' | 'sdbox';
  separator?: '/' | '.';
  /** Storage limit of every user in Dovecot's notation: `1M`, `500k`. */
  quota?: string;
  /** Advertise COMPRESS=DEFLATE; default true. */
  compress?: boolean;
  /** Default true. Without TLS `imapsPort` is closed and `imapPort` offers no STARTTLS. */
  tls?: boolean;
  /** Where the users' homes lie, default inside `dir`. A folder given here outlives `stop()`. */
  mailRoot?: string;
  /** Take mail and check passwords for Postfix too; default false. */
  mta?: boolean;
}

export interface TestUser {
  name: string;
  /** Also the login name. */
  address: string;
  password: string;
  maildir: string;
}

const execute = promisify(execFile);
const maxOutput = 64 * 1024 * 1024;

/** Who owns the mail. Any number will do for root: no account needs to exist. */
export const mailOwner = isRoot
  ? { uid: 5000, gid: 5000 }
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** Whether `startDovecot` can work here: Dovecot 2.3 and openssl installed and wanted. */
export function dovecotAvailable(): boolean {
  if (!serverWanted('dovecot')) return false;
  const openssl = spawnSync('openssl', ['version'], { env });
  const dovecot = spawnSync('dovecot', ['--version'], { env, encoding: 'utf8' });
  return openssl.status === 0 && dovecot.status === 0 && dovecot.stdout.startsWith('2.3.');
}

/** A real Dovecot on free loopback ports in a folder of its own. It ends with `stop()` or with this process. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const dovecot = new Dovecot(serverFolder(), options);
  await dovecot.start();
  return dovecot;
}

/** One running instance; made by `startDovecot`. Every name (the part before `@rig.test`) is a user. */
export class Dovecot extends ServerProcess {
  /** Absent without TLS. */
  readonly certificates: Certificates | undefined;
  /** Plain text or STARTTLS. */
  imapPort = 0;
  imapsPort = 0;
  protected readonly program = 'Dovecot';
  protected override readonly logFiles = ['dovecot.log'];
  readonly #options: DovecotOptions;
  readonly #mailRoot: string;

  constructor(dir: string, options: DovecotOptions) {
    super(dir);
    this.#options = options;
    this.#mailRoot = options.mailRoot ?? join(dir, 'mail');
    this.certificates = options.tls === false ? undefined : makeCertificates(dir);
    mkdirSync(this.#mailRoot, { recursive: true });
    if (isRoot) chownSync(this.#mailRoot, mailOwner.uid, mailOwner.gid);
  }

  /** PEM file a client must trust; empty without TLS. */
  get caFile(): string {
    return this.certificates?.caFile ?? '';
  }

  /** Address, password and Maildir of a user. Any name will do: it exists as soon as somebody asks for it. */
  user(name: string): TestUser {
    const address = `${name}@rig.test`;
    return { name, address, password: passwordOf(name), maildir: join(this.#mailRoot, address, 'Maildir') };
  }

  /** The environment that points our server at this user, by TLS where there is TLS. */
  mailEnv(name: string): Record<string, string> {
    const { address, password } = this.user(name);
    const tls = this.caFile !== '';
    return {
      MAILBOX_EMAIL: address,
      MAILBOX_PASSWORD: password,
      MAILBOX_IMAP_HOST: this.host,
      MAILBOX_SMTP_HOST: this.host,
      MAILBOX_IMAP_PORT: String(tls ? this.imapsPort : this.imapPort),
      MAILBOX_IMAP_SECURE: String(tls),
      // Nobody listens there: no test may ask mailbox.org.
      MAILBOX_CALDAV_URL: 'http://127.0.0.1:9/',
      ...(tls ? { MAILBOX_CA_FILE: this.caFile } : {}),
    };
  }

  /** `doveadm ARGS…`; resolves to what it prints. Give the user with `-u`, as an address. */
  async doveadm(...args: readonly string[]): Promise<string> {
    return (await execute('doveadm', ['-c', this.#config, ...args], { env, maxBuffer: maxOutput })).stdout;
  }

  /** Stores one message past every client and connection limit, creating the folder. Resolves to its UID. */
  async deliver(
    name: string,
    folder: string,
    raw: string | Uint8Array,
    options: Omit<Delivery, 'raw'> = {},
  ): Promise<number> {
    const [uid = 0] = await this.deliverAll(name, folder, [{ raw, ...options }]);
    return uid;
  }

  /** Stores messages in this order, creating the folder. Resolves to their UIDs. */
  async deliverAll(name: string, folder: string, messages: readonly Delivery[]): Promise<number[]> {
    await this.createFolder(name, folder);
    const reply = await this.#imap(name, appendCommands(folder, messages));
    return appendedUids(reply.toString(), messages.length);
  }

  /** The messages of a folder with this subject or Message-ID (`<…>`), as IMAP shows them, oldest first. */
  async copies(name: string, subjectOrId: string, folder = 'INBOX'): Promise<Buffer[]> {
    const messages = messagesRead(await this.#imap(name, readCommands(folder)));
    return messages.filter((raw) => isAbout(raw, subjectOrId));
  }

  /** Creates a folder that may already be there. */
  async createFolder(name: string, folder: string): Promise<void> {
    const { address } = this.user(name);
    if (folder.toUpperCase() === 'INBOX') return;
    const folders = (await this.doveadm('mailbox', 'list', '-u', address)).split('\n');
    if (!folders.includes(folder)) await this.doveadm('mailbox', 'create', '-u', address, folder);
  }

  /** Removes messages for good, as another client would. */
  async expunge(name: string, folder: string, uids: readonly number[]): Promise<void> {
    const { address } = this.user(name);
    await this.doveadm('expunge', '-u', address, 'mailbox', folder, 'uid', uids.join(','));
  }

  /** Deletes the folder and creates it empty: same name, another UIDVALIDITY. */
  async recreateFolder(name: string, folder: string): Promise<void> {
    const { address } = this.user(name);
    await this.doveadm('mailbox', 'delete', '-u', address, folder);
    await sleep(1100); // UIDVALIDITY counts seconds
    await this.doveadm('mailbox', 'create', '-u', address, folder);
  }

  /** What the server answers to these IMAP commands, past login and connection limits. */
  async #imap(name: string, commands: string | Uint8Array): Promise<Buffer> {
    // Node's pipes are sockets, on which Dovecot's imap refuses to speak without a login process.
    const script = 'cat | doveadm -c "$1" exec imap -u "$2" | cat';
    const args = ['-c', script, 'imap', this.#config, this.user(name).address];
    const imap = execute('/bin/sh', args, { env, maxBuffer: maxOutput, encoding: 'buffer' });
    imap.child.stdin?.on('error', () => {}); // it ended early: then an answer is missing
    imap.child.stdin?.end(commands);
    return (await imap).stdout;
  }

  protected async choosePorts(): Promise<void> {
    [this.imapPort = 0, this.imapsPort = 0] = await freePorts(2);
  }

  protected launch(): Promise<boolean> {
    const { dir, imapPort, imapsPort } = this;
    const {
      format = 'maildir',
      separator = '/',
      maxConnections = 10,
      quota,
      compress = true,
      mta = false,
    } = this.#options;
    const choices = { format, separator, maxConnections, quota, compress, mta };
    const mail = { mailRoot: this.#mailRoot, certificates: this.certificates, ...mailOwner };
    writeFileSync(this.#config, dovecotConfig({ dir, imapPort, imapsPort, ...choices, ...mail }));
    writeFileSync(join(dir, 'dovecot.log'), '');
    rmSync(join(dir, 'run'), { recursive: true, force: true }); // the pid file of a killed one stops the next
    this.supervise(['dovecot', '-F', '-c', this.#config]);
    return listening(imapPort, () => this.log().includes('Fatal: '));
  }

  get #config(): string {
    return join(this.dir, 'dovecot.conf');
  }
}
