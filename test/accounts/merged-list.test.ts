import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learningGrace } from '../../src/accounts/grace.ts';
import { Handles, type Kept } from '../../src/accounts/handles.ts';
import { MergedList, type Source } from '../../src/accounts/merged-list.ts';
import type { Stream } from '../../src/accounts/stream.ts';
import { SessionCache } from '../../src/cache/session-cache.ts';
import { MailboxError } from '../../src/domain/errors.ts';

interface Entry {
  at: number;
  of: string;
}

const order = (a: Entry, b: Entry) => a.at - b.at;
const { signal } = new AbortController();

function listOf(maxEntries = 200): MergedList<Entry> {
  const cache = new SessionCache({ maxEntries, maxBytes: 1_000_000 });
  return new MergedList(
    new Handles(cache.region<Kept<readonly Stream<Entry>[]>>('x', 60_000)),
    learningGrace({ usualMs: 1_000, longestMs: 1_000, silentMs: 1_000 }),
  );
}

/** Gives its entries in pages of these sizes at most, as services do that stop early; zero is a page too. */
function source(
  account: string,
  times: readonly number[],
  sizes: readonly number[],
  fails: readonly number[] = [],
) {
  const entries = [...times].sort((a, b) => a - b).map((at, index) => ({ at, of: `${account} ${index}` }));
  let calls = 0;
  const page: Source<Entry>['page'] = async ({ cursor = '0/0', limit = 5 }) => {
    calls += 1;
    if (fails.includes(calls)) throw new MailboxError('unavailable', 'Down.');
    const [from = 0, pages = 0] = cursor.split('/').map(Number);
    const end = from + Math.min(limit, sizes[pages % sizes.length] ?? limit);
    const more = end < entries.length ? { nextCursor: `${end}/${pages + 1}` } : {};
    return { entries: entries.slice(from, end), ...more };
  };
  return { account, page, expected: entries.map(({ of }) => of) };
}

const times = fc.array(fc.nat({ max: 30 }), { maxLength: 20 });
const sizes = fc
  .array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 })
  .filter((list) => list.some((size) => size > 0));

test('however little the accounts give at a time, the pages hold everything once and in order', async () => {
  const account = fc.record({ times, sizes });
  await fc.assert(
    fc.asyncProperty(account, account, account, fc.integer({ min: 1, max: 6 }), async (a, b, c, limit) => {
      const sources = [a, b, c].map((of, index) => source('abc'[index] ?? '', of.times, of.sizes));
      const options = { sources, order, usual: 5, maxBytes: 10_000 };
      const list = listOf();
      const found: Entry[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < 300 && (pages === 0 || cursor !== undefined); pages += 1) {
        const page = await list.page({ limit, cursor }, options, signal);
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        found.push(...page.entries);
        cursor = page.nextCursor;
      }
      expect(cursor).toBeUndefined();
      expect(found.map(({ of }) => of).sort()).toEqual(sources.flatMap(({ expected }) => expected).sort());
      expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort((x, y) => x - y));
    }),
    { numRuns: 300, seed: 20261120 },
  );
});

test('what fails between two pages comes with a later one, and nothing comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(times, times, fc.array(fc.integer({ min: 2, max: 4 })), async (a, b, fails) => {
      const sources = [source('a', a, [2]), source('b', b, [2], fails)];
      const options = { sources, order, usual: 3, maxBytes: 10_000 };
      const list = listOf();
      const found: string[] = [];
      let cursor: string | undefined;
      for (let asked = 0; asked < 100 && (asked === 0 || cursor !== undefined); asked += 1) {
        const page = await list.page({ cursor }, options, signal).catch((error: unknown) => error);
        // The cursor it was asked with still holds.
        if (page instanceof MailboxError) continue;
        const { entries, nextCursor } = page as Awaited<ReturnType<typeof list.page>>;
        found.push(...entries.map(({ of }) => of));
        cursor = nextCursor;
      }
      expect(found.sort()).toEqual(sources.flatMap(({ expected }) => expected).sort());
    }),
    { numRuns: 200, seed: 20261120 },
  );
});

test('a page asked for twice is the same, and one with no room for all gives the rest later', async () => {
  const options = {
    sources: [source('a', [1, 3, 5, 7], []), source('b', [2, 4, 6], [])],
    ...{ order, usual: 10, maxBytes: 3 * JSON.stringify({ at: 1, of: 'a 0' }).length + 3 },
  };
  const list = listOf();
  const first = await list.page({}, options, signal);
  expect(first.entries.map(({ at }) => at)).toEqual([1, 2, 3]);
  for (let time = 0; time < 2; time += 1) {
    const next = await list.page({ cursor: first.nextCursor }, options, signal);
    expect(next.entries.map(({ at }) => at)).toEqual([4, 5, 6]);
  }
});

test('cursors are bounded: the oldest is forgotten and says so', async () => {
  const options = { sources: [source('a', [1, 2, 3], [])], order, usual: 1, maxBytes: 1_000 };
  const list = listOf(2);
  const cursors: (string | undefined)[] = [];
  for (let time = 0; time < 3; time += 1) cursors.push((await list.page({}, options, signal)).nextCursor);
  expect((await list.page({ cursor: cursors[2] }, options, signal)).entries).toHaveLength(1);
  await expect(list.page({ cursor: cursors[0] }, options, signal)).rejects.toMatchObject({
    code: 'stale_reference',
  });
});

test('an account with nothing of the kind is no gap, but one that cannot be asked is never taken for one', async () => {
  const failing = (account: string, code: 'not_found' | 'unavailable') => ({
    account,
    page: async () => Promise.reject(new MailboxError(code, `${code} in ${account}.`)),
  });
  const hasNone = ({ code }: MailboxError) => code === 'not_found';
  const page = (...sources: Source<Entry>[]) =>
    listOf().page({}, { sources, order, usual: 5, maxBytes: 1_000, hasNone }, signal);
  const found = await page(failing('a', 'not_found'), source('b', [1], []), failing('c', 'unavailable'));
  expect(found.incomplete).toMatchObject([{ where: 'c', code: 'unavailable' }]);
  await expect(page(failing('a', 'not_found'), failing('b', 'unavailable'))).rejects.toMatchObject({
    code: 'unavailable',
  });
  await expect(page(failing('a', 'not_found'), failing('b', 'not_found'))).rejects.toMatchObject({
    message: 'not_found in a.',
  });
});
