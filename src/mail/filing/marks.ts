import { MailboxError } from '../../domain/errors.ts';

/** IMAP flags to set and to clear. */
export interface Marks {
  plus: string[];
  minus: string[];
}

/** Our words, and what those say who know IMAP. */
const flagOf: ReadonlyMap<string, string> = new Map([
  ['read', '\\Seen'],
  ['seen', '\\Seen'],
  ['flagged', '\\Flagged'],
  ['answered', '\\Answered'],
  ['forwarded', '$Forwarded'],
]);

/** An atom without `]` (RFC 9051 §9, flag-keyword); and without comma and semicolon, which stand between several. */
const keyword = /^[!#$&'+\-./0-:<-[^-z|}~]{1,100}$/u;
const separators = /[,;\s]/u;

/**
 * The words of a call as flags; `unread` is the opposite of `read`.
 * @throws MailboxError `invalid_input` for a word that is none, for nothing to do, and for a contradiction.
 */
export function marksOf(add: readonly string[] = [], remove: readonly string[] = []): Marks {
  const isUnread = (word: string) => word.toLowerCase() === 'unread';
  const opposite = (words: readonly string[]) => words.filter(isUnread).map(() => 'read');
  const flags = (words: readonly string[], others: readonly string[]) =>
    distinct([...words.filter((word) => !isUnread(word)), ...opposite(others)].map(flag));
  const marks = { plus: flags(add, remove), minus: flags(remove, add) };
  if (marks.plus.length + marks.minus.length === 0) {
    throw new MailboxError('invalid_input', 'There is nothing to mark: both add and remove are empty.', {
      hint: 'Pass words such as read, unread, flagged, answered, forwarded or a keyword.',
    });
  }
  const cleared = new Set(marks.minus.map((name) => name.toLowerCase()));
  if (marks.plus.some((name) => cleared.has(name.toLowerCase()))) {
    throw new MailboxError('invalid_input', 'The same mark is to be set and cleared.', {
      hint: 'Name each mark in add or in remove; unread is the opposite of read.',
    });
  }
  return marks;
}

function flag(word: string): string {
  const known = flagOf.get(word.toLowerCase());
  if (known) return known;
  if (word.startsWith('\\') || ['draft', 'deleted'].includes(word.toLowerCase())) {
    throw new MailboxError('invalid_input', `"${word.slice(0, 40)}" cannot be set or cleared as a mark.`, {
      hint: 'Use delete_email to delete, create_draft and send_draft for drafts.',
    });
  }
  if (keyword.test(word)) return word;
  if (separators.test(word)) {
    throw new MailboxError('invalid_input', 'One mark is one word, without spaces and commas.', {
      hint: 'Pass each mark as an entry of its own: ["read", "flagged"].',
    });
  }
  throw new MailboxError('invalid_input', 'A keyword has 1 to 100 letters, digits or signs of ASCII.', {
    hint: 'No spaces, umlauts, quotes, brackets, % or *. Marks of our own words: read flagged answered forwarded.',
  });
}

/** Flags are the same in any case (RFC 9051 §2.3.2). */
function distinct(flags: readonly string[]): string[] {
  return [...new Map(flags.map((name) => [name.toLowerCase(), name])).values()];
}

/** Whether the flags are as wanted. */
export function satisfied(flags: ReadonlySet<string>, { plus, minus }: Marks): boolean {
  const now = new Set([...flags].map((name) => name.toLowerCase()));
  return (
    plus.every((name) => now.has(name.toLowerCase())) && !minus.some((name) => now.has(name.toLowerCase()))
  );
}
