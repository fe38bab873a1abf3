import { createHash, randomBytes } from 'node:crypto';
import { jsonBytes } from '../domain/answer-size.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import { MailboxError } from '../domain/errors.ts';
import { ofAll } from './choice.ts';

/** What a cursor stands for. */
export interface Kept<T> {
  /** Hash of the request it belongs to. */
  asked: string;
  value: T;
}

/** Cursors of lists over all accounts as short handles; what they stand for stays here for a while. */
export class Handles<T> {
  private readonly kept: CacheRegion<Kept<T>>;

  constructor(kept: CacheRegion<Kept<T>>) {
    this.kept = kept;
  }

  keep(value: T, request: object): string {
    const handle = `${ofAll}${randomBytes(9).toString('base64url')}`;
    this.kept.set(handle, { asked: requestHash(request), value }, jsonBytes(value) * 2);
    return handle;
  }

  /** @throws MailboxError `stale_reference` when it is not known any more, `invalid_input` for another request's. */
  find(handle: string, request: object): T {
    if (!/^all:[\w-]{12}$/u.test(handle)) {
      throw new MailboxError('invalid_input', 'This is not a cursor.', {
        hint: 'Pass nextCursor exactly as returned.',
      });
    }
    const kept = this.kept.get(handle);
    if (!kept) {
      throw new MailboxError('stale_reference', 'This cursor is unknown or too old.', {
        hint: 'Search again, without cursor.',
      });
    }
    if (kept.asked === requestHash(request)) return kept.value;
    throw new MailboxError('invalid_input', 'This cursor does not belong to this question.', {
      hint: 'Repeat the call with exactly the same arguments and its own nextCursor, or without cursor.',
    });
  }
}

/** The same for requests that ask the same, whatever page and page size. */
function requestHash(request: object): string {
  const asked = Object.entries(request)
    .filter(([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 10);
}
