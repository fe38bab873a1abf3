import * as z from 'zod';

/** Arguments several tools share. Every text is bounded and, when given, not empty. */

export function words(maxLength: number) {
  return z.string().min(1).max(maxLength);
}

/** One or several as text; a list, which models write first, is meant as its JSON. */
export function people(text: z.ZodString) {
  return z.preprocess((given) => (Array.isArray(given) ? JSON.stringify(given) : given), text);
}

export function count(max: number) {
  return z.int().min(1).max(max);
}

/** What tools have returned: without line breaks and control characters, which would only lead somewhere else. */
function returned(maxLength: number) {
  return words(maxLength).refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));
}

export const mailId = returned(1_000).describe('Mail id as returned');
export const part = returned(40).describe('Part as get_email lists it');
export const textOffset = z.int().min(0).max(100_000_000).describe('nextOffset of the previous answer');
/** At most what fits in an answer of 40 kB. */
export const maxChars = count(30_000);
export const mailIds = z.array(words(1_000)).min(1).max(500).describe('Mail ids, from any folders');
export const folderPath = words(500).describe('Folder path');
