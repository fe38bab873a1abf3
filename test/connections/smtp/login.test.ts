import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ehloCapabilities } from '../../../src/connections/smtp/login.ts';
import { smtpStatus } from '../../../src/connections/smtp/status.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { startProxy } from '../../support/proxy.ts';
import { alice, failing, label, message, password, SmtpRig } from './rig.ts';

const signal = () => AbortSignal.timeout(5000);
/** This machine under an address that is not known as such: what holds for it holds for every other host. */
const elsewhere = '0.0.0.0';
let dir = '';
let tls = { key: '', cert: '' };
let ca = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'smtp-login-'));
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=sandbox', '-addext', `subjectAltName=DNS:localhost,IP:${elsewhere}`],
    ...['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')],
  ]);
  tls = {
    key: readFileSync(join(dir, 'key.pem'), 'utf8'),
    cert: readFileSync(join(dir, 'cert.pem'), 'utf8'),
  };
  ca = tls.cert;
});
afterAll(() => rmSync(dir, { recursive: true }));

test('implicit TLS: the mail goes, and with a certificate nobody vouches for not even the login does', async () => {
  const rig = await SmtpRig.start({}, tls);
  expect(await label(rig.smtp({ secure: true, host: 'localhost', ca }))).toBe('sent');
  rig.context.commandLog.length = 0;
  const sent = rig.smtp({ secure: true, host: 'localhost' }).submit(message(), signal());
  await expect(sent).rejects.toMatchObject({
    code: 'unavailable',
    retryable: false,
    message: 'The mail server localhost did not prove its identity over TLS. Nothing was sent.',
    hint: expect.stringContaining('MAILBOX_SMTP_HOST'),
  });
  expect(rig.context.commandLog).toEqual([]);
});

test('STARTTLS: the login goes over TLS, several mails over one connection', async () => {
  const rig = await SmtpRig.start({ startTls: tls });
  const proxy = await startProxy({ targetPort: rig.port, record: true });
  onTestFinished(() => proxy.close());
  const smtp = rig.smtp({ host: elsewhere, port: proxy.port, ca });
  expect([await label(smtp), await label(smtp)]).toEqual(['sent', 'sent']);
  expect(rig.context.commandLog.slice(0, 3)).toEqual(['EHLO [127.0.0.1]', 'STARTTLS', 'EHLO [127.0.0.1]']);
  expect(proxy.commands().slice(0, 2)).toEqual(['EHLO [127.0.0.1]', 'STARTTLS']);
  expect(proxy.commands().join()).not.toMatch(/AUTH|MAIL/u);
  await smtp.pool.close();
  await expect.poll(() => proxy.traffic.connections.open).toBe(0);
  const doubted = rig.smtp({ host: elsewhere });
  expect(await label(doubted)).toBe('error unavailable');
  expect(rig.count('AUTH')).toBe(1);
});

test.each<[string, Fault | undefined]>([
  ['not offered', undefined],
  ['refused', { reply: '454 4.7.0 TLS not available' }],
  ['answered and dropped', { raw: '220 go\r\n221 injected\r\n' }],
])('STARTTLS %s: no password on the wire', async (_, fault) => {
  const rig = await SmtpRig.start();
  rig.fault = fault && failing('STARTTLS', fault);
  const proxy = await startProxy({ targetPort: rig.port, record: true });
  onTestFinished(() => proxy.close());
  const smtp = rig.smtp({ host: elsewhere, port: proxy.port, pool: shortPool });
  expect(await label(smtp)).toMatch(/^error (unavailable|timeout)$/u);
  expect(proxy.commands().join()).not.toMatch(/AUTH|MAIL/u);
  expect(proxy.commands()).toContain('STARTTLS');
});

test('on this machine: STARTTLS where a CA can vouch for it, plain text where there is none', async () => {
  const rig = await SmtpRig.start({ startTls: tls });
  expect(await label(rig.smtp({ host: 'localhost', ca }))).toBe('sent');
  expect(rig.count('STARTTLS')).toBe(1);
  expect(await label(rig.smtp({ host: 'localhost' }))).toBe('sent');
  expect(rig.count('STARTTLS')).toBe(1);
  const without = await SmtpRig.start();
  expect(await label(without.smtp({ host: 'localhost', ca }))).toBe('sent');
});

const shortPool = { max: 2, min: 0, timeoutMs: 300, idleTimeoutMs: 60_000, healthCheckMs: 60_000 };

const hour = 3_600_000;

