import { peek, peekHeaders } from '../connections/imap-commands.ts';
import type { SelectedParts } from '../content/structure.ts';
import type { MimePart } from '../domain/mime-part.ts';
import type { Section } from './message-store.ts';

/** A text part beyond this is cut; the source has all of it. */
export const maxTextBytes = 8 * 1024 * 1024;
export const maxSourceBytes = 2 * 1024 * 1024;
const maxCalendarBytes = 1024 * 1024;
/** A plain text this long is no stub for the HTML beside it, which then only serves to compare the two. */
const substantialBytes = 300;
const comparisonBytes = 48 * 1024;

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
];

export const headerSection: Section = { key: 'header', section: 'header', item: peekHeaders(headerFields) };

export const sourceSection: Section = {
  key: 'source',
  section: 'source',
  item: peek('', { start: 0, length: maxSourceBytes }),
};

/** A part, or its first `maxBytes` when it is larger. */
export function partSection({ part, size }: MimePart, maxBytes: number): Section {
  if (size <= maxBytes) return { key: part, section: part, item: peek(part) };
  return { key: `${part}<${maxBytes}`, section: part, item: peek(part, { start: 0, length: maxBytes }) };
}

export interface BodySections {
  plain?: Section;
  html?: Section;
  calendar?: Section;
}

/** The sections a reader needs: never an attachment, and of the HTML only what is looked at. */
export function bodySections(
  { plain, html, calendar }: SelectedParts,
  format: 'text' | 'html',
  maxBytes = maxTextBytes,
): BodySections {
  const compareOnly = format === 'text' && plain !== undefined && plain.size >= substantialBytes;
  const htmlBytes = compareOnly ? Math.min(maxBytes, comparisonBytes) : maxBytes;
  return {
    ...(plain ? { plain: partSection(plain, maxBytes) } : {}),
    ...(html ? { html: partSection(html, htmlBytes) } : {}),
    ...(calendar ? { calendar: partSection(calendar, maxCalendarBytes) } : {}),
  };
}
