import { expect, test } from 'vitest';
import * as z from 'zod';
import { coerceArguments } from '../../src/server/coerce.ts';

const schema = z.strictObject({
  limit: z.int().default(20),
  unread: z.boolean().optional(),
  query: z.string().optional(),
  ids: z.array(z.string()).optional(),
  minutes: z.array(z.int()).optional(),
  account: z.enum(['work', 'home', 'all']).optional(),
  format: z.enum(['text', 'source']).default('text'),
  days: z.array(z.enum(['mo', 'tu'])).optional(),
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
  [{ ids: 'INBOX/x-1 INBOX/x-2' }, { ids: ['INBOX/x-1', 'INBOX/x-2'] }],
  [{ ids: 'INBOX/x-1;B/y-2;\n' }, { ids: ['INBOX/x-1', 'B/y-2'] }],
  [{ ids: 'Sent Items/x-1\r\nINBOX/y-2' }, { ids: ['Sent Items/x-1', 'INBOX/y-2'] }],
  [
    { ids: 'INBOX/x-1; Sent Items/x-2, B/x-3 B/x-4' },
    { ids: ['INBOX/x-1', 'Sent Items/x-2', 'B/x-3', 'B/x-4'] },
  ],
  [{ ids: 'home:INBOX/s44we8-1 work:Sent/s44wf0-2' }, { ids: ['home:INBOX/s44we8-1', 'work:Sent/s44wf0-2'] }],
  [{ ids: 'Sent Items/x-1' }, { ids: ['Sent Items/x-1'] }],
  [{ ids: 'Projects/phase-2 and more/s44we8-1' }, { ids: ['Projects/phase-2 and more/s44we8-1'] }],
  [{ ids: ['INBOX/x-1 INBOX/x-2'] }, { ids: ['INBOX/x-1 INBOX/x-2'] }],
  [{ account: 'WORK' }, { account: 'work' }],
  [{ account: ' All ' }, { account: 'all' }],
  [{ account: '', format: ' ' }, {}],
  [
    { format: 'TEXT', days: ['MO', ' tu '] },
    { format: 'text', days: ['mo', 'tu'] },
  ],
  [{ days: 'Mo' }, { days: ['mo'] }],
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
  [{ account: 'wrk' }],
  [{ days: [''] }],
  [{ days: '' }],
  [{ ids: 'INBOX/x-1 and INBOX/x-2' }],
  [{ ids: 'INBOX/x-1; A; B/x-2' }],
  [{ ids: 'INBOX/x-1\nA' }],
  [{ ids: 'Trips/2026-1 Rome/s44we8-1' }],
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

test('a word that may be two is none of them', () => {
  const twins = z.object({ word: z.enum(['a', 'A', 'b']) });
  expect(coerceArguments(twins, { word: 'A' })).toEqual({ word: 'A' });
  expect(coerceArguments(twins, { word: ' a' })).toEqual({ word: ' a' });
  expect(coerceArguments(twins, { word: 'B' })).toEqual({ word: 'b' });
});

test('null for what has to be there is nothing, too, unless it is a value', () => {
  const demanding = z.object({ ids: z.array(z.string()), path: z.string(), any: z.unknown() });
  expect(coerceArguments(demanding, { ids: null, path: null, any: null })).toEqual({ any: null });
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
