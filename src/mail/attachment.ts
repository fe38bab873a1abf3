import type { Imap } from '../connections/imap.ts';
import { cleanLine } from '../content/clean.ts';
import { fittingPage } from '../content/fit.ts';
import { decodedSize, displayName, findPart } from '../content/structure.ts';
import { transferDecoder } from '../content/transfer-stream.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Attachment, DownloadedFile } from '../domain/mail.ts';
import { type MailRef, parseMailId } from '../domain/mail-id.ts';
import type { AttachmentRequest, CallContext, DownloadRequest } from '../domain/mail-port.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { partSection } from './body-sections.ts';
import { type DownloadTarget, NewFile } from './download.ts';
import { onlyPart } from './fetch-result.ts';
import type { MessageStore } from './message-store.ts';
import { streamPart } from './part-stream.ts';

const defaultMaxChars = 8000;
/** Larger attachments are described, not read: text of that size is no help to anyone. */
const maxReadBytes = 30 * 1024 * 1024;
/** stdio messages are limited to 10 MB, an image grows by a third in base64. */
const maxImageBytes = 4 * 1024 * 1024;
const maxDownloadBytes = 100 * 1024 * 1024;

export interface AttachmentReaderOptions {
  content: ContentReader;
  imap: Imap;
  store: MessageStore;
  target: DownloadTarget;
  /** IANA zone for the times of events. */
  zone: string;
}

/** Attachments of messages: their text, their picture, or a copy on disk. */
export class AttachmentReader {
  private readonly content: ContentReader;
  private readonly store: MessageStore;
  private readonly imap: Imap;
  private readonly target: DownloadTarget;
  private readonly zone: string;

  constructor(options: AttachmentReaderOptions) {
    this.content = options.content;
    this.imap = options.imap;
    this.store = options.store;
    this.target = options.target;
    this.zone = options.zone;
  }

  async attachment(
    { id, part, offset = 0, maxChars = defaultMaxChars }: AttachmentRequest,
    { signal }: CallContext,
  ): Promise<Attachment> {
    const { described, bytes } = await this.bytes(id, part, maxReadBytes, signal);
    const { zone } = this;
    const reading =
      bytes && (await this.content.attachment({ bytes, part: described, zone, maxImageBytes }, signal));
    const { text, image, size = decodedSize(described), ...more } = reading ?? {};
    const content = {
      name: displayName(described),
      type: cleanLine(described.type, 100),
      size,
      ...(text === undefined ? {} : fittingPage(text, offset, maxChars)),
      ...more,
    };
    return { content, ...(image ? { image } : {}) };
  }

  async download({ id, part, filename }: DownloadRequest, { signal }: CallContext): Promise<DownloadedFile> {
    const directory = await this.target.directory();
    const ref = parseMailId(id);
    const described = await this.described(ref, part, signal);
    if (described.size > maxDownloadBytes)
      throw new MailboxError('unsupported', 'The attachment is larger than 100 MB.');
    return await this.imap.read([ref.folder], signal, async (session) => {
      const file = await NewFile.create(directory, filename ?? displayName(described));
      try {
        const decoder = transferDecoder(described.encoding);
        await streamPart(session, ref, described, (piece) => file.write(decoder.push(piece)), signal);
        await file.write(decoder.end());
        return await file.finish();
      } catch (error) {
        await file.discard();
        throw error;
      }
    });
  }

  private async described(ref: MailRef, part: string, signal: AbortSignal): Promise<MimePart> {
    const { structure } = await this.store.facts(ref, signal);
    const described = findPart(structure, part);
    if (!described) throw noSuchPart();
    return described;
  }

  /** The part as it travels; without bytes when it is larger than `limit`. */
  private async bytes(id: string, part: string, limit: number, signal: AbortSignal) {
    const ref = parseMailId(id);
    const section = (described: MimePart | undefined) =>
      described && !described.type.startsWith('multipart/') && described.size <= limit
        ? [partSection(described, limit)]
        : [];
    const { message } = await this.store.load(
      ref,
      ({ structure }) => section(findPart(structure, part)),
      signal,
    );
    const described = findPart(message.facts.structure, part);
    if (!described) throw noSuchPart();
    const raw = message.sections.get(described.part);
    const isShort = message.short?.has(described.part);
    this.store.release(ref, described.part);
    if (isShort) throw onlyPart('the attachment');
    return { described, bytes: raw };
  }
}

function noSuchPart(): MailboxError {
  return new MailboxError('not_found', 'The mail has no such part.', {
    hint: 'Pass a part number from the attachments of get_email.',
  });
}
