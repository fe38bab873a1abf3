import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
  request as startRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PassedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface PassedAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
  /** The connection breaks after so many bytes of the body. */
  cutAfter?: number;
}

/** `drop` breaks the connection, `hang` leaves it open without a word. */
export type Told = PassedAnswer | 'drop' | 'hang';

export interface FrontHooks {
  /** Before a request goes on: the moment between reading and writing. An answer, or a lost one, keeps it from going on. */
  before?: ((request: PassedRequest) => undefined | Told | Promise<undefined | Told>) | undefined;
  /** Before an answer goes back. */
  after?: (request: PassedRequest, answer: PassedAnswer) => Told;
}

/** HTTP in front of a CalDAV server, of which a case changes what passes, or does something at that very moment. */
export class DavFront {
  hooks: FrontHooks = {};
  private readonly places = new Map<string, FrontHooks>();
  /** What passed, oldest first. */
  readonly requests: PassedRequest[] = [];
  port = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  private readonly targetPort: number;

  constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming, outgoing).catch((error: Error) => outgoing.destroy(error));
    });
    this.server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Other hooks for what is below that path. */
  at(path: string, hooks: FrontHooks): void {
    this.places.set(decodeURIComponent(path), hooks);
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: await textOf(incoming) };
    this.requests.push(request);
    const told = (await this.hooksOf(path).before?.(request)) ?? (await this.told(request));
    if (told === 'hang') return;
    if (told === 'drop') return void outgoing.destroy();
    if (told.cutAfter !== undefined) {
      const body = Buffer.from(told.body);
      outgoing.writeHead(told.status, { ...told.headers, 'content-length': body.length });
      outgoing.write(body.subarray(0, told.cutAfter), () => outgoing.destroy());
      return;
    }
    const length = told.status === 204 ? {} : { 'content-length': Buffer.byteLength(told.body) };
    outgoing.writeHead(told.status, { ...told.headers, ...length }).end(told.body);
  }

  private async told(request: PassedRequest): Promise<Told> {
    const answer = await this.forward(request);
    return this.hooksOf(request.path).after?.(request, answer) ?? answer;
  }

  private hooksOf(path: string): FrontHooks {
    const place = [...this.places].find(([prefix]) => decodeURIComponent(path).startsWith(prefix));
    return place?.[1] ?? this.hooks;
  }

  private async forward({ method, path, headers, body }: PassedRequest): Promise<PassedAnswer> {
    const target = { host: '127.0.0.1', port: this.targetPort, agent: this.agent };
    const upstream = startRequest({ ...target, method, path, headers });
    upstream.end(body);
    const [response] = (await once(upstream, 'response')) as [IncomingMessage];
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...told } = response.headers;
    return { status: response.statusCode ?? 502, headers: told, body: await textOf(response) };
  }
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
