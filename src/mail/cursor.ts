import { createHash, randomBytes } from 'node:crypto';
import type { CacheRegion } from '../domain/cache-port.ts';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';
import type { FolderOrder } from './mail-order.ts';

/** How far one folder was read. */
export interface Position {
  /** UIDVALIDITY, base 36. */
  validity: string;
  /** Only UIDs up to this: what arrives between pages does not shift them. */
  maxUid: number;
  /** What `offset`, `next` and `previous` are counted in. */
  order: FolderOrder;
  /** The mails given by date, as a set of UIDs; those by arrival are the others. */
  givenByDate: string;
  /** Matches already passed. */
  offset: number;
  /** UIDs that come next and came last, to notice when matches have vanished meanwhile. */
  next?: number[];
  previous?: number[];
  /** Passed but not given yet, the newest first. */
  aside?: Aside[];
}

/** The UID of a mail that waits, and when it stands in the list. */
export type Aside = [uid: number, rank: number];

/** What a search needs to go on. */
export interface Cursor {
  /** Hash of the search it belongs to. */
  search: string;
  /** Index of the date window, and the day the windows are counted from. */
  window: number;
  today: string;
  folders: Record<string, Position>;
  /** Folders that failed and are tried again. */
  failed: string[];
}

/**
 * Cursors as short handles: what they stand for stays here for a while, for in a mailbox with many folders it would
 * fill the model's memory on its way there and back.
 */
export class Cursors {
  private readonly kept: CacheRegion<Cursor>;

  constructor(kept: CacheRegion<Cursor>) {
    this.kept = kept;
  }

  keep(cursor: Cursor): string {
    const handle = randomBytes(9).toString('base64url');
    this.kept.set(handle, cursor, JSON.stringify(cursor).length * 2);
    return handle;
  }

  has(handle: string): boolean {
    return this.kept.get(handle) !== undefined;
  }

  /** @throws MailboxError `stale_reference` when it is not known any more, `invalid_input` for another search's. */
  find(handle: string, request: SearchRequest): Cursor {
    if (!/^[\w-]{12}$/u.test(handle)) {
      throw new MailboxError('invalid_input', 'This is not a cursor.', {
        hint: 'Pass nextCursor exactly as returned.',
      });
    }
    const cursor = this.kept.get(handle);
    if (!cursor) {
      throw new MailboxError('stale_reference', 'This cursor is unknown or too old.', {
        hint: 'Repeat the search without cursor.',
      });
    }
    if (cursor.search === searchHash(request)) return cursor;
    throw new MailboxError('invalid_input', 'This cursor does not belong to this search.', {
      hint: 'Repeat the search with exactly the same arguments and its own nextCursor, or without cursor.',
    });
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