test('a refused login makes the account read-only for an hour, is not repeated meanwhile, and heals by itself', async () => {
  const rig = await SmtpRig.start();
  let now = 0;
  let secret = 'wrong';
  const smtp = rig.smtp({ now: () => now, password: async () => secret });
  const expectLogins = async (outcome: string, logins: number) => {
    expect(await label(smtp)).toBe(outcome);
    expect(rig.count('AUTH')).toBe(logins);
  };
  await expectLogins('error auth_failed', 1);
  secret = password;
  now = hour - 1;
  await expectLogins('error auth_failed', 1);
  expect(smtp.access.status).toEqual({
    mode: 'read-only',
    reason: 'The mail server refused the user name or password for sending.',
  });
  now = hour;
  await expectLogins('sent', 2);
  expect(smtp.access.status).toEqual({ mode: 'read-write' });
});

test('of many calls after the pause one logs in', async () => {
  const rig = await SmtpRig.start();
  let now = 0;
  const smtp = rig.smtp({ now: () => now, password: async () => 'wrong' });
  await label(smtp);
  now = hour;
  await Promise.all([1, 2, 3, 4].map(() => label(smtp)));
  expect(rig.count('AUTH')).toBe(2);
});

test.each<[string, string, string, 'read-only' | 'read-write', number]>([
  ['AUTH', '535 5.7.8 authentication failed', 'error auth_failed', 'read-only', 1],
  ['AUTH', '454 4.7.0 Temporary authentication failure', 'error rate_limited', 'read-write', 1],
  ['GREETING', '421 4.7.0 too many connections from you', 'error rate_limited', 'read-write', 1],
  ['GREETING', '554 5.7.1 blocked', 'error forbidden', 'read-only', 1],
  ['GREETING', '421 4.3.2 shutting down', 'error unavailable', 'read-write', 3],
])('%s answered "%s": %s', async (command, reply, told, mode, attempts) => {
  const rig = await SmtpRig.start();
  rig.fault = failing(command, { reply });
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe(told);
  expect(smtp.access.status.mode).toBe(mode);
  expect(rig.connections.total).toBe(attempts);
});

test('AUTH LOGIN where PLAIN is not offered; no other method gets the password', async () => {
  const rig = await SmtpRig.start({ authMethods: ['LOGIN'] });
  expect(await label(rig.smtp())).toBe('sent');
  const other = await SmtpRig.start({ authMethods: ['XOAUTH2'] });
  expect(await label(other.smtp())).toBe('error unsupported');
  expect(other.count('AUTH')).toBe(0);
});

test('status: what the server can do, and after a refused login why nothing can be sent', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  expect(await smtpStatus(smtp, signal())).toMatchObject({
    protocol: 'smtp',
    reachable: true,
    mode: 'read-write',
    latencyMs: expect.any(Number),
    capabilities: ['8BITMIME', 'PIPELINING', 'SIZE=50000000', 'SMTPUTF8'],
    pool: { size: 1, created: 1 },
  });
  expect(await smtpStatus(rig.smtp({ password: async () => 'wrong' }), signal())).toMatchObject({
    reachable: false,
    mode: 'read-only',
    reason: expect.stringContaining('refused'),
    error: { code: 'auth_failed', hint: expect.stringContaining('SMTP') },
  });
});

test('capabilities are read with and without parameters', () => {
  const ehlo = '250-x SIZE 1\r\n250-size 5000\r\n250-AUTH=PLAIN\r\n250-AUTH LOGIN PLAIN\r\n250 8bitmime';
  expect([...ehloCapabilities(ehlo)]).toEqual([
    ['SIZE', '5000'],
    ['AUTH', 'LOGIN PLAIN'],
    ['8BITMIME', ''],
  ]);
});

test('the log tells of connections and outcomes, never of the password or the message', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  await label(smtp);
  rig.fault = failing('.', { reply: `554 5.7.1 ${password}` });
  await label(smtp);
  rig.fault = failing('AUTH', {
    reply: `535 5.7.8 ${Buffer.from(`\0${alice}\0${password}`).toString('base64')}`,
  });
  await label(rig.smtp());
  const log = rig.logged.join('');
  expect(log).toContain('submitted');
  expect(log).toContain('login failed');
  for (const form of [password, Buffer.from(password).toString('base64'), "Nobody else's"]) {
    expect(log).not.toContain(form);
  }
  expect(log).not.toContain(Buffer.from(`\0${alice}\0${password}`).toString('base64'));
});
