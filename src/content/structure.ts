import type { AttachmentInfo } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { safeFileName } from './file-name.ts';
import { nameForType } from './part-name.ts';

/** The versions of one text. */
export interface TextParts {
  plain?: MimePart;
  html?: MimePart;
}

export interface FurtherText extends TextParts {
  /**
   * A further piece of that same version of the last text without this mark (Apple Mail cuts the HTML around
   * files): nothing new to whoever was shown the other version.
   */
  continues?: true;
}

export interface SelectedParts extends TextParts {
  /** Text shown below the body, in order; 50 at most, what is over is listed `inline`. */
  more?: FurtherText[];
  calendar?: MimePart;
  /** Every part that is not the body. `inline` marks what belongs to the body and is no file to count. */
  attachments: AttachmentInfo[];
  /** Some part is encrypted; what is readable beside it is still selected. */
  encrypted?: 'pgp' | 'smime';
  /** The message is inside S/MIME signed data (RFC 8551 §3.5.2), which is listed but not opened. */
  opaque?: true;
  /** The tree breaks a limit or has an empty multipart; what could be walked is there. */
  malformed?: true;
}

const maxDepth = 100;
const maxParts = 1_000;
const maxFurtherTexts = 50;

/** Shown as text when no name and no disposition says otherwise. */
const plainTypes = new Set(['text/plain', 'text/markdown', 'text/enriched', 'text/richtext']);
const calendarTypes = new Set(['text/calendar', 'application/ics']);
const cmsTypes = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);

interface Walk {
  selected: SelectedParts;
  parts: number;
  /** The text last begun, and the alternative that gave it; only that may still add the other version. */
  last?: { text: TextParts; alternative: MimePart | undefined };
  /** Text with a name, the body where there is no other text. */
  named?: MimePart;
}

/** Where a part stands: the multipart around it, the outermost alternative around that, how deep. */
interface Place {
  parent?: MimePart;
  alternative?: MimePart;
  depth: number;
}

/**
 * Sorts a MIME tree into body, calendar and attachments (RFC 2046 §5.1, RFC 2387, RFC 1847). The body is the
 * first text shown, with its sibling in the same alternative; later text is `more`, text with a name a file.
 * Listed but not counted: images of a multipart/related, signatures, ciphertext, versions we cannot show.
 * The parts returned have lower-case encodings and a single-part message the part number `1`.
 */
export function selectParts(root: MimePart): SelectedParts {
  const walk: Walk = { selected: { attachments: [] }, parts: 0 };
  visit(root, { depth: 0 }, walk);
  const { selected, named } = walk;
  if (!selected.plain && !selected.html && named) {
    selected[named.type === 'text/html' ? 'html' : 'plain'] = normal(named);
  }
  return selected;
}

/** Files a person would say are attached: the entries of `selectParts` that are not `inline`. */
export function countAttachments(root: MimePart): number {
  return selectParts(root).attachments.filter((attachment) => !attachment.inline).length;
}

/** The part with this number, in the order of the list, also in attached mails; `1` is a single-part message itself. */
export function findPart(root: MimePart, part: string): MimePart | undefined {
  if (part === '') return undefined;
  const open: { node: MimePart; depth: number }[] = [{ node: root, depth: 0 }];
  // Forwarded messages may nest deeper than one message's own parts, hence the factor.
  for (let seen = 0; seen < maxParts * 10; seen += 1) {
    const next = open.pop();
    if (!next) return undefined;
    const { node, depth } = next;
    if (partNumber(node) === part) return normal(node);
    if (depth >= maxDepth) continue;
    for (const child of [...node.children].reverse()) open.push({ node: child, depth: depth + 1 });
  }
  return undefined;
}

/** The sender's file name made safe, or one made of type and part number. */
export function displayName(part: MimePart): string {
  return safeFileName(part.filename ?? part.parameters.name ?? '', nameForType(part.type, partNumber(part)));
}

function visit(node: MimePart, place: Place, walk: Walk): void {
  walk.parts += 1;
  if (place.depth > maxDepth || walk.parts > maxParts) walk.selected.malformed = true;
  else if (node.type.startsWith('multipart/')) visitMultipart(node, place, walk);
  else visitLeaf(node, place, walk);
}

function visitMultipart(node: MimePart, place: Place, walk: Walk): void {
  if (node.children.length === 0) walk.selected.malformed = true;
  if (node.type === 'multipart/encrypted') {
    walk.selected.encrypted = 'pgp';
    // The ciphertext stays downloadable; the control part before it says only `Version: 1` (RFC 3156 §4).
    for (const child of node.children) {
      if (child.type !== 'application/pgp-encrypted') list(child, walk, true);
    }
    return;
  }
  const alternative = place.alternative ?? (isAlternative(node) ? node : undefined);
  const inside: Place = { parent: node, depth: place.depth + 1, ...(alternative && { alternative }) };
  for (const child of node.children) {
    if (walk.parts > maxParts) return;
    visit(child, inside, walk);
  }
}

function visitLeaf(node: MimePart, place: Place, walk: Walk): void {
  const role = takeLeaf(node, place, walk);
  if (role !== 'taken') list(node, walk, role === 'inline');
}

