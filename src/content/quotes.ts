export interface Unquoted {
  text: string;
  /** Characters of quoted history and signature left out. */
  omitted: number;
}

/**
 * What the sender newly wrote: the quoted history at the end goes, with its attribution ("On … wrote:") or header
 * block (Outlook), and so does the signature after `-- `. Answers written between the quotes keep the quotes.
 * Forwarded messages are content and stay; a message that is nothing but quotation is kept whole.
 */
export function splitQuoted(text: string): Unquoted {
  const lines = text.split('\n');
  const end = Math.min(historyStart(lines), lines.length);
  const kept = withoutSignature(lines, end);
  if (!hasText(kept)) return { text, omitted: 0 };
  const result = kept.join('\n').trimEnd();
  return { text: result, omitted: text.trimEnd().length - result.length };
}

/** Index of the first line of history; the number of lines when there is none to leave out. */
function historyStart(lines: readonly string[]): number {
  const forwarded = lines.findIndex((line) => forwardMark.test(line.slice(0, 200)));
  const starts = [separatorStart(lines), trailingQuoteStart(lines), unmarkedQuoteStart(lines)];
  const start = Math.min(...starts);
  return forwarded >= 0 && forwarded <= start ? lines.length : start;
}

const forwardMark =
  /^>*\s*(?:-{2,}\s*(?:Forwarded message|Original message forwarded|Weitergeleitete Nachricht|Weitergeleitete Mail|Message transféré|Mensaje reenviado|Messaggio inoltrato)|(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:réexpédié|transféré))\s*:)/iu;

const separator =
  /^\s*(?:-{2,}\s*(?:Original[ -]?Message|Original Appointment|Ursprüngliche (?:Nachricht|Mail)|Originalnachricht|Message d.origine|Mensaje original|Messaggio originale)\s*-{2,})\s*$/iu;

const headerNames = [
  /^\W{0,3}(?:From|Von|De|Da|Van)\W{0,2}\s?:/iu,
  /^\W{0,3}(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden)\W{0,2}\s?:/iu,
  /^\W{0,3}(?:To|An|À|A|Para|Aan)\W{0,2}\s?:/iu,
  /^\W{0,3}(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp)\W{0,2}\s?:/iu,
];

/** Where a client that does not mark quotes begins the old message: a separator line, or its header block. */
function separatorStart(lines: readonly string[]): number {
  for (const [index, line] of lines.entries()) {
    if (separator.test(line.slice(0, 200)) || isHeaderBlock(lines, index)) return withRule(lines, index);
  }
  return lines.length;
}

/** "From:" with at least two of date, recipient and subject in the next lines. */
function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const [first, ...others] = headerNames;
  if (!first?.test(lines[index]?.slice(0, 200) ?? '')) return false;
  const next = lines.slice(index + 1, index + 8).map((line) => line.slice(0, 200));
  return others.filter((name) => next.some((line) => name.test(line))).length >= 2;
}

/** A ruled line right above belongs to the block. */
function withRule(lines: readonly string[], index: number): number {
  const above = lastFilled(lines, index);
  return above >= 0 && /^\s*(?:[_-]{3,}|\*{3,})\s*$/u.test(lines[above] ?? '') ? above : index;
}

/** Where the `>` block that ends the text begins, with its attribution; none when answers stand between quotes. */
function trailingQuoteStart(lines: readonly string[]): number {
  let last = lastFilled(lines, lines.length);
  if (!isQuoted(lines[last])) last = lastFilled(lines, signatureStart(lines, lines.length));
  if (!isQuoted(lines[last])) last = lastFilled(lines, listFooterStart(lines));
  if (!isQuoted(lines[last])) return lines.length;
  let start = last;
  while (start > 0 && (isQuoted(lines[start - 1]) || isBlank(lines[start - 1]))) start -= 1;
  while (!isQuoted(lines[start])) start += 1;
  const from = attributionStart(lines, start);
  return lines.slice(0, from).some((line) => isQuoted(line)) ? lines.length : from;
}

