import { atom, peek, peekHeaders, uidFetch, uidSearch } from '../../connections/imap/commands.ts';
import { refused } from '../../connections/imap/errors.ts';
import { fetchedMessages, foundUids } from '../../connections/imap/replies.ts';
import type { FolderResult } from '../../connections/imap/session.ts';
import { uidStore } from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import { parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef, parseMailId } from '../../domain/mail-id.ts';
import { gone, messagesOf } from '../fetch-result.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import { type Appender, messageIdCriteria } from './appender.ts';
import { DraftClaims } from './draft-claim.ts';
import { refuseCopyOfDraft } from './draft-copy.ts';
import { DraftMarks, type Fate, marksOfSubmission, pendingWith, submitted } from './draft-marks.ts';
import { ask } from './selected.ts';
import { wholeDraft } from './whole-draft.ts';

export interface StoredDraft extends Fate {
  ref: MailRef;
  raw: Uint8Array;
  /** As `marksOfSubmission` tells them. */
  marks: readonly string[];
}

/** What was stored in Drafts for a message that is being sent. */
export interface StoredCopy {
  ref: MailRef;
  messageId: string;
  /** That it is there: APPENDUID may have named somebody else's draft. */
  isProven: boolean;
}

/** What lies in Drafts beside a copy just stored there. */
export interface Beside {
  /** Whether the copy is where the server said; it may have named another's draft. */
  isThere: boolean;
  /** UIDs of those stored before it. */
  earlier: readonly number[];
}

export interface DraftsOptions {
  imap: Imap;
  appender: Appender;
  directory: FolderDirectory;
  filing: FilingPort;
}

/** Open-Xchange webmail marks the draft of an open compose window so, and replaces it at every change. */
const webmailMark = 'x-ox-composition-space-id';

/** Drafts of this account. Only drafts asked for by id are ever touched, and none that webmail has open. */
export class Drafts {
  readonly marks: DraftMarks;
  readonly claims: DraftClaims;
  private readonly imap: Imap;
  private readonly appender: Appender;
  private readonly directory: FolderDirectory;
  private readonly filing: FilingPort;

  constructor({ imap, appender, directory, filing }: DraftsOptions) {
    this.imap = imap;
    this.appender = appender;
    this.directory = directory;
    this.filing = filing;
    this.marks = new DraftMarks(filing);
    this.claims = new DraftClaims(imap, this.marks);
  }

  /**
   * A draft's bytes.
   * @throws MailboxError `invalid_input` when the mail is no draft, `conflict` when webmail has it open or it is a copy of
   * one being sent, `unavailable` when the server sends only a part of it, `unsupported` when nobody can tell whether the
   * id still means it, `not_found` and `stale_reference` as for reading.
   */
  async load(id: string, signal: AbortSignal): Promise<StoredDraft> {
    const ref = parseMailId(id);
    const items = [...['UID', 'FLAGS', 'RFC822.SIZE'].map(atom), peek('')];
    const messages = await this.imap.read([ref.folder], signal, async (session) => {
      const job = { folder: ref.folder, commands: [uidFetch(String(ref.uid), items)] };
      const [result] = await session.inFolders([job], { signal, freshness: 'anew' });
      requireUidValidity(ref, result);
      return await messagesOf(result, ref.uidValidity);
    });
    const found = messages.find(({ uid, flags }) => uid === ref.uid && flags);
    const { flags = new Set<string>(), source, size } = found ?? {};
    if (!found || (!source && size === undefined) || flags.has('\\Deleted')) throw gone();
    if (!flags.has('\\Draft') && ref.folder !== (await this.folder(signal))) throw notADraft();
    const raw = wholeDraft(source, size);
    if (parseHeaders(raw).first(webmailMark)) throw openInWebmail();
    refuseCopyOfDraft(raw);
    return { ref, raw, marks: marksOfSubmission(flags), ...this.marks.of(ref, flags) };
  }

  private async folder(signal: AbortSignal): Promise<string> {
    return (await this.directory.resolve('drafts', signal)).path;
  }

  /**
   * Stores a new draft, read.
   * @param keywords `pendingWith` when it may have been sent.
   * @throws MailboxError as `Appender.append`.
   */
  async store(
    raw: Uint8Array,
    messageId: string,
    signal: AbortSignal,
    keywords: readonly string[] = [],
  ): Promise<MailRef> {
    const { place } = await this.appender.look('drafts', [], signal);
    const message = { raw, messageId, flags: ['\\Draft', '\\Seen', ...keywords] };
    const ref = await this.appender.append(place, message, { unlessThere: false, signal });
    if (keywords.length > 0) this.marks.remember(ref, keywords);
    return ref;
  }

