import { domainToUnicode } from 'node:url';
import { atom, text } from '../connections/imap/commands.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import { normalDomain } from '../content/domain-name.ts';
import { MailboxError } from '../domain/errors.ts';
import type { SearchRequest } from '../domain/mail-port.ts';
import { parseQuery, type Query, type Searched } from '../domain/query.ts';
import { parseInstant } from '../domain/time.ts';
import { type FlagCondition, flagConditions, flagTokens } from './flag-conditions.ts';
import { operatorIn } from './operators.ts';
import { peopleIn } from './people.ts';
import { apostropheForms, bodyTokens, either } from './text-forms.ts';

const dayMs = 86_400_000;

/** A search as the server can do it, and what remains to be checked here. */
export interface Criteria {
  /** IMAP search keys (RFC 9051 §6.4.4). Dates are widened: what they let through too much, `since`/`before` drop. */
  tokens: ImapToken[];
  since: Date | undefined;
  before: Date | undefined;
  /** Among the tokens too. */
  flags: FlagCondition[];
  /** Reads message texts: slow on a server without full-text index. */
  textual: boolean;
}

/** @throws MailboxError `invalid_input` for dates that are none and texts that cannot be searched. */
export function compileCriteria(request: SearchRequest, zone: string): Criteria {
  const query = words('query', request.query);
  const subject = words('subject', request.subject);
  const since = instant('since', request.since, zone);
  const before = instant('before', request.before, zone);
  if (since && before && since >= before) {
    throw new MailboxError('invalid_input', 'since must be earlier than before.', {
      hint: 'before is exclusive.',
    });
  }
  const flags = flagConditions(request);
  const tokens = [
    ...flags.flatMap(flagTokens),
    ...(request.largerThan === undefined ? [] : [atom('LARGER'), atom(String(request.largerThan))]),
    ...(since ? sinceTokens(since) : []),
    ...(before ? beforeTokens(before) : []),
    ...personTokens(['FROM'], request.from, 'from'),
    ...personTokens(['TO', 'CC', 'BCC'], request.to, 'to'),
    ...(subject ? queryTokens(subject, ['SUBJECT'], 'subject') : []),
    ...(query ? queryTokens(query, everywhere, 'query') : []),
  ];
  return {
    tokens: tokens.length > 0 ? tokens : [atom('ALL')],
    since,
    before,
    flags,
    textual: query !== undefined,
  };
}

/** `1-Mar-2026`, `days` away from the instant's UTC day. */
export function imapDate(instant: Date, days = 0): string {
  const day = new Date(instant.getTime() + days * dayMs);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    day.getUTCMonth()
  ];
  return `${day.getUTCDate()}-${month}-${String(day.getUTCFullYear()).padStart(4, '0')}`;
}

/** Years IMAP and every server can say; beyond them the exact check here is enough. */
function isSayable(instant: Date): boolean {
  const year = instant.getUTCFullYear();
  return year > 1900 && year < 9000;
}

function sinceTokens(since: Date): ImapToken[] {
  return isSayable(since) ? [atom('SINCE'), atom(imapDate(since, -2))] : [];
}

/** Mail sent long ago may have arrived in this mailbox lately (an import), so either date lets it through. */
function beforeTokens(before: Date): ImapToken[] {
  if (!isSayable(before)) return [];
  const day = imapDate(before, 2);
  return [atom('OR'), atom('BEFORE'), atom(day), atom('SENTBEFORE'), atom(day)];
}

/**
 * @throws MailboxError `invalid_input` when a text is given that holds nothing to look for, or operators: searched for
 * as words they would find nothing, and nothing would say why.
 */
function words(name: Searched, text: string | undefined): Query | undefined {
  if (text === undefined) return undefined;
  const operator = operatorIn(text, name);
  if (operator) {
    throw new MailboxError('invalid_input', `${name} does not know ${operator.written}`, {
      hint: `${operator.instead} In quotes it is searched for as text.`,
    });
  }
  const query = parseQuery(text, name);
  if (query) return query;
  throw new MailboxError('invalid_input', `${name} holds nothing to look for.`, {
    hint: 'Leave it out to list all mail.',
  });
}

function instant(name: string, value: string | undefined, zone: string): Date | undefined {
  if (value === undefined) return undefined;
  const parsed = parseInstant(value, zone);
  if (parsed) return parsed;
  throw new MailboxError('invalid_input', `${name} is not a date.`, {
    hint: 'Write 2026-03-28 or 2026-03-28T14:30, with an offset if it is not your own zone.',
  });
}

/** Any of the people. */
function personTokens(keys: readonly string[], people: string | undefined, name: string): ImapToken[] {
  if (people === undefined) return [];
  return either(peopleIn(people, name).map((person) => textTokens(keys, person, name)));
}

const addressKeys = new Set(['FROM', 'TO', 'CC', 'BCC']);

/** In each form in which it may stand there. */
function textTokens(keys: readonly string[], value: string, name: string): ImapToken[] {
  const sought = searchable(value, name);
  return either(
    keys.flatMap((key) =>
      key === 'BODY' ? [bodyTokens(sought)] : headerForms(key, sought).map((form) => [atom(key), text(form)]),
    ),
  );
}

/**
 * With an apostrophe in both its forms; in names Dovecot escapes it before it compares, and finds no O'Brien unescaped.
 * With a domain in both its forms too: it stands as punycode in most mails, and is shown in letters.
 */
function headerForms(key: string, value: string): string[] {
  const forms = apostropheForms(value);
  if (!addressKeys.has(key)) return forms;
  return forms.length > 1 ? [...forms, value.replace(/['’]/gu, "\\'")] : domainForms(value);
}

/** An address or a domain as written, in ASCII and in letters; anything else as it is. */
function domainForms(value: string): string[] {
  const [, local = '', domain] = /^(\S*@)?([^\s@]+\.[^\s@.]+)\.?$/u.exec(value.trim()) ?? [];
  const ascii = normalDomain(domain);
  if (!ascii?.includes('xn--')) return [value];
  return [...new Set([value, `${local}${ascii}`, `${local}${domainToUnicode(ascii)}`])];
}

const everywhere = ['SUBJECT', 'FROM', 'TO', 'CC', 'BCC', 'BODY'];

function queryTokens(query: Query, keys: readonly string[], name: string): ImapToken[] {
  const tokens = (part: Query) => queryTokens(part, keys, name);
  switch (query.kind) {
    case 'text':
      return textTokens(keys, query.text, name);
    case 'not':
      return [atom('NOT'), tokens(query.part)];
    case 'and':
      return query.parts.flatMap((part) => [tokens(part)]);
    case 'or':
      return either(query.parts.map(tokens));
  }
}

function searchable(value: string, name: string): string {
  const trimmed = value.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (trimmed && !/[\u0000-\u001f\u007f]/u.test(trimmed)) return trimmed.normalize('NFC');
  throw new MailboxError(
    'invalid_input',
    `${name} must hold text without line breaks or control characters.`,
  );
}
