import { atom, uidFetch } from '../connections/imap/commands.ts';
import type { FetchMessageObject } from '../connections/imap/replies.ts';
import type { FolderJob } from '../connections/imap/session.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import type { ImapReader } from '../connections/imap.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import { formatMailId, type MailRef } from '../domain/mail-id.ts';
import { type Moment, OwnWrites } from '../domain/own-writes.ts';
import { isUnreachable } from '../domain/stale.ts';
import { lacks, type Shortfall, take } from './announced.ts';
import { messagesOf, sectionBytes } from './fetch-result.ts';
import { type Facts, type FolderPlace, factItems, facts } from './fetched.ts';
import { mend } from './salvage.ts';
import { absence } from './withheld.ts';

/** What is known of a message and never changes: facts, and whatever of its bytes has been fetched. */
export interface StoredMessage {
  facts: Facts;
  /** By `Section.key`. */
  sections: Map<string, Uint8Array>;
  /** By `Section.key`, those of which the server sent less than it had announced; asked for again. */
  short?: Map<string, Shortfall>;
  /** When the server last showed it, and its flags then. */
  seen?: Seen | undefined;
}

/** A moment, and how long ago it is. */
export interface Asked extends Moment {
  /** By the store's clock for durations, ms. */
  tick: number;
}

export interface Seen extends Asked {
  flags: ReadonlySet<string>;
}

export interface Section {
  /** What it is remembered by: `1.2`, or `1.2<48000` for only its beginning. */
  key: string;
  /** What it is fetched as: `1.2`, or `header` for the wanted header fields, or `source`. */
  section: string;
  item: ImapToken;
  /** How many there are by the server's own description, or the most that are asked for. */
  octets?: number;
}

export interface LoadedMessage {
  ref: MailRef;
  message: StoredMessage;
  flags: ReadonlySet<string>;
  /** Epoch ms; set when this is from memory alone, which last was proven then. */
  since?: number;
}

export interface MessageStoreOptions {
  /** How long what was seen may be recalled. */
  ttlMs?: number;
  writes?: OwnWrites;
  now?: () => number;
  /** For durations. Default: a `steadyClock`. */
  clock?: () => number;
}

const structureBytes = 2000;

/** Messages by id. Immutable parts are remembered for the session; flags and existence are asked every time. */
export class MessageStore {
  private readonly imap: ImapReader;
  private readonly remembered: CacheRegion<StoredMessage>;
  private readonly options: Required<MessageStoreOptions>;

  constructor(imap: ImapReader, remembered: CacheRegion<StoredMessage>, options: MessageStoreOptions = {}) {
    this.imap = imap;
    this.remembered = remembered;
    const clock = { now: Date.now, clock: steadyClock() };
    const defaults = { ttlMs: Number.POSITIVE_INFINITY, writes: new OwnWrites(), ...clock };
    this.options = { ...defaults, ...options };
  }

  /** To be taken before the server is asked. */
  moment(): Asked {
    const { writes, now, clock } = this.options;
    return { ...writes.moment(now()), tick: clock() };
  }

  /** Keeps what a list has fetched anyway, so that reading a listed message costs one round trip. */
  remember(place: FolderPlace, known: Facts, seen?: Seen): StoredMessage {
    const key = formatMailId({ folder: place.folder, uidValidity: place.uidValidity, uid: known.uid });
    const message: StoredMessage = this.remembered.get(key) ?? { facts: known, sections: new Map() };
    if (seen) message.seen = seen;
    this.keep(key, message);
    return message;
  }

  /** What is remembered of it, without asking whether it is still there. */
  known(ref: MailRef): StoredMessage | undefined {
    return this.remembered.get(formatMailId(ref));
  }

  /**
   * The message with its current flags, and the sections `choose` wants from its structure. One round trip, or
   * two when the structure was not known; what is remembered is not fetched again.
   * @throws MailboxError `stale_reference` when the folder was rebuilt, `not_found` when the message is gone.
   */
  async load(ref: MailRef, choose: (facts: Facts) => Section[], signal: AbortSignal): Promise<LoadedMessage> {
    const known = this.remembered.get(formatMailId(ref));
    const message = known ?? (await this.fetchFacts(ref, signal));
    const wanted = choose(message.facts);
    // Decided when a connection is there: what was fetched ahead meanwhile need not be fetched again.
    let missing: Section[] = [];
    const items = () => {
      missing = wanted.filter(({ key }) => lacks(message, key));
      return missing.map(({ item }) => item);
    };
    const asked = this.moment();
    try {
      const fetched = await this.fetch(ref, items, signal);
      const flags = fetched.flags ?? new Set();
      this.absorb(message, missing, fetched);
      message.seen = { ...asked, flags };
      this.keep(formatMailId(ref), message);
      return { ref, message, flags };
    } catch (error) {
      if (!isUnreachable(error)) message.seen = undefined;
      throw error;
    }
  }

