import { expect, test } from 'vitest';
import * as z from 'zod';
import { coerceArguments } from '../../src/server/coerce.ts';

const schema = z.strictObject({
  limit: z.int().default(20),
  unread: z.boolean().optional(),
  query: z.string().optional(),
  ids: z.array(z.string()).optional(),
  minutes: z.array(z.int()).optional(),
  attachments: z
    .array(z.strictObject({ path: z.string().optional(), part: z.string().optional() }))
    .optional(),
});

test.each([
  [{ limit: '5' }, { limit: 5 }],
  [{ limit: ' 5 ' }, { limit: 5 }],
  [{ unread: 'true' }, { unread: true }],
  [{ unread: 'False' }, { unread: false }],
  [{ query: 2026 }, { query: '2026' }],
  [{ ids: 'INBOX/a-1' }, { ids: ['INBOX/a-1'] }],
  [{ ids: '["INBOX/a-1","INBOX/a-2"]' }, { ids: ['INBOX/a-1', 'INBOX/a-2'] }],
  [{ ids: 'home:INBOX/x-1,work:INBOX/x-1' }, { ids: ['home:INBOX/x-1', 'work:INBOX/x-1'] }],
  [{ ids: 'INBOX/x-1, A, B/x-2' }, { ids: ['INBOX/x-1, A, B/x-2'] }],
  [{ minutes: ['5', 10] }, { minutes: [5, 10] }],
  [{ minutes: '15' }, { minutes: [15] }],
  [{ attachments: { path: '/a' } }, { attachments: [{ path: '/a' }] }],
  [{ attachments: '{"path":"/a","part":2}' }, { attachments: [{ path: '/a', part: '2' }] }],
  [{ query: null, limit: null }, {}],
])('%j is what was meant: %j', (given, meant) => {
  expect(coerceArguments(schema, given)).toEqual(meant);
  expect(schema.safeParse(coerceArguments(schema, given)).success).toBe(true);
});

test.each([
  [{ limit: '5 or so' }],
  [{ limit: '' }],
  [{ limit: '0x10' }],
  [{ limit: true }],
  [{ unread: 'yes please' }],
  [{ unread: 1 }],
  [{ query: 1.1 }],
  [{ query: true }],
  [{ query: ['a'] }],
  [{ ids: { 0: 'a' } }],
  [{ unknown: '1' }],
  [{ __proto__: null, constructor: 'x' }],
  [[]],
  ['text'],
])('%j means nothing certain and is refused', (given) => {
  expect(schema.safeParse(coerceArguments(schema, given)).success).toBe(false);
});

test('a text that looks like a list is one where a text is due', () => {
  expect(coerceArguments(schema, { query: '["a"]', ids: ['["a"]'] })).toEqual({
    query: '["a"]',
    ids: ['["a"]'],
  });
});

test('an id in brackets is an id: only JSON is taken apart', () => {
  expect(coerceArguments(schema, { ids: '[Gmail]/All/a-1' })).toEqual({ ids: ['[Gmail]/All/a-1'] });
});
