import { MailboxError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Log } from '../log.ts';
import { type DavAnswer, type DavLimits, type DavRequest, davLimits } from './dav-answer.ts';
import { DavConnection, type ExchangeOptions } from './dav-connection.ts';
import { refusal, retryAfterMs, unknownOutcome } from './dav-errors.ts';
import { DavLogin, loginRefused } from './dav-login.ts';
import { openDavSocket } from './dav-socket.ts';
import type { Password } from './password-command.ts';
import { Pool, type PoolSettings } from './pool.ts';
import { caldavRate, RateLimit } from './rate-limit.ts';
import { WriteAccess } from './write-access.ts';

export interface DavSettings {
  /** Where the search for the calendars begins, e.g. `https://dav.mailbox.org/`. */
  url: string;
  username: string;
  password: Password;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
  /** Default `caldavRate.perMinute`; 0: no limit. */
  requestsPerMinute?: number | undefined;
  now?: () => number;
  /** Of this program, for the User-Agent. */
  version?: string;
  /** Default `davLimits`. */
  limits?: DavLimits;
}

/** Asks on one connection, whatever the status; a refused login throws. */
export type Ask = (request: DavRequest) => Promise<DavAnswer>;

/** A read asked to wait no longer than this is asked again, once. */
const longestWaitMs = 5000;

/**
 * Requests over the pooled connections of one account. Until one login has succeeded, `prove` is run on the first
 * connection; a password that was refused is not sent again.
 */
export class DavClient {
  readonly pool: Pool<DavConnection>;
  readonly access = new WriteAccess();
  readonly rate: RateLimit;
  readonly url: URL;
  private readonly settings: DavSettings;
  private readonly now: () => number;
  private readonly prove: (ask: Ask) => Promise<void>;
  private login: DavLogin | undefined;

  /** @throws MailboxError `invalid_input` when the password would travel unencrypted */
  constructor(settings: DavSettings, prove: (ask: Ask) => Promise<void>) {
    const { log, pool, password, requestsPerMinute: perMinute, now } = settings;
    this.url = safeUrl(settings.url);
    this.settings = settings;
    this.now = now ?? Date.now;
    this.prove = prove;
    this.rate = new RateLimit(caldavRate, { perMinute, now });
    const connect = (signal: AbortSignal, secret: string) => this.connect(secret, signal);
    this.pool = new Pool({ settings: pool, connect, password, log, ...(now ? { now } : {}) });
  }

  /**
   * A request that changes nothing. It is asked again when a connection that had been idle turns out to be dead, and
   * once when the server wants a short pause.
   * @returns a 2xx, or one of the statuses that `accept` names. @throws MailboxError
   */
  async read(request: DavRequest, signal: AbortSignal, accept: readonly number[] = []): Promise<DavAnswer> {
    let answer = await this.readOnce(request, signal);
    const waitMs = retryAfterMs(answer, this.now());
    if (waitMs !== undefined && waitMs <= longestWaitMs) {
      answer = await this.readOnce(request, signal, longestWaitMs);
    }
    if (isSuccess(answer) || accept.includes(answer.status)) return answer;
    throw refusal(request, answer, this.now());
  }

  /**
   * PUT or DELETE, carried out at most once.
   * @returns a 2xx other than 207, or one of the statuses that `accept` names. @throws MailboxError: nothing was changed, except with `unknown_outcome`.
   */
  async write(request: DavRequest, signal: AbortSignal, accept: readonly number[] = []): Promise<DavAnswer> {
    const progress = { sent: false, answered: false };
    await this.rate.take(signal);
    const answer = await this.pool.use(
      async (connection) => {
        await this.rate.rested(signal);
        try {
          return await this.exchange(connection, request, { signal, progress });
        } catch (error) {
          throw progress.sent && !progress.answered ? unknownOutcome(error) : error;
        }
      },
      { signal, rerun: () => !progress.sent },
    );
    const isDone = isSuccess(answer) && answer.status !== 207;
    if (!isDone && !accept.includes(answer.status)) throw refusal(request, answer, this.now());
    this.access.worked();
    return answer;
  }

