import { abortable } from '../../domain/abortable.ts';
import type { MailboxError } from '../../domain/errors.ts';
import { Crowd } from '../crowd.ts';
import { Pool, type UseOptions } from '../pool.ts';
import { caldavRate, RateLimit } from '../rate-limit.ts';
import { WriteAccess } from '../write-access.ts';
import { type DavAnswer, type DavRequest, davLimits } from './answer.ts';
import { DavConnection, type ExchangeOptions, type Progress } from './connection.ts';
import { refusal, retryAfterMs, unknownOutcome } from './errors.ts';
import { DavLogin, loginRefused } from './login.ts';
import { tooSlow } from './network-errors.ts';
import { type DavSettings, safeUrl, userAgent } from './settings.ts';
import { openDavSocket } from './socket.ts';

/** Asks on one connection, whatever the status; a refused login throws. */
export type Ask = (request: DavRequest) => Promise<DavAnswer>;

interface Lease extends UseOptions<DavConnection> {
  /** How long the rate limit may keep it waiting. */
  waitMs: number | undefined;
}

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
  private readonly crowd: Crowd;
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
    const clock = now ? { now } : {};
    // The rate limit sees to the pauses the server asks for.
    this.pool = new Pool({ settings: pool, connect, password, log, limitPauseMs: 0, ...clock });
    this.crowd = new Crowd({ timeoutMs: pool.timeoutMs, waiting: () => this.pool.status.waiting });
  }

  /**
   * A request that changes nothing. It is asked again when a connection that had been idle turns out to be dead, and
   * once when the server wants a short pause.
   * @returns a 2xx, or one of the statuses that `accept` names. @throws MailboxError
   */
  async read(request: DavRequest, signal: AbortSignal, accept: readonly number[] = []): Promise<DavAnswer> {
    const answer = await this.patiently((waitMs) => this.readOnce(request, signal, waitMs));
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

  private async readOnce(request: DavRequest, signal: AbortSignal, waitMs?: number): Promise<DavAnswer> {
    const lease = { signal, waitMs };
    const ask = (connection: DavConnection, progress: Progress, limited = signal) =>
      this.exchange(connection, request, { signal: limited, progress });
    const askPolitely = (connection: DavConnection, progress: Progress) => {
      const isSilent = () => !progress.answered;
      return this.crowd.givingWay((limited) => ask(connection, progress, limited), { signal, isSilent });
    };
    const answer = await this.lend(askPolitely, lease);
    if (answer) return answer;
    if (request.optional) throw tooSlow(this.url.hostname);
    return await this.crowd.inTurn(() => this.lend(ask, lease), signal);
  }

  private async lend<T>(
    ask: (connection: DavConnection, progress: Progress) => Promise<T>,
    { waitMs, ...lease }: Lease,
  ): Promise<T> {
    const { signal } = lease;
    const progress = { sent: false, answered: false };
    await this.rate.take(signal, waitMs);
    return await this.pool.use(
      async (connection, reused) => {
        await this.rate.rested(signal, waitMs);
        if (reused) connection.doubt();
        return await ask(connection, progress);
      },
      { ...lease, rerun: () => !progress.answered },
    );
  }

  /** Once more when the server wants a short pause. */
  private async patiently(ask: (waitMs?: number) => Promise<DavAnswer>): Promise<DavAnswer> {
    const answer = await ask();
    const waitMs = retryAfterMs(answer, this.now());
    return waitMs === undefined || waitMs > longestWaitMs ? answer : await ask(longestWaitMs);
  }

  private async exchange(
    connection: DavConnection,
    request: DavRequest,
    options: ExchangeOptions,
  ): Promise<DavAnswer> {
    return await connection.login.during(this.asked(connection, request, options));
  }

  private async asked(
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
    // An older one has been replaced by another password already.
    const counts = login.proven && login.password === this.login?.password;
    if (counts) this.pool.logins.revoked(login.password, error);
    return error;
  }

  private async connect(password: string, signal: AbortSignal): Promise<DavConnection> {
    const started = performance.now();
    const { login: old } = this;
    // What is still under way with that password may be refused as well, and together that is enough.
    if (old?.refused && old.password === password) await abortable(old.settled(), { signal });
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
      const { timeoutMs } = this.settings.pool;
      const ask = async (request: DavRequest, waitMs?: number) => {
        await this.rate.rested(signal, waitMs);
        connection = await line();
        // Another connection may have been refused meanwhile.
        this.pool.logins.throwIfSpent(login.password);
        return await this.exchange(connection, request, { signal, timeoutMs });
      };
      await this.prove((request) => this.patiently((waitMs) => ask(request, waitMs)));
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