const maxAttributionLines = 4;

const attribution =
  /^\W{0,3}(?:On\b.{5,400}\bwrote|At\b.{5,400}\bwrote|Am\b.{5,400}\bschrieb\b.{0,200}|.{2,300}\b(?:schrieb|wrote)\b.{0,200}|Zitat von\b.{2,300}|Le\b.{5,400}\ba écrit|El\b.{5,400}\bescribió|Il\b.{5,400}\bha scritto|Op\b.{5,400}\bschreef\b.{0,200})\s?:\W{0,3}$/isu;

/** The line(s) above a quote that say whose words follow. */
function attributionStart(lines: readonly string[], quote: number): number {
  const last = lastFilled(lines, quote);
  if (last < 0) return quote;
  for (let first = last; first >= 0 && first > last - maxAttributionLines; first -= 1) {
    if (isBlank(lines[first]) || isQuoted(lines[first])) break;
    const joined = lines
      .slice(first, last + 1)
      .join(' ')
      .slice(0, 800);
    // A sentence may end in the same words; where an opening is required the longest match is sought.
    if (attribution.test(joined) && startsAttribution(lines[first] ?? '', last === first)) return first;
  }
  return quote;
}

function startsAttribution(line: string, single: boolean): boolean {
  return single || /^\W{0,3}(?:On|At|Am|Le|El|Il|Op|Zitat)\b/u.test(line) || /\d{4}|@/u.test(line);
}

const datedAttribution =
  /^\W{0,3}(?:On|Am|Le)\b(?=.{0,300}\d{1,2}[:.h]\d{2})(?=.{0,300}(?:\d{4}|@)).{10,400}(?:\bwrote|\bschrieb\b.{0,200}|\ba écrit)\s?:\W{0,3}$/isu;

/** Some phones write "Am … schrieb …:" and then the old text without any marks: only a full date is trusted. */
function unmarkedQuoteStart(lines: readonly string[]): number {
  if (lines.some((line) => isQuoted(line))) return lines.length;
  for (let index = 0; index < lines.length; index += 1) {
    if (!/^\W{0,3}(?:On|Am|Le)\b/u.test(lines[index]?.slice(0, 10) ?? '')) continue;
    for (const size of [1, 2, 3]) {
      const joined = lines
        .slice(index, index + size)
        .join(' ')
        .slice(0, 800);
      if (datedAttribution.test(joined)) return index;
    }
  }
  return lines.length;
}

const maxSignatureLines = 30;

function withoutSignature(lines: readonly string[], end: number): string[] {
  return lines.slice(0, signatureStart(lines, end));
}

/** Index of the `-- ` line before `end` with a signature's worth of lines behind it; `end` when there is none. */
function signatureStart(lines: readonly string[], end: number): number {
  for (let index = end - 1; index >= 0 && index >= end - maxSignatureLines; index -= 1) {
    if (!/^--\s?$/u.test(lines[index] ?? '')) continue;
    const rest = lines.slice(index + 1, end);
    return rest.some((line) => isQuoted(line)) ? end : index;
  }
  return end;
}

/** Mailing list software puts its footer under a long rule, below whatever the message ended with. */
function listFooterStart(lines: readonly string[]): number {
  const from = Math.max(0, lines.length - maxSignatureLines);
  const rule = lines.slice(from).findIndex((line) => /^_{20,}\s*$/u.test(line));
  return rule < 0 ? lines.length : from + rule;
}

function hasText(lines: readonly string[]): boolean {
  return lines.some((line) => !isQuoted(line) && /[\p{L}\p{N}\p{Extended_Pictographic}\p{P}]/u.test(line));
}

function isQuoted(line: string | undefined): boolean {
  return line !== undefined && /^\s?>/u.test(line);
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

/** The last line above `index` with anything on it, -1 when there is none. */
function lastFilled(lines: readonly string[], index: number): number {
  let at = index - 1;
  while (at >= 0 && isBlank(lines[at])) at -= 1;
  return at;
}
