import { together } from '../../../src/connections/caldav/fetch.ts';
import type {
  CalendarStore,
  CollectionState,
  DavBatch,
  DavCollection,
  DavEntry,
  DavHome,
  DavResource,
  SyncDelta,
  TakeResources,
} from '../../../src/connections/caldav/types.ts';
import { MailboxError } from '../../../src/domain/errors.ts';

type Method = 'home' | 'states' | 'sync' | 'texts' | 'ctag' | 'entries' | 'fetch' | 'get';

/** Resources in one part of an answer. */
const atOnce = 500;

interface Stored {
  etag: string;
  ics: string;
}

/** One calendar of the store. */
export class MemoryCollection {
  readonly dav: DavCollection;
  readonly resources = new Map<string, Stored>();
  /** Every change, oldest first; a token is how many of them somebody has seen. */
  readonly journal: string[] = [];
  readonly path: string;

  constructor(name: string, about: Partial<DavCollection> = {}) {
    const url = `https://dav.test/cal/${encodeURIComponent(name)}/`;
    this.path = new URL(url).pathname;
    this.dav = {
      ...{ url, name, color: undefined, order: undefined, components: ['VEVENT'], writable: true },
      ...{ transparent: false, syncs: true },
      ...{
        minDateTime: undefined,
        maxDateTime: undefined,
        maxResourceBytes: undefined,
        settledSince: undefined,
      },
      ...about,
    };
  }

  put(name: string, ics: string): string {
    const href = `${this.path}${name}`;
    this.journal.push(href);
    this.resources.set(href, { etag: `e${this.journal.length}`, ics });
    return href;
  }

  remove(name: string): void {
    const href = `${this.path}${name}`;
    this.journal.push(href);
    this.resources.delete(href);
  }
}

/** A CalDAV server without a network: counts what it is asked and fails as it is told. */
export class MemoryStore implements CalendarStore {
  readonly collections: MemoryCollection[];
  about: Partial<DavHome> = {};
  /** Gives the texts along with the first list. */
  givesTexts = true;
  asked: { method: Method; where: string; count?: number }[] = [];
  /** Throws, or waits, before a method answers. */
  before: (method: Method, where: string) => Promise<void> | void = () => undefined;
  /** Resources that the server will not give, with the status it answers. */
  refused = new Map<string, number>();

  constructor(...collections: MemoryCollection[]) {
    this.collections = collections;
  }

  async home(signal: AbortSignal): Promise<DavHome> {
    await this.ask('home', '', signal);
    const collections = this.collections.map(({ dav }) => dav);
    return { collections, addresses: [], schedules: false, defaultUrl: undefined, ...this.about };
  }

  async states(signal: AbortSignal): Promise<ReadonlyMap<string, CollectionState>> {
    await this.ask('states', '', signal);
    return new Map(
      this.collections.map(({ dav, journal }) => {
        const token = String(journal.length);
        const syncToken = dav.syncs ? token : undefined;
        return [dav.url, { syncToken, ctag: `c${token}`, settledSince: undefined }];
      }),
    );
  }

  async sync(
    url: string,
    token: string | undefined,
    signal: AbortSignal,
    take?: TakeResources,
  ): Promise<SyncDelta> {
    await this.ask('sync', url, signal);
    const { journal, resources } = this.at(url);
    const hrefs = token === undefined ? [...resources.keys()] : [...new Set(journal.slice(Number(token)))];
    if (take && this.givesTexts) await this.handOver(hrefs, take);
    return {
      changed: hrefs.flatMap((href) => this.entry(href) ?? []),
      removed: hrefs.filter((href) => !resources.has(href)),
      token: String(journal.length),
    };
  }

  async ctag(url: string, signal: AbortSignal): Promise<string | undefined> {
    await this.ask('ctag', url, signal);
    return `c${this.at(url).journal.length}`;
  }

  async entries(url: string, signal: AbortSignal): Promise<DavEntry[]> {
    await this.ask('entries', url, signal);
    return [...this.at(url).resources.keys()].flatMap((href) => this.entry(href) ?? []);
  }

  async *batches(url: string, hrefs: readonly string[], signal: AbortSignal): AsyncGenerator<DavBatch> {
    for (let at = 0; at < hrefs.length; at += atOnce) {
      const batch = hrefs.slice(at, at + atOnce);
      await this.ask('fetch', url, signal, batch.length);
      const given = batch.filter((href) => !this.refused.has(href));
      yield {
        resources: given.flatMap((href) => this.resource(href) ?? []),
        missing: given.filter((href) => !this.resource(href)),
        failed: batch.flatMap((href) => {
          const status = this.refused.get(href);
          return status === undefined ? [] : [{ href, status }];
        }),
      };
    }
  }

  async get(href: string, signal: AbortSignal): Promise<DavResource | undefined> {
    await this.ask('get', href, signal);
    return this.resource(href);
  }

  create(): never {
    throw new MailboxError('unsupported', 'This store is only read.');
  }

  update(): never {
    throw new MailboxError('unsupported', 'This store is only read.');
  }

  remove(): never {
    throw new MailboxError('unsupported', 'This store is only read.');
  }

  /** How often each method was asked since the last time. */
  take(): Partial<Record<Method, number>> {
    const counts: Partial<Record<Method, number>> = {};
    for (const { method } of this.asked) counts[method] = (counts[method] ?? 0) + 1;
    this.asked = [];
    return counts;
  }

  async fetch(url: string, hrefs: readonly string[], signal: AbortSignal): Promise<DavBatch> {
    return await together(this.batches(url, hrefs, signal));
  }

  /** In parts, as from a network; `before` may cut it off. */
  private async handOver(hrefs: readonly string[], take: TakeResources): Promise<void> {
    const given = hrefs.filter((href) => !this.refused.has(href));
    for (let at = 0; at < given.length; at += atOnce) {
      await this.before('texts', '');
      await take(given.slice(at, at + atOnce).flatMap((href) => this.resource(href) ?? []));
    }
  }

  private async ask(method: Method, where: string, signal: AbortSignal, count?: number): Promise<void> {
    signal.throwIfAborted();
    this.asked.push({ method, where, ...(count === undefined ? {} : { count }) });
    await this.before(method, where);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }

  private at(url: string): MemoryCollection {
    const found = this.collections.find(({ dav }) => dav.url === url);
    if (found) return found;
    throw new MailboxError('not_found', 'There is no such collection.');
  }

  private entry(href: string): DavEntry | undefined {
    const resource = this.resource(href);
    return resource && { href, etag: resource.etag };
  }

  private resource(href: string): DavResource | undefined {
    for (const { resources } of this.collections) {
      const stored = resources.get(href);
      if (stored) return { href, ...stored, scheduleTag: undefined };
    }
    return undefined;
  }
}
