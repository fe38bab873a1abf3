import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as startRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Certificates } from '../servers/certificates.ts';

/** One request as the server behind answered it. */
export interface Exchange {
  method: string;
  path: string;
  status: number;
  /** Of `performance.now()`. */
  from: number;
  to: number;
}

/** What a piece of work asked of the server. */
export interface Asked {
  exchanges: readonly Exchange[];
  /** Time in which at least one request was with the server, ms. */
  serverMs: number;
}

/** HTTPS that keeps its connections, in front of one that does not: counts requests, and the server's share of the time. */
export async function startFront(targetPort: number, certificates: Certificates): Promise<HttpFront> {
  const front = new HttpFront(targetPort, certificates);
  await front.listen();
  return front;
}

export class HttpFront {
  port = 0;
  readonly #exchanges: Exchange[] = [];
  readonly #server: ReturnType<typeof createServer>;
  readonly #targetPort: number;
  readonly #agent: Agent;

  constructor(targetPort: number, { certFile, keyFile, caFile }: Certificates) {
    this.#targetPort = targetPort;
    this.#agent = new Agent({ ca: readFileSync(caFile), keepAlive: true });
    this.#server = createServer(
      { cert: readFileSync(certFile), key: readFileSync(keyFile) },
      (incoming, outgoing) => this.#forward(incoming, outgoing),
    );
    this.#server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return `https://localhost:${this.port}/`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** What was asked since the last time. */
  take(): Asked {
    const exchanges = this.#exchanges.splice(0);
    let [serverMs, until] = [0, 0];
    for (const { from, to } of exchanges.sort((a, b) => a.from - b.from)) {
      serverMs += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    return { exchanges, serverMs };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url: path = '', headers } = incoming;
    const exchange = { method, path, status: 0, from: performance.now(), to: 0 };
    const target = { host: 'localhost', port: this.#targetPort, agent: this.#agent };
    const upstream = startRequest({ ...target, method, path, headers });
    upstream.on('error', (error) => outgoing.destroy(error));
    upstream.on('response', (response) => {
      const { connection: _, 'keep-alive': __, ...told } = response.headers;
      exchange.status = response.statusCode ?? 502;
      outgoing.writeHead(exchange.status, told);
      response.on('end', () => {
        exchange.to = performance.now();
        this.#exchanges.push(exchange);
      });
      pipeline(response, outgoing, () => {}); // either end hears of it
    });
    pipeline(incoming, upstream, () => {});
  }
}
