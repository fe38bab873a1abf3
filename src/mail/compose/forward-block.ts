import { cleanLine, cleanText } from '../../content/clean.ts';
import type { QuoteOptions } from '../../content/html/quote.ts';
import { textAsHtml } from '../../content/html/quote.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import { formatMailbox } from './addresses.ts';
import { headerDate } from './attribution.ts';
import type { Language } from './language.ts';
import { bodyAsHtml, type HtmlBlock, type OriginalBody, type Sanitise } from './quote-html.ts';
import { boundedText } from './quote-text.ts';

/** What the header block of a forwarded message names. */
export interface ForwardedHeader {
  from: readonly Mailbox[];
  to: readonly Mailbox[];
  cc: readonly Mailbox[];
  date: Date | undefined;
  subject: string | undefined;
  /** IANA zone of the person who forwards. */
  zone: string;
  language: Language;
}

/** Forwarding hands a mail on: far more of it than of a quote is kept. */
const maxChars = 1_000_000;

const words = {
  de: {
    title: 'Weitergeleitete Nachricht',
    from: 'Von',
    date: 'Datum',
    subject: 'Betreff',
    to: 'An',
    cc: 'Cc',
  },
  en: { title: 'Forwarded message', from: 'From', date: 'Date', subject: 'Subject', to: 'To', cc: 'Cc' },
} as const;

/** The forwarded message as text: a ruled title, its header, its whole text. */
export function forwardText(header: ForwardedHeader, text: string): string {
  const { text: body, cut } = boundedText(cleanText(text).text, maxChars);
  const lines = headerLines(header).map(([name, value]) => `${name}: ${value}`);
  return [rule(header), ...lines, '', body, ...(cut ? ['[…]'] : [])].join('\n');
}

/** The same as HTML; pictures of its own are kept. */
export async function forwardHtml(
  header: ForwardedHeader,
  original: OriginalBody,
  options: QuoteOptions,
  sanitise: Sanitise,
): Promise<HtmlBlock> {
  const { html, cids } = await bodyAsHtml(original, options, sanitise, maxChars);
  const lines = headerLines(header).map(([name, value]) => `<b>${name}:</b> ${textAsHtml(value)}`);
  return { html: `<p>${[rule(header), ...lines].join('<br>\n')}</p>\n<div>\n${html}\n</div>`, cids };
}

function rule({ language }: ForwardedHeader): string {
  return `---------- ${words[language].title} ----------`;
}

function headerLines(header: ForwardedHeader): [name: string, value: string][] {
  const word = words[header.language];
  const list = (mailboxes: readonly Mailbox[]) => mailboxes.map(formatMailbox).join(', ');
  const lines: [string, string][] = [
    [word.from, list(header.from)],
    [word.date, headerDate(header.date, header.zone, header.language) ?? ''],
    [word.subject, cleanLine(header.subject ?? '')],
    [word.to, list(header.to)],
    [word.cc, list(header.cc)],
  ];
  return lines.filter(([, value]) => value !== '');
}
