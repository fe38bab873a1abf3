import { atom } from '../connections/imap/commands.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';

/** What a search demands of the flags of a mail: this one, set or not. */
export interface FlagCondition {
  flag: string;
  isSet: boolean;
}

/** The words this server shows for flags, and IMAP's own for one of them. */
const shown: Record<string, FlagCondition> = {
  unread: { flag: '\\Seen', isSet: false },
  unseen: { flag: '\\Seen', isSet: false },
  flagged: { flag: '\\Flagged', isSet: true },
  answered: { flag: '\\Answered', isSet: true },
  draft: { flag: '\\Draft', isSet: true },
  forwarded: { flag: '$Forwarded', isSet: true },
};

/** @throws MailboxError `invalid_input` for a keyword that cannot be one. */
export function flagConditions({ unread, flagged, keyword }: SearchRequest): FlagCondition[] {
  return [
    ...(unread === undefined ? [] : [{ flag: '\\Seen', isSet: !unread }]),
    ...(flagged === undefined ? [] : [{ flag: '\\Flagged', isSet: flagged }]),
    ...(keyword === undefined ? [] : [keywordCondition(keyword)]),
  ];
}

/** A keyword as the server has it, or one of the words shown. */
function keywordCondition(keyword: string): FlagCondition {
  const word = keyword.replace(/^\\/u, '').toLowerCase();
  if (word === 'read' || word === 'seen') {
    throw new MailboxError('invalid_input', 'No keyword says that a mail was read.', {
      hint: 'Pass `unread: false`.',
    });
  }
  const known = Object.hasOwn(shown, word) && shown[word];
  if (known) return known;
  if (/^[!#$&'+\-./0-9:;<=>?@A-Z^_`a-z|~]+$/u.test(keyword)) return { flag: keyword, isSet: true };
  throw new MailboxError(
    'invalid_input',
    'A keyword has only letters, digits and a few signs such as $ - _.',
    {
      hint: 'Pass one keyword, as the flags of an email show it.',
    },
  );
}

/** IMAP search keys (RFC 9051 §6.4.4): `SEEN` or `UNSEEN`, `KEYWORD $Forwarded`. */
export function flagTokens({ flag, isSet }: FlagCondition): ImapToken[] {
  const [system] = /(?<=^\\).+/u.exec(flag.toUpperCase()) ?? [];
  if (system !== undefined) return [atom(isSet ? system : `UN${system}`)];
  return [atom(isSet ? 'KEYWORD' : 'UNKEYWORD'), atom(flag)];
}

export function holdsFlags(flags: ReadonlySet<string>, conditions: readonly FlagCondition[]): boolean {
  const held = new Set([...flags].map((flag) => flag.toLowerCase()));
  return conditions.every(({ flag, isSet }) => held.has(flag.toLowerCase()) === isSet);
}
