import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraceTimes } from '../../src/accounts/grace.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { fakeServices } from '../tools/services.ts';
import {
  accountsOf,
  addressOf,
  asked,
  blackhole,
  closedPort,
  type Name,
  names,
  type OpenTwo,
  openTwo,
  startTwo,
} from './rig.ts';

/** One account is well, the other cannot be reached. */
let sandboxes: Record<Name, Sandbox>;
let hole: Awaited<ReturnType<typeof blackhole>>;
const opened: OpenTwo[] = [];

beforeAll(async () => {
  sandboxes = await startTwo();
  hole = await blackhole();
  for (const name of names) {
    sandboxes[name].deliver(addressOf(name), 'INBOX', letter({ subject: `Of ${name}` }));
  }
});
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await Promise.all(names.map((name) => sandboxes[name].close()));
  await hole.close();
});

function withHomeAt(port: number, grace?: GraceTimes): OpenTwo {
  const home = {
    MAILBOX_IMAP_PORT: String(port),
    MAILBOX_SMTP_PORT: String(port),
    MAILBOX_CALDAV_URL: `http://127.0.0.1:${port}/`,
  };
  const two = openTwo(sandboxes, { more: { home }, grace });
  opened.push(two);
  return two;
}

const week = { start: '2026-11-23', end: '2026-11-27' };

test('where nobody listens, the other account answers and the answer says who is missing', async () => {
  // On a busy machine a refusal may take so long that it counts as silence, which is cut short from then on.
  const two = withHomeAt(await closedPort(), { silentMs: 5_000 });
  const all = two.services('all');
  const found = await all.mail.search({}, asked());
  expect(found.emails.map(({ subject }) => subject)).toEqual(['Of work']);
  expect(found).toMatchObject({ incomplete: [{ where: 'home', code: 'unavailable' }] });
  expect(found.total).toBeUndefined();
  expect(found.nextCursor).toBeUndefined();
  const { events, incomplete } = await all.calendar.getEvents(week, asked());
  expect({ events, incomplete }).toMatchObject({ events: [], incomplete: [{ where: 'home' }] });
  const { folders, incomplete: unlisted } = await all.mail.folders({}, asked());
  expect(folders.map(({ path }) => path)).toContain('work:INBOX');
  expect(unlisted).toMatchObject([{ where: 'home', code: 'unavailable' }]);
  const { calendars, incomplete: untold } = await all.calendar.listCalendars({}, asked());
  expect(calendars.map(({ id }) => id)).toContain('work:kalender');
  expect(untold).toMatchObject([{ where: 'home' }]);
});

test('no time is free while an account was not read', async () => {
  const two = withHomeAt(await closedPort());
  const answer = await two.services('all').calendar.getFreeBusy(week, asked());
  expect(answer.free).toEqual([]);
  expect(answer.incomplete?.map(({ where }) => where)).toEqual(['free', 'home']);
});

test('one that takes connections and says nothing has so much longer as was said, and is then left out', async () => {
  const two = withHomeAt(hole.port, { usualMs: 300 });
  await two.services().mail.search({}, asked());
  const started = performance.now();
  const found = await two.services('all').mail.search({}, asked());
  expect(found.emails.map(({ subject }) => subject)).toEqual(['Of work']);
  expect(found.incomplete).toMatchObject([{ where: 'home', code: 'timeout' }]);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a call for the account that is well takes no notice of the other', async () => {
  const two = withHomeAt(hole.port);
  const hanging = two
    .services('home')
    .mail.search({}, asked(1_500))
    .catch((error: unknown) => error);
  const started = performance.now();
  await two.services('work').mail.search({}, asked());
  expect(performance.now() - started).toBeLessThan(1_400);
  expect(await hanging).toBeInstanceOf(Error);
});

test('where all fail the first error is the answer', async () => {
  const failing = (message: string) => async () => {
    throw new MailboxError('auth_failed', message);
  };
  const accounts = names.map((name) => ({ name, addresses: [], open: failing(`No ${name}.`) }));
  const services = accountsOf(accounts);
  for (const call of [
    services('all').mail.search({}, asked()),
    services('all').mail.folders({}, asked()),
    services('all').calendar.getEvents(week, asked()),
    services('all').calendar.listCalendars({}, asked()),
    services('all').calendar.getFreeBusy(week, asked()),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'auth_failed', message: 'No work.' });
  }
});

test('the status tells of each account by its name, also of one that cannot be opened', async () => {
  const two = withHomeAt(await closedPort());
  const { accounts } = await two.services().status.status(asked());
  const reachable = accounts.map(({ account, protocols }) => [
    account,
    protocols.map((one) => one.reachable),
  ]);
  expect(reachable).toEqual([
    ['work', [true, true, true]],
    ['home', [false, false, false]],
  ]);
  const services = accountsOf([
    { name: 'work', addresses: [], open: async () => fakeServices() },
    {
      name: 'home',
      addresses: [],
      open: async () => {
        throw new MailboxError('invalid_input', 'The file in MAILBOX_CA_FILE cannot be read.');
      },
    },
  ]);
  const status = await services().status.status(asked());
  expect(status).toMatchObject({ version: '1.2.3', uptimeSeconds: 7 });
  expect(status.accounts).toMatchObject([
    {
      account: 'home',
      mode: 'read-only',
      protocols: ['imap', 'smtp', 'caldav'].map((protocol) => ({
        protocol,
        reachable: false,
        error: { code: 'invalid_input', message: 'The file in MAILBOX_CA_FILE cannot be read.' },
      })),
    },
  ]);
});

test('an account that failed is asked again by the next page, from where it was', async () => {
  let isDown = true;
  const email = (id: string, date: string) => ({ id, date, from: 'a@b.de', subject: id });
  const work = fakeServices({
    search: async ({ cursor }) => {
      const emails = [email(cursor === 'w2' ? 'w2' : 'w1', '2026-01-02T00:00:00Z')];
      return { emails, searched: [], ...(cursor === 'w2' ? {} : { nextCursor: 'w2' }) };
    },
  });
  const home = fakeServices({
    search: async () => {
      if (isDown) throw new MailboxError('unavailable', 'Down.');
      return { emails: [email('h1', '2026-01-01T00:00:00Z')], searched: [] };
    },
  });
  const services = accountsOf([
    { name: 'work', addresses: [], open: async () => work },
    { name: 'home', addresses: [], open: async () => home },
  ]);
  const first = await services('all').mail.search({ limit: 1 }, asked());
  expect(first).toMatchObject({ emails: [{ id: 'work:w1' }], incomplete: [{ where: 'home' }] });
  isDown = false;
  const second = await services('all').mail.search({ limit: 5, cursor: first.nextCursor }, asked());
  expect(second.emails.map(({ id }) => id)).toEqual(['work:w2', 'home:h1']);
  expect(second.nextCursor).toBeUndefined();
});
