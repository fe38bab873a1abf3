import { MailboxError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Log } from '../log.ts';
import { abortable } from './abortable.ts';
import { noop } from './imap-commands.ts';
import { connectError } from './imap-errors.ts';
import { ImapSession } from './imap-session.ts';
import { Pool, type PoolSettings } from './pool.ts';
import { tlsOptions } from './tls.ts';
import { WriteAccess } from './write-access.ts';

export interface ImapSettings {
  host: string;
  port: number;
  /** Implicit TLS; otherwise STARTTLS is required, except on loopback. */
  secure: boolean;
  username: string;
  /** Asked once for every login. */
  password: () => Promise<string>;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
}

/** A literal larger than this is refused; big parts are fetched in pieces far below it. */
const maxLiteralBytes = 48 * 1024 * 1024;

/** A connection of the IMAP pool: the session, as the pool wants it. */
export class PooledImap {
  readonly session: ImapSession;

  constructor(session: ImapSession) {
    this.session = session;
  }

  get usable(): boolean {
    return this.session.usable;
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.session.run([noop()], { signal, timeoutMs: 3000 });
  }

  async logout(): Promise<void> {
    await this.session.logout();
  }
}

/** The IMAP connections of one account: at most `pool.max`, each remembering its selected folder. */
export class Imap {
  readonly pool: Pool<PooledImap>;
  readonly access = new WriteAccess();

  constructor(settings: ImapSettings) {
    this.pool = new Pool({
      settings: settings.pool,
      connect: (signal) => connect(settings, signal),
      log: settings.log,
    });
  }

  /**
   * Reads with a connection that has one of `folders` selected already, if such a one is free. May run twice
   * when a connection was lost. @throws MailboxError
   */
  async read<T>(
    folders: readonly string[],
    signal: AbortSignal,
    work: (session: ImapSession) => Promise<T>,
  ): Promise<T> {
    return await this.change(folders, signal, work);
  }

  /**
   * Changes something: `work` looks first and calls `commit` right before the first command that changes anything.
   * Until then it may run twice when a connection was lost; from then on never, for what was sent may have been done.
   * @throws MailboxError
   */
  async change<T>(
    folders: readonly string[],
    signal: AbortSignal,
    work: (session: ImapSession, commit: () => void) => Promise<T>,
  ): Promise<T> {
    const prefer = ({ session: { view } }: PooledImap) => {
      if (folders.length === 0 || !view) return 1;
      return folders.includes(view.folder) ? 2 : 0;
    };
    let committed = false;
    const commit = () => {
      committed = true;
    };
    return await this.pool.use(({ session }) => work(session, commit), {
      signal,
      prefer,
      rerun: () => !committed,
    });
  }
}

async function connect(settings: ImapSettings, signal: AbortSignal): Promise<PooledImap> {
  const { host, port, secure, username, ca, log, pool } = settings;
  const password = await settings.password();
  log.addSecret(password, username);
  const { ImapWire } = await import('./imap-wire.ts');
  const wire = new ImapWire({
    host,
    port,
    secure,
    ...(secure ? {} : { doSTARTTLS: !isLoopback(host) }),
    auth: { user: username, pass: password },
    tls: await tlsOptions(ca),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: pool.timeoutMs,
    greetingTimeout: pool.timeoutMs,
    socketTimeout: 300_000,
    maxLineLength: 4 * 1024 * 1024,
    maxLiteralSize: maxLiteralBytes,
    maxResponseSize: maxLiteralBytes + 8 * 1024 * 1024,
  });
  const session = new ImapSession(wire);
  const started = performance.now();
  try {
    await abortable(wire.connect(), { signal, timeoutMs: pool.timeoutMs, onTimeout: () => tooSlow(host) });
  } catch (error) {
    session.close();
    if (signal.aborted) throw error;
    throw connectError(error, host);
  }
  log.info('connected', { host, ms: Math.round(performance.now() - started) });
  return new PooledImap(session);
}

function tooSlow(host: string): MailboxError {
  return new MailboxError('timeout', `The mail server ${host} did not answer in time.`, {
    hint: 'Check the network and MAILBOX_IMAP_HOST, MAILBOX_IMAP_PORT and MAILBOX_IMAP_SECURE.',
  });
}
