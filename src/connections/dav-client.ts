import { setTimeout as sleep } from 'node:timers/promises';
import { MailboxError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Log } from '../log.ts';
import { type DavAnswer, type DavLimits, type DavRequest, davLimits } from './dav-answer.ts';
import { DavConnection, type ExchangeOptions } from './dav-connection.ts';
import { refusal, retryAfterMs, unknownOutcome } from './dav-errors.ts';
import { basicAuthorization, loginRefused, Refusals } from './dav-login.ts';
import { openSocket } from './dav-socket.ts';
import { Pool, type PoolSettings } from './pool.ts';
import { WriteAccess } from './write-access.ts';

export interface DavSettings {
  /** Where the search for the calendars begins, e.g. `https://dav.mailbox.org/`. */
  url: string;
  username: string;
  /** Asked once for every connection. */
  password: () => Promise<string>;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
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
  readonly url: URL;
  private readonly settings: DavSettings;
  private readonly now: () => number;
  private readonly prove: (ask: Ask) => Promise<void>;
  private readonly refusals = new Refusals();
  private proven = false;
  private gate: Promise<unknown> = Promise.resolve();

  /** @throws MailboxError `invalid_input` when the password would travel unencrypted */
  constructor(settings: DavSettings, prove: (ask: Ask) => Promise<void>) {
    const { log, pool, now = Date.now } = settings;
    this.url = safeUrl(settings.url);
    this.settings = settings;
    this.now = now;
    this.prove = prove;
    this.pool = new Pool({ settings: pool, connect: (signal) => this.connect(signal), log, now });
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
      await sleep(waitMs, undefined, { signal });
      answer = await this.readOnce(request, signal);
    }
    if (isSuccess(answer) || accept.includes(answer.status)) return answer;
    throw refusal(request, answer, this.now());
  }

  /**
   * PUT or DELETE, at most once.
   * @returns a 2xx other than 207, or one of the statuses that `accept` names. @throws MailboxError: nothing was changed, except with `unknown_outcome`.
   */
  async write(request: DavRequest, signal: AbortSignal, accept: readonly number[] = []): Promise<DavAnswer> {
    const progress = { sent: false, answered: false };
    const answer = await this.pool.use(
      async (connection) => {
        try {
          return await this.exchange(connection, request, { signal, progress });
        } catch (error) {
          throw progress.sent && !progress.answered ? unknownOutcome(error) : error;
        }
      },
      { signal },
    );
    const isDone = isSuccess(answer) && answer.status !== 207;
    if (!isDone && !accept.includes(answer.status)) throw refusal(request, answer, this.now());
    this.access.worked();
    return answer;
  }

  /** Logs in, if that has not happened yet. */
  async ready(signal: AbortSignal): Promise<void> {
    if (!this.proven) await this.pool.use(async () => 'connected', { signal });
  }

  private async readOnce(request: DavRequest, signal: AbortSignal): Promise<DavAnswer> {
    const progress = { sent: false, answered: false };
    return await this.pool.use(
      async (connection) => await this.exchange(connection, request, { signal, progress }),
      { signal, rerun: () => !progress.answered },
    );
  }

  private async exchange(
    connection: DavConnection,
    request: DavRequest,
    options: ExchangeOptions,
  ): Promise<DavAnswer> {
    this.refusals.throwIfLatched();
    const started = performance.now();
    const answer = await connection.exchange(request, options);
    const ms = Math.round(performance.now() - started);
    const { status, preconditions, headers } = answer;
    const told = preconditions.length === 0 ? {} : { preconditions };
    const location = headers.location === undefined ? {} : { location: headers.location };
    this.settings.log.debug(request.method, { path: request.path, status, ms, ...told, ...location });
    if (status === 401) throw await this.refused(connection, answer);
    this.refusals.worked();
    return answer;
  }

  /** After a refused login the next connection has to prove the password before anything else is asked. */
  private async refused(connection: DavConnection, answer: DavAnswer): Promise<MailboxError> {
    const error = loginRefused(answer, this.url.hostname);
    this.proven = false;
    this.refusals.add(error);
    this.access.refused(error);
    await connection.logout();
    return error;
  }

  private async connect(signal: AbortSignal): Promise<DavConnection> {
    this.refusals.throwIfLatched();
    const started = performance.now();
    const line = await this.opener(signal);
    const turn = this.gate.then(() => this.logIn(line, signal));
    this.gate = turn.catch(() => 'whoever waits for it is told');
    await turn;
    const connection = await line();
    const ms = Math.round(performance.now() - started);
    this.settings.log.info('connected', { host: this.url.hostname, ms });
    return connection;
  }

  /** Gives the same connection until it ends, as some servers end it after every answer. */
  private async opener(signal: AbortSignal): Promise<() => Promise<DavConnection>> {
    const { url, settings } = this;
    const password = await settings.password();
    settings.log.addSecret(password, settings.username);
    const authorization = basicAuthorization(settings.username, password);
    const endpoint = { url, ca: settings.ca, timeoutMs: settings.pool.timeoutMs };
    let connection: DavConnection | undefined;
    return async () => {
      if (connection?.usable) return connection;
      const socket = await openSocket(endpoint, signal);
      const headers = { 'user-agent': userAgent(settings), authorization };
      connection = new DavConnection(socket, url, headers, settings.limits ?? davLimits);
      return connection;
    };
  }

  /** One connection proves the password for all that come after it. */
  private async logIn(line: () => Promise<DavConnection>, signal: AbortSignal): Promise<void> {
    if (this.proven) return;
    let connection: DavConnection | undefined;
    try {
      await this.prove(async (request) => {
        this.refusals.throwIfLatched();
        connection = await line();
        return await this.exchange(connection, request, { signal, timeoutMs: this.settings.pool.timeoutMs });
      });
    } catch (error) {
      await connection?.logout();
      throw error;
    }
    this.proven = true;
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
