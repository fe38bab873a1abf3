/** `-----BEGIN PGP MESSAGE-----` (RFC 9580 §6.2) and the PEM labels of S/MIME ciphertext (RFC 7468 §8, §9). */
const label = String.raw`(?:PGP(?:[ \u00a0]|&nbsp;)MESSAGE(?:, PART \d{1,3}(?:\/\d{1,3})?)?|PKCS ?#?7|CMS)`;
const begin = new RegExp(String.raw`-----BEGIN(?:[ \u00a0]|&nbsp;)${label}-----`, 'gu');
const end = new RegExp(String.raw`-----END(?:[ \u00a0]|&nbsp;)${label}-----`, 'uy');

/**
 * What may stand between two lines of armour: blanks, quote marks, markup. Repeated in steps, for the regular
 * expression engine throws when one match takes tens of millions of turns.
 */
const gap = /(?:[\s>|]|&(?:gt|nbsp|#62|#160);|<\/?[a-z][^<>]{0,500}>){1,1000}/iuy;
const lineBreak = /[\r\n]|<(?:br|\/?(?:div|p|pre|li|tr|td))\b/iu;
const armourHeader = /(?:Version|Comment|Hash|Charset|MessageID):[^\r\n<]{0,200}/uy;
const base64 = /(?:[A-Za-z0-9+/=]|&(?:#(?:43|47|61|x2b|x2f|x3d)|plus|sol|equals);){1,1000}/iuy;
const maxHeaders = 10;

/**
 * The text without its ciphertext: OpenPGP messages and PKCS #7 blocks in armour, also indented, quoted with `>`
 * or spread over HTML markup (which stays), and those without an end line as far as they look like armour.
 * A begin line that is merely mentioned stays. Takes linear time.
 */
export function withoutCiphertext(text: string): { text: string; found: boolean } {
  const kept: string[] = [];
  let from = 0;
  begin.lastIndex = 0;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const blockEnd = endOfBlock(text, begin.lastIndex);
    if (blockEnd === undefined) continue;
    const start = startOfLine(text, from, match.index);
    kept.push(text.slice(from, start ?? match.index), markup(text.slice(match.index, blockEnd)));
    from = start === undefined ? blockEnd : startOfNextLine(text, blockEnd);
    begin.lastIndex = from;
  }
  if (from === 0) return { text, found: false };
  return { text: kept.join('') + text.slice(from), found: true };
}

/** Where the armour that goes on at `start` is over; undefined when none does. */
function endOfBlock(text: string, start: number): number | undefined {
  let at = skipAll(gap, text, skipHeaders(text, start));
  const run = new ArmourRun();
  while (at < text.length) {
    const close = skip(end, text, at);
    if (close > at) return run.hasData ? close : run.end;
    const tokenEnd = skipAll(base64, text, at);
    const next = skipAll(gap, text, tokenEnd);
    const isWhole =
      tokenEnd > at && (next > tokenEnd || next === text.length || text.startsWith('-----', next));
    if (!isWhole) break;
    const ownLine = next === text.length || lineBreak.test(text.slice(tokenEnd, next));
    run.add(text.slice(at, tokenEnd), tokenEnd, ownLine);
    at = next;
  }
  return run.end;
}

/** Tells lines of armour from words in a block without an end: full lines, then a shorter one and the checksum. */
class ArmourRun {
  /** Some of it is no word, so that with an end line it is a block. */
  hasData = false;
  /** Where the armour ends, if it has none; undefined before its first full line. */
  end: number | undefined;
  private state: 'start' | 'lines' | 'last' | 'over' = 'start';

  add(token: string, end: number, ownLine: boolean): void {
    const isData = /[^a-z]/u.test(token.slice(1, 1_000)) || /^[^A-Za-z]/u.test(token);
    if (isData && token.length >= 4) this.hasData = true;
    this.state = this.next(token, isData && ownLine);
    if (this.state !== 'over') this.end = end;
  }

  private next(token: string, isLine: boolean) {
    if (this.state === 'over' || !isLine) return 'over';
    if (token.length >= 20) return 'lines';
    if (this.state === 'start') return 'over';
    if (/^=[^=]{4}$/u.test(token)) return 'last';
    return this.state === 'lines' ? 'last' : 'over';
  }
}

function skipHeaders(text: string, start: number): number {
  let at = start;
  for (let count = 0; count < maxHeaders; count += 1) {
    const line = skipAll(gap, text, at);
    const after = skip(armourHeader, text, line);
    if (after === line) break;
    at = after;
  }
  return at;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function skipAll(pattern: RegExp, text: string, start: number): number {
  let at = start;
  for (let next = skip(pattern, text, at); next > at; next = skip(pattern, text, at)) at = next;
  return at;
}

/** The start of the line at `at` if only blanks and quote marks stand before; not further back than `from`. */
function startOfLine(text: string, from: number, at: number): number | undefined {
  let start = at;
  while (start > from && ' \t>|'.includes(text.charAt(start - 1))) start -= 1;
  return start === from || text.charAt(start - 1) === '\n' ? start : undefined;
}

function startOfNextLine(text: string, at: number): number {
  return skip(/[ \t]*(?:\r?\n)?/uy, text, at);
}

/** The tags, so that what stands around the block keeps its nesting. */
function markup(block: string): string {
  return (block.match(/<\/?[a-z][^<>]{0,500}>/giu) ?? []).filter((tag) => !/^<br\b/iu.test(tag)).join('');
}
