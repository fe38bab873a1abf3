import { decodeBytes, knownCharset } from '../../content/charset.ts';
import type { SelectedParts, TextParts } from '../../content/structure.ts';
import { decodeTransfer } from '../../content/transfer.ts';
import type { MimePart } from '../../domain/mime-part.ts';
import { textParts, textSection } from '../body-sections.ts';
import type { StoredMessage } from '../message-store.ts';

/**
 * The HTML of a message as its sender wrote it, not cleaned of anything; several texts one after the other, those
 * without HTML as paragraphs. undefined when no text has HTML.
 */
export async function originalHtml(
  message: StoredMessage,
  parts: SelectedParts,
): Promise<string | undefined> {
  const texts = textParts(parts, 'html');
  if (!texts.some(({ html }) => html)) return undefined;
  const pieces: string[] = [];
  for (const text of texts) pieces.push(await htmlOf(message, text));
  return pieces.join('\n');
}

async function htmlOf({ sections }: StoredMessage, { html, plain }: TextParts): Promise<string> {
  const bytes = html && sections.get(textSection(html).key);
  if (bytes) return decodedHtml(bytes, html);
  const plainBytes = plain && sections.get(textSection(plain).key);
  if (!plainBytes) return '';
  const { renderBody } = await import('../../content/body.ts');
  const { textAsHtml } = await import('../../content/html/quote.ts');
  const { text } = await renderBody({
    plain: { bytes: plainBytes, part: plain },
    format: 'text',
    quoted: true,
  });
  return `<p>${textAsHtml(text)}</p>`;
}

/**
 * A charset the mail does not name may stand in the document (HTML standard §13.2.3.2, its first 1024 bytes). Servers
 * say `us-ascii` where a mail names none.
 */
function decodedHtml(bytes: Uint8Array, { encoding, parameters }: MimePart): string {
  const decoded = decodeTransfer(bytes, encoding);
  const named = knownCharset(parameters.charset);
  const head = Buffer.from(decoded.subarray(0, 1024)).toString('latin1');
  const declared = /<meta\b[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})/iu.exec(head)?.[1];
  return decodeBytes(decoded, named && named !== 'us-ascii' ? named : (declared ?? named)).text;
}
