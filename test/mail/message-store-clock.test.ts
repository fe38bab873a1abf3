import { expect, test } from 'vitest';
import type { ImapReader } from '../../src/connections/imap.ts';
import type { Facts } from '../../src/mail/fetched.ts';
import { type Asked, MessageStore, type StoredMessage } from '../../src/mail/message-store.ts';

const day = 86_400_000;
const place = { folder: 'INBOX', uidValidity: 1n };
const ref = { ...place, uid: 7 };

/** A store that has just seen one message, and its clocks. */
function rig() {
  const at = { wall: Date.UTC(2026, 5, 10), steady: 1000 };
  const options = { ttlMs: 900_000, now: () => at.wall, clock: () => at.steady };
  const store = new MessageStore({} as ImapReader, new Map<string, StoredMessage>(), options);
  const asked: Asked = store.moment();
  store.remember(place, { uid: 7 } as Facts, { ...asked, flags: new Set() });
  return { at, recalled: () => store.recall(ref, () => []) };
}

test.each([day, -day])(
  'a wall clock set by %i ms changes neither how long nor since when it is remembered',
  (jump) => {
    const { at, recalled } = rig();
    const since = at.wall;
    at.wall += jump;
    expect(recalled()).toMatchObject({ since });
    at.steady += 899_999;
    expect(recalled()).toBeDefined();
    at.steady += 1;
    expect(recalled()).toBeUndefined();
  },
);
