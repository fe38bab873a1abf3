import type { FetchedPart } from '../content/body.ts';
import { type Headers, headersOf } from '../content/headers.ts';
import type { MailedEvent } from '../content/invitation.ts';
import type { BodyForms, MessageReading } from '../content/message.ts';
import type { SelectedParts, TextParts } from '../content/structure.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import type { BodyFormat, Warning } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import type { Shortfall } from './announced.ts';
import { calendarSection, maxSourceBytes, sourceSection, textParts, textSection } from './body-sections.ts';
import type { StoredMessage } from './message-store.ts';

/** A message's text, whole; paging is the caller's. */
export interface MessageText {
  text: string;
  format: BodyFormat;
  quotedOmitted: number;
  hiddenRemoved: number;
  warnings: Warning[];
  encrypted?: 'pgp' | 'smime';
  /** Those asked for. */
  headers: Headers;
  /** Of the invitation, when a zone was given for its times. */
  event?: MailedEvent;
  /** It could not be read in time: this is its raw beginning. */
  excerpt?: true;
}

export interface RenderOptions {
  format: 'text' | 'html';
  quoted: boolean;
  /** Read along with the text. */
  header?: Uint8Array | undefined;
  /** IANA. */
  zone?: string;
}

const forwarded = /^\s*(?:wg|fw|fwd|tr|rv)\s*:/iu;

/** Renders the fetched parts, one text after the other. Ciphertext never becomes text; a forward keeps its quote. */
export async function renderText(
  content: ContentReader,
  message: StoredMessage,
  parts: SelectedParts,
  { format, quoted, header, zone }: RenderOptions,
  signal: AbortSignal,
): Promise<MessageText> {
  const invitation = zone === undefined ? undefined : fetchedInvitation(message, parts);
  const input = {
    texts: textParts(parts, format).flatMap((text) => fetchedForms(message, text)),
    format,
    quoted: quoted || forwarded.test(message.facts.envelope.subject ?? ''),
    ...(header ? { header } : {}),
    ...(invitation && zone !== undefined ? { invitation: { ...invitation, zone } } : {}),
  };
  const text = asCertain(messageText(await content.message(input, signal)), message, parts);
  const encrypted = parts.encrypted ?? text.encrypted;
  const warnings = [...text.warnings, ...limits(message, parts)];
  return { ...text, warnings, ...(encrypted ? { encrypted } : {}) };
}

/** Which event an invitation is about, nobody knows of whom the server withholds some of it. */
function asCertain(
  { event, ...text }: MessageText,
  { short }: StoredMessage,
  parts: SelectedParts,
): MessageText {
  const key = calendarSection(parts)?.key;
  const isShort = key !== undefined && short?.has(key);
  return { ...text, ...(event && { event: isShort ? { invitation: event.invitation } : event }) };
}

function messageText({ fields, ...reading }: MessageReading): MessageText {
  return { ...reading, headers: headersOf(fields) };
}

function fetchedForms(message: StoredMessage, { plain, html }: TextParts): BodyForms[] {
  const [plainPart, htmlPart] = [plain, html].map((part) =>
    fetched(message, part, part && textSection(part).key),
  );
  if (!plainPart && !htmlPart) return [];
  return [{ ...(plainPart ? { plain: plainPart } : {}), ...(htmlPart ? { html: htmlPart } : {}) }];
}

function fetchedInvitation(message: StoredMessage, parts: SelectedParts): FetchedPart | undefined {
  return fetched(message, parts.calendar, calendarSection(parts)?.key);
}

function fetched({ sections }: StoredMessage, part: MimePart | undefined, key = ''): FetchedPart | undefined {
  const bytes = part && sections.get(key);
  return bytes && { bytes, part };
}

function limits({ sections, short = new Map() }: StoredMessage, parts: SelectedParts): Warning[] {
  const calendar = calendarSection(parts)?.key;
  const fallsShort = [...short].filter(([key]) => key !== sourceSection.key);
  const cut = [...sections.keys()].some((key) => key !== calendar && /^[\d.]+</u.test(key));
  return [
    ...(cut ? [malformed('The text is too long: its end is missing.')] : []),
    ...fallsShort.map(([key, lack]) => malformed(missing(key === calendar ? 'invitation' : 'text', lack))),
    ...(parts.opaque
      ? [malformed('The text is inside a signed S/MIME container (smime.p7m) that is not opened.')]
      : []),
  ];
}

/** The message as it is, but for ciphertext. */
export async function renderSource(
  content: ContentReader,
  { sections, facts: { size }, short }: StoredMessage,
  { encrypted, header }: { encrypted: boolean; header: Uint8Array | undefined },
  signal: AbortSignal,
): Promise<MessageText> {
  const raw = { bytes: sections.get('source') ?? new Uint8Array(), charset: 'utf-8', encrypted };
  const source = messageText(await content.message({ raw, ...(header ? { header } : {}) }, signal));
  const cut = `Only the first ${maxSourceBytes} of ${size} bytes of the source are shown.`;
  const shortfall = short?.get(sourceSection.key);
  const warnings = [
    ...source.warnings,
    ...(size > maxSourceBytes ? [malformed(cut)] : []),
    ...(shortfall ? [malformed(missing('source', shortfall))] : []),
  ];
  return { ...source, format: 'source', warnings };
}

/** What stands below the headers when the structure gives no text at all: a raw excerpt is better than nothing. */
export async function renderExcerpt(
  content: ContentReader,
  { sections }: StoredMessage,
  signal: AbortSignal,
): Promise<Omit<MessageText, 'headers'> | undefined> {
  const bytes = sections.get('text<') ?? new Uint8Array();
  const { fields: _none, ...reading } = await content.message({ raw: { bytes } }, signal);
  const text = reading.text.trim();
  if (text === '') return undefined;
  const warnings = [malformed('The structure of the mail is broken; this is a raw excerpt.')];
  return { ...reading, text, warnings };
}

function missing(what: string, { sent, announced }: Shortfall): string {
  return `The mail server sent only ${sent} of ${announced} bytes of the ${what}: the rest is missing.`;
}

function malformed(detail: string): Warning {
  return { code: 'malformed', detail };
}
