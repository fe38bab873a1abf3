import { Agent, type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import type { Socket } from 'node:net';
import { MailboxError } from '../../domain/errors.ts';
import { unlessSilent } from '../first-word.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { Connection } from '../slots.ts';
import { type DavAnswer, type DavLimits, type DavRequest, readAnswer } from './answer.ts';
import { BodyTooLarge, type Watch } from './body.ts';
import type { DavLogin } from './login.ts';
import { brokenAnswer, lostConnection, tooLongAnswer, tooSlow } from './network-errors.ts';

/** How far a request came: whether it may be asked again, and whether it may have changed something. */
export interface Progress {
  /** Bytes of it may have left. */
  sent: boolean;
  /** The status is known. */
  answered: boolean;
}

export interface ExchangeOptions {
  signal: AbortSignal;
  /** Default: what the limits say for the method. */
  timeoutMs?: number;
  progress?: Progress;
}

/** What is the same for every request on a connection. */
export interface DavSession {
  url: URL;
  login: DavLogin;
  /** Beside the login. */
  headers: Readonly<Record<string, string>>;
  limits: DavLimits;
  rate: RateLimit;
}

/** Never opens a connection by itself: the pool does, and knows how many there are. */
class OneSocket extends Agent {
  constructor(socket: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.createConnection = () => socket;
  }

  declare createConnection: () => Socket;
}

/** One keep-alive HTTP/1.1 connection, used by one call at a time. */
export class DavConnection implements Connection {
  readonly login: DavLogin;
  private readonly socket: Socket;
  private readonly agent: OneSocket;
  private readonly url: URL;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly limits: DavLimits;
  private readonly rate: RateLimit;
  private spent = false;
  private doubted = false;

  constructor(socket: Socket, { url, login, headers, limits, rate }: DavSession) {
    this.login = login;
    this.socket = socket;
    this.agent = new OneSocket(socket);
    this.url = url;
    this.headers = headers;
    this.limits = limits;
    this.rate = rate;
    const ended = () => {
      this.spent = true;
    };
    socket.once('end', ended);
    socket.once('close', ended);
  }

  get usable(): boolean {
    return !this.spent && !this.socket.destroyed && !this.login.refused;
  }

  /** To be called when a line that was open before is used to read: it may have died since, and the server must speak soon. */
  doubt(): void {
    this.doubted = true;
  }

  /**
   * Sends the request and reads the answer, whatever its status says. A fault ends the connection.
   * @throws MailboxError `unavailable`, `timeout`; the signal's reason when it aborts.
   */
  async exchange(request: DavRequest, options: ExchangeOptions): Promise<DavAnswer> {
    const { authorization } = this.login;
    return await this.run(request, { ...this.headers, authorization, ...request.headers }, options);
  }

  /**
   * Any answer will do. Without a password, for a check must never count as a try to log in; and while the server wants
   * to be left alone a dead connection is found out by the first request after it.
   */
  async check(signal: AbortSignal): Promise<void> {
    if (this.rate.resting) return;
    const request = { method: 'OPTIONS', path: this.url.pathname, want: 'status' } as const;
    await this.run(request, this.headers, { signal });
  }

  /** HTTP has no farewell. */
  async logout(): Promise<void> {
    this.close();
  }

  private close(): void {
    this.spent = true;
    this.agent.destroy();
    this.socket.destroy();
  }

  private async run(
    request: DavRequest,
    headers: Readonly<Record<string, string>>,
    { signal, timeoutMs, progress = { sent: false, answered: false } }: ExchangeOptions,
  ): Promise<DavAnswer> {
    signal.throwIfAborted();
    if (!this.usable) throw lostConnection('closed by the server');
    const call = new Call(this.start(request, headers), signal, this.patience(request, timeoutMs));
    try {
      progress.sent = true;
      const response = await this.head(call.response(request.body), request);
      progress.answered = true;
      if (!keepsAlive(response)) this.spent = true;
      const answer = await readAnswer(response, request, this.limits, call);
      if (!response.readableEnded) this.close();
      return answer;
    } catch (error) {
      this.close();
      throw call.reason ?? translated(error);
    } finally {
      call.end();
    }
  }

  private async head(coming: Promise<IncomingMessage>, { heavy }: DavRequest): Promise<IncomingMessage> {
    const { doubted } = this;
    this.doubted = false;
    return await (doubted && !heavy ? unlessSilent(coming, () => this.socket.bytesRead, silent) : coming);
  }

  private patience({ method, optional }: DavRequest, timeoutMs: number | undefined): Patience {
    const { requestMs, silenceMs, optionalSilenceMs } = this.limits;
    const host = this.url.hostname;
    if (timeoutMs !== undefined || method !== 'REPORT') return { host, ms: timeoutMs ?? requestMs };
    return { host, ms: optional ? optionalSilenceMs : silenceMs, anew: true };
  }

  private start({ method, path, body }: DavRequest, headers: Readonly<Record<string, string>>) {
    const { hostname, host, port } = this.url;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return startRequest({
      ...{ method, path, hostname, port, agent: this.agent },
      headers: { ...headers, host, ...length },
    });
  }
}

/** How long a request may take, to be named after the host; `anew`: after each piece of the answer. */
interface Patience {
  host: string;
  ms: number;
  anew?: boolean;
}

/** A request under way, with its deadline; whoever ends it early says why. */
class Call implements Watch {
  reason: unknown;
  private readonly outgoing: ClientRequest;
  private readonly signal: AbortSignal;
  private readonly patience: Patience;
  private timer: NodeJS.Timeout;
  private incoming: IncomingMessage | undefined;
  private readonly onAbort = () => this.stop(this.signal.reason);

  constructor(outgoing: ClientRequest, signal: AbortSignal, patience: Patience) {
    this.outgoing = outgoing;
    this.signal = signal;
    this.patience = patience;
    this.timer = this.deadline();
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  waiting(): void {
    if (this.patience.anew) this.timer = this.deadline();
  }

  working(): void {
    if (this.patience.anew) clearTimeout(this.timer);
  }

  /** The head of the answer; its body follows. */
  async response(body: string | undefined): Promise<IncomingMessage> {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      this.outgoing.once('response', (incoming) => {
        this.incoming = incoming;
        incoming.on('error', () => 'whoever reads it is told');
        resolve(incoming);
      });
      this.outgoing.on('error', reject);
      this.outgoing.end(body);
    });
  }

  end(): void {
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
  }

  private deadline(): NodeJS.Timeout {
    const { host, ms } = this.patience;
    return setTimeout(() => this.stop(tooSlow(host)), ms);
  }

  private stop(reason: unknown): void {
    this.reason = reason;
    const error = reason instanceof Error ? reason : new Error('stopped', { cause: reason });
    (this.incoming ?? this.outgoing).destroy(error);
  }
}

function silent(): MailboxError {
  return lostConnection(new Error('not a byte came on a line that was open before'));
}

/** RFC 9112 §9.3. */
function keepsAlive({ httpVersion, headers }: IncomingMessage): boolean {
  const options = (headers.connection ?? '').toLowerCase();
  return httpVersion === '1.1' ? !/\bclose\b/u.test(options) : /\bkeep-alive\b/u.test(options);
}

function translated(error: unknown): MailboxError {
  if (error instanceof MailboxError) return error;
  if (error instanceof BodyTooLarge) return tooLongAnswer(error);
  const { code = '' } = error as { code?: string };
  return /^(?:E[A-Z]+|ERR_STREAM_PREMATURE_CLOSE)$/u.test(code) ? lostConnection(error) : brokenAnswer(error);
}
