import { type QuotedMarkup, type QuoteOptions, quotableHtml, textAsHtml } from '../../content/html-quote.ts';
import { boundedText } from './quote-text.ts';

/** What is quoted: the original's HTML, or its text when it has none. */
export type OriginalBody = { html: string } | { text: string };

export interface HtmlBlock {
  html: string;
  /** Content-IDs (without brackets) of the original's parts that must go along. */
  cids: string[];
}

const quoteStyle = 'margin:0 0 0 0.8ex;border-left:2px solid #b0b0b0;padding-left:1ex';
const maxTextChars = 100_000;

/** The original in a cite block under its attribution line; signature left out, pictures of its own kept. */
export function quoteHtml(
  attribution: string,
  original: OriginalBody,
  options: QuoteOptions = {},
): HtmlBlock {
  const { html, cids } = bodyAsHtml(original, { withoutSignature: true, ...options });
  return {
    html: `<p>${textAsHtml(attribution)}</p>\n<blockquote type="cite" style="${quoteStyle}">\n${html}\n</blockquote>`,
    cids,
  };
}

/** A body that may stand inside ours; where it was too large it ends in `[…]`. */
export function bodyAsHtml(
  original: OriginalBody,
  options: QuoteOptions,
  maxChars = maxTextChars,
): Pick<QuotedMarkup, 'html' | 'cids'> {
  if ('html' in original) {
    const { html, cids, truncated } = quotableHtml(original.html, options);
    return { html: truncated ? `${html}<p>[…]</p>` : html, cids };
  }
  const { text, cut } = boundedText(original.text, maxChars);
  return { html: textAsHtml(cut ? `${text}\n[…]` : text), cids: [] };
}

/** `block` below what the author wrote, inside the body of the document where there is one. */
export function belowHtml(html: string, block: string): string {
  const ends = [...html.matchAll(/<\/(body|html)\s*>/giu)];
  const end = (ends.findLast(([, name]) => name?.toLowerCase() === 'body') ?? ends.at(-1))?.index;
  return end === undefined ? `${html}\n${block}` : `${html.slice(0, end)}\n${block}\n${html.slice(end)}`;
}
