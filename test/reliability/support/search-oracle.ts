import type { SearchRequest } from '../../../src/domain/mail-port.ts';
import type { Facts } from './search-mails.ts';

/** Undefined where the facts do not tell. */
type Verdict = boolean | undefined;

type Asked = Omit<SearchRequest, 'folder' | 'limit' | 'cursor' | 'preview'>;

/**
 * Whether a mail is what is asked for, by what the tool promises and nothing else: every condition holds, case and
 * composition of letters do not count. Words of `query` and `subject` are given one by one.
 */
export function matches(facts: Facts, asked: Asked, zone: string): Verdict {
  const has = (flag: string) => facts.flags.includes(flag);
  const within = [facts.subject, facts.from, ...(facts.to ?? [undefined]), facts.text];
  return all([
    asked.unread === undefined || has('\\Seen') !== asked.unread,
    asked.flagged === undefined || has('\\Flagged') === asked.flagged,
    asked.keyword === undefined || has(asked.keyword === 'answered' ? '\\Answered' : asked.keyword),
    asked.largerThan === undefined || facts.size > asked.largerThan,
    asked.hasAttachment === undefined ||
      (facts.hasAttachment === undefined ? undefined : facts.hasAttachment === asked.hasAttachment),
    asked.from === undefined || contains(facts.from, asked.from),
    asked.to === undefined || any((facts.to ?? [undefined]).map((one) => contains(one, asked.to ?? ''))),
    asked.since === undefined || not(isBefore(facts.sent, asked.since, zone)),
    asked.before === undefined || isBefore(facts.sent, asked.before, zone),
    asked.subject === undefined || found([facts.subject], asked.subject),
    asked.query === undefined || found(within, asked.query),
  ]);
}

/** `a b` both, `a OR b` either, `-a` not, `"a b"` side by side; of these, one kind at a time. */
function found(texts: readonly (string | undefined)[], query: string): Verdict {
  const one = (term: string) => any(texts.map((text) => contains(text, term)));
  if (query.startsWith('"')) return one(query.slice(1, -1));
  if (query.includes(' OR ')) return any(query.split(' OR ').map(one));
  return all(query.split(' ').map((term) => (term.startsWith('-') ? not(one(term.slice(1))) : one(term))));
}

/**
 * RFC 5051 takes compatibility characters apart, so that `final` finds `ﬁnal`; Dovecot 2.3 leaves ligatures whole. What only
 * that tells is nobody's fault.
 */
function contains(text: string | undefined, needle: string): Verdict {
  if (text === undefined) return undefined;
  if (folded(text, 'NFD').includes(folded(needle, 'NFD'))) return true;
  return folded(text, 'NFKD').includes(folded(needle, 'NFKD')) ? undefined : false;
}

function folded(text: string, form: 'NFD' | 'NFKD'): string {
  return text.normalize(form).toLowerCase();
}

/** A day is one of the zone; a date with time and offset is an instant. */
function isBefore(sent: Date | undefined, edge: string, zone: string): Verdict {
  if (!sent) return undefined;
  if (edge.includes('T')) return sent.getTime() < Date.parse(edge);
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(sent) < edge;
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function any(verdicts: readonly Verdict[]): Verdict {
  return not(all(verdicts.map(not)));
}

function not(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}
