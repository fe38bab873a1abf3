import { abortable } from '../domain/abortable.ts';
import { MailboxError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Log } from '../log.ts';
import { connectError } from './imap/errors.ts';
import { PooledImap } from './imap/pooled-imap.ts';
import { ImapSession, type OnThrottled } from './imap/session.ts';
import type { Password } from './password-command.ts';
import { Pool, type PoolSettings } from './pool.ts';
import { imapRate, RateLimit } from './rate-limit.ts';
import { SpareTime } from './spare-time.ts';
import { tlsOptions } from './tls.ts';
import { WriteAccess } from './write-access.ts';

export interface ImapSettings {
  host: string;
  port: number;
  /** Implicit TLS; otherwise STARTTLS is required, except on loopback. */
  secure: boolean;
  username: string;
  password: Password;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
  /** Default `imapRate.perMinute`; 0: no limit. */
  requestsPerMinute?: number | undefined;
  /** As of `PoolOptions`. */
  now?: () => number;
}

/** A literal larger than this is refused; big parts are fetched in pieces far below it. */
const maxLiteralBytes = 48 * 1024 * 1024;
/** As long as the pool pauses when the server refuses the only connection. */
const noConnectionMs = 10_000;

export interface ImapReader {
  read<T>(
    folders: readonly string[],
    signal: AbortSignal,
    work: (session: ImapSession) => Promise<T>,
  ): Promise<T>;
}

/** The IMAP connections of one account: at most `pool.max`, each remembering its selected folder. */
export class Imap implements ImapReader {
  readonly pool: Pool<PooledImap>;
  readonly access = new WriteAccess();
  readonly rate: RateLimit;
  /** Work between the calls; it reads by `spare`. */
  readonly spareTime: SpareTime;
  readonly spare: ImapReader;
  private readonly settings: ImapSettings;
  /** Who keeps a connection; each is told when calls need it. */
  private readonly keepers = new Set<AbortController>();

  constructor(settings: ImapSettings) {
    this.settings = settings;
    // A step that has just begun is about to take the connection that still seems idle.
    const hasRoom = () => this.pool.status.idle > 0 && this.working > 0;
    this.spareTime = new SpareTime({ hasRoom, isIdle: () => this.isIdle, log: settings.log });
    this.spare = { read: (folders, signal, work) => this.readSparely(folders, signal, work) };
    const { requestsPerMinute: perMinute, now } = settings;
    this.rate = new RateLimit(imapRate, { perMinute, now });
    this.pool = new Pool({
      settings: settings.pool,
      connect: (signal, password) => this.login(password, signal),
      password: settings.password,
      log: settings.log,
      onLimit: () => this.makeRoom(this.pool.status.size),
      ...(now ? { now } : {}),
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
    const job = async ({ session }: PooledImap, reused: boolean) => {
      await this.rate.rested(signal);
      if (reused) session.doubt();
      return await work(session, () => {
        commit();
        session.trust();
      });
    };
    await this.spareTime.giveWay();
    await this.rate.take(signal);
    return await this.pool.use(job, { signal, prefer, rerun: () => !committed });
  }

  /**
   * Lends one connection of the pool for as long as `work` takes: the pool is that much smaller. It waits its turn like a
   * call. `giveWay` aborts when the server allows no other connection: the calls then need this one.
   * @throws MailboxError
   */
  async keep(
    signal: AbortSignal,
    work: (connection: PooledImap, giveWay: AbortSignal) => Promise<void>,
  ): Promise<void> {
    let begun = false;
    const job = async (connection: PooledImap, reused: boolean) => {
      if (reused) connection.session.doubt();
      await connection.session.prove(signal);
      begun = true;
      const keeper = new AbortController();
      this.keepers.add(keeper);
      this.makeRoom(this.pool.places);
      try {
        await work(connection, keeper.signal);
      } finally {
        this.keepers.delete(keeper);
      }
    };
    await this.spareTime.giveWay();
    await this.rate.take(signal);
    await this.pool.use(job, { signal, rerun: () => !begun });
  }

  /** @param connections all that calls could have, the kept ones included. */
  private makeRoom(connections: number): void {
    if (connections <= this.keepers.size) for (const keeper of this.keepers) keeper.abort();
  }

  /** Whether one connection may be kept and another is left for the calls. */
  get hasRoomToKeep(): boolean {
    return this.settings.pool.max > 1;
  }

  /** @throws MailboxError `rate_limited` when the server could not be asked at once. */
  private async readSparely<T>(
    folders: readonly string[],
    signal: AbortSignal,
    work: (session: ImapSession) => Promise<T>,
  ): Promise<T> {
    await this.rate.take(signal, 0);
    const prefer = ({ session: { view } }: PooledImap) => (view && folders.includes(view.folder) ? 2 : 1);
    const job = async ({ session }: PooledImap, reused: boolean) => {
      if (reused) session.doubt();
      return await work(session);
    };
    return await this.pool.use(job, { signal, prefer });
  }

  /** Connections that serve calls. */
  private get working(): number {
    return this.pool.status.busy - this.keepers.size;
  }

  /** Nobody works, a connection is open, and the server has been asked for little lately. */
  private get isIdle(): boolean {
    const { idle, waiting } = this.pool.status;
    const { limit = 0, remaining = 0, waitMs } = this.rate.status.rateLimit ?? {};
    return idle > 0 && this.working === 0 && waiting === 0 && waitMs === undefined && remaining >= limit / 2;
  }

  /** While another connection is open, a limit only makes the pool smaller. */
  private async login(password: string, signal: AbortSignal): Promise<PooledImap> {
    try {
      return await connect(this.settings, password, signal, (waitMs) => this.rate.rest(waitMs));
    } catch (error) {
      const limited = error instanceof MailboxError && error.code === 'rate_limited';
      if (limited && this.pool.status.size === 0) this.rate.rest(noConnectionMs);
      throw error;
    }
  }
}

async function connect(
  settings: ImapSettings,
  password: string,
  signal: AbortSignal,
  onThrottled: OnThrottled,
): Promise<PooledImap> {
  const { host, port, secure, username, ca, log, pool } = settings;
  log.addSecret(password, username);
  const { ImapWire } = await import('./imap/wire.ts');
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
  // The account rests, and no connection sits the pause out in the middle of a command.
  wire.throttleWait = async () => false;
  const session = new ImapSession(wire, onThrottled);
  const started = performance.now();
  try {
    await abortable(wire.connect(), { signal, timeoutMs: pool.timeoutMs, onTimeout: () => tooSlow(host) });
  } catch (error) {
    session.close();
    if (signal.aborted) throw error;
    throw connectError(error, host);
  }
  log.info('connected', { host, ms: Math.round(performance.now() - started) });
  return new PooledImap(session, wire);
}

function tooSlow(host: string): MailboxError {
  return new MailboxError('timeout', `The mail server ${host} did not answer in time.`, {
    hint: 'Check the network and MAILBOX_IMAP_HOST, MAILBOX_IMAP_PORT and MAILBOX_IMAP_SECURE.',
  });
}
