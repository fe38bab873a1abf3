import type { AttachmentInfo } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { safeFileName } from './file-name.ts';

export interface SelectedParts {
  plain?: MimePart;
  html?: MimePart;
  calendar?: MimePart;
  /** Every part that is not the body. `inline` marks what belongs to the body and is no file to count. */
  attachments: AttachmentInfo[];
  encrypted?: 'pgp' | 'smime';
  /** The tree breaks a limit or has an empty multipart; what could be walked is there. */
  malformed?: true;
}

const maxDepth = 100;
const maxParts = 1_000;

/** Shown as text when no name and no disposition says otherwise. */
const plainTypes = new Set(['text/plain', 'text/markdown', 'text/enriched', 'text/richtext', 'text']);
const calendarTypes = new Set(['text/calendar', 'application/ics']);
const cmsTypes = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);

interface Walk {
  selected: SelectedParts;
  parts: number;
  /** The alternative that gave the body; only it may still add the other version. */
  owner?: MimePart;
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
 * first text shown, with its sibling in the same alternative; nothing is lost, later text is listed `inline`.
 * Listed but not counted: images of a multipart/related, signatures, the envelope text of encrypted mail.
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

/** The part with this number, also inside attached messages; `1` is a single-part message itself. */
export function findPart(root: MimePart, part: string): MimePart | undefined {
  if (part === '') return undefined;
  const open: { node: MimePart; depth: number }[] = [{ node: root, depth: 0 }];
  // Forwarded messages may nest deeper than one message's own parts, hence the factor.
  for (let seen = 0; seen < maxParts * 10; seen += 1) {
    const next = open.pop();
    if (!next) return undefined;
    const { node, depth } = next;
    if (partNumber(node) === part) return normal(node);
    if (depth < maxDepth) open.push(...node.children.map((child) => ({ node: child, depth: depth + 1 })));
  }
  return undefined;
}

/** The sender's file name made safe, or one made of type and part number. */
export function displayName(part: MimePart): string {
  return safeFileName(part.filename ?? part.parameters.name ?? '', fallbackName(part));
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
  return takeBody(node, kind, place, walk) ? 'taken' : 'inline';
}

function takeBody(node: MimePart, kind: 'plain' | 'html', place: Place, walk: Walk): boolean {
  const { selected } = walk;
  const isFirst = !selected.plain && !selected.html;
  const isOtherVersion = walk.owner !== undefined && walk.owner === place.alternative && !selected[kind];
  if (!isFirst && !isOtherVersion) return false;
  selected[kind] = normal(node);
  if (isFirst && place.alternative) walk.owner = place.alternative;
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

/** Base64 as mail carries it: lines of 76 characters and CRLF for 57 bytes (RFC 2045 §6.8). */
function decodedSize({ encoding, size }: MimePart): number {
  return encoding.toLowerCase() === 'base64' ? Math.floor((size * 57) / 78) : size;
}

function normal(node: MimePart): MimePart {
  return { ...node, part: partNumber(node), encoding: node.encoding.toLowerCase() };
}

function partNumber(node: MimePart): string {
  return node.part === '' && !node.type.startsWith('multipart/') ? '1' : node.part;
}

const wholeNames: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'message/global': 'message.eml',
  'message/delivery-status': 'delivery-status.txt',
  'text/rfc822-headers': 'headers.txt',
  'text/calendar': 'invite.ics',
  'application/ics': 'invite.ics',
  'application/ms-tnef': 'winmail.dat',
  'application/pgp-signature': 'signature.asc',
  'application/pkcs7-signature': 'smime.p7s',
  'application/x-pkcs7-signature': 'smime.p7s',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m',
};

const extensions: Readonly<Record<string, string>> = {
  jpeg: 'jpg',
  'svg+xml': 'svg',
  plain: 'txt',
  markdown: 'md',
  mpeg: 'mp3',
  gzip: 'gz',
  msword: 'doc',
  'vnd.ms-excel': 'xls',
  'vnd.ms-powerpoint': 'ppt',
  'vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'vnd.oasis.opendocument.text': 'odt',
  'vnd.oasis.opendocument.spreadsheet': 'ods',
  'vnd.oasis.opendocument.presentation': 'odp',
};

function fallbackName(part: MimePart): string {
  const whole = wholeNames[part.type];
  if (whole) return whole;
  const [major = '', minor = ''] = part.type.split('/');
  const extension = extensions[minor] ?? (/^[a-z0-9]{2,5}$/u.test(minor) ? minor : 'bin');
  return major === 'image' ? `image.${extension}` : `part-${partNumber(part)}.${extension}`;
}
