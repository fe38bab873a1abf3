import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { FaultEvent, Intercept } from '../../src/sandbox/faults.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, openSandbox, type TestMailbox } from '../support/mailboxes.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

const user = 'alice@sandbox.test';
/** Longer than the pause before it begins and what it takes. */
const idleMs = 600;
const kB = (count: number) =>
  `${'All work and no play makes a dull day.\r\n'.repeat(Math.ceil((count * 1024) / 40))}`;

const onDay = (day: number) => `${day} Mar 2026 10:00:00 +0100`;

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Our services on that mailbox through a proxy that counts. */
async function through(box: TestMailbox, env: Record<string, string> = {}) {
  opened.push(() => box.close());
  const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT) });
  opened.push(() => proxy.close());
  const logged: string[] = [];
  const port = String(proxy.port);
  const account = await openMail({ ...box.env, MAILBOX_IMAP_PORT: port, ...env }, logged);
  opened.push(() => account.close());
  return { account, proxy, logged, ...verbs(account) };
}

function verbs({ mail }: OpenAccount) {
  const search = async (request = {}) =>
    (await mail.search({ folder: 'INBOX', ...request }, context())).emails;
  return { search, read: (id = '', more = {}) => mail.read({ id, ...more }, context()) };
}

/** A sandbox with so many mails of so many kB, and the fetches of texts nobody asked for. */
async function sandboxed(sizes: readonly number[], env: Record<string, string> = {}, intercept?: Intercept) {
  const box = await openSandbox(intercept ? { intercept } : {});
  for (const [index, size] of sizes.entries()) {
    box.sandbox.deliver(
      user,
      'INBOX',
      letter({ subject: `Nr. ${index + 1}`, date: onDay(index + 1), body: kB(size) }),
    );
  }
  const ahead = () => box.sandbox.imap.commands.filter((line) => isAhead({ line }));
  return { ...(await through(box, env)), sandbox: box.sandbox, box, ahead };
}

