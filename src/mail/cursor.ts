import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';

/** How far one folder was read. */
const position = z.object({
  /** UIDVALIDITY, base 36. */
  v: z.string(),
  /** Only UIDs below: what arrives between pages does not shift them. */
  m: z.number().int(),
  /** Matches already given. */
  o: z.number().int(),
  /** The UIDs that must come next and came last, to notice when matches have vanished meanwhile. */
  n: z.number().int().optional(),
  p: z.number().int().optional(),
  /** Messages in the folder at the first page; decides the order. */
  s: z.number().int(),
});
export type Position = z.infer<typeof position>;

const cursor = z.object({
  /** Hash of the search it belongs to. */
  h: z.string(),
  /** Index of the date window. */
  w: z.number().int().min(0),
  /** The day the windows are counted from. */
  d: z.string(),
  f: z.record(z.string(), position),
});
export type Cursor = z.infer<typeof cursor>;

export function formatCursor(value: Cursor): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @throws MailboxError `invalid_input` when it is not a cursor of ours or belongs to another search. */
export function parseCursor(text: string, request: SearchRequest): Cursor {
  const parsed = cursor.safeParse(decode(text));
  if (!parsed.success || parsed.data.h !== searchHash(request)) {
    throw new MailboxError('invalid_input', 'This cursor does not belong to this search.', {
      hint: 'Repeat the search with exactly the same arguments and its own nextCursor, or without cursor.',
    });
  }
  return parsed.data;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    return error;
  }
}

/** The same for requests that ask the same, whatever page and page size. */
export function searchHash({
  cursor: _cursor,
  limit: _limit,
  preview: _preview,
  ...asked
}: SearchRequest): string {
  const entries = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 10);
}
