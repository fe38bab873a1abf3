import { peek, peekHeaders } from '../connections/imap/commands.ts';
import type { SelectedParts, TextParts } from '../content/structure.ts';
import type { MimePart } from '../domain/mime-part.ts';
import type { Section } from './message-store.ts';

/** A text part beyond this is cut; the source has all of it. */
export const maxTextBytes = 8 * 1024 * 1024;
export const maxSourceBytes = 2 * 1024 * 1024;
/** Of an invitation with files in it; a larger one is not answered, for who knows what its end says. */
export const maxCalendarBytes = 4 * 1024 * 1024;

const headerFields = [
  'From',
  'Reply-To',
  'References',
  'In-Reply-To',
  'Message-ID',
  'Subject',
  'Authentication-Results',
  'List-Id',
  'List-Unsubscribe',
  'Received',
];

export const headerSection: Section = { key: 'header', section: 'header', item: peekHeaders(headerFields) };

/** The beginning of everything below the headers, for messages whose structure gives no text. */
export const rawTextSection: Section = {
  key: 'text<',
  section: 'text',
  item: peek('TEXT', { start: 0, length: 32 * 1024 }),
};

export const sourceSection: Section = {
  key: 'source',
  section: 'source',
  item: peek('', { start: 0, length: maxSourceBytes }),
  octets: maxSourceBytes,
};

/** A part, or its first `maxBytes` when it is larger. */
export function partSection({ part, size }: MimePart, maxBytes: number): Section {
  if (size <= maxBytes) return { key: part, section: part, item: peek(part), octets: size };
  const item = peek(part, { start: 0, length: maxBytes });
  return { key: `${part}<${maxBytes}`, section: part, item, octets: maxBytes };
}

/**
 * The texts of a message in the order they are shown, each in one or two forms; a message may have several, as text,
 * picture, text. A piece that only continues the form not shown in `format` is left out.
 */
export function textParts({ plain, html, more = [] }: SelectedParts, format: 'text' | 'html'): TextParts[] {
  let whole: TextParts = { ...(plain ? { plain } : {}), ...(html ? { html } : {}) };
  const texts = plain || html ? [whole] : [];
  for (const { continues, ...piece } of more) {
    const shownElsewhere = format === 'text' ? piece.html && whole.plain : piece.plain && whole.html;
    if (continues && shownElsewhere) continue;
    if (!continues) whole = piece;
    texts.push(piece);
  }
  return texts;
}

export function textSection(part: MimePart): Section {
  return partSection(part, maxTextBytes);
}

/** Whole texts, for what is hidden shows only in the whole; never an attachment. */
export function textSections({ plain, html, more = [] }: SelectedParts): Section[] {
  return [{ plain, html }, ...more].flatMap((text) =>
    [text.plain, text.html].flatMap((part) => (part ? [textSection(part)] : [])),
  );
}

/** What it takes to show a message as text. */
export function readingSections(parts: SelectedParts): Section[] {
  const calendar = calendarSection(parts);
  return [headerSection, ...textSections(parts), ...(calendar ? [calendar] : [])];
}

export function calendarSection({ calendar }: SelectedParts): Section | undefined {
  return calendar && partSection(calendar, maxCalendarBytes);
}
