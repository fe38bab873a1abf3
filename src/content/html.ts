import { cleanText } from './clean.ts';
import { findHidden } from './hidden.ts';
import { renderMarkup } from './html/markup.ts';
import { parseHtml } from './html/parser.ts';
import { type Mismatch, renderText } from './html/text.ts';
import { readStyleSheet } from './style-sheet.ts';

export interface HtmlText {
  text: string;
  /** Characters a person would not have seen. */
  hiddenRemoved: number;
  /** Links whose text names another host than the one they lead to: the two hosts. */
  mismatches: Mismatch[];
  /** The document was too large or too deep: the text is not all of it. */
  truncated?: true;
  /** More style sheets than could be judged: text may be here that a person would not have seen. */
  unjudged?: true;
}

/**
 * What a person sees of an HTML mail, as plain text: lists, tables (` | `), quotes (`> `) and line breaks kept,
 * links as `text <https://host/…>`. Hidden text is left out and counted. Nothing is loaded. Never throws; input
 * beyond 2 million characters or 20,000 levels is cut.
 */
export function htmlToText(html: string): HtmlText {
  const { document, hidden, truncated, unjudged } = inspect(html);
  const rendered = renderText(document, hidden.nodes);
  const { text, removed } = cleanText(rendered.text);
  return {
    text: text.replace(/[ \t]+$/gmu, '').trim(),
    hiddenRemoved: hidden.chars + removed,
    mismatches: rendered.mismatches,
    ...(truncated || rendered.truncated ? { truncated: true } : {}),
    ...(unjudged ? { unjudged } : {}),
  };
}

/** What a person sees of an HTML mail, as small harmless markup; links lead to http, https, mailto and tel only. */
export function cleanHtml(html: string): { html: string; hiddenRemoved: number; truncated?: true } {
  const { document, hidden, truncated } = inspect(html);
  const rendered = renderMarkup(document, hidden.nodes);
  const { text, removed } = cleanText(rendered.html);
  return {
    html: text,
    hiddenRemoved: hidden.chars + removed,
    ...(truncated || rendered.truncated ? { truncated: true } : {}),
  };
}

function inspect(html: string) {
  const tree = parseHtml(html);
  const sheet = readStyleSheet(tree);
  const hidden = findHidden(tree.document, sheet);
  return { document: tree.document, hidden, truncated: tree.truncated, unjudged: sheet.unjudged };
}
