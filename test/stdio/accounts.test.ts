import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { addressOf, closedPort, envOf, type Name, names, startTwo } from '../accounts/rig.ts';
import { letter } from '../support/letters.ts';
import { type McpProcess, startServer } from '../support/mcp-client.ts';

/** The built server with two accounts, as a client starts it; `npm test` builds it first. */
let sandboxes: Record<Name, Sandbox>;
let server: McpProcess;

beforeAll(async () => {
  sandboxes = await startTwo();
  for (const [index, name] of names.entries()) {
    const date = `Tue, 0${index + 3} Mar 2026 10:00:00 +0100`;
    sandboxes[name].deliver(addressOf(name), 'INBOX', letter({ subject: `Of ${name}`, date }));
  }
  const more = { work: { MAILBOX_SEND_LIMIT: '1' } };
  server = startServer({ ...envOf(sandboxes, more), LOG_LEVEL: 'debug' });
  await server.initialize();
}, 30_000);

afterAll(async () => {
  await server.kill('SIGKILL');
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

async function call<T>(tool: string, args: Record<string, unknown> = {}): Promise<T> {
  const answer = await server.call<T>(tool, args);
  if (!answer.ok) throw new Error(`${JSON.stringify(answer.error)}\n${server.stderr}`);
  return answer.data;
}

interface Found {
  emails: { id: string; subject: string; account?: string }[];
  incomplete?: { where: string; code: string }[];
}

test('mail of both is found at once, read by its id, and marked where it is', async () => {
  const { emails } = await call<Found>('search_emails', { account: 'all', limit: 5 });
  expect(emails).toMatchObject([
    { id: expect.stringMatching(/^home:INBOX\//u), subject: 'Of home', account: 'home' },
    { id: expect.stringMatching(/^work:INBOX\//u), subject: 'Of work', account: 'work' },
  ]);
  const own = await call<Found>('search_emails', { account: 'home' });
  expect(own.emails).toEqual([expect.not.objectContaining({ account: expect.anything() })]);
  const id = emails[0]?.id;
  expect(await call('get_email', { id })).toMatchObject({ id, subject: 'Of home' });
  expect(await call('mark_email', { ids: [id], add: ['flagged'] })).toMatchObject({ updated: [{ id }] });
  const flagged = await call<Found>('search_emails', { account: 'all', flagged: true });
  expect(flagged.emails.map((email) => email.id)).toEqual([id]);
});

test('where one account may send no more, the other still does', async () => {
  const send = (account: string, subject: string) =>
    server.call('send_email', { account, to: [`bob@${account}.test`], subject, text: 'Hello.' });
  expect(await send('work', 'First')).toMatchObject({ ok: true });
  expect(await send('work', 'Second')).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
  expect(await send('home', 'Second')).toMatchObject({ ok: true });
  expect(sandboxes.home.smtp.accepted.map(({ from }) => from)).toEqual([addressOf('home')]);
});

test('events, calendars and the status of both are told together', async () => {
  const { calendars } = await call<{ calendars: { id: string }[] }>('list_calendars', { account: 'all' });
  expect(calendars.map(({ id }) => id)).toEqual(expect.arrayContaining(['work:kalender', 'home:kalender']));
  const made = await call<{ id: string }>('create_event', {
    account: 'home',
    title: 'Lunch',
    start: '2026-12-01T12:00',
    duration: 60,
  });
  expect(made.id).toMatch(/^home:kalender\//u);
  const range = { account: 'all', start: '2026-12-01', end: '2026-12-01' };
  const { events } = await call<{ events: unknown[] }>('get_calendar_events', range);
  expect(events).toMatchObject([{ id: made.id, account: 'home' }]);
  const { busy } = await call<{ busy: unknown[] }>('get_free_busy', range);
  expect(busy).toHaveLength(1);
  const { accounts } = await call<{ accounts: { account: string; cache: object }[] }>('get_server_status');
  expect(accounts.map(({ account }) => account)).toEqual(['work', 'home']);
});

test('a wrong name of an account names the near one', async () => {
  const answer = await server.call('search_emails', { account: 'wrok' });
  expect(answer).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/did you mean work\?/u) },
  });
});

test('one account that is down is named and hides nothing of the other', async () => {
  const home = { MAILBOX_IMAP_PORT: String(await closedPort()) };
  const half = startServer({ ...envOf(sandboxes, { home }), LOG_LEVEL: 'debug' });
  try {
    await half.initialize();
    const found = await half.call<Found>('search_emails', { account: 'all', subject: 'Of' });
    expect(found).toMatchObject({
      data: { emails: [{ subject: 'Of work' }], incomplete: [{ where: 'home', code: 'unavailable' }] },
    });
    const failed = await half.call('get_folders', { account: 'home' });
    expect(failed).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(half.stderr).toMatch(/home\.imap/u);
  } finally {
    await half.end();
  }
});

test('no password of either account is ever in the log, and both end with the client', async () => {
  const { code, ms } = await server.end();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3_000);
  for (const name of names) expect(server.stderr).toContain(`${name}.imap`);
  for (const name of names) {
    const password = `${name}-pw`;
    const plain = Buffer.from(`\0${addressOf(name)}\0${password}`).toString('base64');
    for (const secret of [password, Buffer.from(password).toString('base64'), plain]) {
      expect(server.stderr).not.toContain(secret);
    }
  }
});
