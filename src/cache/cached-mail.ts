import type { CacheRegion, FolderState } from '../domain/cache-port.ts';
import type {
  Attachment,
  DownloadedFile,
  EmailThread,
  FolderList,
  ReadEmail,
  SearchResult,
} from '../domain/mail.ts';
import type {
  Answer,
  AttachmentRequest,
  CallContext,
  DownloadRequest,
  FoldersRequest,
  MailPort,
  MailSource,
  ReadRequest,
  SearchRequest,
  ThreadRequest,
} from '../domain/mail-port.ts';
import type { Moment, OwnWrites } from '../domain/own-writes.ts';
import { askOrRecall, type Stale, staleField } from '../domain/stale.ts';

/** An answer and when the mailbox last confirmed it; undefined once it said that it has changed. */
export interface Proven<T> extends Answer<T> {
  states: readonly FolderState[];
  proven: Moment | undefined;
}

export interface CachedMailOptions {
  source: MailSource;
  searches: CacheRegion<Proven<SearchResult>>;
  threads: CacheRegion<Proven<EmailThread>>;
  writes: OwnWrites;
  /** IANA zone for dates. */
  zone: string;
  now?: () => number;
}

/**
 * Mail with remembered answers that are never older than the mailbox: before one is given again, one round trip
 * proves that none of its folders has changed. Only while the server cannot be reached they are given unproven, and
 * marked `stale`. Bodies are remembered by the service, by id.
 */
export class CachedMail implements MailPort {
  private readonly source: MailSource;
  private readonly options: CachedMailOptions;
  private readonly now: () => number;

  constructor(options: CachedMailOptions) {
    this.source = options.source;
    this.options = options;
    this.now = options.now ?? Date.now;
  }

  async search(request: SearchRequest, context: CallContext): Promise<SearchResult> {
    const found = await this.fresh(
      this.options.searches,
      request,
      context,
      () => this.source.search(request, context),
      // Who is told to search again, because a cursor is gone, must not be given the same one again.
      ({ nextCursor }) => nextCursor === undefined || this.source.leadsOn(nextCursor),
    );
    const isFirst = request.cursor === undefined;
    if (isFirst && !found.incomplete && !found.stale) this.source.readAhead(found.emails.map(({ id }) => id));
    return found;
  }

  async thread(request: ThreadRequest, context: CallContext): Promise<EmailThread> {
    return await this.fresh(this.options.threads, request, context, () =>
      this.source.thread(request, context),
    );
  }

  private async fresh<V extends object>(
    region: CacheRegion<Proven<V>>,
    request: object,
    context: CallContext,
    ask: () => Promise<Answer<V>>,
    isUsable: (value: V) => boolean = () => true,
  ): Promise<V & { stale?: Stale }> {
    const key = canonical(request);
    const known = region.get(key);
    const confirmed = known && isUsable(known.value) && (await this.confirm(known, context));
    if (confirmed) return confirmed;
    const proven = this.options.writes.moment(this.now());
    const { value, states } = await ask();
    if (states) region.set(key, { value, states, proven }, JSON.stringify(value).length * 2);
    return value;
  }

  /** The remembered answer as it may be given now; undefined when the mailbox has changed. */
  private async confirm<V extends object>(
    known: Proven<V>,
    { signal }: CallContext,
  ): Promise<(V & { stale?: Stale }) | undefined> {
    const { writes, zone } = this.options;
    const asked = writes.moment(this.now());
    const outcome = await askOrRecall<boolean | Moment>({
      signal,
      ask: (limited) => this.source.unchanged(known.states, { signal: limited }),
      recall: () => (known.proven && writes.noneSince(known.proven) ? known.proven : undefined),
    });
    if (typeof outcome === 'object') return { ...known.value, ...staleField(outcome.at, zone) };
    known.proven = outcome ? asked : undefined;
    return outcome ? known.value : undefined;
  }

  async folders(request: FoldersRequest, context: CallContext): Promise<FolderList> {
    return await this.source.folders(request, context);
  }

  async read(request: ReadRequest, context: CallContext): Promise<ReadEmail> {
    return await this.source.read(request, context);
  }

  async attachment(request: AttachmentRequest, context: CallContext): Promise<Attachment> {
    return await this.source.attachment(request, context);
  }

  async download(request: DownloadRequest, context: CallContext): Promise<DownloadedFile> {
    return await this.source.download(request, context);
  }
}

/** Equal for requests that ask the same, whatever the order of their fields. */
function canonical(request: object): string {
  const entries = Object.entries(request).filter(([, value]) => value !== undefined);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