  /**
   * What became of a draft with this Message-ID; undefined when there is none. One that says nothing is in doubt: some
   * servers keep no keywords, some programs lose them.
   */
  async find(messageId: string, signal: AbortSignal): Promise<{ fate: 'sent' | 'unknown' } | undefined> {
    const criteria = messageIdCriteria(messageId);
    const noted = [atom('KEYWORD'), atom(submitted), ...criteria];
    const questions = [criteria, noted].map((question) => uidSearch(question, undefined));
    const looked = await this.appender.lookIfThere('drafts', questions, signal);
    const [all = [], sent = []] = looked?.replies.map((reply) => foundUids(reply).uids) ?? [];
    return all.length === 0 ? undefined : { fate: sent.length > 0 ? 'sent' : 'unknown' };
  }

  /**
   * One round trip.
   * @param criteria what is looked for beside it.
   * @throws MailboxError when the server could not be asked.
   */
  async beside(
    copy: MailRef,
    messageId: string,
    signal: AbortSignal,
    criteria = messageIdCriteria(messageId),
  ): Promise<Beside> {
    const questions = [
      uidSearch(criteria, undefined),
      // A search may know nothing yet of what has just come.
      uidFetch(String(copy.uid), [atom('UID'), peekHeaders(['Message-ID'])]),
    ];
    const { place, replies } = await this.appender.look('drafts', questions, signal);
    const [searched, shown] = replies;
    if (place.uidValidity !== copy.uidValidity || !searched || !shown) return { isThere: false, earlier: [] };
    const found = (await fetchedMessages(shown)).find(({ uid }) => uid === copy.uid);
    const id = found?.headers && parseHeaders(found.headers).first('message-id');
    return {
      isThere: id === messageId,
      earlier: foundUids(searched).uids.filter((uid) => uid < copy.uid),
    };
  }

  /**
   * Moves a draft that was sent into Sent, where it is its own copy; that needs no room.
   * @returns the folder, and where it lies there as far as the server told; undefined when it was not moved.
   */
  async moveToSent(
    ref: MailRef,
    signal: AbortSignal,
  ): Promise<{ folder: string; copy?: MailRef } | undefined> {
    const { moved } = await this.filing.move({ ids: [formatMailId(ref)], folder: 'sent' }, { signal });
    const [done] = moved;
    if (!done) return undefined;
    if (done.newId === undefined) return await this.directory.resolve('sent', signal).then(folderOf);
    const copy = parseMailId(done.newId);
    return { folder: copy.folder, copy };
  }

  /** Takes off what makes a mail a draft. @param key with which it was sent. */
  async undraft(ref: MailRef, signal: AbortSignal, key?: string): Promise<void> {
    await this.imap.change([ref.folder], signal, async (session, commit) => {
      const { view } = await ask(session, ref.folder, [], signal);
      if (view.uidValidity !== ref.uidValidity) throw gone();
      commit();
      view.news++;
      const flags = ['\\Draft', ...pendingWith(key)];
      const [reply] = await session.run([uidStore(String(ref.uid), '-', flags)], { signal });
      if (reply?.status !== 'OK') throw refused('mark an e-mail', reply?.code, reply?.cause);
    });
  }

  /** Whether it is ours, as far as it is not known: one round trip. */
  async prove(copy: StoredCopy, signal: AbortSignal): Promise<boolean> {
    copy.isProven ||= (await this.beside(copy.ref, copy.messageId, signal)).isThere;
    return copy.isProven;
  }

  /** As `remove`, when it is ours. */
  async removeCopy(copy: StoredCopy, signal: AbortSignal): Promise<boolean> {
    return (await this.prove(copy, signal)) && (await this.remove(copy.ref, signal));
  }

  /** Takes a draft away after what replaces it is safe: for good, or where the server cannot, into Trash. */
  async remove(ref: MailRef, signal: AbortSignal): Promise<boolean> {
    const ids = [formatMailId(ref)];
    const removed = async (permanent: boolean) => {
      const { failed = [] } = await this.filing.remove({ ids, permanent }, { signal });
      // Somebody else may have removed it.
      return failed.every(({ code }) => code === 'not_found');
    };
    try {
      return await removed(true);
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'unsupported') return await removed(false);
      throw error;
    }
  }
}

const folderOf = ({ path: folder }: { path: string }) => ({ folder });

/** As for every other change: without UIDVALIDITY an id may mean another mail by now (RFC 9051 §2.3.1.1). */
function requireUidValidity({ uidValidity }: MailRef, result: FolderResult | undefined): void {
  const untold = result !== undefined && 'view' in result && result.view.uidValidity === 0n;
  if (!untold || uidValidity !== 0n) return;
  throw new MailboxError(
    'unsupported',
    'This mail server does not tell whether an id still means the same e-mail.',
    {
      hint: 'Nothing was changed (it sends no UIDVALIDITY). Write the message anew with send_email, or send the draft with a mail program.',
    },
  );
}

function notADraft(): MailboxError {
  return new MailboxError('invalid_input', 'This e-mail is not a draft.', {
    hint: 'Pass the id of a draft: search_emails with folder drafts lists them.',
  });
}

function openInWebmail(): MailboxError {
  return new MailboxError('conflict', 'This draft is open in webmail, which replaces it at every change.', {
    hint: 'Close it in webmail first (save it as a draft there), or write a new one with create_draft.',
  });
}
