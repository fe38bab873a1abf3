import type { Imap } from '../connections/imap.ts';
import { atom, uidFetch } from '../connections/imap-commands.ts';
import { refused } from '../connections/imap-errors.ts';
import type { FetchMessageObject } from '../connections/imap-replies.ts';
import { fetchedMessages } from '../connections/imap-replies.ts';
import type { FolderJob, FolderResult } from '../connections/imap-session.ts';
import type { ImapToken } from '../connections/imap-wire.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import { MailboxError } from '../domain/errors.ts';
import { formatMailId, type MailRef } from '../domain/mail-id.ts';
import { type Facts, type FolderPlace, factItems, facts } from './fetched.ts';
import { mend } from './salvage.ts';

/** What is known of a message and never changes: facts, and whatever of its bytes has been fetched. */
export interface StoredMessage {
  facts: Facts;
  /** By `Section.key`. */
  sections: Map<string, Uint8Array>;
}

export interface Section {
  /** What it is remembered by: `1.2`, or `1.2<48000` for only its beginning. */
  key: string;
  /** What it is fetched as: `1.2`, or `header` for the wanted header fields, or `source`. */
  section: string;
  item: ImapToken;
}

export interface LoadedMessage {
  ref: MailRef;
  message: StoredMessage;
  flags: ReadonlySet<string>;
}

const structureBytes = 2000;

/** Messages by id. Immutable parts are remembered for the session; flags and existence are asked every time. */
export class MessageStore {
  private readonly imap: Imap;
  private readonly remembered: CacheRegion<StoredMessage>;

  constructor(imap: Imap, remembered: CacheRegion<StoredMessage>) {
    this.imap = imap;
    this.remembered = remembered;
  }

  /** Keeps what a list has fetched anyway, so that reading a listed message costs one round trip. */
  remember(place: FolderPlace, known: Facts): StoredMessage {
    const key = formatMailId({ folder: place.folder, uidValidity: place.uidValidity, uid: known.uid });
    const message = this.remembered.get(key) ?? { facts: known, sections: new Map() };
    this.keep(key, message);
    return message;
  }

  /**
   * The message with its current flags, and the sections `choose` wants from its structure. One round trip, or
   * two when the structure was not known; what is remembered is not fetched again.
   * @throws MailboxError `stale_reference` when the folder was rebuilt, `not_found` when the message is gone.
   */
  async load(ref: MailRef, choose: (facts: Facts) => Section[], signal: AbortSignal): Promise<LoadedMessage> {
    const known = this.remembered.get(formatMailId(ref));
    const message = known ?? (await this.fetchFacts(ref, signal));
    const missing = choose(message.facts).filter(({ key }) => !message.sections.has(key));
    const items = [atom('UID'), atom('FLAGS'), ...missing.map(({ item }) => item)];
    const fetched = await this.fetch(ref, items, signal);
    this.absorb(message, missing, fetched);
    this.keep(formatMailId(ref), message);
    return { ref, message, flags: fetched.flags ?? new Set() };
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
      const missing = sections.filter(({ key }) => !message.sections.has(key));
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
    for (const { key, section } of sections) {
      const bytes = sectionBytes(fetched, section);
      if (bytes) message.sections.set(key, bytes);
    }
  }

  /** Forgets a section's bytes: attachments are too large to keep. */
  release(ref: MailRef, key: string): void {
    const message = this.remembered.get(formatMailId(ref));
    if (message?.sections.delete(key)) this.keep(formatMailId(ref), message);
  }

  /** What never changes about a message; asked only once. */
  async facts(ref: MailRef, signal: AbortSignal): Promise<Facts> {
    const known = this.remembered.get(formatMailId(ref)) ?? (await this.fetchFacts(ref, signal));
    return known.facts;
  }

  private async fetchFacts(ref: MailRef, signal: AbortSignal): Promise<StoredMessage> {
    const fetched = await this.imap.read([ref.folder], signal, async (session) => {
      const job = { folder: ref.folder, commands: [uidFetch(String(ref.uid), factItems)] };
      const [result] = await session.inFolders([job], { signal, freshness: 'synced' });
      const fetched = new Map(
        (await messagesOf(result, ref.uidValidity)).map((message) => [message.uid, message]),
      );
      await mend(session, ref, [ref.uid], fetched, signal);
      return fetched.get(ref.uid);
    });
    const known = fetched && facts(fetched);
    if (!known) throw gone();
    const message = { facts: known, sections: new Map() };
    this.keep(formatMailId(ref), message);
    return message;
  }

  private async fetch(
    ref: MailRef,
    items: readonly ImapToken[],
    signal: AbortSignal,
  ): Promise<FetchMessageObject> {
    const job: FolderJob = { folder: ref.folder, commands: [uidFetch(String(ref.uid), items)] };
    const [result] = await this.imap.read([ref.folder], signal, (session) =>
      session.inFolders([job], { signal, freshness: 'synced' }),
    );
    const messages = await messagesOf(result, ref.uidValidity);
    const found = messages.find(({ uid, flags }) => uid === ref.uid && flags !== undefined);
    if (!found) throw gone();
    return found;
  }

  private keep(key: string, message: StoredMessage): void {
    const bytes = [...message.sections.values()].reduce(
      (sum, section) => sum + section.byteLength,
      structureBytes,
    );
    this.remembered.set(key, message, bytes);
  }
}

/**
 * The messages of a one-command job.
 * @throws MailboxError the folder's error, or `stale_reference` when its UIDVALIDITY is another.
 */
export async function messagesOf(
  result: FolderResult | undefined,
  uidValidity: bigint,
): Promise<FetchMessageObject[]> {
  if (!result || result instanceof MailboxError) throw result ?? refused('fetch', undefined, undefined);
  if (result.view.uidValidity !== uidValidity) throw rebuilt();
  const refusal = result.replies.find(({ status }) => status !== 'OK');
  if (refusal) throw refused('fetch', refusal.code, refusal.cause);
  const untagged = result.replies.flatMap((reply) => reply.untagged);
  return await fetchedMessages({ status: 'OK', code: undefined, untagged });
}

export function sectionBytes(message: FetchMessageObject, key: string): Uint8Array | undefined {
  if (key === 'header') return message.headers;
  if (key === 'source') return message.source;
  return message.bodyParts?.get(key.toLowerCase()) ?? undefined;
}

function rebuilt(): MailboxError {
  return new MailboxError('stale_reference', 'The folder was rebuilt since this id was made.', {
    hint: 'Search again: the old ids mean nothing any more.',
  });
}

export function gone(): MailboxError {
  return new MailboxError('not_found', 'The mail is no longer in this folder.', {
    hint: 'It was moved or deleted; search again to find where it is.',
  });
}
