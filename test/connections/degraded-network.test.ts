import dns from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { MailboxError } from '../../src/domain/errors.ts';
import { openMail, openSandbox } from '../support/mailboxes.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

const hour = 3_600_000;
const day = 24 * hour;
type Protocol = 'imap' | 'smtp' | 'caldav';

/** An account whose three servers are each behind a proxy of their own. */
async function house(host = '127.0.0.1', changes: Record<string, string> = {}) {
  const box = await openSandbox();
  const { sandbox } = box;
  const ports = {
    imap: sandbox.imapPort,
    smtp: sandbox.smtpPort,
    caldav: Number(new URL(sandbox.caldavUrl).port),
  };
  const behind = async (targetPort: number) => await startProxy({ targetPort });
  const proxies: Record<Protocol, TcpProxy> = {
    imap: await behind(ports.imap),
    smtp: await behind(ports.smtp),
    caldav: await behind(ports.caldav),
  };
  const account = await openMail({
    ...box.env,
    MAILBOX_IMAP_HOST: host,
    MAILBOX_SMTP_HOST: host,
    MAILBOX_IMAP_PORT: String(proxies.imap.port),
    MAILBOX_SMTP_PORT: String(proxies.smtp.port),
    MAILBOX_CALDAV_URL: `http://${host}:${proxies.caldav.port}/`,
    ...changes,
  });
  onTestFinished(async () => {
    await account.close();
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    await box.close();
  });
  return { account, proxies };
}

let mails = 0;
const context = () => ({ signal: AbortSignal.timeout(40_000), confirm: undefined });
const ask: Record<Protocol, (account: OpenAccount) => Promise<unknown>> = {
  imap: ({ mail }) => mail.folders({}, context()),
  smtp: ({ outbox }) =>
    outbox.send({ to: ['bob@sandbox.test'], subject: `${++mails}`, text: `Hi ${mails}` }, context()),
  caldav: ({ calendar }) => calendar.listCalendars({}, context()),
};
const all = (account: OpenAccount) => Promise.all(Object.values(ask).map((one) => one(account)));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it worked'),
    (error: MailboxError) => error,
  );

async function took(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

/** The wall clock shows so much more, or less, until the test is over. */
function jump(ms: number): void {
  const real = Date.now;
  Date.now = () => real() + ms;
  onTestFinished(() => {
    Date.now = real;
  });
}

/** Names mean what `answer` says, until the test is over. */
function resolver(answer: () => dns.LookupAddress[] | 'ENOTFOUND' | 'EAI_AGAIN'): void {
  const real = dns.lookup;
  const lookup = (name: string, ...rest: unknown[]) => {
    if (name !== 'localhost') {
      real(name, ...(rest as [dns.LookupAllOptions, () => void]));
      return;
    }
    const [done] = rest.slice(-1) as [(error: Error | null, ...found: unknown[]) => void];
    const [options] = rest as [dns.LookupOptions];
    const found = answer();
    process.nextTick(() => {
      if (typeof found === 'string') done(Object.assign(new Error(`${found} ${name}`), { code: found }));
      else if (options.all) done(null, found);
      else done(null, found[0]?.address, found[0]?.family);
    });
  };
  dns.lookup = lookup as typeof dns.lookup;
  onTestFinished(() => {
    dns.lookup = real;
  });
}

describe('after a sleep of the laptop', () => {
  test.each(Object.keys(ask) as Protocol[])(
    '%s answers within seconds though its connections have died in silence',
    async (protocol) => {
      const { account, proxies } = await house();
      await ask[protocol](account);
      for (const proxy of Object.values(proxies)) proxy.freeze();
      jump(hour);
      expect(await took(ask[protocol](account))).toBeLessThan(6000);
    },
    20_000,
  );

  test('connections the check finds alive go on', async () => {
    const { account, proxies } = await house();
    await all(account);
    const before = Object.values(proxies).map(({ traffic }) => traffic.connections.total);
    jump(15_000);
    await all(account);
    expect(Object.values(proxies).map(({ traffic }) => traffic.connections.total)).toEqual(before);
  });
});

test.each([
  ['back', -day],
  ['forward', day],
])('a clock set %s by a day stops nothing', async (_, ms) => {
  const { account, proxies } = await house('127.0.0.1', {
    POOL_HEALTH_CHECK_MS: '100',
    POOL_IDLE_TIMEOUT_MS: '200',
  });
  await all(account);
  jump(ms);
  // Idle connections are still closed, and the next call opens new ones.
  await expect.poll(() => proxies.imap.traffic.connections.open, { timeout: 3000 }).toBe(0);
  expect(await took(all(account))).toBeLessThan(3000);
});

test.each(['ENOTFOUND', 'EAI_AGAIN'] as const)(
  'name servers that fail (%s) are asked again by the next call',
  async (code) => {
    let down = true;
    resolver(() => (down ? code : [{ address: '127.0.0.1', family: 4 }]));
    const { account } = await house('localhost');
    for (const protocol of Object.keys(ask) as Protocol[]) {
      const error = await failure(ask[protocol](account));
      expect(error).toMatchObject({ code: 'unavailable', retryable: true });
      expect(error.message).toContain('localhost was not found');
    }
    down = false;
    expect(await took(all(account))).toBeLessThan(3000);
  },
);

test('a first address that leads nowhere, as with broken IPv6, costs each protocol a moment only', async () => {
  resolver(() => [
    { address: '2001:db8::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ]);
  const { account } = await house('localhost');
  for (const one of Object.values(ask)) expect(await took(one(account))).toBeLessThan(3000);
});

describe('one protocol that hangs', () => {
  test.each(Object.keys(ask) as Protocol[])(
    '%s, from the start: the others answer',
    async (protocol) => {
      const { account, proxies } = await house('127.0.0.1', { POOL_TIMEOUT_MS: '1500' });
      proxies[protocol].stall();
      const hanging = failure(ask[protocol](account));
      await sleep(20);
      // Sending files a copy by IMAP, but does not wait for ever.
      const others = (Object.keys(ask) as Protocol[]).filter(
        (other) => other !== protocol && other !== 'smtp',
      );
      for (const other of others) expect(await took(ask[other](account))).toBeLessThan(1000);
      expect(await hanging).toMatchObject({ code: 'timeout' });
      const { accounts } = await account.status.status(context());
      const told = accounts[0]?.protocols.map((status) => [status.protocol, status.reachable]);
      expect(told).toEqual(Object.keys(ask).map((name) => [name, name !== protocol]));
      proxies[protocol].resume();
      expect(await took(ask[protocol](account))).toBeLessThan(3000);
    },
    20_000,
  );
});
