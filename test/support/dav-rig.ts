import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { CalDav, type CalDavSettings } from '../../src/connections/caldav.ts';
import { type DavLimits, davLimits } from '../../src/connections/dav/answer.ts';
import type { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';
import type { Radicale } from '../servers/radicale.ts';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a scripted server does with a request; without an answer it stays silent. */
export type Script = (request: SeenRequest, response: ServerResponse) => void;

const pool = { max: 2, min: 0, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 60_000 };

/** Everything our side logged, line by line. */
export const logged: string[] = [];

/** Our side, with limits that do not make tests wait; ends with the test. */
export function client(settings: Partial<CalDavSettings> & { url: string }): CalDav {
  const caldav = new CalDav({
    username: 'alice@rig.test',
    password: async () => 'pässword',
    ca: undefined,
    pool,
    log: createLog({ level: 'debug', write: (line) => logged.push(line) }),
    ...settings,
  });
  onTestFinished(() => caldav.pool.close());
  return caldav;
}

/** A server whose one calendar is `/cal/`, and our side of it with limits of its own. */
export async function oneCalendar(script: Script, limits: Partial<DavLimits> = {}) {
  const server = await ScriptedDav.start(loggedIn(script));
  const caldav = client({ url: server.url, limits: { ...davLimits, ...limits } });
  return { server, url: `${server.url}cal/`, caldav };
}

/** Our side as that user of Radicale, perhaps through a proxy's port. */
export function radicaleClient(radicale: Radicale, name: string, port = radicale.port): CalDav {
  const { address, password } = radicale.user(name);
  return client({
    url: `https://localhost:${port}/`,
    username: address,
    password: async () => password,
    ca: readFileSync(radicale.caFile, 'utf8'),
  });
}

/** An HTTP server on a free loopback port that answers as a test says and keeps what it was asked; ends with it. */
export class ScriptedDav {
  url = '';
  readonly requests: SeenRequest[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections accepted so far. */
  accepted = 0;
  script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  static async start(script: Script): Promise<ScriptedDav> {
    const rig = new ScriptedDav(script);
    const server = createServer((incoming, response) => void rig.serve(incoming, response));
    server.on('connection', (socket) => {
      rig.accepted++;
      rig.sockets.add(socket);
      socket.on('close', () => rig.sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    rig.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    onTestFinished(() => {
      for (const socket of rig.sockets) socket.destroy();
      server.close();
    });
    return rig;
  }

  /** Methods and paths of what was asked, e.g. `PROPFIND /`. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
    this.requests.push(request);
    this.script(request, response);
  }
}

/** A script that lets everybody in and asks `rest` about all but the login. */
export function loggedIn(rest: Script): Script {
  return (request, response) => {
    const isLogin = request.path === '/' && request.method === 'PROPFIND';
    if (isLogin) multistatus(response, entryPoint);
    else rest(request, response);
  };
}

export const entryPoint =
  '<response><href>/</href><propstat><prop><current-user-principal><href>/me/</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response>';

export function multistatus(response: ServerResponse, inner: string): void {
  reply(response, 207, `<?xml version="1.0"?><multistatus xmlns="DAV:">${inner}</multistatus>`);
}

export function reply(
  response: ServerResponse,
  status: number,
  body = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/xml; charset=utf-8', ...headers }).end(body);
}

/** An `error` body that names a precondition. */
export function precondition(name: string): string {
  return `<?xml version="1.0"?><D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><${name}/></D:error>`;
}

/** A `response` with an unquoted tag, as Open-Xchange writes it. */
export function entry(href: string, etag: string): string {
  return `<response><href>${href}</href><propstat><prop><getetag>${etag}</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
}

export function gone(href: string, status = '404 Not Found'): string {
  return `<response><href>${href}</href><status>HTTP/1.1 ${status}</status></response>`;
}

/** The error of a promise that must not resolve. */
export async function failure(promise: Promise<unknown>): Promise<MailboxError> {
  try {
    await promise;
  } catch (error) {
    return error as MailboxError;
  }
  throw new Error('It resolved.');
}

export const never = new AbortController().signal;

/** A small event as iCalendar text. */
export function event(uid: string, more = ''): string {
  const lines = `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\nUID:${uid}\nDTSTAMP:20260101T000000Z\nDTSTART:20260301T090000Z\nDTEND:20260301T100000Z\nSUMMARY:Grüße ${uid}\n${more}END:VEVENT\nEND:VCALENDAR\n`;
  return lines.replaceAll('\n', '\r\n');
}
