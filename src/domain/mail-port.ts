import type { FolderState } from './cache-port.ts';
import type {
  Attachment,
  BodyFormat,
  DownloadedFile,
  EmailThread,
  FolderList,
  ReadEmail,
  SearchResult,
} from './mail.ts';

/** Ends the work when the client cancels or the call's deadline passes; reaches down to the socket. */
export interface CallContext {
  signal: AbortSignal;
}

export interface FoldersRequest {
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** What to look for. Absent fields do not restrict. */
export interface SearchRequest {
  /** Words (all must match), "a phrase", -without, OR; over subject, sender, recipients and text. */
  query?: string | undefined;
  /** A path, a role, or `all`: everything but Junk and Trash. Default `all`. */
  folder?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  subject?: string | undefined;
  /** ISO date or date-time, inclusive; a date without zone is a day in the user's zone. */
  since?: string | undefined;
  /** ISO date or date-time, exclusive. */
  before?: string | undefined;
  unread?: boolean | undefined;
  flagged?: boolean | undefined;
  hasAttachment?: boolean | undefined;
  /** Bytes. */
  largerThan?: number | undefined;
  keyword?: string | undefined;
  /** Default 20, at most 100. */
  limit?: number | undefined;
  cursor?: string | undefined;
  preview?: boolean | undefined;
}

export interface ReadRequest {
  id: string;
  /** Default `text`. */
  format?: BodyFormat | undefined;
  /** Keep quoted history and signature. Default false. */
  quoted?: boolean | undefined;
  /** Characters (UTF-16 units) into the body. */
  offset?: number | undefined;
  /** Default 8000. */
  maxChars?: number | undefined;
}

export interface ThreadRequest {
  id: string;
  /** Messages; default 50. */
  limit?: number | undefined;
  /** Messages to skip, oldest first. */
  offset?: number | undefined;
  /** Characters of new text over the whole answer. */
  maxChars?: number | undefined;
}

export interface AttachmentRequest {
  id: string;
  /** Part number as `get_email` lists it (RFC 9051 §6.4.5). */
  part: string;
  offset?: number | undefined;
  maxChars?: number | undefined;
}

export interface DownloadRequest {
  id: string;
  part: string;
  filename?: string | undefined;
}

/** The mail service as tools see it. Every method throws MailboxError and nothing else. */
export interface MailPort {
  folders(request: FoldersRequest, context: CallContext): Promise<FolderList>;
  search(request: SearchRequest, context: CallContext): Promise<SearchResult>;
  read(request: ReadRequest, context: CallContext): Promise<ReadEmail>;
  thread(request: ThreadRequest, context: CallContext): Promise<EmailThread>;
  attachment(request: AttachmentRequest, context: CallContext): Promise<Attachment>;
  download(request: DownloadRequest, context: CallContext): Promise<DownloadedFile>;
}

/** An answer and the folder states it rests on; without states it cannot be proven fresh later. */
export interface Answer<T> {
  value: T;
  states: readonly FolderState[] | undefined;
}

/** The mail service itself: what a cache needs to stand in front of it as a MailPort. */
export interface MailSource extends Omit<MailPort, 'search' | 'thread'> {
  search(request: SearchRequest, context: CallContext): Promise<Answer<SearchResult>>;
  thread(request: ThreadRequest, context: CallContext): Promise<Answer<EmailThread>>;
  /** Somebody may read these next; takes no time of theirs. */
  readAhead(ids: readonly string[]): void;
  /** Whether a `nextCursor` of a search still leads on: those of many searches push out the oldest. */
  leadsOn(cursor: string): boolean;
  /** Asks the mailbox, in one round trip, whether nothing has changed in these folders since. */
  unchanged(states: readonly FolderState[], context: CallContext): Promise<boolean>;
}
