import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beforeChangeMs } from '../../src/connections/first-word.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { openMail, openSandbox } from '../support/mailboxes.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

/** Connections that die without a word, right after their last use: no packet says so, and no pause lets one suspect it. */
const withinMs = 25_000;
const context = () => ({ signal: AbortSignal.timeout(45_000), confirm: undefined });

/** An account with one e-mail and one event, each of its lines through a proxy. */
async function house(arm: (command: string) => Fault | undefined = () => undefined, env: Env = {}) {
  const box = await openSandbox({ seed: true, intercept: ({ command }) => arm(command) });
  const { sandbox } = box;
  const ports = [sandbox.imapPort, sandbox.smtpPort, Number(new URL(sandbox.caldavUrl).port)];
  const proxies = await Promise.all(ports.map((targetPort) => startProxy({ targetPort })));
  const [imap, smtp, caldav] = proxies as [TcpProxy, TcpProxy, TcpProxy];
  const account = await openMail({
    ...box.env,
    MAILBOX_PREFETCH: 'false',
    MAILBOX_IMAP_PORT: String(imap.port),
    MAILBOX_SMTP_PORT: String(smtp.port),
    MAILBOX_CALDAV_URL: `http://127.0.0.1:${caldav.port}/`,
    ...env,
  });
  onTestFinished(async () => {
    await account.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await box.close();
  });
  const { emails } = await account.mail.search({ folder: 'INBOX' }, context());
  await account.calendar.listCalendars({}, context());
  await account.outbox.send({ to: ['bob@sandbox.test'], subject: 'First', text: 'First' }, context());
  const freeze = () => {
    for (const proxy of proxies) proxy.freeze();
  };
  return { account, sandbox, freeze, ids: emails.map(({ id }) => id) };
}

type Env = Record<string, string>;
/** What cannot be asked again, or may be answered late: only after the pause of POOL_HEALTH_CHECK_MS is the line looked at. */
const provenFirst = new Set(['a new event', 'the events']);

type House = Awaited<ReturnType<typeof house>>;

const march = { start: '2026-03-02T09:00', end: '2026-03-02T10:00' };
const works: Record<string, (house: House) => Promise<unknown>> = {
  'a search': ({ account: { mail } }) => mail.search({ folder: 'INBOX', subject: 'e' }, context()),
  'the same search': ({ account: { mail } }) => mail.search({ folder: 'INBOX' }, context()),
  'a mail': ({ account: { mail }, ids }) => mail.read({ id: ids[0] ?? '' }, context()),
  'a mark': ({ account: { filing }, ids }) =>
    filing.mark({ ids: ids.slice(0, 1), add: ['flagged'] }, context()),
  'a draft': ({ account: { outbox } }) =>
    outbox.createDraft({ to: ['bob@sandbox.test'], subject: 'Draft', text: 'Draft' }, context()),
  'a new folder': ({ account: { filing } }) => filing.createFolder({ path: 'Anew' }, context()),
  'the calendars': ({ account: { calendar } }) => calendar.listCalendars({}, context()),
  'the events': ({ account: { calendar } }) =>
    calendar.getEvents({ start: '2026-03-01', end: '2026-03-05' }, context()),
  'a new event': ({ account: { schedule } }) => schedule.createEvent({ title: 'Once', ...march }, context()),
  'an e-mail sent': ({ account: { outbox } }) =>
    outbox.send({ to: ['bob@sandbox.test'], subject: 'Second', text: 'Second' }, context()),
};

/** What the servers hold of it, where it changes something: exactly one. */
const proofs: Record<string, (house: House) => Promise<number> | number> = {
  'a mark': async ({ account: { mail }, ids: [id = ''] }) => {
    const { flags = [] } = await mail.read({ id }, context());
    return flags.filter((flag) => flag === 'flagged').length;
  },
  'a draft': async ({ account: { mail } }) =>
    (await mail.search({ folder: 'drafts', subject: 'Draft' }, context())).emails.length,
  'a new folder': async ({ account: { mail } }) =>
    (await mail.folders({}, context())).folders.filter(({ path }) => path === 'Anew').length,
  'a new event': ({ sandbox }) =>
    sandbox.caldav.requests.filter(({ method, status }) => method === 'PUT' && status === 201).length,
  'an e-mail sent': ({ sandbox }) =>
    sandbox.smtp.accepted.filter(({ raw }) => raw.includes('Subject: Second')).length,
};

describe('after all lines have died in silence, moments after their last use', () => {
  test.concurrent.each(Object.keys(works))(
    '%s comes right within 25 s, and is done once',
    async (name) => {
      const at = await house(undefined, provenFirst.has(name) ? { POOL_HEALTH_CHECK_MS: '300' } : {});
      await sleep(beforeChangeMs);
      at.freeze();
      const started = performance.now();
      const answer = await works[name]?.(at);
      expect(performance.now() - started).toBeLessThan(withinMs);
      expect(answer).not.toHaveProperty('stale');
      expect(answer).not.toHaveProperty('incomplete');
      expect(answer).not.toHaveProperty('failed');
      if (proofs[name]) expect(await proofs[name]?.(at)).toBe(1);
    },
    60_000,
  );
});

test.concurrent('a server that thinks for nine seconds about a search, but lives, is waited for on its line', async () => {
  let armed = false;
  const slow = (command: string) =>
    armed && /UID (?:SEARCH|SORT)/u.test(command) ? { delayMs: 9000 } : undefined;
  const { account, sandbox } = await house(slow);
  armed = true;
  const before = sandbox.imap.commands.length;
  const { emails } = await account.mail.search({ folder: 'INBOX', subject: 'e' }, context());
  expect(emails.length).toBeGreaterThan(0);
  const asked = sandbox.imap.commands.slice(before);
  expect(asked.filter((line) => line.startsWith('UID SORT'))).toHaveLength(1);
  expect(asked.filter((line) => /AUTHENTICATE|LOGIN/u.test(line))).toEqual([]);
}, 60_000);
