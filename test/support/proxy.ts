import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { DelayLine } from './delay-line.ts';

export interface ProxyOptions {
  targetPort: number;
  /** Default 127.0.0.1. */
  targetHost?: string;
  /** Milliseconds a round trip takes, half in each direction; opening a connection costs one as well. Default 0. */
  roundTripMs?: number;
  /** Keep what clients send, for `commands()`; of use on plain-text ports only. Default false. */
  record?: boolean;
  /** Told before a piece goes up to the server, with all bytes that clients have sent so far: the moment to cut. */
  onSent?: (bytesUp: number) => void;
  /** What clients get instead of a piece that came from the server. Default: the piece. */
  rewrite?: (piece: Buffer) => Buffer;
}

export interface Traffic {
  connections: { open: number; max: number; total: number };
  /** Bytes from clients to the server. */
  bytesUp: number;
  /** Bytes from the server to clients. */
  bytesDown: number;
  /**
   * Times a client spoke first or after it had heard the server: what it says in one breath counts once.
   * Opening a connection is not in it.
   */
  turns: number;
}

interface Link {
  client: Socket;
  /** Absent until the connection has cost its round trip. */
  server?: Socket;
  lines: DelayLine[];
}

// Nothing is read before the connection has cost its round trip.
const acceptOptions = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };

/** Forwards to `targetPort` from a free loopback port of its own. Close it at the end. */
export async function startProxy(options: ProxyOptions): Promise<TcpProxy> {
  const proxy = new TcpProxy(options);
  await proxy.accept();
  return proxy;
}

/** A TCP proxy that counts, delays and breaks. It sees bytes only, so TLS passes as it is. */
export class TcpProxy {
  readonly host = '127.0.0.1';
  port = 0;
  readonly #options: Required<ProxyOptions>;
  readonly #links = new Set<Link>();
  #listener: Server | undefined;
  #traffic = emptyTraffic(0);
  #recorded: Buffer[] = [];
  #stalled = false;
  #bytesLeft = Number.POSITIVE_INFINITY;
  #cut: 'rst' | 'fin' = 'rst';
  #bytesPerSecond = Number.POSITIVE_INFINITY;

  constructor(options: ProxyOptions) {
    const plain = { targetHost: '127.0.0.1', roundTripMs: 0, record: false };
    this.#options = { ...plain, onSent: () => {}, rewrite: (piece) => piece, ...options };
  }

  /** Counted since the start or the last `reset()`. */
  get traffic(): Traffic {
    return structuredClone(this.#traffic);
  }

  /** Starts counting and recording anew; connections that are open stay counted as open. */
  reset(): void {
    this.#traffic = emptyTraffic(this.#links.size);
    this.#recorded = [];
  }

  /** Lines clients sent, when `record` is set. */
  commands(): string[] {
    return Buffer.concat(this.#recorded).toString('latin1').split('\r\n').filter(Boolean);
  }

  /** Connections stay up, no byte moves. */
  stall(): void {
    this.#stalled = true;
    for (const { lines } of this.#links) for (const line of lines) line.hold();
  }

  /** As after a laptop's sleep: what is open stays open and carries nothing any more, new connections do. */
  freeze(): void {
    for (const { lines } of this.#links) for (const line of lines) line.hold();
  }

  /** What servers send from now on reaches clients at this pace; `Infinity` ends it for new connections. */
  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    for (const { lines } of this.#links) this.#pace(lines);
  }

  /** Lets the bytes go that were held up. */
  resume(): void {
    this.#stalled = false;
    for (const { lines } of this.#links) for (const line of lines) line.release();
  }

  /** Ends every connection: `rst` as a crash does, `fin` as a polite server does. */
  dropAll(how: 'rst' | 'fin' = 'rst'): void {
    for (const link of this.#links) this.#drop(link, how);
  }

  /** Ends the connection that carries them as soon as this many more bytes have come from the server. */
  cutAfterBytes(count: number, how: 'rst' | 'fin' = 'rst'): void {
    this.#bytesLeft = count;
    this.#cut = how;
  }

  /** Ends every connection and refuses new ones, until `accept()`. */
  async refuse(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = listener ? once(listener.close(), 'close') : undefined;
    this.dropAll();
    await closed;
  }

  /** Accepts connections, again on the same port. */
  async accept(): Promise<void> {
    if (this.#listener) return;
    this.#listener = createServer(acceptOptions, (client) => this.#connect(client));
    this.#listener.listen(this.port, this.host);
    await once(this.#listener, 'listening');
    this.port = (this.#listener.address() as AddressInfo).port;
  }

  /** The end: nothing stays open. */
  async close(): Promise<void> {
    await this.refuse();
  }

  #connect(client: Socket): void {
    const link: Link = { client, lines: [] };
    const { connections } = this.#traffic;
    connections.total++;
    connections.open = this.#links.add(link).size;
    connections.max = Math.max(connections.max, connections.open);
    client.on('error', () => {}); // `close` tells it
    client.on('close', (broken) => this.#closed(link, broken));
    setTimeout(() => this.#forward(link), this.#options.roundTripMs);
  }

  #forward(link: Link): void {
    const { client } = link;
    if (client.destroyed) return;
    const { targetPort: port, targetHost: host, roundTripMs } = this.#options;
    const server = connect({ port, host, allowHalfOpen: true, noDelay: true });
    server.on('error', () => this.#drop(link, 'rst'));
    link.server = server;
    let clientsTurn = true;
    client.on('data', (chunk: Buffer) => {
      this.#sent(chunk, clientsTurn);
      clientsTurn = false;
    });
    const up = new DelayLine(client, server, roundTripMs / 2, (chunk) => chunk);
    const down = new DelayLine(server, client, roundTripMs / 2, (chunk) => {
      clientsTurn = true;
      return this.#delivered(chunk, link);
    });
    link.lines = [up, down];
    this.#pace(link.lines);
    if (this.#stalled) this.stall();
    client.resume();
  }

  #sent(chunk: Buffer, isTurn: boolean): void {
    if (isTurn) this.#traffic.turns++;
    this.#traffic.bytesUp += chunk.length;
    if (this.#options.record) this.#recorded.push(chunk);
    this.#options.onSent(this.#traffic.bytesUp);
  }

  #pace([, down]: readonly DelayLine[]): void {
    if (down) down.bytesPerSecond = this.#bytesPerSecond;
  }

  #delivered(chunk: Buffer, link: Link): Buffer {
    const passed = this.#options.rewrite(chunk).subarray(0, this.#bytesLeft);
    this.#traffic.bytesDown += passed.length;
    this.#bytesLeft -= passed.length;
    if (this.#bytesLeft === 0) {
      this.#bytesLeft = Number.POSITIVE_INFINITY;
      for (const line of link.lines) line.hold();
      setTimeout(() => this.#drop(link, this.#cut), 5); // a reset on their heels would swallow these bytes
    }
    return passed;
  }

  #drop({ client, server }: Link, how: 'rst' | 'fin'): void {
    server?.destroy();
    if (how === 'rst') client.resetAndDestroy();
    else client.destroySoon();
  }

  #closed(link: Link, broken: boolean): void {
    this.#links.delete(link);
    this.#traffic.connections.open = this.#links.size;
    if (broken) link.server?.destroy();
  }
}

function emptyTraffic(open: number): Traffic {
  return { connections: { open, max: open, total: 0 }, bytesUp: 0, bytesDown: 0, turns: 0 };
}
