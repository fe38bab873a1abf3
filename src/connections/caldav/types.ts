/** A collection of the calendar home. */
export interface DavCollection {
  /** Absolute, ends in `/`. */
  url: string;
  name: string | undefined;
  /** `#rrggbb`. */
  color: string | undefined;
  order: number | undefined;
  /** Component names, upper case; VEVENT when the server does not say. */
  components: readonly string[];
  writable: boolean;
  /** Its events do not block time (RFC 6638 §9.1). */
  transparent: boolean;
  /** sync-collection is advertised. */
  syncs: boolean;
  /** What the server keeps; clip queries to it, warn before writing outside. */
  minDateTime: Date | undefined;
  maxDateTime: Date | undefined;
  maxResourceBytes: number | undefined;
  /** As in `CollectionState`, when it was listed. */
  settledSince: string | undefined;
  /** By this status the server did not tell what it is: it may be a calendar, and all above is a guess. */
  untold?: number;
}

/** What discovery tells about an account. */
export interface DavHome {
  collections: readonly DavCollection[];
  /** calendar-user-address-set: addresses, lower case, without `mailto:`. */
  addresses: readonly string[];
  /** The server itself tells organizers and attendees (RFC 6638 calendar-auto-schedule). */
  schedules: boolean;
  /** schedule-default-calendar-URL. */
  defaultUrl: string | undefined;
}

export interface DavEntry {
  /** Absolute path of the resource as the server writes it, percent-encoding normalised. */
  href: string;
  /** Without quotes and `W/`, so that both spellings of Open-Xchange compare equal. */
  etag: string | undefined;
}

export interface DavResource extends DavEntry {
  scheduleTag: string | undefined;
  ics: string;
}

/**
 * While token or ctag stays the same, nothing in the collection has changed, unless it counts seconds: see
 * change-marks.ts. Undefined what the server has not.
 */
export interface CollectionState {
  syncToken: string | undefined;
  ctag: string | undefined;
  /** The last change, when no further one can bear the same time. Of servers that count every change: see change-marks.ts. */
  settledSince: string | undefined;
}

export interface StatesOptions {
  timesOnly?: boolean;
}

/** What changed since a token. The same href occurs once, with its last state. */
export interface SyncDelta {
  changed: readonly DavEntry[];
  removed: readonly string[];
  token: string;
}

/** Is handed resources while the rest of them is still arriving, which waits for it. */
export type TakeResources = (resources: readonly DavResource[]) => Promise<void>;

export interface DavBatch {
  resources: readonly DavResource[];
  /** 404 inside the answer. */
  missing: readonly string[];
  /** Any other refusal of one resource. */
  failed: readonly { href: string; status: number }[];
}

export interface WriteOptions {
  signal: AbortSignal;
  /** `Scheduling: none` (Open-Xchange ≥ 7.10.3) and `Schedule-Reply: F` (RFC 6638 §8.1): the server tells nobody. */
  quiet?: boolean;
}

export interface Stored {
  /** Of the stored resource, where the server tells. */
  etag: string | undefined;
  scheduleTag: string | undefined;
}

/** The precondition the change is made under. A schedule tag survives changes of other attendees (RFC 6638 §8.3). */
export type Precondition = { etag: string } | { scheduleTag: string };

/**
 * CalDAV as the calendar service needs it. Every method throws MailboxError (`auth_failed`, `forbidden`, `rate_limited`,
 * `unavailable`, `timeout`, `unsupported` …) and never answers an error with an empty result.
 */
export interface CalendarStore {
  /** Well-known, principal, home set and its collections, by PROPFIND. */
  home(signal: AbortSignal): Promise<DavHome>;
  /**
   * sync-collection (RFC 6578), `507` continued to the end; without a token everything there is. With `take` the
   * server is asked for the texts as well: what it gives is handed over as it arrives, also before a failure.
   * @throws MailboxError `stale_reference` when the server no longer takes the token; `unsupported` when it cannot sync.
   */
  sync(
    collectionUrl: string,
    token: string | undefined,
    signal: AbortSignal,
    take?: TakeResources,
  ): Promise<SyncDelta>;
  /**
   * The state of every collection of the home at once, by URL: one question instead of one for each. The ctags only
   * where some collection has no tokens. With `timesOnly` neither.
   */
  states(signal: AbortSignal, options?: StatesOptions): Promise<ReadonlyMap<string, CollectionState>>;
  /** getctag, undefined where the server has none. */
  ctag(collectionUrl: string, signal: AbortSignal): Promise<string | undefined>;
  /** All resources with their ETags, by PROPFIND Depth 1. */
  entries(collectionUrl: string, signal: AbortSignal): Promise<DavEntry[]>;
  /** calendar-multiget, batch by batch as they arrive; GET where the server has none. */
  batches(collectionUrl: string, hrefs: readonly string[], signal: AbortSignal): AsyncIterable<DavBatch>;
  /** The same all at once, for a few. */
  fetch(collectionUrl: string, hrefs: readonly string[], signal: AbortSignal): Promise<DavBatch>;
  /** Undefined when it is not there. */
  get(href: string, signal: AbortSignal): Promise<DavResource | undefined>;
  /**
   * PUT with If-None-Match: *.
   * @throws MailboxError `conflict` when it exists or its UID does elsewhere; `unknown_outcome` when it was sent and no
   * answer came, or 5xx: look before anything else.
   */
  create(href: string, ics: string, options: WriteOptions): Promise<Stored>;
  /** PUT with If-Match or If-Schedule-Tag-Match. @throws as `create`; `conflict` when it was changed (412, 409). */
  update(href: string, ics: string, precondition: Precondition, options: WriteOptions): Promise<Stored>;
  /** DELETE with If-Match. One that is gone already counts as deleted. @throws as `update`. */
  remove(href: string, precondition: Precondition, options: WriteOptions): Promise<void>;
}
