import { expect, test } from 'vitest';
import { folderStatuses, foundUids } from '../../../src/connections/imap/replies.ts';
import { keep, type Running } from '../../../src/connections/imap/running.ts';

const atom = (value: string) => ({ type: 'ATOM', value });

test('a folder whose UIDVALIDITY is NIL is listed all the same, without one', () => {
  const items = ['MESSAGES', '3', 'UIDVALIDITY', 'HIGHESTMODSEQ', '7'].map(atom);
  const untagged = [{ tag: '*', command: 'STATUS', attributes: [atom('INBOX'), items] }];
  const [status] = folderStatuses({ status: 'OK', code: undefined, untagged } as never);
  expect(status).toMatchObject({ path: 'INBOX', messages: 3, uidValidity: 0n });
});

test('a flood of answers fails the command and is not kept', () => {
  const replies = [{ status: 'OK' as const, code: undefined, untagged: [] }];
  const running = { replies, failure: undefined } as unknown as Running;
  const answer = { tag: '*', command: '1', attributes: [] } as never;
  for (let nth = 0; nth < 50_000; nth++) keep(running, 0, answer);
  expect(running.failure).toBeUndefined();
  keep(running, 0, answer);
  expect(String(running.failure)).toMatch(/more than 50000 answers/u);
  expect(running.replies[0]?.untagged).toEqual([]);
});

test('a search in plain form may find two hundred thousand mails', () => {
  const attributes = Array.from({ length: 200_000 }, (_, n) => atom(String(n + 1)));
  const untagged = [{ tag: '*', command: 'SEARCH', attributes }];
  expect(foundUids({ status: 'OK', code: undefined, untagged } as never).uids).toHaveLength(200_000);
});
