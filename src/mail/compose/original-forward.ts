import { findPart, selectParts } from '../../content/structure.ts';
import type { MimePart } from '../../domain/mime-part.ts';
import type { AttachmentLimits, AttachmentSource, LoadedAttachment, WantedPart } from './attachments.ts';
import type { Original } from './original.ts';

/**
 * What goes along when a mail is forwarded inline: all its attachments, an invitation as a file, and the pictures its
 * quoted HTML shows. One round trip. `cids`: those the composed HTML names; none when only text is composed.
 * @throws MailboxError as `AttachmentSource.parts`
 */
export async function forwardAttachments(
  source: AttachmentSource,
  original: Original,
  { cids }: { cids: readonly string[] },
  limits: AttachmentLimits,
  signal: AbortSignal,
): Promise<LoadedAttachment[]> {
  const shown = shownParts(original, cids);
  const pictures = new Set(shown.map(({ part }) => part.part));
  const files = fileParts(original).filter((part) => !pictures.has(part.part));
  return await source.parts(original.ref, [...shown, ...files.map((part) => ({ part }))], limits, signal);
}

/** The pictures that an answer's quoted HTML shows, each with its Content-ID. @throws as `forwardAttachments` */
export async function inlineImages(
  source: AttachmentSource,
  original: Original,
  { cids }: { cids: readonly string[] },
  limits: AttachmentLimits,
  signal: AbortSignal,
): Promise<LoadedAttachment[]> {
  return await source.parts(original.ref, shownParts(original, cids), limits, signal);
}

function shownParts({ inline }: Original, cids: readonly string[]): WantedPart[] {
  return [...new Set(cids)].flatMap((cid) => {
    const part = inline.get(cid);
    return part ? [{ part, cid }] : [];
  });
}

/**
 * Pictures within the HTML, too: where only text is composed they go along as files. An invitation that is a version of
 * the body is no listed attachment, but a forward without it would lose it.
 */
function fileParts({ structure, attachments }: Original): MimePart[] {
  const files = attachments.map(({ part }) => part);
  const { calendar } = selectParts(structure);
  const numbers = new Set(calendar ? [...files, calendar.part] : files);
  return [...numbers].flatMap((part) => findPart(structure, part) ?? []);
}
