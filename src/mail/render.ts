import type { SelectedParts } from '../content/structure.ts';
import type { BodyFormat, Warning } from '../domain/mail.ts';
import { type BodySections, bodySections } from './body-sections.ts';
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

const armor = /^-----BEGIN PGP MESSAGE-----/mu;

/** Renders the fetched parts; ciphertext never becomes text. */
export async function renderText(
  message: StoredMessage,
  parts: SelectedParts,
  { format, quoted, maxBytes }: { format: 'text' | 'html'; quoted: boolean; maxBytes?: number },
): Promise<MessageText> {
  const none = { text: '', format, quotedOmitted: 0, hiddenRemoved: 0, warnings: [] };
  if (parts.encrypted) return { ...none, encrypted: parts.encrypted };
  const sections = bodySections(parts, format, maxBytes);
  const plain = part(message, sections, parts, 'plain');
  const html = part(message, sections, parts, 'html');
  if (!plain && !html) return none;
  const { renderBody } = await import('../content/body.ts');
  const rendered = await renderBody({
    ...(plain ? { plain } : {}),
    ...(html ? { html } : {}),
    format,
    quoted,
  });
  const cut = [sections.plain, sections.html].some(
    (section) => section?.key.includes('<') && !(plain && html),
  );
  if (armor.test(rendered.text)) return { ...none, encrypted: 'pgp' };
  return cut ? { ...rendered, warnings: [...rendered.warnings, tooLong] } : rendered;
}

const tooLong: Warning = { code: 'malformed', detail: 'The text is too long: its end is missing.' };

function part(message: StoredMessage, sections: BodySections, parts: SelectedParts, kind: 'plain' | 'html') {
  const bytes = message.sections.get(sections[kind]?.key ?? '');
  const described = parts[kind];
  return bytes && described ? { bytes, part: described } : undefined;
}
