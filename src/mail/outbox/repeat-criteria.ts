import { atom, text } from '../../connections/imap/commands.ts';
import type { ImapToken } from '../../connections/imap/wire.ts';
import { imapDate } from '../criteria.ts';
import { pending } from './draft-marks.ts';
import { windowMs } from './send-guard.ts';

/** Nobody sends more within ten minutes; so a huge folder costs no more than a small one. */
const newest = 500;
const maxSubjectChars = 60;

/** By which a message is looked for before its bytes are known. */
export interface About {
  subject: string;
  /** The first address in To; undefined when there is none. */
  to: string | undefined;
}

/** What every copy of it has in common, as far as a server can tell at little cost. */
export function alike({ subject, to }: About): ImapToken[] {
  const words = searchable(subject);
  return [
    ...(words === '' ? [] : [atom('SUBJECT'), text(words)]),
    ...(to !== undefined && /^[!-~]+$/u.test(to) ? [atom('TO'), text(to)] : []),
  ];
}

/** Among the last of a folder that ended so at some time, those of the last ten minutes; WITHIN is RFC 5032. */
export function recent(uidNext: number, within: boolean, now: number): ImapToken[] {
  return [
    ...[atom('UID'), { type: 'SEQUENCE' as const, value: `${Math.max(1, uidNext - newest)}:*` }],
    // A day is a day in the server's zone.
    ...(within
      ? [atom('YOUNGER'), atom(String(windowMs / 1000))]
      : [atom('SINCE'), atom(imapDate(new Date(now), -1))]),
  ];
}

/** Whatever its age: a doubt lasts until somebody settles it. */
export const inDoubt: readonly ImapToken[] = [atom('KEYWORD'), atom(pending)];

/** The longest part of the subject that a server finds however the field is folded and encoded. */
function searchable(subject: string): string {
  const parts = subject.split(/\s{2,}|[^\S ]|[\p{C}\ufffd]/u).map((part) => part.trim());
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return new RegExp(`^.{0,${maxSubjectChars}}`, 'su').exec(longest)?.[0].trim() ?? '';
}
