import { createHash } from 'node:crypto';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';

/** How far one folder was read. Short names, for a cursor travels through the model twice. */
export interface Position {
  /** UIDVALIDITY, base 36. */
  v: string;
  /** Only UIDs up to this: what arrives between pages does not shift them. */
  m: number;
  /** Matches already given. */
  o: number;
  /** The UIDs that must come next and came last, to notice when matches have vanished meanwhile. */
  n?: number;
  p?: number;
  /** Messages in the folder at the first page; decides the order. */
  s: number;
}

export interface Cursor {
  /** Hash of the search it belongs to. */
  h: string;
  /** Index of the date window. */
  w: number;
  /** The day the windows are counted from. */
  d: string;
  f: Record<string, Position>;
}

export function formatCursor(value: Cursor): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @throws MailboxError `invalid_input` when it is not a cursor of ours or belongs to another search. */
export function parseCursor(text: string, request: SearchRequest): Cursor {
  const value = decode(text);
  if (isCursor(value) && value.h === searchHash(request)) return value;
  throw new MailboxError('invalid_input', 'This cursor does not belong to this search.', {
    hint: 'Repeat the search with exactly the same arguments and its own nextCursor, or without cursor.',
  });
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    return error;
  }
}

function isCursor(value: unknown): value is Cursor {
  const { h, w, d, f } = (value ?? {}) as Partial<Record<keyof Cursor, unknown>>;
  return typeof h === 'string' && isCount(w) && isDay(d) && isObject(f) && Object.values(f).every(isPosition);
}

function isPosition(value: unknown): value is Position {
  const { v, m, o, s, n = 1, p = 1 } = (value ?? {}) as Partial<Record<keyof Position, unknown>>;
  return typeof v === 'string' && [m, o, s, n, p].every(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
