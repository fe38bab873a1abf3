import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProxyOptions, startProxy, type TcpProxy } from './proxy.ts';

const greeting = 'hello';
let target: Server;
let proxies: TcpProxy[];

beforeEach(async () => {
  proxies = [];
  target = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write(greeting);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
});
afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  target.close();
});

async function echoProxy(options: Partial<ProxyOptions> = {}): Promise<TcpProxy> {
  const proxy = await startProxy({ targetPort: (target.address() as AddressInfo).port, ...options });
  proxies.push(proxy);
  return proxy;
}

/** A client of the echo server behind the proxy, greeted. */
class Client {
  readonly socket: Socket;
  readonly closed: Promise<string>;
  received = '';

  constructor(proxy: TcpProxy) {
    let error = 'fin';
    this.socket = connect({ port: proxy.port, host: proxy.host, noDelay: true });
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
    this.socket.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code ?? 'unknown';
    });
    this.closed = new Promise((resolve) => this.socket.on('close', () => resolve(error)));
  }

  static async greeted(proxy: TcpProxy): Promise<Client> {
    const client = new Client(proxy);
    await client.got(greeting.length);
    client.received = '';
    return client;
  }

  async got(bytes: number): Promise<void> {
    while (this.received.length < bytes) await once(this.socket, 'data');
  }

  async say(text: string): Promise<void> {
    const already = this.received.length;
    this.socket.write(text);
    await this.got(already + text.length);
  }
}

test('passes megabytes unchanged in both directions, also with latency, and then the end', async () => {
  const proxy = await echoProxy({ roundTripMs: 10 });
  const client = await Client.greeted(proxy);
  const text = Array.from({ length: 500_000 }, (_, i) => String(i)).join();
  await client.say(text);
  expect(client.received === text).toBe(true);
  client.socket.end();
  expect(await client.closed).toBe('fin');
  expect(proxy.traffic).toMatchObject({ bytesUp: text.length, bytesDown: text.length + greeting.length });
});

test('counts connections: open now, most at once, in all', async () => {
  const proxy = await echoProxy();
  const [one] = [await Client.greeted(proxy), await Client.greeted(proxy)];
  expect(proxy.traffic.connections).toEqual({ open: 2, max: 2, total: 2 });
  one.socket.end();
  await one.closed;
  await expect.poll(() => proxy.traffic.connections.open).toBe(1);
  await Client.greeted(proxy);
  expect(proxy.traffic.connections).toEqual({ open: 2, max: 2, total: 3 });
  proxy.reset();
  expect(proxy.traffic.connections).toEqual({ open: 2, max: 2, total: 0 });
});

test('counts what a client says in one breath as one turn, and its answer to the server as another', async () => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  expect(proxy.traffic.turns).toBe(0);
  proxy.stall();
  client.socket.write('a');
  await sleep(20);
  client.socket.write('b');
  await sleep(20);
  proxy.resume();
  await client.got(2);
  expect(proxy.traffic.turns).toBe(1);
  await client.say('c');
  await client.say('d');
  expect(proxy.traffic.turns).toBe(3);
  proxy.reset();
  await client.say('e');
  expect(proxy.traffic).toMatchObject({ turns: 1, bytesUp: 1, bytesDown: 1 });
});

test('charges a round trip for opening the connection and one for each answer', async () => {
  const proxy = await echoProxy({ roundTripMs: 60 });
  const start = performance.now();
  const client = await Client.greeted(proxy);
  const opened = performance.now();
  await client.say('ping');
  const answered = performance.now();
  expect(opened - start).toBeGreaterThanOrEqual(89); // one to open, half for the greeting
  expect(opened - start).toBeLessThan(150);
  expect(answered - opened).toBeGreaterThanOrEqual(59);
  expect(answered - opened).toBeLessThan(120);
});

test('records the lines of clients when asked to', async () => {
  const proxy = await echoProxy({ record: true });
  const client = await Client.greeted(proxy);
  await client.say('a1 SELECT INBOX\r\na2 NOOP\r\n');
  expect(proxy.commands()).toEqual(['a1 SELECT INBOX', 'a2 NOOP']);
});

test('stalls old and new connections without closing them, and resumes', async () => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  proxy.stall();
  const late = new Client(proxy);
  client.socket.write('held');
  await sleep(50);
  expect([client.received, late.received]).toEqual(['', '']);
  proxy.resume();
  await Promise.all([client.got(4), late.got(greeting.length)]);
});

test('throttles what comes from the server, on old and new connections, byte by byte when it is slow', async () => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  proxy.throttle(100);
  const start = performance.now();
  client.socket.write('0123456789012345678901234');
  await client.got(5);
  expect(client.received.length).toBeLessThan(15);
  await client.got(25);
  expect(performance.now() - start).toBeGreaterThanOrEqual(240);
  expect(client.received).toBe('0123456789012345678901234');
  proxy.throttle(4);
  const late = new Client(proxy);
  await late.got(1);
  expect(late.received).toBe('h');
  proxy.throttle(Number.POSITIVE_INFINITY);
  await Client.greeted(proxy);
});

test('rewrites what comes from the server when told to', async () => {
  const proxy = await echoProxy({
    rewrite: (piece) => Buffer.from(piece.toString('latin1').replace('lie', 'truth'), 'latin1'),
  });
  const client = await Client.greeted(proxy);
  client.socket.write('a lie');
  await client.got(7);
  expect(client.received).toBe('a truth');
});

test.each([
  ['rst', 'ECONNRESET'],
  ['fin', 'fin'],
] as const)('drops every connection by %s', async (how, seen) => {
  const proxy = await echoProxy();
  const clients = [await Client.greeted(proxy), await Client.greeted(proxy)];
  proxy.dropAll(how);
  for (const client of clients) client.socket.end();
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([seen, seen]);
  await expect.poll(() => proxy.traffic.connections.open).toBe(0);
});

test('cuts the connection after exactly so many bytes from the server, once', async () => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  proxy.cutAfterBytes(7);
  client.socket.write('0123');
  await client.got(4);
  client.socket.write('456789');
  expect(await client.closed).toBe('ECONNRESET');
  expect(client.received).toBe('0123456');
  await (await Client.greeted(proxy)).say('and on it goes');
});

test('refuses connections until it accepts them again on the same port', async () => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  const { port } = proxy;
  await proxy.refuse();
  expect(await client.closed).toBe('ECONNRESET');
  expect(await new Client(proxy).closed).toBe('ECONNREFUSED');
  await proxy.accept();
  expect(proxy.port).toBe(port);
  await Client.greeted(proxy);
});

test('resets the client when the target refuses', async () => {
  const proxy = await echoProxy();
  target.close();
  await once(target, 'close');
  expect(await new Client(proxy).closed).toBe('ECONNRESET');
});

test.each([
  ['rst', 'ECONNRESET'],
  ['fin', 'fin'],
] as const)('cuts by %s after so many bytes of the answer', async (how, seen) => {
  const proxy = await echoProxy();
  const client = await Client.greeted(proxy);
  proxy.cutAfterBytes(2, how);
  client.socket.write('whole');
  expect(await client.closed).toBe(seen);
  expect(client.received).toBe('wh');
});

test('tells of what clients send in time to keep it from the server', async () => {
  const proxy: TcpProxy = await echoProxy({
    onSent: (bytes) => {
      if (bytes > 4) proxy.dropAll('fin');
    },
  });
  const client = await Client.greeted(proxy);
  await client.say('four');
  client.socket.write('five!');
  expect(await client.closed).toBe('fin');
  expect(client.received).toBe('four');
});
