import type { Imap } from '../../connections/imap.ts';
import { safeFileName } from '../../content/file-name.ts';
import { parseHeaders } from '../../content/headers.ts';
import { displayName, findPart } from '../../content/structure.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import type { MimePart } from '../../domain/mime-part.ts';
import type { AttachmentRequest } from '../../domain/outbox-port.ts';
import { gone } from '../fetch-result.ts';
import type { MessageStore } from '../message-store.ts';
import { fetchParts, wholeMessage } from './attachment-fetch.ts';
import { readAttachmentFile } from './attachment-files.ts';
import { type AttachmentOrigin, attachmentOrigin } from './attachment-request.ts';
import { AttachmentBudget, leastSize } from './attachment-size.ts';
import { typeOfName, typeOfPart } from './attachment-type.ts';

export interface LoadedAttachment {
  /** A safe file name. */
  filename: string;
  /** A media type, with `; charset=` where a mail named one. */
  contentType: string;
  content: Buffer;
  /** Content-ID without brackets. */
  cid?: string;
  /** The bytes of a message, to be attached unmodified: 7bit or 8bit, never base64 (RFC 2046 §5.2.1). */
  rfc822?: true;
}

export interface AttachmentLimits {
  /** The largest message the server takes (SMTP SIZE), in bytes; attachments count as they are transferred. */
  maxTotalBytes: number;
}

/** A part of a mail to attach. */
export interface WantedPart {
  part: MimePart;
  name?: string;
  cid?: string;
}

export interface AttachmentSourceOptions {
  imap: Imap;
  store: MessageStore;
  /** MAILBOX_ATTACHMENT_DIRS; absolute. */
  dirs: readonly string[];
}

type MailOrigin = AttachmentOrigin & { from: 'mail' };

interface PlannedPart extends WantedPart {
  ref: MailRef;
}

/** What is attached to mail on its way out: from files, from the call, or from other mails. */
export class AttachmentSource {
  private readonly imap: Imap;
  private readonly store: MessageStore;
  private readonly dirs: readonly string[];

  constructor({ imap, store, dirs }: AttachmentSourceOptions) {
    this.imap = imap;
    this.store = store;
    this.dirs = dirs;
  }

  /**
   * Loads the attachments in their order. Sizes are checked before anything is fetched, a file's before it is read.
   * @throws MailboxError naming the entry, e.g. `attachments[2]`, whose input, file or mail is at fault.
   */
  async load(
    requests: readonly AttachmentRequest[],
    { maxTotalBytes }: AttachmentLimits,
    signal: AbortSignal,
  ): Promise<LoadedAttachment[]> {
    const origins: AttachmentOrigin[] = [];
    for (const [index, request] of requests.entries())
      origins.push(await named(index, () => attachmentOrigin(request)));
    const budget = new AttachmentBudget(maxTotalBytes);
    const planned = new Map<number, PlannedPart>();
    for (const [index, origin] of origins.entries()) {
      const part = await named(index, () => this.plan(origin, budget, signal));
      if (part) planned.set(index, part);
    }
    const loaded = new Map<number, LoadedAttachment>();
    for (const [index, origin] of origins.entries()) {
      const here = await named(index, () => this.local(origin, budget));
      if (here) loaded.set(index, here);
    }
    const fetched = await this.fetch([...planned.values()], signal);
    [...planned.keys()].forEach((index, place) => {
      const attachment = fetched[place];
      if (attachment) loaded.set(index, attachment);
    });
    return withinLimit(
      origins.flatMap((_, index) => loaded.get(index) ?? []),
      maxTotalBytes,
    );
  }

  /** Loads parts of one mail in one round trip, as `load` does. @throws MailboxError */
  async parts(
    ref: MailRef,
    wanted: readonly WantedPart[],
    { maxTotalBytes }: AttachmentLimits,
    signal: AbortSignal,
  ): Promise<LoadedAttachment[]> {
    const budget = new AttachmentBudget(maxTotalBytes);
    for (const { part } of wanted) budget.take(leastSize(part), { encoded: !isMessage(part) });
    const planned = wanted.map((each) => ({ ...each, ref }));
    return withinLimit(await this.fetch(planned, signal), maxTotalBytes);
  }

  /** The whole message as an attachment, for forwarding it unmodified. @throws MailboxError */
  async message(ref: MailRef, limits: AttachmentLimits, signal: AbortSignal): Promise<LoadedAttachment[]> {
    const part = wholeMessage(await this.store.facts(ref, signal));
    return await this.parts(ref, [{ part }], limits, signal);
  }

