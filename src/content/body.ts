import type { Warning } from '../domain/mail.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { differs, isPictureMail, isStub } from './body-choice.ts';
import { type Decoded, decodeBytes, knownCharset } from './charset.ts';
import { cleanLine, cleanText, splitsPair } from './clean.ts';
import { unflow } from './flowed.ts';
import type { HtmlText } from './html.ts';
import { splitQuoted } from './quotes.ts';
import { decodeTransfer } from './transfer.ts';

/** A text part as fetched: `bytes` are still transfer-encoded. */
export interface FetchedPart {
  bytes: Uint8Array;
  part: MimePart;
}

export interface BodyInput {
  plain?: FetchedPart;
  html?: FetchedPart;
  format: 'text' | 'html';
  /** Keep quoted history and signature. */
  quoted: boolean;
}

export interface RenderedBody {
  text: string;
  /** What `text` is; `text` also where HTML was asked for and there is none. */
  format: 'text' | 'html';
  /** Characters of quoted history and signature left out. */
  quotedOmitted: number;
  /** Characters left out because nobody sees them. */
  hiddenRemoved: number;
  warnings: Warning[];
}

interface Rendering {
  text: string;
  hiddenRemoved: number;
  guessed: string | undefined;
  truncated: boolean;
  unjudged: boolean;
}

const maxMismatches = 5;

/**
 * The body as a person sees it. Text comes from text/plain unless that is a stub, or says something else than
 * the HTML everybody is shown (`parts_differ`). Never throws; what cannot be read is a warning.
 */
export async function renderBody(input: BodyInput): Promise<RenderedBody> {
  const plain = input.plain ? renderPlain(input.plain) : undefined;
  const disguised = plain !== undefined && isMarkup(plain.text);
  const source = input.html ? decodePart(input.html) : disguised ? { text: plain.text } : undefined;
  if (!source) return finish(plain ?? nothing, input.quoted, []);
  const { htmlToText, cleanHtml } = await import('./html.ts');
  const html = htmlToText(source.text);
  const usable = plain && !disguised && !isStub(plain.text, html.text) ? plain : undefined;
  const differ = usable !== undefined && differs(usable.text, html.text, source.text);
  const rich = !usable || (differ && !isPictureMail(usable.text, html.text, source.text));
  const warnings = mismatchWarnings(html.mismatches);
  if (input.format === 'html') {
    const { html: text, hiddenRemoved } = cleanHtml(source.text);
    const rendering = { ...rendered(html, source), text, hiddenRemoved };
    return {
      ...finish(rendering, true, differ ? [partsDiffer(true), ...warnings] : warnings),
      format: 'html',
    };
  }
  const shown = rich ? rendered(html, source) : usable;
  return finish(shown, input.quoted, differ ? [partsDiffer(rich), ...warnings] : warnings);
}

/** As `renderBody` for a mail that has no HTML; undefined when its plain text is HTML all the same. */
export function renderPlainBody(plain: FetchedPart, quoted: boolean): RenderedBody | undefined {
  const rendering = renderPlain(plain);
  return isMarkup(rendering.text) ? undefined : finish(rendering, quoted, []);
}

export interface TextPage {
  text: string;
  totalChars: number;
  /** Where the next page begins; absent on the last. */
  nextOffset?: number;
}

/** One page of a text, in UTF-16 units. Pages put together are the text; no character is ever halved. */
export function page(text: string, offset: number, maxChars: number): TextPage {
  const start = boundary(text, Math.max(0, Math.trunc(offset)));
  let end = boundary(text, start + Math.max(1, Math.trunc(maxChars)));
  if (end <= start) end = Math.min(text.length, start + 2);
  const shown = { text: text.slice(start, end), totalChars: text.length };
  return end < text.length ? { ...shown, nextOffset: end } : shown;
}

function boundary(text: string, index: number): number {
  return splitsPair(text, index) ? index - 1 : index;
}

