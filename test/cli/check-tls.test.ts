import { createServer as createPlainServer, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { reachSteps, type Target } from '../../src/cli/check/reach.ts';
import type { Verdict } from '../../src/cli/check/verdict.ts';
import { listen } from '../../src/sandbox/connections.ts';
import { SmtpRig } from '../connections/smtp/rig.ts';
import { startProxy } from '../support/proxy.ts';
import { Authority, type Wanted } from './check/certificates.ts';
import { checksOf, sandboxForTest } from './check/rig.ts';

/** This machine under an address that is not known as such: what holds for it holds for every other host. */
const elsewhere = '0.0.0.0';
let authority: Authority;

beforeAll(() => {
  authority = new Authority();
});
afterAll(() => authority.remove());

/** What the TLS check says of a server on this port. */
async function judged(target: Partial<Target> & { port: number }, now = Date.now()): Promise<Verdict> {
  const [, tls] = reachSteps(
    {
      ...{ host: 'localhost', secure: true, upgrades: false, ca: authority.ca },
      ...{ setting: 'MAILBOX_IMAP_HOST', usual: 'imap.mailbox.org', ...target },
    },
    () => now,
  );
  return await tls!.run(AbortSignal.timeout(5000));
}

async function tlsServer(wanted: Wanted, options: TlsOptions = {}): Promise<number> {
  const server = createServer({ ...authority.sign(wanted), ...options }, (socket) =>
    socket.on('error', () => {}),
  );
  server.on('tlsClientError', () => undefined);
  onTestFinished(() => void server.close());
  return await listen(server, '127.0.0.1');
}

async function plainServer(meet: (socket: Socket) => void): Promise<number> {
  const server = createPlainServer((socket) => {
    socket.on('error', () => undefined);
    meet(socket);
  });
  onTestFinished(() => void server.close());
  return await listen(server, '127.0.0.1');
}

function greet(socket: Socket): void {
  socket.write('* OK ready\r\n');
}

function hangUp(socket: Socket): void {
  socket.destroy();
}

test('a certificate to be trusted: version, issuer, chain and how long it lasts', async () => {
  const port = await tlsServer({ until: 60 });
  expect(await judged({ port })).toEqual({
    status: 'ok',
    detail: 'TLSv1.3, issued by check test CA, chain of 2 trusted, 60 days left',
  });
});

test('one that ends within two weeks is a warning, by the time it is', async () => {
  const port = await tlsServer({ until: 60 });
  const later = await judged({ port }, Date.now() + 47 * 86_400_000);
  expect(later).toMatchObject({ status: 'warning', detail: expect.stringContaining('13 days left') });
  const earlier = await judged({ port }, Date.now() + 46 * 86_400_000);
  expect(earlier.status).toBe('ok');
});

test.each<[string, Wanted, TlsOptions, string | undefined, string]>([
  ['self-signed', { selfSigned: true }, {}, undefined, 'is self-signed: nobody vouches for it'],
  ['of an unknown authority', {}, {}, 'none', 'from an authority this computer does not trust'],
  ['expired', { from: -30, until: -2 }, {}, undefined, 'has expired'],
  ['not valid yet', { from: 2, until: 30 }, {}, undefined, 'is not valid yet'],
  [
    'for another host',
    { name: 'mail.example.org' },
    {},
    undefined,
    'not for localhost, but for mail.example.org',
  ],
  [
    ...(['of a server with too old a TLS', {}] as const),
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    ...([undefined, 'speaks too old a TLS'] as const),
  ],
])('a certificate %s is told as that, with what to do', async (_what, wanted, options, ca, words) => {
  const port = await tlsServer(wanted, options);
  const verdict = await judged({ port, ...(ca === 'none' ? { ca: undefined } : {}) });
  expect(verdict).toMatchObject({ status: 'failed', hint: expect.stringContaining('No password was sent.') });
  expect(verdict.detail).toContain(words);
});

test('a certificate for another host is told as a danger, never as the host to log in to', async () => {
  const { hint } = await judged({ port: await tlsServer({ name: 'mail.example.org' }) });
  expect(hint).toContain('try another network');
  expect(hint).not.toMatch(/mail\.example\.org|name the certificate/u);
});

test.each([
  ['that greets in plain text', greet, 'does not speak TLS from the start'],
  ['that hangs up', hangUp, 'was closed before TLS was agreed'],
])('a port %s is told as such', async (_what, meet, words) => {
  const verdict = await judged({ port: await plainServer(meet) });
  expect(verdict).toMatchObject({ status: 'failed', detail: expect.stringContaining(words) });
});

test('STARTTLS is made as far as the certificate; what cannot be trusted gets no login', async () => {
  const rig = await SmtpRig.start({ startTls: authority.sign() });
  const target = { port: rig.port, secure: false, upgrades: true, setting: 'MAILBOX_SMTP_HOST' };
  expect(await judged(target)).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^TLSv1\.3 by STARTTLS, issued by check test CA/u),
  });
  const doubted = await judged({ ...target, host: elsewhere });
  expect(doubted).toMatchObject({ status: 'failed', detail: expect.stringContaining('not for 0.0.0.0') });
  expect(rig.context.commandLog.filter((line) => !/^(?:EHLO|STARTTLS)/u.test(line))).toEqual([]);
});

