import type { CacheRegion } from '../domain/cache-port.ts';
import type {
  Attachment,
  DownloadedFile,
  Email,
  EmailThread,
  FolderList,
  SearchResult,
} from '../domain/mail.ts';
import type {
  Answer,
  AttachmentRequest,
  CallContext,
  DownloadRequest,
  MailPort,
  MailSource,
  ReadRequest,
  SearchRequest,
  ThreadRequest,
} from '../domain/mail-port.ts';

export interface CachedMailOptions {
  source: MailSource;
  searches: CacheRegion<Answer<SearchResult>>;
  threads: CacheRegion<Answer<EmailThread>>;
}

/**
 * Mail with remembered answers that are never older than the mailbox: before one is given again, one round trip
 * proves that none of its folders has changed. Bodies are remembered by the service, by id.
 */
export class CachedMail implements MailPort {
  private readonly source: MailSource;
  private readonly searches: CacheRegion<Answer<SearchResult>>;
  private readonly threads: CacheRegion<Answer<EmailThread>>;

  constructor({ source, searches, threads }: CachedMailOptions) {
    this.source = source;
    this.searches = searches;
    this.threads = threads;
  }

  async search(request: SearchRequest, context: CallContext): Promise<SearchResult> {
    return await this.fresh(this.searches, request, context, () => this.source.search(request, context));
  }

  async thread(request: ThreadRequest, context: CallContext): Promise<EmailThread> {
    return await this.fresh(this.threads, request, context, () => this.source.thread(request, context));
  }

  private async fresh<V>(
    region: CacheRegion<Answer<V>>,
    request: object,
    context: CallContext,
    ask: () => Promise<Answer<V>>,
  ): Promise<V> {
    const key = canonical(request);
    const known = region.get(key);
    if (known?.states && (await this.source.unchanged(known.states, context))) return known.value;
    const answer = await ask();
    if (answer.states) region.set(key, answer, JSON.stringify(answer.value).length * 2);
    return answer.value;
  }

  async folders(context: CallContext): Promise<FolderList> {
    return await this.source.folders(context);
  }

  async read(request: ReadRequest, context: CallContext): Promise<Email> {
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