/** Gives the leaf its place in the selection; `taken` needs no entry in the list. */
function takeLeaf(node: MimePart, place: Place, walk: Walk): 'taken' | 'inline' | 'file' {
  if (isEnvelopedData(node)) {
    walk.selected.encrypted ??= 'smime';
    return 'inline';
  }
  if (isSignedData(node) && !walk.last) walk.selected.opaque = true;
  if (calendarTypes.has(node.type)) {
    walk.selected.calendar ??= normal(node);
    const isVersionOfBody = !place.parent || isAlternative(place.parent);
    return isVersionOfBody && !hasName(node) ? 'taken' : 'file';
  }
  const kind = bodyKind(node);
  if (!kind || node.disposition === 'attachment') return isInline(node, place) ? 'inline' : 'file';
  if (isFile(node, place)) {
    walk.named ??= node;
    return 'file';
  }
  return takeText(node, kind, place, walk) ? 'taken' : 'inline';
}

function takeText(node: MimePart, kind: 'plain' | 'html', place: Place, walk: Walk): boolean {
  const { selected, last } = walk;
  if (!last) {
    selected[kind] = normal(node);
    walk.last = { text: selected, alternative: place.alternative };
    return true;
  }
  const isOtherVersion = place.alternative !== undefined && place.alternative === last.alternative;
  if (!isOtherVersion || last.text[kind]) return takeFurther(node, kind, place, walk);
  last.text[kind] = normal(node);
  return true;
}

/** Begins a text below the body, unless the part is a third version, a resource of the HTML or not signed. */
function takeFurther(node: MimePart, kind: 'plain' | 'html', place: Place, walk: Walk): boolean {
  const { selected, last } = walk;
  const { parent, alternative } = place;
  const more = selected.more ?? [];
  const continues = alternative !== undefined && alternative === last?.alternative;
  const isThirdVersion = continues && parent !== undefined && isAlternative(parent);
  const isResource = parent?.type === 'multipart/related' && Boolean(node.contentId);
  const isBesideSigned = parent?.type === 'multipart/signed' && node !== parent.children[0];
  if (hasName(node) || isThirdVersion || isResource || isBesideSigned) return false;
  if (more.length >= maxFurtherTexts) return false;
  const text: FurtherText = { [kind]: normal(node), ...(continues && { continues: true }) };
  if (!continues) walk.last = { text, alternative };
  selected.more = [...more, text];
  return true;
}

function bodyKind(node: MimePart): 'plain' | 'html' | undefined {
  if (node.type === 'text/html') return 'html';
  return plainTypes.has(node.type) ? 'plain' : undefined;
}

/** Named text is a file, except where it is the whole message, a version of the body or in a related. */
function isFile(node: MimePart, { parent }: Place): boolean {
  return (
    hasName(node) && parent !== undefined && !isAlternative(parent) && parent.type !== 'multipart/related'
  );
}

function isInline(node: MimePart, { parent }: Place): boolean {
  if (parent?.type === 'multipart/signed') return node !== parent.children[0];
  if (parent?.type === 'multipart/related') {
    // Only what HTML shows by content id; some clients put every attachment into the related.
    return Boolean(node.contentId) && /^(?:image|font)\/|^text\/css$/u.test(node.type);
  }
  // Another version of the body that we cannot show (AMP, watch HTML).
  return parent !== undefined && isAlternative(parent) && !hasName(node) && node.disposition !== 'attachment';
}

function isAlternative(node: MimePart): boolean {
  return node.type === 'multipart/alternative';
}

/** Encrypted S/MIME (RFC 8551 §3.5): says so, or says nothing and is named `.p7m`. Signed data is a file. */
function isEnvelopedData(node: MimePart): boolean {
  const name = (node.filename ?? node.parameters.name ?? '').toLowerCase();
  if (!cmsTypes.has(node.type)) return node.type === 'application/octet-stream' && name === 'smime.p7m';
  const type = node.parameters['smime-type']?.toLowerCase();
  return type ? /^(?:auth)?enveloped-?data$/u.test(type) : !/\.p7[sc]$/u.test(name);
}

function isSignedData({ type, parameters }: MimePart): boolean {
  return cmsTypes.has(type) && /^signed-?data$/iu.test(parameters['smime-type'] ?? '');
}

function hasName(node: MimePart): boolean {
  return Boolean(node.filename ?? node.parameters.name);
}

function list(node: MimePart, walk: Walk, inline: boolean): void {
  walk.selected.attachments.push({
    part: partNumber(node),
    name: displayName(node),
    type: node.type,
    size: decodedSize(node),
    ...(inline && { inline: true }),
  });
}

/**
 * The bytes of a part once decoded: exact to the padding for base64 as mail carries it, lines of 76 characters and
 * CRLF (RFC 2045 §6.8), with or without one after the last; an upper bound for quoted-printable.
 */
export function decodedSize({ encoding, size }: MimePart): number {
  if (encoding.toLowerCase() !== 'base64') return size;
  const characters = size - 2 * Math.floor(size / 78);
  return Math.floor(characters / 4) * 3;
}

function normal(node: MimePart): MimePart {
  return { ...node, part: partNumber(node), encoding: node.encoding.toLowerCase() };
}

function partNumber(node: MimePart): string {
  return node.part === '' && !node.type.startsWith('multipart/') ? '1' : node.part;
}
