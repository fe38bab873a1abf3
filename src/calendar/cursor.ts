import { createHash } from 'node:crypto';
import { MailboxError } from '../domain/errors.ts';
import type { TimeWindow } from './event.ts';
import type { Position } from './order.ts';

/** How a list goes on: by what came last, not by a count, so that changes in between neither skip nor repeat. */
export interface Cursor {
  window: TimeWindow;
  /** When the first page was asked for: the window may hang on it. */
  asked: number;
  after: Position;
}

/** @param request what the cursor belongs to; the page's size may change. */
export function writeCursor({ window, asked, after }: Cursor, request: object): string {
  const fields = [requestHash(request), window.from, window.to, asked, ...after];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** @throws MailboxError `invalid_input` for a text that is none, and for another request's. */
export function readCursor(cursor: string, request: object): Cursor {
  const fields = parsed(cursor);
  const [hash, from, to, asked, start, rank, title, id] = fields;
  const numbers = [from, to, asked, start, rank];
  if (!numbers.every(Number.isFinite) || typeof title !== 'string' || typeof id !== 'string')
    throw noCursor();
  if (hash !== requestHash(request)) {
    throw new MailboxError('invalid_input', 'This cursor does not belong to this question.', {
      hint: 'Repeat the call with exactly the same arguments and its own nextCursor, or without cursor.',
    });
  }
  return {
    window: { from: Number(from), to: Number(to) },
    asked: Number(asked),
    after: [Number(start), Number(rank), title, id],
  };
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw noCursor(cause);
  }
  throw noCursor();
}

function noCursor(cause?: unknown): MailboxError {
  return new MailboxError('invalid_input', 'This is not a cursor.', {
    hint: 'Pass nextCursor exactly as returned.',
    cause,
  });
}

function requestHash(request: object): string {
  const asked = Object.entries(request)
    .filter(([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 10);
}
