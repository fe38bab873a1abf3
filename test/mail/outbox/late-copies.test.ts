import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { LateCopies } from '../../../src/mail/outbox/late-copies.ts';

const place = { folder: 'Sent', uidValidity: 7n, uidNext: 9 };
const ours = { folder: 'Sent', uidValidity: 7n, uid: 5 };

/** A folder of sent mail in which a look finds these, one list for each look. */
function looking(...finds: number[][]) {
  const removed: (readonly string[])[] = [];
  let looks = 0;
  const copies = new LateCopies({
    appender: {
      look: async () => {
        const attributes = (finds[looks++] ?? []).map((uid) => ({ type: 'ATOM', value: String(uid) }));
        const untagged = [{ tag: '*', command: 'SEARCH', attributes }];
        return {
          place,
          replies: [{ status: 'OK' as const, code: undefined, text: '', cause: undefined, untagged }],
        };
      },
    },
    filing: {
      remove: async ({ ids }) => {
        removed.push(ids);
        return { deleted: [...ids] };
      },
    },
    log: createLog({ level: 'debug', write: () => {} }),
    lateMs: 1,
  });
  const watched = async (ref = ours) => {
    copies.watch(ref, '<a@x>');
    await sleep(20);
    return { removed, looks };
  };
  return watched;
}

test('when the server files its own copy late, ours goes again and nothing else', async () => {
  const watched = looking([5, 6], [4, 5], [5]);
  expect(await watched()).toMatchObject({ removed: [['Sent/7-5']] });
  expect(await watched()).toMatchObject({ removed: [['Sent/7-5'], ['Sent/7-5']] });
  expect((await watched()).removed).toHaveLength(2);
});

test('a server that files nothing is asked once', async () => {
  const watched = looking([5], [5, 6]);
  expect(await watched()).toEqual({ removed: [], looks: 1 });
  expect(await watched()).toEqual({ removed: [], looks: 1 });
});

test('of a copy that is not there any more, or a folder built anew, nothing is concluded or removed', async () => {
  const watched = looking([6, 7], [5, 6], [5, 6]);
  expect((await watched()).removed).toEqual([]);
  expect((await watched({ ...ours, uidValidity: 6n })).removed).toEqual([]);
  expect((await watched()).removed).toEqual([['Sent/7-5']]);
});
