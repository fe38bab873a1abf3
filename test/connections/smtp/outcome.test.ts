import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { smtpLimits } from '../../../src/connections/smtp/delivery.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { startProxy } from '../../support/proxy.ts';
import { bob, failing, label, message, SmtpRig } from './rig.ts';

const beforeTheDot = ['GREETING', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'];
const faults: Fault[] = [
  'drop',
  'dropAfter',
  'stall',
  { reply: '451 4.3.0 sorry' },
  { reply: '554 5.3.0 no' },
  { reply: '421 4.3.2 closing' },
];

test.each(beforeTheDot)(
  'whatever goes wrong at %s: nothing is sent, and the error says so',
  async (command) => {
    for (const fault of faults) {
      const rig = await SmtpRig.start();
      rig.fault = failing(command, fault);
      const smtp = rig.smtp({ pool: { ...rigPool, timeoutMs: 150 } });
      expect(await label(smtp), JSON.stringify(fault)).toMatch(/^error /u);
      expect(rig.accepted).toBe(0);
      expect(rig.count('MAIL')).toBeLessThanOrEqual(1);
      await smtp.pool.close();
      await expect.poll(() => (fault === 'stall' ? 0 : rig.connections.open), { interval: 3 }).toBe(0);
    }
  },
);

const rigPool = { max: 2, min: 0, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 60_000 };

test.each<[string, Fault, string, number]>([
  ['drop', 'drop', 'unknown', 0],
  ['dropAfter', 'dropAfter', 'unknown', 1],
  ['stall', 'stall', 'unknown', 0],
  ['4xx', { reply: '451 4.3.0 sorry' }, 'error unavailable', 0],
  ['5xx', { reply: '554 5.7.1 spam' }, 'error forbidden', 0],
  ['421', { reply: '421 4.3.2 closing' }, 'error unavailable', 0],
  ['half a 250', { cutAfter: 7 }, 'unknown', 1],
  ['a 250 without its end', { raw: '250 2.0.0 Ok' }, 'unknown', 0],
  ['the first line of a longer 250', { raw: '250-2.0.0 Ok\r\n' }, 'unknown', 0],
  ['an answer to something else', { raw: '354 go on\r\n' }, 'unknown', 0],
  ['a farewell', { raw: '221 2.0.0 Bye\r\n' }, 'unknown', 0],
  ['a reply that says yes, then no', { raw: '250-almost\r\n550 5.7.1 no\r\n' }, 'unknown', 0],
  ['a reply that says no, then yes', { raw: '550-almost\r\n250 2.0.0 Ok\r\n' }, 'unknown', 0],
  ['a yes and a no', { raw: '250 2.0.0 Ok\r\n550 5.1.1 unknown\r\n' }, 'unknown', 0],
  ['a no and a yes', { raw: '550 5.1.1 unknown\r\n250 2.0.0 Ok\r\n' }, 'unknown', 0],
  ['a yes in several lines', { raw: '250-2.0.0 Ok\r\n250-queued\r\n250 as 4711\r\n' }, 'sent', 0],
  ['a no in several lines', { raw: '550-5.7.1 spam\r\n550 5.7.1 see x\r\n' }, 'error forbidden', 0],
  ['a yes and the end of the session', { raw: '\r\n250 Ok\r\n421 4.4.2 idle\r\n' }, 'sent', 0],
  ['a yes and a farewell begun', { raw: '250 2.0.0 Ok\r\n42' }, 'sent', 0],
])('at the end of the message, %s', async (_, fault, expected, accepted) => {
  const rig = await SmtpRig.start();
  rig.fault = failing('.', fault);
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe(expected);
  await expect.poll(() => rig.accepted).toBe(accepted);
  expect(rig.count('MAIL')).toBe(1);
});

test.each([
  ['as a whole', '354 go on\r\n250 2.0.0 queued\r\n'],
  ['followed by another go-ahead', '354 go on\r\n250 2.0.0 queued\r\n354 go on\r\n'],
  ['without its end', '354 go on\r\n250 2.0'],
])('an acceptance that came before the end of the message, %s, accepts nothing', async (_, raw) => {
  const rig = await SmtpRig.start();
  rig.fault = failing('DATA', { raw });
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe('error unavailable');
  expect(rig.accepted).toBe(0);
  expect(rig.count('DATA')).toBe(1);
});

test('a server has time to answer, and all of it lies within a call', () => {
  const { commandMs, acceptMs, lastWordMs } = smtpLimits;
  expect(Math.min(commandMs, acceptMs)).toBeGreaterThanOrEqual(10_000);
  expect(commandMs + acceptMs).toBeLessThanOrEqual(45_000);
  // What a call that has ended may still wait.
  expect(lastWordMs).toBeGreaterThan(100);
  expect(lastWordMs).toBeLessThan(500);
});

test('what an unknown outcome says of the recipients is what the server had said of them', async () => {
  const rig = await SmtpRig.start();
  rig.fault = failing('.', 'dropAfter');
  const recipients = [bob, 'nobody@sandbox.test'];
  const outcome = await rig.smtp().submit(message({ recipients }), AbortSignal.timeout(5000));
  expect(outcome).toEqual({
    status: 'unknown',
    accepted: [bob],
    rejected: [{ address: 'nobody@sandbox.test', reason: 'there is no such mailbox' }],
  });
});

test.each<Fault>(['drop', 'dropAfter', 'stall', { reply: '421 4.3.2 closing' }])(
  'QUIT goes wrong (%j): sent all the same, and closed within a second',
  async (fault) => {
    const rig = await SmtpRig.start();
    rig.fault = failing('QUIT', fault);
    const smtp = rig.smtp();
    expect(await label(smtp)).toBe('sent');
    const started = performance.now();
    await smtp.pool.close();
    expect(performance.now() - started).toBeLessThan(1500);
    await expect.poll(() => rig.connections.open).toBe(0);
    expect(rig.accepted).toBe(1);
  },
);

/** Takes 100 kB of a message and then does what the test says. */
async function untilBody(then: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    let received = 0;
    socket.on('error', () => undefined);
    socket.write('220 x\r\n');
    socket.on('data', (chunk) => {
      const line = chunk.toString('latin1');
      if (received === 0 && /^EHLO/u.test(line)) socket.write('250-x\r\n250 AUTH PLAIN\r\n');
      else if (received === 0 && /^AUTH/u.test(line)) socket.write('235 in\r\n');
      else if (received === 0 && /^(MAIL|RCPT)/u.test(line)) socket.write('250 ok\r\n');
      else if (received === 0 && /^DATA/u.test(line)) socket.write('354 go\r\n');
      else if (/^QUIT/u.test(line)) socket.end();
      else if (received <= 100_000) {
        received += chunk.length;
        if (received > 100_000) then(socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test.each<[string, (socket: Socket) => void, string]>([
  ['reset', (socket) => void socket.resetAndDestroy(), 'error unavailable'],
  ['closed', (socket) => void socket.destroy(), 'error unavailable'],
  ['no longer read', (socket) => void socket.pause(), 'error timeout'],
  ['refused', (socket) => void socket.write('552 5.3.4 too big\r\n'), 'error invalid_input'],
  ['421', (socket) => void socket.write('421 4.3.2 bye\r\n'), 'error unavailable'],
  ['accepted too early', (socket) => void socket.write('250 thanks\r\n'), 'error unavailable'],
])('within the message, %s: nothing is sent', async (_, then, expected) => {
  const rig = new SmtpRig({});
  rig.port = await untilBody(then);
  const submission = message({ raw: Buffer.alloc(20_000_000, 'a long line\r\n') });
  expect(await label(rig.smtp(), submission)).toBe(expected);
});

test('closing while a message is on its way never writes into it', async () => {
  const rig = new SmtpRig({});
  const heard: Buffer[] = [];
  let reading: Socket | undefined;
  rig.port = await untilBody((socket) => {
    reading = socket.pause();
    socket.on('data', (chunk) => heard.push(chunk));
  });
  const smtp = rig.smtp({ limits: { commandMs: 3000, acceptMs: 100, lastWordMs: 50 } });
  const told = label(smtp, message({ raw: Buffer.alloc(20_000_000, 'a long line\r\n') }));
  await expect.poll(() => reading?.isPaused(), { interval: 2, timeout: 5000 }).toBe(true);
  const closed = smtp.pool.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  reading?.resume();
  await Promise.all([told, closed]);
  const text = Buffer.concat(heard).toString('latin1');
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(text).not.toContain('QUIT');
});

test.each<[string, string, string]>([
  ['MAIL', 'call off', 'error timeout'],
  ['.', 'call off', 'unknown'],
])('a call that ends at %s is told the truth at once', async (command, _, expected) => {
  const rig = await SmtpRig.start();
  const ending = new AbortController();
  rig.fault = (event) => {
    if (event.command !== command) return undefined;
    setTimeout(() => ending.abort(), 5);
    return { delayMs: 200 };
  };
  const smtp = rig.smtp({ limits: { commandMs: 5000, acceptMs: 5000, lastWordMs: 50 } });
  const started = performance.now();
  const told = smtp.submit(message(), ending.signal).then(
    ({ status }) => status,
    ({ code }) => `error ${code}`,
  );
  expect(await told).toBe(expected);
  expect(performance.now() - started).toBeLessThan(500);
  await expect.poll(() => rig.connections.open).toBe(0);
  await expect.poll(() => rig.accepted).toBe(command === '.' ? 1 : 0);
});

test('a call that ends after the hand-over still hears an answer that follows at once', async () => {
  const rig = await SmtpRig.start();
  const ending = new AbortController();
  rig.fault = ({ command }) => {
    if (command !== '.') return undefined;
    setTimeout(() => ending.abort(), 5);
    return { delayMs: 100 };
  };
  const smtp = rig.smtp({ limits: { commandMs: 5000, acceptMs: 5000, lastWordMs: 3000 } });
  expect(await smtp.submit(message(), ending.signal)).toMatchObject({ status: 'sent' });
});

test('for the acceptance of a message another patience holds than for any other answer', async () => {
  const rig = await SmtpRig.start();
  rig.fault = failing('.', { delayMs: 600 });
  expect(await label(rig.smtp({ limits: { commandMs: 200, acceptMs: 5000, lastWordMs: 50 } }))).toBe('sent');
  const started = performance.now();
  rig.fault = failing('.', 'stall');
  const smtp = rig.smtp({ limits: { commandMs: 8000, acceptMs: 200, lastWordMs: 50 } });
  expect(await label(smtp)).toBe('unknown');
  expect(performance.now() - started).toBeLessThan(4000);
});

test('when messages are sent no timer goes on that would hold the process', async () => {
  const rig = await SmtpRig.start();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const smtp = rig.smtp({ limits: { commandMs: 60_000, acceptMs: 60_000, lastWordMs: 50 } });
  const before = timers();
  for (let mail = 0; mail < 20; mail += 1) expect(await label(smtp)).toBe('sent');
  await smtp.pool.close();
  await expect.poll(timers).toBeLessThan(before + 15);
});

test('the connection cut at any byte of what the server says: one copy at most, and the label is true', async () => {
  const rig = await SmtpRig.start();
  const proxy = await startProxy({ targetPort: rig.port });
  onTestFinished(() => proxy.close());
  const settings = { port: proxy.port };
  const whole = rig.smtp(settings);
  expect(await label(whole)).toBe('sent');
  const total = proxy.traffic.bytesDown;
  await whole.pool.close();
  const lastAnswer = '250 OK: message queued\r\n'.length;
  const login = total - lastAnswer - 130;
  const seen = new Set<string>();
  for (let cut = 1; cut <= total; cut += cut < login ? 19 : cut < total - lastAnswer ? 5 : 1) {
    const before = rig.accepted;
    const smtp = rig.smtp(settings);
    proxy.cutAfterBytes(cut);
    const told = await label(smtp);
    const copies = rig.accepted - before;
    seen.add(`${told} ${copies}`);
    await smtp.pool.close();
    await expect.poll(() => rig.connections.open, { interval: 3 }).toBe(0);
    expect(rig.accepted - before, `no copy later, cut ${cut}`).toBe(copies);
    const truth = told === 'sent' ? copies === 1 : told === 'unknown' ? copies <= 1 : copies === 0;
    expect(truth, `cut ${cut} of ${total}: ${told}, ${copies} copies`).toBe(true);
  }
  expect([...seen].sort()).toEqual(['error unavailable 0', 'sent 1', 'unknown 1']);
});
