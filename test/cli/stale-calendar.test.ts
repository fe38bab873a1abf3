import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { context, openMail } from '../support/mailboxes.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

const range = { start: '2026-06-01', end: '2026-06-30' };
const stale = { since: expect.any(String) };
let sandbox: Sandbox;
let proxy: TcpProxy;
let account: OpenAccount;
let id: string;

/** The services as the server puts them together, with a calendar server that can go away. */
beforeAll(async () => {
  sandbox = await startSandbox({ seed: false });
  const url = new URL(sandbox.caldavUrl);
  proxy = await startProxy({ targetPort: Number(url.port) });
  url.port = String(proxy.port);
  account = await openMail({ ...sandbox.env('alice@sandbox.test'), MAILBOX_CALDAV_URL: url.href });
  const start = '2026-06-10T10:00';
  const made = await account.schedule.createEvent(
    { title: 'Review', start },
    { ...context(), confirm: undefined },
  );
  id = made.id;
});

afterAll(async () => {
  await account.close();
  await proxy.close();
  await sandbox.close();
});

beforeEach(async () => {
  await proxy.accept();
  const { events } = await account.calendar.getEvents(range, context());
  expect(events).toMatchObject([{ title: 'Review' }]);
});

const reads = (ms?: number) => [
  account.calendar.getEvents(range, context(ms)),
  account.calendar.searchEvents({ query: 'review', ...range }, context(ms)),
  account.calendar.getEvent({ id }, context(ms)),
  account.calendar.getFreeBusy(range, context(ms)),
];

test('while the calendar server is gone its calendars are told as they were', async () => {
  await proxy.refuse();
  for (const answer of await Promise.all(reads())) expect(answer).toMatchObject({ stale });
  await expect(account.calendar.listCalendars({}, context())).rejects.toMatchObject({ code: 'unavailable' });
});

test('after a change of ours that failed they are not', async () => {
  await proxy.refuse();
  const change = account.schedule.updateEvent({ id, title: 'Later' }, { ...context(), confirm: undefined });
  await expect(change).rejects.toMatchObject({ code: 'unavailable' });
  for (const outcome of await Promise.allSettled(reads())) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  }
});

test('a calendar server that says nothing is waited for ten seconds, no longer', async () => {
  proxy.stall();
  const started = performance.now();
  for (const answer of await Promise.all(reads(40_000))) expect(answer).toMatchObject({ stale });
  expect(performance.now() - started).toBeGreaterThan(9_000);
  expect(performance.now() - started).toBeLessThan(13_000);
  proxy.dropAll();
  proxy.resume();
});
