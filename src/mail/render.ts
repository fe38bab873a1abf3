import { withoutCiphertext } from '../content/armor.ts';
import type { RenderedBody } from '../content/body.ts';
import { decodeBytes } from '../content/charset.ts';
import { cleanText } from '../content/clean.ts';
import type { SelectedParts, TextParts } from '../content/structure.ts';
import type { BodyFormat, Warning } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { maxSourceBytes, textParts, textSection } from './body-sections.ts';
import type { StoredMessage } from './message-store.ts';

/** A message's text, whole; paging is the caller's. */
export interface MessageText {
  text: string;
  format: BodyFormat;
  quotedOmitted: number;
  hiddenRemoved: number;
  warnings: Warning[];
  encrypted?: 'pgp' | 'smime';
}

const forwarded = /^\s*(?:wg|fw|fwd|tr|rv)\s*:/iu;

/** Renders the fetched parts, one text after the other. Ciphertext never becomes text; a forward keeps its quote. */
export async function renderText(
  message: StoredMessage,
  parts: SelectedParts,
  { format, quoted }: { format: 'text' | 'html'; quoted: boolean },
): Promise<MessageText> {
  const whole = quoted || forwarded.test(message.facts.envelope.subject ?? '');
  const rendered: RenderedBody[] = [];
  for (const group of textParts(parts, format)) {
    const body = await renderGroup(message, group, format, whole);
    if (body) rendered.push(body);
  }
  const { text, found } = withoutCiphertext(rendered.map((body) => body.text).join('\n\n'));
  const encrypted = parts.encrypted ?? (found ? 'pgp' : undefined);
  return {
    text,
    format: rendered[0]?.format ?? format,
    quotedOmitted: rendered.reduce((sum, body) => sum + body.quotedOmitted, 0),
    hiddenRemoved: rendered.reduce((sum, body) => sum + body.hiddenRemoved, 0),
    warnings: [...rendered.flatMap(({ warnings }) => warnings), ...limits(message, parts)],
    ...(encrypted ? { encrypted } : {}),
  };
}

async function renderGroup(
  message: StoredMessage,
  { plain, html }: TextParts,
  format: 'text' | 'html',
  quoted: boolean,
): Promise<RenderedBody | undefined> {
  const fetched = (part: MimePart | undefined) => {
    const bytes = part && message.sections.get(textSection(part).key);
    return bytes && { bytes, part };
  };
  const [plainBytes, htmlBytes] = [fetched(plain), fetched(html)];
  if (!plainBytes && !htmlBytes) return undefined;
  const { renderBody } = await import('../content/body.ts');
  const forms = { ...(plainBytes ? { plain: plainBytes } : {}), ...(htmlBytes ? { html: htmlBytes } : {}) };
  return await renderBody({ ...forms, format, quoted });
}

function limits({ sections }: StoredMessage, { opaque }: SelectedParts): Warning[] {
  const cut = [...sections.keys()].some((key) => /^[\d.]+</u.test(key));
  return [
    ...(cut ? [malformed('The text is too long: its end is missing.')] : []),
    ...(opaque
      ? [malformed('The text is inside a signed S/MIME container (smime.p7m) that is not opened.')]
      : []),
  ];
}

/** The message as it is, but for ciphertext. */
export function renderSource({ sections, facts: { size } }: StoredMessage, encrypted: boolean): MessageText {
  const { text } = cleanText(decodeBytes(sections.get('source') ?? new Uint8Array(), 'utf-8').text);
  const readable = encrypted
    ? { text: text.split('\n\n', 1).join(''), found: true }
    : withoutCiphertext(text);
  const cut = `Only the first ${maxSourceBytes} of ${size} bytes of the source are shown.`;
  return {
    text: readable.text,
    format: 'source',
    quotedOmitted: 0,
    hiddenRemoved: 0,
    warnings: size > maxSourceBytes ? [malformed(cut)] : [],
    ...(readable.found ? { encrypted: 'pgp' as const } : {}),
  };
}

/** What stands below the headers when the structure gives no text at all: a raw excerpt is better than nothing. */
export function renderExcerpt({ sections }: StoredMessage): MessageText | undefined {
  const { text } = cleanText(decodeBytes(sections.get('text<') ?? new Uint8Array(), undefined).text);
  const readable = withoutCiphertext(text.trim());
  if (readable.text === '') return undefined;
  const warnings = [malformed('The structure of the mail is broken; this is a raw excerpt.')];
  return { text: readable.text, format: 'text', quotedOmitted: 0, hiddenRemoved: 0, warnings };
}

function malformed(detail: string): Warning {
  return { code: 'malformed', detail };
}
