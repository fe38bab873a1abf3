import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinId, OwnIds, splitId } from '../../src/accounts/account-id.ts';
import type { MoveRequest } from '../../src/domain/filing-port.ts';
import type { InvitedEvent } from '../../src/domain/mail.ts';
import { fakeServices } from '../tools/services.ts';
import { accountsOf, asked } from './rig.ts';

const names = ['work', 'home-office'];

test('an id goes out with its account and comes back as it was, whatever colons its folder has', () => {
  const ids = fc.oneof(fc.string(), fc.constantFrom('work:INBOX/1-1', 'home:a:b/1-2', ':', 'work:'));
  fc.assert(
    fc.property(fc.constantFrom(...names), ids, (account, id) => {
      expect(splitId(joinId(account, id), names)).toEqual({ account, id });
      const own = new OwnIds(account);
      expect(own.bare(own.full(id))).toBe(id);
    }),
  );
});

test.each(['INBOX/1-1', 'other:INBOX/1-1', 'Work:INBOX/1-1', ':INBOX/1-1', 'workINBOX/1-1'])(
  '%s names none of the accounts',
  (id) => {
    expect(splitId(id, names)).toEqual({ account: undefined, id });
  },
);

const account = (name: string, services = fakeServices()) => ({
  name,
  addresses: [],
  open: async () => services,
});

test('what was done is told although ids with accounts are longer: the rest is counted', async () => {
  const long = (id: string) => `${id}${'x'.repeat(60)}`;
  const home = fakeServices();
  home.filing.move = async ({ ids }: MoveRequest) => ({ moved: ids.map((id) => ({ id, newId: long(id) })) });
  const services = accountsOf([account('a'.repeat(20), home), account('b'.repeat(20), home)]);
  const ids = Array.from({ length: 500 }, (_, index) => long(`INBOX/s44we8-${index + 1}`));
  for (const given of [1, 2].map((of) =>
    ids.map((id, index) => joinId((index % of ? 'a' : 'b').repeat(20), id)),
  )) {
    const { moved, omitted } = await services().filing.move({ ids: given, folder: 'archive' }, asked());
    expect(moved.length + (omitted?.moved ?? 0)).toBe(500);
    expect(Buffer.byteLength(JSON.stringify({ moved, omitted }))).toBeLessThan(40_000);
  }
});

test('a page of events whose ids have become too long is asked for anew, and skips none', async () => {
  const all = Array.from({ length: 400 }, (_, index) => ({
    ...{ id: `c/${index}`, calendar: 'c', title: 'A title of some length, as events have them' },
    ...{ start: '2026-11-20T12:00:00+01:00', end: '2026-11-20T13:00:00+01:00' },
  }));
  const services = fakeServices({
    getEvents: async ({ limit = 100, cursor = '0' }) => {
      const end = Number(cursor) + Math.min(limit, 230);
      const more = end < all.length ? { nextCursor: String(end) } : {};
      return { timezone: 'UTC', events: all.slice(Number(cursor), end), ...more };
    },
  });
  const calendar = accountsOf([account('a'.repeat(20), services), account('b')])().calendar;
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await calendar.getEvents({ start: '2026-11-20', limit: 500, cursor }, asked());
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(40_000);
    found.push(...page.events.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(found).toEqual(all.map(({ id }) => `${'a'.repeat(20)}:${id}`));
});

test('a page of folders whose paths have become too long goes on with the next, and skips none', async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => ({ path: `F${index}`, total: 0, unread: 0 }));
  const services = fakeServices({
    folders: async ({ cursor }) => {
      const from = all.findIndex(({ path }) => path === cursor) + 1;
      const folders = all.slice(from, from + 800);
      const next = from + 800 < all.length ? folders.at(-1)?.path : undefined;
      return { folders, ...(next !== undefined && { nextCursor: next }) };
    },
  });
  const { mail } = accountsOf([account('a'.repeat(20), services), account('b')])();
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await mail.folders({ cursor }, asked());
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(40_000);
    found.push(...page.folders.map(({ path }) => path));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(found).toEqual(all.map(({ path }) => `${'a'.repeat(20)}:${path}`));
  const inAll = await accountsOf([account('a', services), account('b', services)])('all').mail.folders(
    {},
    asked(),
  );
  expect(Buffer.byteLength(JSON.stringify(inAll))).toBeLessThan(40_000);
  expect(inAll.incomplete).toEqual(
    ['a', 'b'].map((where) => expect.objectContaining({ where, code: 'cut' })),
  );
});

test('the event of an invitation is looked for in the calendars of the account the mail came to', async () => {
  const event: InvitedEvent = { uid: 'u', occurrence: '2026-11-20' };
  const eventIdOf = (found: string | undefined) => async (asked: InvitedEvent) => {
    expect(asked).toEqual(event);
    return found;
  };
  const home = fakeServices({ eventIdOf: eventIdOf('family/u') });
  const read = home.mail.read;
  home.mail.read = async (...args) => ({ ...(await read(...args)), invitedTo: event });
  const services = accountsOf([
    account('work', fakeServices({ eventIdOf: eventIdOf('work/u') })),
    account('home', home),
  ])();
  const { invitedTo = event } = await services.mail.read({ id: 'home:INBOX/1-1' }, asked());
  expect(await services.calendar.eventIdOf(invitedTo, asked())).toBe('home:family/u');
});

test.each([
  [undefined, ['work', 'home']],
  ['home', ['home']],
])('with account %s the inboxes of %j are watched', async (said, expected) => {
  const told: string[] = [];
  const watched = (name: string) => {
    const services = fakeServices();
    services.watch = { watch: async () => ({ stop: async () => void told.push(name) }) };
    return account(name, services);
  };
  const watch = await accountsOf([watched('work'), watched('home')])(said).watch.watch(
    () => undefined,
    asked(),
  );
  await watch.stop();
  expect(told).toEqual(expected);
});
