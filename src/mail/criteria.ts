import { atom, text } from '../connections/imap-commands.ts';
import type { ImapToken } from '../connections/imap-wire.ts';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';
import { parseInstant } from '../domain/time.ts';
import { parseQuery, type Query } from './query.ts';

const dayMs = 86_400_000;

/** A search as the server can do it, and what remains to be checked here. */
export interface Criteria {
  /** IMAP search keys (RFC 9051 §6.4.4). Dates are widened: what they let through too much, `since`/`before` drop. */
  tokens: ImapToken[];
  since: Date | undefined;
  before: Date | undefined;
  /** Reads message texts: slow on a server without full-text index. */
  textual: boolean;
}

/** @throws MailboxError `invalid_input` for dates that are none and texts that cannot be searched. */
export function compileCriteria(request: SearchRequest, zone: string): Criteria {
  const query = request.query === undefined ? undefined : parseQuery(request.query);
  const since = instant('since', request.since, zone);
  const before = instant('before', request.before, zone);
  if (since && before && since >= before) {
    throw new MailboxError('invalid_input', 'since must be earlier than before.', {
      hint: 'before is exclusive.',
    });
  }
  const tokens = [
    ...flag(request.unread, 'UNSEEN', 'SEEN'),
    ...flag(request.flagged, 'FLAGGED', 'UNFLAGGED'),
    ...(request.keyword === undefined ? [] : [atom('KEYWORD'), atom(keyword(request.keyword))]),
    ...(request.largerThan === undefined ? [] : [atom('LARGER'), atom(String(request.largerThan))]),
    ...(since ? [atom('SINCE'), atom(imapDate(since, -2))] : []),
    ...(before ? beforeTokens(before) : []),
    ...field('from', 'FROM', request.from),
    ...anyOf(['TO', 'CC', 'BCC'], request.to, 'to'),
    ...field('subject', 'SUBJECT', request.subject),
    ...(query ? queryTokens(query) : []),
  ];
  return { tokens: tokens.length > 0 ? tokens : [atom('ALL')], since, before, textual: query !== undefined };
}

/** `1-Mar-2026`, `days` away from the instant's UTC day. */
export function imapDate(instant: Date, days = 0): string {
  const day = new Date(instant.getTime() + days * dayMs);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    day.getUTCMonth()
  ];
  return `${day.getUTCDate()}-${month}-${String(day.getUTCFullYear()).padStart(4, '0')}`;
}

/** Mail sent long ago may have arrived in this mailbox lately (an import), so either date lets it through. */
function beforeTokens(before: Date): ImapToken[] {
  const day = imapDate(before, 2);
  return [atom('OR'), atom('BEFORE'), atom(day), atom('SENTBEFORE'), atom(day)];
}

function instant(name: string, value: string | undefined, zone: string): Date | undefined {
  if (value === undefined) return undefined;
  const parsed = parseInstant(value, zone);
  if (parsed) return parsed;
  throw new MailboxError('invalid_input', `${name} is not a date.`, {
    hint: 'Write 2026-03-28 or 2026-03-28T14:30, with an offset if it is not your own zone.',
  });
}

function flag(value: boolean | undefined, yes: string, no: string): ImapToken[] {
  return value === undefined ? [] : [atom(value ? yes : no)];
}

function keyword(value: string): string {
  if (/^[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|~]+$/u.test(value)) return value;
  throw new MailboxError(
    'invalid_input',
    'A keyword has only letters, digits and a few signs such as $ - _.',
    {
      hint: 'Pass a keyword as the flags of an email show it.',
    },
  );
}

function field(name: string, key: string, value: string | undefined): ImapToken[] {
  return value === undefined ? [] : [atom(key), searchable(value, name)];
}

function anyOf(keys: readonly string[], value: string | undefined, name: string): ImapToken[] {
  if (value === undefined) return [];
  const wanted = searchable(value, name);
  return keys.flatMap((key, index) => [...(index < keys.length - 1 ? [atom('OR')] : []), atom(key), wanted]);
}

function queryTokens(query: Query): ImapToken[] {
  switch (query.kind) {
    case 'text':
      return anyOf(['SUBJECT', 'FROM', 'TO', 'CC', 'BCC', 'BODY'], query.text, 'query');
    case 'not':
      return [atom('NOT'), queryTokens(query.part)];
    case 'and':
      return query.parts.flatMap((part) => [queryTokens(part)]);
    case 'or':
      return query.parts.flatMap((part, index) => [
        ...(index < query.parts.length - 1 ? [atom('OR')] : []),
        queryTokens(part),
      ]);
  }
}

function searchable(value: string, name: string): ImapToken {
  const trimmed = value.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (trimmed && !/[\u0000-\u001f\u007f]/u.test(trimmed)) return text(trimmed);
  throw new MailboxError(
    'invalid_input',
    `${name} must hold text without line breaks or control characters.`,
  );
}