test('a server elsewhere that offers no STARTTLS fails, one on this machine may speak plainly', async () => {
  const rig = await SmtpRig.start();
  const target = { port: rig.port, secure: false, upgrades: true, setting: 'MAILBOX_SMTP_HOST' };
  await expect(judged({ ...target, host: elsewhere })).rejects.toMatchObject({
    message: 'The mail server 0.0.0.0 offers no TLS on this port.',
  });
  expect(await judged(target)).toEqual({ status: 'skipped', detail: 'plain text to this machine' });
});

test('words in plain text behind the go-ahead for TLS end it: anybody could have put them there', async () => {
  const port = await plainServer((socket) => {
    socket.write('220 ready\r\n');
    socket.on('data', (line) => {
      const isStart = line.toString().startsWith('STARTTLS');
      socket.write(isStart ? '220 go\r\n250 injected\r\n' : '250-here\r\n250 STARTTLS\r\n');
    });
  });
  const verdict = judged({ port, secure: false, upgrades: true, setting: 'MAILBOX_SMTP_HOST' });
  await expect(verdict).rejects.toMatchObject({
    message: 'localhost went on in plain text after it had agreed to TLS.',
  });
});

test('with servers nobody vouches for the whole check sends no password; with MAILBOX_CA_FILE all is well', async () => {
  const { sandbox, env } = await sandboxForTest({ tls: authority.sign() });
  const named = {
    ...{ ...env, MAILBOX_IMAP_HOST: 'localhost', MAILBOX_SMTP_HOST: 'localhost' },
    MAILBOX_CALDAV_URL: sandbox.caldavUrl.replace('127.0.0.1', 'localhost'),
  };
  const doubted = await checksOf(named);
  expect(doubted.code).toBe(1);
  const statuses = ['imap', 'smtp', 'caldav'].map((name) => doubted.checks.get(`${name} tls`)?.status);
  expect(statuses).toEqual(['failed', 'failed', 'failed']);
  expect(sandbox.smtp.commands).toEqual([]);
  expect(sandbox.imap.commands).toEqual([]);
  expect(sandbox.caldav.requests).toEqual([]);
  const trusted = await checksOf({ ...named, MAILBOX_CA_FILE: authority.caFile });
  expect(trusted.code).toBe(0);
  expect(trusted.checks.get('local tls')?.detail).toBe('MAILBOX_CA_FILE: CN=check test CA');
  expect(trusted.checks.get('caldav tls')?.detail).toContain('chain of 2 trusted');
});

test('a MAILBOX_CA_FILE that cannot be read, or is none, is told once and nothing is asked', async () => {
  const { sandbox, env } = await sandboxForTest();
  const missing = await checksOf({ ...env, MAILBOX_CA_FILE: `${authority.caFile}.gone` });
  expect(missing.checks.get('local tls')).toMatchObject({
    status: 'failed',
    hint: expect.stringContaining('PEM'),
  });
  expect(missing.checks.get('imap dns')?.status).toBe('skipped');
  const wrong = await checksOf({ ...env, MAILBOX_CA_FILE: `${authority.dir}/serial` });
  expect(wrong.checks.get('local tls')?.detail).toBe('The file in MAILBOX_CA_FILE holds no certificate.');
  expect(sandbox.imap.connections.total).toBe(0);
});

test('a second login and the senders travel over STARTTLS only, where TLS does not come first', async () => {
  const rig = await SmtpRig.start({ startTls: authority.sign({ name: 'localhost' }) });
  const proxy = await startProxy({ targetPort: rig.port, record: true });
  onTestFinished(() => proxy.close());
  const { env } = await sandboxForTest();
  const { checks } = await checksOf({
    ...env,
    ...{ MAILBOX_SMTP_HOST: 'localhost', MAILBOX_SMTP_PORT: String(proxy.port) },
    ...{ MAILBOX_PASSWORD: 'a secret pass, ä', MAILBOX_CA_FILE: authority.caFile, MAILBOX_ALIASES: '' },
  });
  expect(checks.get('smtp send')).toMatchObject({ status: 'ok' });
  expect(proxy.commands().join()).not.toMatch(/AUTH|MAIL|QUIT/u);
  expect(rig.count('MAIL')).toBe(1);
});
