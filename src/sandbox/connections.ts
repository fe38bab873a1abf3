import type { Server, Socket } from 'node:net';

/** For tests: how many connections there are, were at most at once, and were in all. */
export interface ConnectionCounters {
  open: number;
  max: number;
  total: number;
}

/** A certificate turns the plain server into one with TLS from the first byte. */
export interface TlsKeys {
  key: string | Buffer;
  cert: string | Buffer;
}

export interface RunningServer {
  port: number;
  connections: Readonly<ConnectionCounters>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** The open sockets of a server, counted. */
export class Connections {
  readonly counters: ConnectionCounters = { open: 0, max: 0, total: 0 };
  readonly #sockets = new Set<Socket>();

  /** Takes a new connection in; returns its number, from 1. */
  add(socket: Socket): number {
    this.#sockets.add(socket);
    this.counters.total += 1;
    this.counters.open += 1;
    this.counters.max = Math.max(this.counters.max, this.counters.open);
    socket.setNoDelay(true);
    // A client that goes away is no fault of the server: `close` follows and ends the session.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.counters.open -= 1;
    });
    return this.counters.total;
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Listens on a free port of `host` and returns it. */
export async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox got no port');
  return address.port;
}