  /**
   * From memory, for when the server cannot be reached. Undefined when something of it was never fetched, when it is
   * long ago that the server showed it, and after a write of ours: it may have been moved or marked.
   */
  recall(ref: MailRef, choose: (facts: Facts) => Section[]): LoadedMessage | undefined {
    const message = this.remembered.get(formatMailId(ref));
    const { ttlMs, writes, clock } = this.options;
    const { seen } = message ?? {};
    if (!message || !seen || clock() - seen.tick >= ttlMs || !writes.noneSince(seen)) return undefined;
    const isWhole = choose(message.facts).every(({ key }) => !lacks(message, key));
    return isWhole ? { ref, message, flags: seen.flags, since: seen.at } : undefined;
  }

  /**
   * Fetches the sections that messages of one folder lack, in one round trip.
   * @throws MailboxError as `load`.
   */
  async complete(
    place: FolderPlace,
    wanted: ReadonlyMap<StoredMessage, Section[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const byItems = new Map<string, { uids: number[]; items: ImapToken[] }>();
    const lacking = [...wanted].flatMap(([message, sections]) => {
      const missing = sections.filter(({ key }) => lacks(message, key));
      if (missing.length === 0) return [];
      const kind = missing.map(({ key }) => key).join(' ');
      const group = byItems.get(kind) ?? {
        uids: [],
        items: [atom('UID'), ...missing.map(({ item }) => item)],
      };
      group.uids.push(message.facts.uid);
      byItems.set(kind, group);
      return [{ message, missing }];
    });
    if (lacking.length === 0) return;
    const commands = [...byItems.values()].map(({ uids, items }) => uidFetch(uids.join(','), items));
    const [result] = await this.imap.read([place.folder], signal, (session) =>
      session.inFolders([{ folder: place.folder, commands }], { signal, freshness: 'any' }),
    );
    const fetched = new Map(
      (await messagesOf(result, place.uidValidity)).map((message) => [message.uid, message]),
    );
    for (const { message, missing } of lacking) {
      const found = fetched.get(message.facts.uid);
      if (found) this.absorb(message, missing, found);
      const { folder, uidValidity } = place;
      this.keep(formatMailId({ folder, uidValidity, uid: message.facts.uid }), message);
    }
  }

  private absorb(message: StoredMessage, sections: readonly Section[], fetched: FetchMessageObject): void {
    for (const section of sections) take(message, section, sectionBytes(fetched, section.section));
  }

  /** Forgets a section's bytes: attachments are too large to keep. */
  release(ref: MailRef, key: string): void {
    const message = this.remembered.get(formatMailId(ref));
    message?.short?.delete(key);
    if (message?.sections.delete(key)) this.keep(formatMailId(ref), message);
  }

  /** What never changes about a message; asked only once. */
  async facts(ref: MailRef, signal: AbortSignal): Promise<Facts> {
    const known = this.remembered.get(formatMailId(ref)) ?? (await this.fetchFacts(ref, signal));
    return known.facts;
  }

  private async fetchFacts(ref: MailRef, signal: AbortSignal): Promise<StoredMessage> {
    const known = await this.imap.read([ref.folder], signal, async (session) => {
      const job = { folder: ref.folder, commands: [uidFetch(String(ref.uid), factItems())] };
      const [result] = await session.inFolders([job], { signal, freshness: 'synced' });
      const fetched = new Map(
        (await messagesOf(result, ref.uidValidity)).map((message) => [message.uid, message]),
      );
      await mend(session, ref, [ref.uid], fetched, signal);
      const known = facts(fetched.get(ref.uid));
      if (!known) throw await absence(session, ref, signal);
      return known;
    });
    const message = { facts: known, sections: new Map() };
    this.keep(formatMailId(ref), message);
    return message;
  }

  private async fetch(
    ref: MailRef,
    items: () => readonly ImapToken[],
    signal: AbortSignal,
  ): Promise<FetchMessageObject> {
    return await this.imap.read([ref.folder], signal, async (session) => {
      const job: FolderJob = {
        folder: ref.folder,
        commands: [uidFetch(String(ref.uid), [atom('UID'), atom('FLAGS'), ...items()])],
      };
      const [result] = await session.inFolders([job], { signal, freshness: 'synced' });
      const messages = await messagesOf(result, ref.uidValidity);
      const found = messages.find(({ uid, flags }) => uid === ref.uid && flags !== undefined);
      if (!found) throw await absence(session, ref, signal);
      return found;
    });
  }

  private keep(key: string, message: StoredMessage): void {
    const bytes = [...message.sections.values()].reduce(
      (sum, section) => sum + section.byteLength,
      structureBytes,
    );
    this.remembered.set(key, message, bytes);
  }
}
