import { cleanText, cutAt } from '../../content/clean.ts';

const maxChars = 100_000;
/** A signature is short; more than this after `-- ` is text. */
const maxSignatureLines = 30;

/**
 * The original as a quote: `>` before each line (none is wrapped), invisible characters, the signature under `-- `
 * and empty lines at the end left out. What is longer than `limit` characters ends in `> […]`.
 */
export function quoteText(original: string, limit = maxChars): string {
  const { text, cut } = boundedText(withoutSignature(cleanText(original).text), limit);
  const lines = text === '' ? [] : text.split('\n');
  return [...lines, ...(cut ? ['[…]'] : [])].map(quoteLine).join('\n');
}

/** At most `limit` characters, whole lines where there are any, without blank lines at the end. */
export function boundedText(text: string, limit: number): { text: string; cut: boolean } {
  const trimmed = text.trimEnd();
  if (trimmed.length <= limit) return { text: trimmed, cut: false };
  const lineEnd = trimmed.lastIndexOf('\n', limit);
  return { text: cutAt(trimmed, lineEnd > 0 ? lineEnd : limit).trimEnd(), cut: true };
}

/** Marks nest without a blank (`>>`), as RFC 3676 §4.5 has it; empty lines get no trailing blank. */
function quoteLine(line: string): string {
  return line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`;
}

/** A signature with a quote below it stands in the middle of what was said and stays. */
function withoutSignature(text: string): string {
  const lines = text.trimEnd().split('\n');
  const mark = lines.findIndex((line, index) => {
    return /^-- ?$/u.test(line) && index >= lines.length - 1 - maxSignatureLines;
  });
  if (mark < 0 || lines.slice(mark).some((line) => line.startsWith('>'))) return text;
  return lines.slice(0, mark).join('\n');
}
