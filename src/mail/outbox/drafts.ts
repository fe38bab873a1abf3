import { createHash } from 'node:crypto';
import type { Imap } from '../../connections/imap.ts';
import { atom, peek, uidFetch } from '../../connections/imap-commands.ts';
import { parseHeaders } from '../../content/headers.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { FilingPort } from '../../domain/filing-port.ts';
import { formatMailId, type MailRef, parseMailId } from '../../domain/mail-id.ts';
import { gone, messagesOf } from '../fetch-result.ts';
import type { FolderDirectory } from '../folder-directory.ts';
import type { Appender } from './appender.ts';

export interface StoredDraft {
  ref: MailRef;
  raw: Uint8Array;
  /** What became of it when it was sent before. */
  fate: 'sent' | 'unknown' | undefined;
  /** Whether it may have been sent with this idempotencyKey. */
  triedWith(key: string): boolean;
}

export interface DraftsOptions {
  imap: Imap;
  appender: Appender;
  directory: FolderDirectory;
  filing: FilingPort;
}

/** RFC 5550 §5.10 and §5.11: this message is being, or has been, submitted. What we know outlives this process so. */
export const pending = '$SubmitPending';
const submitted = '$Submitted';
/**
 * With which key, for who asks again after a restart. One of sixteen, because servers keep every keyword ever used and some
 * take no more than 128: one new key in sixteen passes for an old one and is refused.
 */
const keyMark = (key: string) => `$SubmitKey${createHash('sha256').update(key).digest('hex').slice(0, 1)}`;

/** Open-Xchange webmail marks the draft of an open compose window so, and replaces it at every change. */
const webmailMark = 'x-ox-composition-space-id';

/** Drafts of this account. Only drafts asked for by id are ever touched, and none that webmail has open. */
export class Drafts {
  private readonly imap: Imap;
  private readonly appender: Appender;
  private readonly directory: FolderDirectory;
  private readonly filing: FilingPort;

  constructor({ imap, appender, directory, filing }: DraftsOptions) {
    this.imap = imap;
    this.appender = appender;
    this.directory = directory;
    this.filing = filing;
  }

  /**
   * A draft's bytes.
   * @throws MailboxError `invalid_input` when the mail is no draft, `conflict` when webmail has it open,
   * `not_found` and `stale_reference` as for reading.
   */
  async load(id: string, signal: AbortSignal): Promise<StoredDraft> {
    const ref = parseMailId(id);
    const items = [atom('UID'), atom('FLAGS'), peek('')];
    const messages = await this.imap.read([ref.folder], signal, async (session) => {
      const job = { folder: ref.folder, commands: [uidFetch(String(ref.uid), items)] };
      const [result] = await session.inFolders([job], { signal, freshness: 'anew' });
      return await messagesOf(result, ref.uidValidity);
    });
    const found = messages.find(({ uid, source }) => uid === ref.uid && source);
    if (!found?.source || found.flags?.has('\\Deleted')) throw gone();
    if (!found.flags?.has('\\Draft') && ref.folder !== (await this.folder(signal))) throw notADraft();
    if (parseHeaders(found.source).first(webmailMark)) throw openInWebmail();
    const has = (mark: string) =>
      [...(found.flags ?? [])].some((flag) => flag.toLowerCase() === mark.toLowerCase());
    const fate = has(submitted) ? 'sent' : has(pending) ? 'unknown' : undefined;
    return { ref, raw: found.source, fate, triedWith: (key) => has(keyMark(key)) };
  }

  private async folder(signal: AbortSignal): Promise<string> {
    return (await this.directory.resolve('drafts', signal)).path;
  }

  /**
   * Stores a new draft, read.
   * @param inDoubt it may have been sent.
   * @throws MailboxError as `Appender.append`.
   */
  async store(raw: Uint8Array, messageId: string, signal: AbortSignal, inDoubt = false): Promise<MailRef> {
    const { place } = await this.appender.look('drafts', [], signal);
    const message = { raw, messageId, flags: ['\\Draft', '\\Seen', ...(inDoubt ? [pending] : [])] };
    return await this.appender.append(place, message, { unlessThere: false, signal });
  }

  /** Notes on a draft that stays what became of it, so that it is not sent again unawares. */
  async note(ref: MailRef, fate: 'sent' | 'unknown', signal: AbortSignal, key?: string): Promise<void> {
    const add = [fate === 'sent' ? submitted : pending, ...(key === undefined ? [] : [keyMark(key)])];
    await this.filing.mark({ ids: [formatMailId(ref)], add }, { signal });
  }

  /** Takes back `note('unknown')`: it was certainly not sent. */
  async unnote(ref: MailRef, signal: AbortSignal, key?: string): Promise<void> {
    const remove = [pending, ...(key === undefined ? [] : [keyMark(key)])];
    await this.filing.mark({ ids: [formatMailId(ref)], remove }, { signal });
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