const nothing: Rendering = {
  text: '',
  hiddenRemoved: 0,
  guessed: undefined,
  truncated: false,
  unjudged: false,
};

function renderPlain(fetched: FetchedPart): Rendering {
  const { text: decoded, guessed } = decodePart(fetched);
  const { format, delsp } = fetched.part.parameters;
  const flowed = format?.toLowerCase() === 'flowed';
  // Cleaned last: unflowing depends on blanks at line ends, and the invisible may hide in them.
  const { text, removed } = cleanText(flowed ? unflow(decoded, delsp?.toLowerCase() === 'yes') : decoded);
  return { text: text.trimEnd(), hiddenRemoved: removed, guessed, truncated: false, unjudged: false };
}

function decodePart({ bytes, part }: FetchedPart): Decoded {
  const decoded = decodeTransfer(bytes, part.encoding);
  const label = part.parameters.charset;
  // Servers report us-ascii where a mail names nothing (RFC 2045 §5.2); then the document may know better.
  const named = knownCharset(label) && !/^us-ascii$/iu.test(label ?? '');
  const declared = named || !part.type.endsWith('html') ? undefined : metaCharset(decoded);
  return decodeBytes(decoded, declared ?? label);
}

/** The charset an HTML document declares itself (HTML standard §13.2.3.2, in its first 1024 bytes). */
function metaCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  return /<meta\b[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})/iu.exec(head)?.[1];
}

/** Some programs send HTML as text/plain. */
function isMarkup(text: string): boolean {
  return /^\s*<(?:!doctype html|html)\b/iu.test(text);
}

function rendered({ text, hiddenRemoved, truncated, unjudged }: HtmlText, { guessed }: Decoded): Rendering {
  return { text, hiddenRemoved, guessed, truncated: truncated === true, unjudged: unjudged === true };
}

function finish(rendering: Rendering, quoted: boolean, warnings: readonly Warning[]): RenderedBody {
  const { hiddenRemoved, guessed, truncated, unjudged } = rendering;
  const { text, omitted } = quoted ? { text: rendering.text, omitted: 0 } : splitQuoted(rendering.text);
  return {
    text,
    format: 'text',
    quotedOmitted: omitted,
    hiddenRemoved,
    warnings: [
      ...warnings,
      ...(hiddenRemoved > 0 ? [hiddenText(hiddenRemoved)] : []),
      ...(guessed ? [charsetGuessed(guessed)] : []),
      ...(truncated ? [tooLarge] : []),
      ...(unjudged ? [unjudgedStyles] : []),
    ],
  };
}

function hiddenText(chars: number): Warning {
  return {
    code: 'hidden_text_removed',
    detail: `${chars} characters that a reader would not see were left out.`,
  };
}

function charsetGuessed(charset: string): Warning {
  return {
    code: 'charset_guessed',
    detail: `The mail names no known character set; it was read as ${charset}.`,
  };
}

const tooLarge: Warning = {
  code: 'malformed',
  detail: 'The HTML is too large or too deeply nested: some of its text is missing.',
};

const unjudgedStyles: Warning = {
  code: 'malformed',
  detail:
    'The style sheets are more than could be judged: text that a reader would not see may be among what is shown.',
};

function partsDiffer(htmlShown: boolean): Warning {
  const shown = htmlShown ? 'the HTML, which mail programs display' : 'the plain text';
  return {
    code: 'parts_differ',
    detail: `The plain text and the HTML say different things; shown is ${shown}.`,
  };
}

function mismatchWarnings(mismatches: HtmlText['mismatches']): Warning[] {
  const seen = new Set(
    mismatches.map(({ text, href }) => `${cleanLine(text, 100)} -> ${cleanLine(href, 100)}`),
  );
  return [...seen].slice(0, maxMismatches).map((detail) => ({ code: 'link_mismatch', detail }));
}
