import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDovecot } from '../servers/dovecot.ts';
import { type Postfix, postfixAvailable, startPostfix } from '../servers/postfix.ts';
import { type Radicale, radicaleAvailable, startRadicale } from '../servers/radicale.ts';
import { checksOf, troubles } from './check/rig.ts';

describe.runIf(postfixAvailable() && radicaleAvailable())('check with Dovecot, Postfix and Radicale', () => {
  let postfix: Postfix;
  let radicale: Radicale;
  beforeAll(async () => {
    const dovecot = await startDovecot({ mta: true, maxConnections: 3 });
    postfix = await startPostfix({ dovecot });
    radicale = await startRadicale({ certificates: dovecot.certificates });
    radicale.makeCalendar('alice', 'work', { displayName: 'Arbeit' });
  });
  afterAll(async () => {
    await Promise.all([radicale.stop(), postfix.stop()]);
  });
  const env = (security?: 'starttls') => ({
    ...postfix.mailEnv('alice', security),
    MAILBOX_CALDAV_URL: radicale.url,
  });

  test.each([
    ['TLS from the first byte', undefined],
    ['STARTTLS', 'starttls'],
  ] as const)(
    'over %s every login works; only the certificates of two days give warnings',
    async (_how, security) => {
      const { code, checks } = await checksOf(env(security));
      expect(troubles(checks)).toEqual(['imap tls warning', 'smtp tls warning', 'caldav tls warning']);
      expect(code).toBe(0);
      expect(checks.get('imap tls')?.detail).toMatch(
        /^TLSv1\.3, issued by mailbox-mcp-server test CA, chain of 2 trusted, 1 day left$/u,
      );
      expect(checks.get('smtp tls')?.detail).toContain(security ? 'by STARTTLS' : 'TLSv1.3, ');
      expect(checks.get('caldav calendars')?.detail).toBe('1 calendar: Arbeit');
      await postfix.settled();
      expect(postfix.queueLength()).toBe(0);
    },
  );

  test('an alias that Postfix does not let this account send as is found out, and nothing is sent', async () => {
    const foreign = postfix.mailEnv('bob').MAILBOX_EMAIL ?? '';
    const { code, checks } = await checksOf({ ...env(), MAILBOX_ALIASES: foreign });
    expect(code).toBe(0);
    expect(checks.get('smtp send')).toMatchObject({
      status: 'warning',
      detail: `The mail server does not let this account send as ${foreign}.`,
    });
    await postfix.settled();
    expect(postfix.queueLength()).toBe(0);
  });

  test('a wrong password fails the logins of all three and nothing else', async () => {
    const { code, checks } = await checksOf({ ...env(), MAILBOX_PASSWORD: 'mistyped' });
    expect(code).toBe(1);
    const failed = [...checks].filter(([, { status }]) => status === 'failed').map(([name]) => name);
    expect(failed).toEqual(['imap login', 'smtp login', 'caldav login']);
  });

  test('the limit of connections is found as Dovecot tells it', async () => {
    const { code, checks } = await checksOf({ ...env(), POOL_MAX_CONNECTIONS: '5' });
    expect(code).toBe(0);
    expect(checks.get('imap connections')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('only 3 of 5 connections at once'),
    });
  });
});
