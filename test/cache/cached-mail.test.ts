import { afterEach, expect, test } from 'vitest';
import { CachedMail } from '../../src/cache/cached-mail.ts';
import { SessionCache } from '../../src/cache/session-cache.ts';
import { type ErrorCode, MailboxError } from '../../src/domain/errors.ts';
import type { SearchResult } from '../../src/domain/mail.ts';
import type { MailSource } from '../../src/domain/mail-port.ts';
import { OwnWrites } from '../../src/domain/own-writes.ts';

const caches: SessionCache[] = [];

afterEach(() => {
  for (const cache of caches.splice(0)) cache.clear();
});

/** A source whose answers are numbered, and a clock at noon in Berlin. */
function rig({ provable = true, goesOn = false } = {}) {
  const states = provable ? [{ folder: 'INBOX', token: '1' }] : undefined;
  const calls = { search: 0, unchanged: 0 };
  const ahead: (readonly string[])[] = [];
  const server: { fresh: boolean; down: ErrorCode | undefined } = { fresh: true, down: undefined };
  const gone = new Set<string>();
  const answering = () => {
    if (server.down) throw new MailboxError(server.down, 'Not now.');
  };
  const source = {
    search: async () => {
      answering();
      const searched = [`answer ${++calls.search}`];
      const more = goesOn ? { nextCursor: `cursor ${calls.search}` } : {};
      const value: SearchResult = { emails: [], searched, ...more };
      return { value, states };
    },
    leadsOn: (cursor: string) => !gone.has(cursor),
    readAhead: (ids: readonly string[]) => ahead.push(ids),
    unchanged: async () => {
      calls.unchanged++;
      answering();
      return server.fresh;
    },
  } as unknown as MailSource;
  const cache = new SessionCache({ maxEntries: 100, maxBytes: 1_000_000 });
  caches.push(cache);
  const clock = { now: Date.parse('2026-06-10T10:00:00Z') };
  const writes = new OwnWrites();
  const mail = new CachedMail({
    ...{ source, writes, zone: 'Europe/Berlin', now: () => clock.now },
    searches: cache.region('search', 1000),
    threads: cache.region('thread', 1000),
  });
  const signal = AbortSignal.timeout(1000);
  const ask = (request = {}) => mail.search(request, { signal });
  return { ahead, calls, server, clock, writes, ask, gone };
}

test('an answer is given again only after the mailbox has confirmed it', async () => {
  const { calls, ask, server } = rig();
  expect((await ask({ subject: 'a' })).searched).toEqual(['answer 1']);
  expect((await ask({ subject: 'a', from: undefined })).searched).toEqual(['answer 1']);
  expect((await ask({ subject: 'b' })).searched).toEqual(['answer 2']);
  server.fresh = false;
  expect((await ask({ subject: 'a' })).searched).toEqual(['answer 3']);
  expect(calls).toEqual({ search: 3, unchanged: 2 });
});

test('an answer whose cursor is known no more is not given again', async () => {
  const { ask, gone } = rig({ goesOn: true });
  expect((await ask()).nextCursor).toBe('cursor 1');
  expect((await ask()).nextCursor).toBe('cursor 1');
  gone.add('cursor 1');
  expect((await ask()).nextCursor).toBe('cursor 2');
});

test('an answer that cannot be confirmed later is never remembered', async () => {
  const { calls, ask, server } = rig({ provable: false });
  await ask();
  await ask();
  expect(calls).toEqual({ search: 2, unchanged: 0 });
  server.down = 'unavailable';
  await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
});

test('while the server is away the answer is given with the time it was last confirmed, and unmarked again afterwards', async () => {
  const { ask, server, clock } = rig();
  await ask();
  clock.now += 60_000;
  expect(await ask()).toEqual({ emails: [], searched: ['answer 1'] });
  clock.now += 60_000;
  server.down = 'timeout';
  const stale = { emails: [], searched: ['answer 1'], stale: { since: '2026-06-10T12:01:00+02:00' } };
  expect(await ask()).toEqual(stale);
  clock.now += 60_000;
  expect(await ask()).toEqual(stale);
  await expect(ask({ subject: 'never asked' })).rejects.toMatchObject({ code: 'timeout' });
  server.down = undefined;
  expect(await ask()).toEqual({ emails: [], searched: ['answer 1'] });
  server.fresh = false;
  expect(await ask()).toEqual({ emails: [], searched: ['answer 2'] });
});

test('what was found before or during a write of ours is not given unconfirmed', async () => {
  const { ask, server, writes } = rig();
  await ask();
  await writes.during(async () => {
    await ask({ subject: 'meanwhile' });
  });
  server.down = 'unavailable';
  await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(ask({ subject: 'meanwhile' })).rejects.toMatchObject({ code: 'unavailable' });
  server.down = undefined;
  await ask();
  server.down = 'unavailable';
  expect(await ask()).toMatchObject({ stale: {} });
});

test('a mailbox known to have changed is not answered from memory when it goes away in that moment', async () => {
  const { ask, server, calls } = rig();
  await ask();
  server.fresh = false;
  const changed = ask();
  server.down = 'unavailable';
  await expect(changed).rejects.toMatchObject({ code: 'unavailable' });
  await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  expect(calls).toEqual({ search: 1, unchanged: 2 });
});

test('what a first page lists may be read ahead, also when it is remembered, but not while the server is away', async () => {
  const { ask, ahead, server } = rig();
  await ask();
  await ask();
  expect(ahead).toHaveLength(2);
  await ask({ cursor: 'next' });
  server.down = 'unavailable';
  expect(await ask()).toMatchObject({ stale: {} });
  expect(ahead).toHaveLength(2);
});
