import { type QuotedMarkup, type QuoteOptions, textAsHtml } from '../../content/html/quote.ts';
import { boundedText } from './quote-text.ts';

/** What is quoted: the original's HTML where it has some, or its text. */
export interface OriginalBody {
  html?: string;
  text: string;
}

/** Makes a stranger's HTML harmless, as `quotableHtml` does; undefined when that took too long. */
export type Sanitise = (html: string, options: QuoteOptions) => Promise<QuotedMarkup | undefined>;

export interface HtmlBlock {
  html: string;
  /** Content-IDs (without brackets) of the original's parts that must go along. */
  cids: string[];
}

const quoteStyle = 'margin:0 0 0 0.8ex;border-left:2px solid #b0b0b0;padding-left:1ex';
const maxTextChars = 100_000;

/** The original in a cite block under its attribution line; signature left out, pictures of its own kept. */
export async function quoteHtml(
  attribution: string,
  original: OriginalBody,
  options: QuoteOptions,
  sanitise: Sanitise,
): Promise<HtmlBlock> {
  const { html, cids } = await bodyAsHtml(original, { withoutSignature: true, ...options }, sanitise);
  return {
    html: `<p>${textAsHtml(attribution)}</p>\n<blockquote type="cite" style="${quoteStyle}">\n${html}\n</blockquote>`,
    cids,
  };
}

/** A body that may stand inside ours; where it was too large it ends in `[…]`. */
export async function bodyAsHtml(
  original: OriginalBody,
  options: QuoteOptions,
  sanitise: Sanitise,
  maxChars = maxTextChars,
): Promise<Pick<QuotedMarkup, 'html' | 'cids'>> {
  const markup = original.html === undefined ? undefined : await sanitise(original.html, options);
  if (markup) return { html: markup.truncated ? `${markup.html}<p>[…]</p>` : markup.html, cids: markup.cids };
  const { text, cut } = boundedText(original.text, maxChars);
  return { html: textAsHtml(cut ? `${text}\n[…]` : text), cids: [] };
}

/** `block` below what the author wrote, inside the body of the document where there is one. */
export function belowHtml(html: string, block: string): string {
  const ends = [...html.matchAll(/<\/(body|html)\s*>/giu)];
  const end = (ends.findLast(([, name]) => name?.toLowerCase() === 'body') ?? ends.at(-1))?.index;
  return end === undefined ? `${html}\n${block}` : `${html.slice(0, end)}\n${block}\n${html.slice(end)}`;
}
