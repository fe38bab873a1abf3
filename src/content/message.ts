import type { Warning } from '../domain/mail.ts';
import { withoutCiphertext } from './armor.ts';
import { type FetchedPart, type RenderedBody, renderBody, renderPlainBody } from './body.ts';
import { decodeBytes } from './charset.ts';
import { cleanText } from './clean.ts';
import { type HeaderField, parseHeaders } from './headers.ts';
import type { MailedEvent } from './invitation.ts';
import { decodeTransfer } from './transfer.ts';

/** One text in one or two forms. */
export interface BodyForms {
  plain?: FetchedPart;
  html?: FetchedPart;
}

/** The parts of one mail as fetched, and how they are to be shown. */
export interface MessageInput {
  header?: Uint8Array;
  /** Shown one after the other. */
  texts?: readonly BodyForms[];
  /** Shown instead of texts: the source of the mail or of what is below its headers. */
  raw?: RawText;
  invitation?: FetchedPart & { /** IANA */ zone: string };
  format?: 'text' | 'html';
  /** Keep quoted history and signature. */
  quoted?: boolean;
}

export interface RawText {
  bytes: Uint8Array;
  charset?: string;
  /** The mail is encrypted: nothing below its headers is shown. */
  encrypted?: boolean;
}

/** What a person is told by a mail; data only, so that it may come from another thread. */
export interface MessageReading extends RenderedBody {
  /** From top to bottom; none when no header was given. */
  fields: readonly HeaderField[];
  /** Ciphertext was found in the text and left out. */
  encrypted?: 'pgp';
  event?: MailedEvent;
  /** The mail could not be read in time: the text is a raw beginning, and the event is missing. */
  excerpt?: true;
}

/** Reads what was fetched of a mail. Ciphertext never becomes text. Never throws; linear in time, but for HTML. */
export async function readMessage(input: MessageInput): Promise<MessageReading> {
  const { header, texts = [], raw, invitation, format = 'text', quoted = false } = input;
  const fields = header ? parseHeaders(header).entries() : [];
  const { event, warnings = [] } = invitation ? await readEvent(invitation) : {};
  const bodies: RenderedBody[] = [];
  for (const forms of texts) bodies.push(await renderBody({ ...forms, format, quoted }));
  const body = raw ? readRaw(raw) : joined(bodies, format);
  return { fields, ...body, warnings: [...body.warnings, ...warnings], ...(event ? { event } : {}) };
}

/** As `readMessage` for a mail of plain text only; undefined when that turns out to be HTML. */
export function readPlainMessage(
  header: Uint8Array,
  plain: FetchedPart,
  quoted: boolean,
): MessageReading | undefined {
  const body = renderPlainBody(plain, quoted);
  return body && { fields: parseHeaders(header).entries(), ...joined([body], 'text') };
}

type Body = RenderedBody & Pick<MessageReading, 'encrypted'>;

function joined(bodies: readonly RenderedBody[], format: 'text' | 'html'): Body {
  const { text, found } = withoutCiphertext(bodies.map((body) => body.text).join('\n\n'));
  return {
    text,
    format: bodies[0]?.format ?? format,
    quotedOmitted: bodies.reduce((sum, body) => sum + body.quotedOmitted, 0),
    hiddenRemoved: bodies.reduce((sum, body) => sum + body.hiddenRemoved, 0),
    warnings: bodies.flatMap(({ warnings }) => warnings),
    ...(found ? { encrypted: 'pgp' as const } : {}),
  };
}

function readRaw({ bytes, charset, encrypted }: RawText): Body {
  const { text } = cleanText(decodeBytes(bytes, charset).text);
  const shown = encrypted ? { text: text.split('\n\n', 1).join(''), found: true } : withoutCiphertext(text);
  return {
    ...{ text: shown.text, format: 'text', quotedOmitted: 0, hiddenRemoved: 0, warnings: [] },
    ...(shown.found ? { encrypted: 'pgp' as const } : {}),
  };
}

/** Of a text without its end nobody can say whether it is about a series, or about one occurrence of it. */
async function readEvent({
  bytes,
  part: { encoding, parameters },
  zone,
}: FetchedPart & { zone: string }): Promise<{ event?: MailedEvent; warnings?: Warning[] }> {
  const { readMailedEvent } = await import('./invitation.ts');
  const { isWhole } = await import('./ics-lines.ts');
  const { text } = decodeBytes(decodeTransfer(bytes, encoding), parameters.charset ?? 'utf-8');
  const event = readMailedEvent(text, zone);
  if (isWhole(text)) return event ? { event } : {};
  return { ...(event ? { event: { invitation: event.invitation } } : {}), warnings: [cutInvitation] };
}

const cutInvitation: Warning = {
  code: 'malformed',
  detail:
    'The invitation is cut off: its end is missing, which may make it a series, or a change of one occurrence.',
};

const excerptBytes = 16 * 1024;

/**
 * What can be said of a mail nobody could read in time: a few header fields, and the raw beginning of its first text,
 * with a warning. Takes a few milliseconds whatever it holds.
 */
export function excerptOf({ header, texts = [], raw }: MessageInput, why: string): MessageReading {
  const fields = header ? parseHeaders(header.subarray(0, excerptBytes)).entries() : [];
  const detail = `${why} What is shown is a raw excerpt, in which even hidden text stands.`;
  const warnings: Warning[] = [{ code: 'malformed', detail }];
  return { fields, ...readRaw(firstText(texts, raw)), warnings, excerpt: true };
}

/** Plain text is what it seems; of HTML the excerpt is its source. */
function firstText(texts: readonly BodyForms[], raw: RawText | undefined): RawText {
  if (raw) return { ...raw, bytes: raw.bytes.subarray(0, excerptBytes) };
  const forms = [...texts.flatMap(({ plain }) => plain ?? []), ...texts.flatMap(({ html }) => html ?? [])];
  for (const { part, bytes } of forms) {
    const decoded = decodeTransfer(bytes.subarray(0, excerptBytes), part.encoding);
    // Beside HTML there is often a plain text that is blank. Guessing a charset takes longer than all the rest.
    const charset = part.parameters.charset ?? 'utf-8';
    if (decoded.some((byte) => byte > 0x20)) return { bytes: decoded, charset };
  }
  return { bytes: new Uint8Array() };
}
