import { MailboxError } from '../domain/errors.ts';
import { ctagProp } from './caldav/collections.ts';
import { type DavEntryPoint, findEntryPoint } from './caldav/discovery.ts';
import { fetchBatches, getResource, together } from './caldav/fetch.ts';
import { FirstLook } from './caldav/first-look.ts';
import { capabilitiesIn, optionsRequest, readHome, readStates } from './caldav/home.ts';
import { propfind } from './caldav/requests.ts';
import { listEntries, syncPage, syncPages } from './caldav/sync.ts';
import type {
  CalendarStore,
  CollectionState,
  DavBatch,
  DavEntry,
  DavHome,
  DavResource,
  Precondition,
  StatesOptions,
  Stored,
  SyncDelta,
  TakeResources,
  WriteOptions,
} from './caldav/types.ts';
import { createResource, removeResource, updateResource } from './caldav/write.ts';
import { DavClient } from './dav/client.ts';
import type { DavConnection } from './dav/connection.ts';
import { notDav, redirected } from './dav/errors.ts';
import { collectionPath, hrefPath } from './dav/href.ts';
import type { DavSettings } from './dav/settings.ts';
import { textOf } from './dav/xml.ts';
import type { Pool } from './pool.ts';
import type { RateLimit } from './rate-limit.ts';
import type { WriteAccess } from './write-access.ts';

export type CalDavSettings = DavSettings;

/** The calendars of one account over at most `pool.max` connections. */
export class CalDav implements CalendarStore {
  private readonly client: DavClient;
  private found: DavEntryPoint | undefined;
  private homePaths: readonly string[] = [];
  /** Collections that have no tokens, by what they say or when they are asked. */
  private readonly tokenless = new Set<string>();
  private readonly firstLook: FirstLook;

  /** @throws MailboxError `invalid_input` for an address without TLS that is not this machine */
  constructor(settings: CalDavSettings) {
    this.client = new DavClient(settings, async (ask) => {
      this.found = await findEntryPoint(ask, this.client.url);
    });
    this.firstLook = new FirstLook(this.client);
  }

  get pool(): Pool<DavConnection> {
    return this.client.pool;
  }

  get access(): WriteAccess {
    return this.client.access;
  }

  get rate(): RateLimit {
    return this.client.rate;
  }

  /** Logs in, if that has not happened yet. @throws MailboxError */
  async ready(signal: AbortSignal): Promise<void> {
    await this.entryPoint(signal);
  }

  /**
   * What the server can do, by the DAV header of OPTIONS, lower case; logs in first if need be. Asked where the
   * calendars are, and of the principal before that is known: elsewhere a server need not tell (RFC 6638 §2), as Cyrus.
   */
  async capabilities(signal: AbortSignal): Promise<string[]> {
    const entry = await this.entryPoint(signal);
    const [path = entry.principal ?? entry.path] = this.homePaths;
    return capabilitiesIn(await this.client.read(optionsRequest(path), signal));
  }

  async home(signal: AbortSignal): Promise<DavHome> {
    const { home, paths } = await readHome(this.client, await this.entryPoint(signal), signal);
    this.homePaths = paths;
    for (const { url, syncs } of home.collections) if (!syncs) this.tokenless.add(url);
    return home;
  }

  async states(
    signal: AbortSignal,
    { timesOnly = false }: StatesOptions = {},
  ): Promise<ReadonlyMap<string, CollectionState>> {
    if (this.homePaths.length === 0) await this.home(signal);
    const asked = { tokens: !timesOnly, ctags: !timesOnly && this.tokenless.size > 0 };
    return await readStates(this.client, this.homePaths, asked, signal);
  }

  async sync(
    collectionUrl: string,
    token: string | undefined,
    signal: AbortSignal,
    take?: TakeResources,
  ): Promise<SyncDelta> {
    const collection = this.collection(collectionUrl);
    try {
      if (token === undefined && take) return await this.firstLook.read(collection, signal, take);
      return await syncPages(token, (at) => syncPage(this.client, collection, at, signal));
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'unsupported') this.tokenless.add(collectionUrl);
      throw error;
    }
  }

  async ctag(collectionUrl: string, signal: AbortSignal): Promise<string | undefined> {
    const request = await propfind(this.collection(collectionUrl), '0', [ctagProp.request]);
    const { multistatus, status } = await this.client.read(request, signal);
    const [self] = multistatus?.responses ?? [];
    if (!self) throw notDav(new Error(`PROPFIND ${status}`));
    return textOf(self.props.get(ctagProp.name));
  }

  async entries(collectionUrl: string, signal: AbortSignal): Promise<DavEntry[]> {
    return await listEntries(this.client, this.collection(collectionUrl), signal);
  }

  batches(collectionUrl: string, hrefs: readonly string[], signal: AbortSignal): AsyncIterable<DavBatch> {
    const paths = hrefs.map((href) => this.path(href));
    return fetchBatches(this.client, this.collection(collectionUrl), paths, signal);
  }

  async fetch(collectionUrl: string, hrefs: readonly string[], signal: AbortSignal): Promise<DavBatch> {
    return await together(this.batches(collectionUrl, hrefs, signal));
  }

  async get(href: string, signal: AbortSignal): Promise<DavResource | undefined> {
    return await getResource(this.client, this.path(href), signal);
  }

  async create(href: string, ics: string, options: WriteOptions): Promise<Stored> {
    return await createResource(this.client, this.path(href), ics, options);
  }

  async update(
    href: string,
    ics: string,
    precondition: Precondition,
    options: WriteOptions,
  ): Promise<Stored> {
    return await updateResource(this.client, this.path(href), ics, precondition, options);
  }

  async remove(href: string, precondition: Precondition, options: WriteOptions): Promise<void> {
    await removeResource(this.client, this.path(href), precondition, options);
  }

  /** Found by the login, so that the first call does not ask twice. */
  private async entryPoint(signal: AbortSignal): Promise<DavEntryPoint> {
    if (!this.found) await this.client.ready(signal);
    if (!this.found) throw notDav(new Error('no entry point'));
    return this.found;
  }

  private collection(url: string): string {
    return collectionPath(this.path(url));
  }

  private path(href: string): string {
    const path = hrefPath(href, this.client.url);
    if (path === undefined) throw redirected(new Error(href));
    return path;
  }
}
