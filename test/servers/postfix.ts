import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dovecot, dovecotAvailable, startDovecot } from './dovecot.ts';
import { env, isRoot, serverFolder, serverWanted } from './machine.ts';
import { freePorts, listening } from './ports.ts';
import { aliasOf, postfixConfig } from './postfix-config.ts';
import { ServerProcess } from './server-process.ts';

export interface PostfixOptions {
  /** Delivers the mail and checks the passwords; must have been started with `mta`. Default: one of its own. */
  dovecot?: Dovecot;
  /** What EHLO announces as SIZE; default 100 MB. */
  maxMessageBytes?: number;
}

const lmtpPrograms = ['/usr/lib/dovecot/lmtp', '/usr/libexec/dovecot/lmtp'];

/** Whether `startPostfix` can work here: root, Postfix 3, Dovecot with its LMTP server, all of them wanted. */
export function postfixAvailable(): boolean {
  if (!serverWanted('postfix') || !isRoot || !dovecotAvailable()) return false;
  return builtIn('mail_version').startsWith('3.') && lmtpPrograms.some((path) => existsSync(path));
}

/** A setting as it was compiled in; empty when Postfix is not installed. */
function builtIn(name: string): string {
  return spawnSync('postconf', ['-dh', name], { env, encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** A real Postfix with its Dovecot, on free loopback ports. Both end with `stop()` or with this process. */
export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  const dovecot = options.dovecot ?? (await startDovecot({ mta: true }));
  const postfix = new Postfix(serverFolder(), dovecot, options);
  await postfix.start();
  return postfix;
}

/** One running instance; made by `startPostfix`. Users are those of its Dovecot, each with an alias. */
export class Postfix extends ServerProcess {
  readonly dovecot: Dovecot;
  /** TLS from the first byte, as port 465. */
  smtpsPort = 0;
  /** STARTTLS required, as port 587. */
  submissionPort = 0;
  protected readonly program = 'Postfix';
  protected override readonly logFiles = ['postfix.log'];
  readonly #maxMessageBytes: number;

  constructor(dir: string, dovecot: Dovecot, { maxMessageBytes = 100_000_000 }: PostfixOptions) {
    super(dir);
    this.dovecot = dovecot;
    this.#maxMessageBytes = maxMessageBytes;
    makeFolders(dir);
  }

  /** The environment that points our server at this user, its IMAP at Dovecot and its SMTP here. */
  mailEnv(name: string, security: 'tls' | 'starttls' = 'tls'): Record<string, string> {
    const tls = security === 'tls';
    return {
      ...this.dovecot.mailEnv(name),
      MAILBOX_SMTP_HOST: this.host,
      MAILBOX_SMTP_PORT: String(tls ? this.smtpsPort : this.submissionPort),
      MAILBOX_SMTP_SECURE: String(tls),
      MAILBOX_ALIASES: aliasOf(name),
    };
  }

  /** Messages accepted and not yet delivered or bounced. */
  queueLength(): number {
    const queues = ['incoming', 'active', 'deferred', 'hold', 'maildrop'];
    return queues.flatMap((queue) => filesBelow(join(this.dir, 'queue', queue))).length;
  }

  /** Waits until everything accepted was delivered or bounced: what has not arrived now never will. */
  async settled(timeoutMs = 5000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.queueLength() > 0) {
      if (performance.now() > deadline) throw new Error(`Mail is stuck.\n${this.log()}`);
      await sleep(10);
    }
  }

  /**
   * The first message with this subject or Message-ID (`<…>`), as its reader gets it, as soon as it is there.
   * @throws Error with the log when it does not come in time
   */
  async arrived(
    name: string,
    subjectOrId: string,
    { folder = 'INBOX', timeoutMs = 5000 }: { folder?: string; timeoutMs?: number } = {},
  ): Promise<Buffer> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const [raw] = await this.dovecot.copies(name, subjectOrId, folder);
      if (raw) return raw;
      await sleep(10);
    }
    throw new Error(`${subjectOrId} did not reach ${folder} of ${name}.\n${this.log()}`);
  }

  /** Ends it and its Dovecot and removes their folders. */
  override async stop(): Promise<void> {
    await super.stop();
    await this.dovecot.stop();
  }

  protected async choosePorts(): Promise<void> {
    [this.smtpsPort = 0, this.submissionPort = 0] = await freePorts(2);
  }

  protected launch(): Promise<boolean> {
    const { dir, dovecot, smtpsPort, submissionPort } = this;
    const { certificates } = dovecot;
    if (!certificates) throw new Error('Postfix needs a Dovecot with TLS: it shares the certificate');
    const programs = builtIn('daemon_directory');
    const where = { dir, dovecotDir: dovecot.dir, certificates, programs, smtpsPort, submissionPort };
    const files = postfixConfig({ ...where, maxMessageBytes: this.#maxMessageBytes });
    const long = new Date(Date.now() - 60_000);
    for (const [name, text] of Object.entries(files)) {
      const path = join(dir, 'etc', name);
      writeFileSync(path, text);
      utimesSync(path, long, long); // Postfix reads a file again and again until it is a second old
    }
    writeFileSync(join(dir, 'postfix.log'), '');
    const command = [join(programs, 'master'), '-d', '-c', join(dir, 'etc')];
    this.supervise(command, { MAIL_CONFIG: join(dir, 'etc') });
    return listening(smtpsPort, () => /\bfatal: /.test(this.log()));
  }
}

/** The folders that `postfix check` makes in two seconds, with the owners and modes it gives them. */
function makeFolders(dir: string): void {
  const make = (mode: string, owner: string, ...names: string[]) => {
    const paths = names.map((name) => join(dir, name));
    execFileSync('install', ['-d', '-m', mode, ...owner.split(' '), ...paths], { env });
  };
  const queues = 'active bounce corrupt defer deferred flush hold incoming saved trace private'.split(' ');
  make('755', '-o root', 'etc', 'queue', 'queue/pid');
  make('700', '-o postfix', 'data', ...queues.map((name) => `queue/${name}`));
  make('730', '-o postfix -g postdrop', 'queue/maildrop');
  make('710', '-o postfix -g postdrop', 'queue/public');
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
