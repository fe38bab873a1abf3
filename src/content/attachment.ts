import type { Invitation, Warning } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { withoutCiphertext } from './armor.ts';
import type { FetchedPart } from './body.ts';
import { decodeBytes } from './charset.ts';
import { extractText } from './documents/extract.ts';
import { type ImageType, imageType } from './documents/image-type.ts';
import { type DocumentText, TextSink } from './documents/text-sink.ts';
import { readInvitation } from './invitation.ts';
import { displayName } from './structure.ts';
import { decodeTransfer } from './transfer.ts';

export interface AttachmentInput extends FetchedPart {
  /** For the times of an event; IANA. */
  zone: string;
  /** Larger pictures are only described. */
  maxImageBytes: number;
}

/** What an attachment holds for a person; neither text nor image when that is nothing we can show. */
export interface AttachmentReading {
  /** Bytes, decoded from its transfer encoding. */
  size?: number;
  image?: { data: Uint8Array; mimeType: ImageType };
  text?: string;
  event?: Invitation;
  encrypted?: 'pgp';
  warnings?: Warning[];
}

/** Reads an attachment: its picture, or its text as `extractText` does. `onPage` is told of long documents page by page. */
export async function readAttachment(
  { bytes: encoded, part, zone, maxImageBytes }: AttachmentInput,
  onPage?: (text: string) => void,
): Promise<AttachmentReading> {
  const bytes = decodeTransfer(encoded, part.encoding);
  const size = bytes.byteLength;
  const mimeType = imageType(bytes);
  if (mimeType) return size <= maxImageBytes ? { size, image: { data: bytes, mimeType } } : { size };
  return { size, ...(await readText(bytes, part, zone, onPage)) };
}

async function readText(
  bytes: Uint8Array,
  part: MimePart,
  zone: string,
  onPage?: (text: string) => void,
): Promise<Omit<AttachmentReading, 'size' | 'image'>> {
  const { type, parameters } = part;
  const { charset } = parameters;
  const named = { bytes, type, name: displayName(part), ...(charset ? { charset } : {}) };
  const extracted = await extractText(named, onPage);
  if (!extracted) return {};
  const event = type === 'text/calendar' ? readInvitation(icsOf(bytes, charset), zone) : undefined;
  return { ...shown(extracted), ...(event ? { event } : {}) };
}

/** The same of a document whose reading was stopped: the pages there were by then, and why they end. */
export function readPages({ pages, fault }: { pages: readonly string[]; fault: string }): AttachmentReading {
  const sink = new TextSink(Infinity);
  for (const page of pages) sink.add(page);
  sink.fault(fault);
  return shown(sink.finish());
}

function shown({ text, warnings }: DocumentText): AttachmentReading {
  const { text: readable, found } = withoutCiphertext(text);
  return {
    text: readable,
    ...(found ? { encrypted: 'pgp' as const } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function icsOf(bytes: Uint8Array, charset: string | undefined): string {
  return decodeBytes(bytes, charset ?? 'utf-8').text;
}