/** What is asked for by id comes with its flags. */
function isAhead({ line }: Pick<FaultEvent, 'line'>): boolean {
  return /^UID FETCH [\d,]+ \(UID BODY\.PEEK\[HEADER/u.test(line);
}

async function counted<T>(proxy: TcpProxy, work: () => Promise<T>) {
  proxy.reset();
  const value = await work();
  const { turns, connections, bytesDown } = proxy.traffic;
  return { value, roundTrips: turns + connections.total, bytesDown };
}

describe.each(mailboxKinds)('on $name', ({ open }) => {
  test.each([
    ['with', 'true', 0, 2_000],
    ['without', 'false', 30_000, 100_000],
  ])('a mail read after a search costs one round trip, %s prefetch', async (_with, on, least, most) => {
    const box = await open();
    const other = await box.otherClient();
    const body = Array.from({ length: 3_000 }, () => Math.random().toString(36).slice(2)).join('\r\n');
    for (const subject of ['one', 'two', 'three']) await other.append('INBOX', letter({ subject, body }));
    const { search, read, proxy } = await through(box, { MAILBOX_PREFETCH: on });
    const hits = await search();
    await sleep(idleMs);
    for (const { id, subject } of hits) {
      const { value, roundTrips, bytesDown } = await counted(proxy, () => read(id));
      expect(value).toMatchObject({ subject, flags: ['unread'] });
      expect(value.body.totalChars).toBeGreaterThan(30_000);
      expect(roundTrips).toBe(1);
      expect(bytesDown).toBeGreaterThanOrEqual(least);
      expect(bytesDown).toBeLessThan(most);
    }
  });

  test('what happened to a mail since it was fetched is seen: a flag, its end', async () => {
    const box = await open();
    const other = await box.otherClient();
    await other.append('INBOX', letter({ subject: 'one', date: onDay(1) }));
    await other.append('INBOX', letter({ subject: 'two', date: onDay(2) }));
    await other.mailboxOpen('INBOX');
    const { search, read } = await through(box);
    const [two, one] = await search();
    await sleep(idleMs);
    await other.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
    await other.messageDelete('2', { uid: true });
    expect(await read(one?.id)).toMatchObject({ subject: 'one', flags: ['unread', 'flagged'] });
    await expect(read(two?.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('the first five are fetched in one command for each folder, once', async () => {
  const { search, ahead, sandbox } = await sandboxed([1, 1, 1, 1, 1, 1]);
  sandbox.deliver(user, 'Sent', letter({ subject: 'Nr. 7', date: onDay(20) }));
  await search({ folder: 'all' });
  await sleep(idleMs);
  expect(ahead().map((line) => line.split(' ')[2])).toEqual([expect.any(String), '6,5,4,3']);
  await search({ folder: 'all', subject: 'Nr.' });
  await sleep(idleMs);
  expect(ahead()).toHaveLength(2);
});

test('long texts are left to those who ask for them, and all together is bounded', async () => {
  const { search, ahead } = await sandboxed([200, 240, 240, 300, 240, 240]);
  await search();
  await sleep(idleMs);
  expect(ahead().map((line) => line.split(' ')[2])).toEqual(['6,5,3,2']);
});

test('switched off, nothing to be remembered, a rate half used up, a next page: nothing is fetched', async () => {
  const off = await sandboxed([1, 1, 1], { MAILBOX_PREFETCH: 'false' });
  await off.search();
  const forgetful = await sandboxed([1, 1, 1], { CACHE_EMAIL_MESSAGE_TTL: '0' });
  await forgetful.search();
  const slow = await sandboxed([1, 1, 1], { MAILBOX_RATE_LIMIT: '1' });
  for (const subject of ['a', 'b', 'c', 'Nr. 1', 'Nr. 2', 'Nr.']) await slow.search({ subject });
  const paged = await sandboxed([1, 1, 1]);
  const { nextCursor } = await paged.account.mail.search({ folder: 'INBOX', limit: 1 }, context());
  await paged.search({ limit: 1, cursor: nextCursor });
  await sleep(idleMs);
  for (const { ahead } of [off, forgetful, slow, paged]) expect(ahead()).toEqual([]);
});

test('a call that comes first drops it, the same search brings it back, and a closed account fetches nothing', async () => {
  const busy = await sandboxed([1, 1, 1]);
  const [hit] = await busy.search();
  await busy.read(hit?.id);
  await sleep(idleMs);
  expect(busy.ahead()).toEqual([]);
  await busy.search();
  const closed = await sandboxed([1, 1, 1]);
  await closed.search();
  await closed.account.close();
  await sleep(idleMs);
  expect(busy.ahead().map((line) => line.split(' ')[2])).toEqual(['2,1']);
  expect(closed.ahead()).toEqual([]);
});

test('a call that comes meanwhile waits for the end of one command and gets that connection', async () => {
  const { search, read, ahead, sandbox } = await sandboxed([1, 1], {}, (event) =>
    isAhead(event) ? { delayMs: 120 } : undefined,
  );
  const [hit] = await search();
  await expect.poll(ahead, { interval: 5 }).toHaveLength(1);
  expect(await read(hit?.id)).toMatchObject({ subject: 'Nr. 2' });
  expect(sandbox.imap.connections.total).toBe(1);
  expect(sandbox.imap.commands.at(-2)).toMatch(/FLAGS\)$/u);
});

test.each(['1', '2'])('a command that hangs keeps nobody waiting, with %s connections', async (max) => {
  const env = { POOL_MAX_CONNECTIONS: max };
  const { search, read, ahead } = await sandboxed([1, 1], env, (event) =>
    isAhead(event) ? 'stall' : undefined,
  );
  const [hit] = await search();
  await expect.poll(ahead, { interval: 5 }).toHaveLength(1);
  const started = performance.now();
  const answers = await Promise.all([
    read(hit?.id),
    search({ subject: 'Nr.' }),
    search({ subject: 'Nr. 1' }),
  ]);
  expect(performance.now() - started).toBeLessThan(1_500);
  expect(answers).toMatchObject([{ subject: 'Nr. 2' }, [{}, {}], [{}]]);
});

test.each([
  ['refused', { reply: 'NO [SERVERBUG] not now' }],
  ['cut off', { cutAfter: 40 }],
] as const)('one that is %s is heard of in the log alone', async (_how, fault) => {
  const { search, read, logged } = await sandboxed([1, 1], {}, (event) =>
    isAhead(event) ? fault : undefined,
  );
  const [hit] = await search();
  await sleep(idleMs);
  expect(logged.filter((line) => /"level":"(?:warn|error)"/u.test(line))).toEqual([]);
  expect(logged.join('\n')).toContain('spare time');
  expect(await read(hit?.id)).toMatchObject({ subject: 'Nr. 2', body: { totalChars: expect.any(Number) } });
});