  /** Logs in, if that has not happened yet. */
  async ready(signal: AbortSignal): Promise<void> {
    if (!this.login?.proven) await this.pool.use(async () => 'connected', { signal });
  }

  private async readOnce(request: DavRequest, signal: AbortSignal, patienceMs?: number): Promise<DavAnswer> {
    const progress = { sent: false, answered: false };
    await this.rate.take(signal, patienceMs);
    return await this.pool.use(
      async (connection) => {
        await this.rate.rested(signal, patienceMs);
        return await this.exchange(connection, request, { signal, progress });
      },
      { signal, rerun: () => !progress.answered },
    );
  }

  private async exchange(
    connection: DavConnection,
    request: DavRequest,
    options: ExchangeOptions,
  ): Promise<DavAnswer> {
    const started = performance.now();
    const answer = await connection.exchange(request, options);
    const ms = Math.round(performance.now() - started);
    const { status, preconditions, headers } = answer;
    const told = preconditions.length === 0 ? {} : { preconditions };
    const location = headers.location === undefined ? {} : { location: headers.location };
    this.settings.log.debug(request.method, { path: request.path, status, ms, ...told, ...location });
    const waitMs = retryAfterMs(answer, this.now());
    if (status === 429 || waitMs !== undefined) this.rate.rest(waitMs);
    if (status !== 401) return answer;
    // Refused is as good as never sent: on a new connection, with a login that is proven anew, it may be asked again.
    if (options.progress) Object.assign(options.progress, { sent: false, answered: false });
    throw this.refused(connection.login, answer);
  }

  /** No connection sends that password again before one has proven it. */
  private refused(login: DavLogin, answer: DavAnswer): MailboxError {
    const error = loginRefused(answer, this.url.hostname);
    login.refused = true;
    this.access.refused(error);
    if (login.proven) this.pool.logins.revoked(login.password, error);
    return error;
  }

  private async connect(password: string, signal: AbortSignal): Promise<DavConnection> {
    const started = performance.now();
    const login = this.loginWith(password);
    const line = this.opener(login, signal);
    if (!login.proven) await this.logIn(login, line, signal);
    const connection = await line();
    const ms = Math.round(performance.now() - started);
    this.settings.log.info('connected', { host: this.url.hostname, ms });
    return connection;
  }

  private loginWith(password: string): DavLogin {
    const { username, log } = this.settings;
    if (this.login?.password === password && !this.login.refused) return this.login;
    log.addSecret(password, username);
    this.login = new DavLogin(username, password);
    return this.login;
  }

  /** Gives the same connection until it ends, as some servers end it after every answer. */
  private opener(login: DavLogin, signal: AbortSignal): () => Promise<DavConnection> {
    const { url, settings } = this;
    const { ca, pool, limits = davLimits } = settings;
    const headers = { 'user-agent': userAgent(settings) };
    const session = { url, login, limits, headers, rate: this.rate };
    let connection: DavConnection | undefined;
    return async () => {
      if (connection?.usable) return connection;
      const socket = await openDavSocket({ url, ca, timeoutMs: pool.timeoutMs }, signal);
      connection = new DavConnection(socket, session);
      return connection;
    };
  }

  /** One connection proves the password for all that come after it; the pool opens them one by one until then. */
  private async logIn(
    login: DavLogin,
    line: () => Promise<DavConnection>,
    signal: AbortSignal,
  ): Promise<void> {
    let connection: DavConnection | undefined;
    try {
      await this.prove(async (request) => {
        connection = await line();
        // Another connection may have been refused meanwhile.
        this.pool.logins.throwIfSpent(login.password);
        return await this.exchange(connection, request, { signal, timeoutMs: this.settings.pool.timeoutMs });
      });
    } catch (error) {
      await connection?.logout();
      throw error;
    }
    login.proven = true;
    this.access.worked();
  }
}

function isSuccess({ status }: DavAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Open-Xchange treats the names of well-known clients specially; ours is none of them. */
function userAgent({ version }: DavSettings): string {
  return version === undefined ? 'mailbox-mcp-server' : `mailbox-mcp-server/${version}`;
}

function safeUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new MailboxError('invalid_input', 'The calendar server must be reached by https://.', {
    hint: 'Check MAILBOX_CALDAV_URL.',
  });
}
