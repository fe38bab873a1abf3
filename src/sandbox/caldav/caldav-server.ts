import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Connections, listen, type RunningServer, type TlsKeys } from '../connections.ts';
import { pause } from '../faults.ts';
import type { Store } from '../store.ts';
import { Calendars, type CalendarUser } from './calendars.ts';
import { DavFaults, sendAnswer } from './dav-faults.ts';
import { type Behaviour, dialectOf } from './dialect.ts';
import { answer } from './dispatch.ts';
import type { DavAnswer, DavContext, SchedulingMessage } from './exchange.ts';
import { Hrefs } from './paths.ts';

export interface CaldavOptions {
  /** Default `plain`. */
  behaviour?: Behaviour;
  /** The server tells organizers and attendees itself (RFC 6638). Default: yes as Open-Xchange, no as `plain`. */
  schedules?: boolean;
  /** Objects a sync-collection tells at once, then 507. Default: 1000 as Open-Xchange, no limit as `plain`. */
  maxResults?: number;
  /** Bytes. Default about 10 MB. */
  maxResourceSize?: number;
  /** Password by address where DAV has one of its own. Default: the user's. */
  passwords?: Readonly<Record<string, string>>;
}

/** One request as it was answered. */
export interface LoggedRequest {
  method: string;
  path: string;
  /** 0 when it got no answer. */
  status: number;
  /** Of the answer's body. */
  bytes: number;
  /** As sent, lower case names, without credentials. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface CaldavServer extends RunningServer {
  calendars: Calendars;
  /** Oldest first. */
  requests: LoggedRequest[];
  scheduled: readonly SchedulingMessage[];
  faults: DavFaults;
  hrefs: Hrefs;
}

/** CalDAV for everybody in the store, over HTTP on a free loopback port. */
export async function startCaldavServer(
  store: Store,
  clock: () => Date,
  options: CaldavOptions,
  host: string,
  tls?: TlsKeys,
): Promise<CaldavServer> {
  const session = new CaldavService(store, clock, options, tls ? 'https' : 'http');
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void session.serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  // An idle connection the server closes under a request would be a fault nobody planned.
  server.keepAliveTimeout = 60_000;
  const connections = new Connections();
  server.on('connection', (socket) => void connections.add(socket));
  const port = await listen(server, host);
  const close = () => {
    connections.destroyAll();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const { context, requests, faults } = session;
  const { calendars, scheduled, hrefs } = context;
  return { port, connections: connections.counters, close, calendars, requests, scheduled, faults, hrefs };
}

class CaldavService {
  readonly context: DavContext;
  readonly requests: LoggedRequest[] = [];
  readonly faults = new DavFaults();
  readonly #passwords: Readonly<Record<string, string>>;
  readonly #scheme: string;

  constructor(store: Store, clock: () => Date, options: CaldavOptions, scheme: string) {
    const dialect = dialectOf(options.behaviour ?? 'plain');
    this.#passwords = options.passwords ?? {};
    this.#scheme = scheme;
    this.context = {
      calendars: new Calendars(store, clock),
      dialect,
      hrefs: new Hrefs(dialect),
      clock,
      schedules: options.schedules ?? dialect.schedules,
      scheduled: [],
      maxResults: options.maxResults ?? dialect.maxResults,
      maxResourceSize: options.maxResourceSize ?? dialect.maxResourceSize,
    };
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const { authorization: _secret, ...shown } = headers;
    const entry: LoggedRequest = { method, path, status: 0, bytes: 0, headers: shown };
    this.requests.push(entry);
    const body = await bodyOf(request);
    if (!body) return;
    const fault = this.faults.take(method, path, body.toString('utf8'));
    if (fault === 'hang') return;
    if (fault === 'drop') return void response.destroy();
    if (typeof fault === 'object' && 'delayMs' in fault) await pause(fault.delayMs);
    const isForced = typeof fault === 'object' && 'status' in fault;
    const run = () => this.#answer(request, method, path, body);
    if (isForced && fault.isDone) run();
    const reply = isForced ? fault : run();
    if (fault === 'dropAfter') return void response.destroy();
    entry.status = reply.status;
    entry.bytes = await sendAnswer(response, reply, fault, method === 'HEAD');
  }

  #answer({ headers }: IncomingMessage, method: string, path: string, body: Buffer): DavAnswer {
    const { dialect } = this.context;
    if (/^\/\.well-known\/caldav\/?$/u.test(path)) {
      return {
        status: 301,
        headers: { Location: dialect.wellKnown(`${this.#scheme}://${headers.host ?? ''}`) },
      };
    }
    const viewer = this.#viewer(headers.authorization);
    if (!viewer) return { status: 401, headers: { 'WWW-Authenticate': dialect.challenge } };
    return answer(this.context, { method, path, headers, body, viewer });
  }

  /** Basic in UTF-8 (RFC 7617); the user name is the main address. */
  #viewer(authorization = ''): CalendarUser | undefined {
    const [, encoded = ''] = /^Basic ([\w+/=]+)$/iu.exec(authorization) ?? [];
    const [, email = '', password = ''] =
      /^([^:]*):(.*)$/su.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    return this.context.calendars.users.find(({ account }) => {
      const expected = this.#passwords[account.email] ?? account.password;
      return account.email === email.toLowerCase() && expected === password;
    });
  }
}

/** Undefined when the client broke off. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // Nobody waits for an answer any more.
    return undefined;
  }
  return Buffer.concat(chunks);
}