  /** Takes from the budget what an attachment must have at least; files are measured when they are opened. */
  private async plan(
    origin: AttachmentOrigin,
    budget: AttachmentBudget,
    signal: AbortSignal,
  ): Promise<PlannedPart | undefined> {
    if (origin.from === 'bytes') budget.take(origin.bytes.byteLength, { encoded: true });
    if (origin.from !== 'mail') return undefined;
    const part = await this.partOf(origin, signal);
    budget.take(leastSize(part), { encoded: !isMessage(part) });
    return { ref: origin.ref, part, ...(origin.name && { name: origin.name }) };
  }

  private async partOf({ ref, part }: MailOrigin, signal: AbortSignal): Promise<MimePart> {
    const facts = await this.store.facts(ref, signal);
    if (part === undefined) return wholeMessage(facts);
    const found = findPart(facts.structure, part);
    if (found && !found.type.startsWith('multipart/')) return found;
    throw new MailboxError('not_found', 'The mail has no such part.', {
      hint: 'Pass a part number from the attachments of get_email.',
    });
  }

  private async local(
    origin: AttachmentOrigin,
    budget: AttachmentBudget,
  ): Promise<LoadedAttachment | undefined> {
    if (origin.from === 'mail') return undefined;
    if (origin.from === 'bytes') return await fileAttachment(origin.name, origin.type, origin.bytes);
    const { name, bytes } = await readAttachmentFile(origin.path, {
      dirs: this.dirs,
      maxBytes: budget.room,
    });
    budget.take(bytes.byteLength, { encoded: true });
    return await fileAttachment(origin.name ?? name, origin.type, bytes);
  }

  /** One round trip for each mail; a part wanted twice is fetched once. */
  private async fetch(planned: readonly PlannedPart[], signal: AbortSignal): Promise<LoadedAttachment[]> {
    const byMail = new Map<string, { ref: MailRef; parts: Map<string, MimePart> }>();
    for (const { ref, part } of planned) {
      const mail = byMail.get(formatMailId(ref)) ?? { ref, parts: new Map() };
      mail.parts.set(part.part, part);
      byMail.set(formatMailId(ref), mail);
    }
    const fetched = new Map<string, Map<string, Buffer>>();
    for (const [id, { ref, parts }] of byMail)
      fetched.set(id, await fetchParts(this.imap, ref, [...parts.values()], signal));
    return await Promise.all(
      planned.map(({ ref, ...wanted }) => {
        const content = fetched.get(formatMailId(ref))?.get(wanted.part.part);
        if (!content) throw gone();
        return partAttachment(wanted, content);
      }),
    );
  }
}

async function fileAttachment(
  filename: string,
  type: string | undefined,
  content: Buffer,
): Promise<LoadedAttachment> {
  return { filename, contentType: type ?? (await typeOfName(filename)), content };
}

async function partAttachment({ part, name, cid }: WantedPart, content: Buffer): Promise<LoadedAttachment> {
  if (isMessage(part))
    return { filename: name ?? messageName(content), contentType: part.type, content, rfc822: true };
  const filename = name ?? displayName(part);
  return { filename, contentType: await typeOfPart(part, filename), content, ...(cid && { cid }) };
}

function isMessage({ type }: MimePart): boolean {
  return type === 'message/rfc822';
}

/** A header block longer than this has its Subject elsewhere than anybody would look for it. */
const maxHeaderBytes = 256 * 1024;

function messageName(source: Buffer): string {
  const subject = parseHeaders(source.subarray(0, maxHeaderBytes)).first('subject') ?? '';
  return safeFileName(subject.trim() && `${subject.replace(/[/\\]/gu, '-')}.eml`, 'message.eml');
}

/** Once more with the real sizes: those of quoted-printable parts are not known before. */
function withinLimit(attachments: LoadedAttachment[], maxTotalBytes: number): LoadedAttachment[] {
  const budget = new AttachmentBudget(maxTotalBytes);
  for (const { content, rfc822 } of attachments) budget.take(content.byteLength, { encoded: !rfc822 });
  return attachments;
}

/** Errors that speak of an entry say which; the others (connection, time) speak of the whole call. */
async function named<T>(index: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MailboxError) || error.retryable) throw error;
    const { code, hint, cause } = error;
    throw new MailboxError(code, `attachments[${index}]: ${error.message}`, { ...(hint && { hint }), cause });
  }
}
