import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinId, OwnIds, splitId } from '../../src/accounts/account-id.ts';
import { roomFor } from '../../src/accounts/fitting.ts';
import type { MoveRequest } from '../../src/domain/filing-port.ts';
import { folderList, type InvitedEvent } from '../../src/domain/mail.ts';
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

test.each(['INBOX/1-1', 'other:INBOX/1-1', ':INBOX/1-1', 'workINBOX/1-1'])(
  '%s names none of the accounts',
  (id) => {
    expect(splitId(id, names)).toEqual({ account: undefined, id });
  },
);

test('whoever writes the name of an account with capitals means the account', () => {
  expect(splitId('Work:INBOX/1-1', names)).toEqual({ account: 'work', id: 'INBOX/1-1' });
  expect(splitId('HOME-office:Work:x', names)).toEqual({ account: 'home-office', id: 'Work:x' });
});

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
  const last = (where: string) =>
    inAll.folders.filter(({ path }) => path.startsWith(`${where}:`)).at(-1)?.path;
  expect(inAll.incomplete).toEqual(
    ['a', 'b'].map((where) => ({
      ...{ where, code: 'cut' },
      reason: `Not all of its folders have room here: get the rest with account ${where} and cursor ${last(where)}`,
    })),
  );
});

test('an account with very many folders leaves the others theirs, and the rest of it begins where its gap says', async () => {
  const listing = (count: number) => {
    const all = Array.from({ length: count }, (_, index) => ({
      path: `Folder ${index}`,
      total: 0,
      unread: 0,
    }));
    return fakeServices({
      folders: async ({ cursor }) => ({
        folders: all.slice(all.findIndex(({ path }) => path === cursor) + 1),
      }),
    });
  };
  const services = accountsOf([account('work', listing(900)), account('home', listing(40))]);
  const list = await services('all').mail.folders({}, asked());
  const paths = list.folders.map(({ path }) => path);
  expect(paths.filter((path) => path.startsWith('home:'))).toHaveLength(40);
  const [gap, ...others] = folderList.parse(list).incomplete ?? [];
  expect([gap?.where, others]).toEqual(['work', []]);
  const [, cursor] = / cursor (.*)$/u.exec(gap?.reason ?? '') ?? [];
  const rest = await services('work').mail.folders({ cursor }, asked());
  const work = [...paths, ...rest.folders.map(({ path }) => path)].filter((path) => path.startsWith('work:'));
  expect(work).toEqual(Array.from({ length: 900 }, (_, index) => `work:Folder ${index}`));
});

test.each([
  [[], []],
  [
    [100, 50],
    [100, 50],
  ],
  [
    [1_000, 50],
    [250, 50],
  ],
  [
    [900, 10, 800],
    [145, 10, 145],
  ],
])('lists that need %j have %j of a room of 300', (needs, rooms) => {
  expect(roomFor(needs, 300)).toEqual(rooms);
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
