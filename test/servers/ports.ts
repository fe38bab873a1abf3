import { randomInt } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Below those that systems give to whoever asks for any: no other server or connection lands on one meanwhile. */
const lowest = 10_240;
const highest = 32_767;

/** Ports nobody listens on right now, all different. Another process may still take one: be ready to try again. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = createServer();
    const held = new Promise<boolean>((resolve) => {
      server.once('listening', () => resolve(true)).once('error', () => resolve(false));
    });
    server.listen(randomInt(lowest, highest + 1), '127.0.0.1');
    if (await held) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Resolves as soon as something accepts connections on the loopback port, with `false` when `failed` says so first. */
export async function listening(port: number, failed: () => boolean, timeoutMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !failed()) {
    if (await accepts(port)) return true;
    await sleep(10);
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
