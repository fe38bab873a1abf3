import type { Imap } from '../connections/imap.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import { jsonBytes } from '../domain/answer-size.ts';
import type { CacheRegion, FolderState } from '../domain/cache-port.ts';
import type {
  Attachment,
  DownloadedFile,
  EmailThread,
  FolderList,
  FoundEmail,
  ReadEmail,
  SearchResult,
} from '../domain/mail.ts';
import type {
  Answer,
  AttachmentRequest,
  CallContext,
  DownloadRequest,
  FoldersRequest,
  MailSource,
  ReadRequest,
  SearchRequest,
  ThreadRequest,
} from '../domain/mail-port.ts';
import { AttachmentReader } from './attachment.ts';
import { type Cursor, Cursors } from './cursor.ts';
import { DownloadTarget } from './download.ts';
import { fittingList } from './fit.ts';
import type { FolderDirectory } from './folder-directory.ts';
import { folderPage } from './folder-page.ts';
import type { Hit } from './folder-stream.ts';
import { unchanged } from './freshness.ts';
import type { Asked, MessageStore } from './message-store.ts';
import type { Prefetch } from './prefetch.ts';
import { Previews } from './preview.ts';
import { MailReader } from './read.ts';
import { MailSearch } from './search.ts';
import { summarize } from './summary.ts';
import { ThreadReader } from './thread.ts';

export interface MailServiceOptions {
  content: ContentReader;
  imap: Imap;
  directory: FolderDirectory;
  store: MessageStore;
  prefetch: Prefetch | undefined;
  /** Cursors of searches, by handle. */
  cursors: CacheRegion<Cursor>;
  /** IANA zone for dates. */
  zone: string;
  /** The account's addresses. */
  addresses: readonly string[];
  authservIds: readonly string[];
  downloadDir: string | undefined;
}

/** Mail over IMAP: each method is one job of the port, done by the part that knows how. */
export class MailService implements MailSource {
  private readonly imap: Imap;
  private readonly zone: string;
  private readonly own: ReadonlySet<string>;
  private readonly directory: FolderDirectory;
  private readonly store: MessageStore;
  private readonly prefetch: Prefetch | undefined;
  private readonly searcher: MailSearch;
  private readonly previews: Previews;
  private readonly reader: MailReader;
  private readonly threads: ThreadReader;
  private readonly attachments: AttachmentReader;

  constructor(options: MailServiceOptions) {
    const { content, imap, directory, store, cursors, zone, addresses, authservIds, downloadDir } = options;
    this.imap = imap;
    this.zone = zone;
    this.own = new Set(addresses.map((address) => address.toLowerCase()));
    this.directory = directory;
    this.store = store;
    this.prefetch = options.prefetch;
    this.searcher = new MailSearch({ imap, directory: this.directory, cursors: new Cursors(cursors), zone });
    this.previews = new Previews(content, this.store);
    this.reader = new MailReader(this.store, { content, zone, own: this.own, authservIds });
    this.threads = new ThreadReader({ content, imap, store: this.store, directory: this.directory, zone });
    this.attachments = new AttachmentReader({
      content,
      imap,
      store,
      target: new DownloadTarget(downloadDir),
      zone,
    });
  }

  async folders({ cursor }: FoldersRequest, { signal }: CallContext): Promise<FolderList> {
    return folderPage(await this.directory.list(signal), cursor);
  }

  async search(request: SearchRequest, context: CallContext): Promise<Answer<SearchResult>> {
    const asked = this.store.moment();
    const { hits, searched, total, nextCursor, incomplete, states } = await this.searcher.search(
      request,
      context,
    );
    const previews = request.preview ? await this.previews.of(hits, context.signal) : undefined;
    const summaries = hits.map((hit) => ({
      ...this.summary(hit, asked),
      ...preview(previews?.get(hit)),
    }));
    const emails = fittingList(summaries, jsonBytes(searched));
    const value = {
      ...(total === undefined ? {} : { total }),
      emails,
      searched,
      ...(nextCursor === undefined ? {} : { nextCursor }),
      ...(incomplete.length > 0 ? { incomplete } : {}),
    };
    return { value, states };
  }

  private summary({ facts, flags, view, rank }: Hit, asked: Asked): FoundEmail {
    this.store.remember(view, facts, { ...asked, flags });
    const { folder, uidValidity } = view;
    const summary = summarize(facts, flags, { folder, uidValidity, zone: this.zone, own: this.own });
    return rank === facts.date.getTime() ? summary : { ...summary, rank };
  }

  async read(request: ReadRequest, context: CallContext): Promise<ReadEmail> {
    return await this.reader.read(request, context);
  }

  async thread(request: ThreadRequest, context: CallContext): Promise<Answer<EmailThread>> {
    return await this.threads.thread(request, context);
  }

  async attachment(request: AttachmentRequest, context: CallContext): Promise<Attachment> {
    return await this.attachments.attachment(request, context);
  }

  async download(request: DownloadRequest, context: CallContext): Promise<DownloadedFile> {
    return await this.attachments.download(request, context);
  }

  readAhead(ids: readonly string[]): void {
    this.prefetch?.plan(ids);
  }

  leadsOn(cursor: string): boolean {
    return this.searcher.cursors.has(cursor);
  }

  async unchanged(states: readonly FolderState[], { signal }: CallContext): Promise<boolean> {
    return await unchanged(this.imap, states, signal);
  }
}

function preview(text: string | undefined): { preview?: string } {
  return text ? { preview: text } : {};
}
