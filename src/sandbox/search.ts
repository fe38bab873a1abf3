import { decodeHeader, searchForm } from './decode.ts';
import { parseImapDate } from './imap-date.ts';
import type { Message } from './mailbox.ts';
import type { MailboxView, Numbered } from './mailbox-view.ts';
import { inSequenceSet, parseSequenceSet } from './sequence-set.ts';
import { keyword, type Token, tokenText } from './wire.ts';

export type Matcher = (target: Numbered) => boolean;

export interface SearchContext {
  view: MailboxView;
  now: Date;
}

/** What is wrong with a search, in Dovecot's words. */
export class SearchSyntaxError extends Error {}

const day = 86_400_000;

/** Search keys joined by AND (RFC 9051 §6.4.4, RFC 5032, RFC 7162 §3.1.5). @throws SearchSyntaxError */
export function parseSearchKeys(tokens: readonly Token[], context: SearchContext): Matcher {
  if (tokens.length === 0) throw new SearchSyntaxError('Missing search parameters');
  const parser = new KeyParser(tokens, context);
  const matchers: Matcher[] = [];
  while (!parser.atEnd) matchers.push(parser.key());
  return (target) => matchers.every((matches) => matches(target));
}

class KeyParser {
  readonly #tokens: readonly Token[];
  readonly #context: SearchContext;
  #position = 0;
  #current = '';

  constructor(tokens: readonly Token[], context: SearchContext) {
    this.#tokens = tokens;
    this.#context = context;
  }

  get atEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  key(): Matcher {
    const token = this.#next();
    if (token.kind === 'list') return parseSearchKeys(token.items, this.#context);
    const name = keyword(token) ?? '';
    this.#current = name;
    const build = keys[name];
    if (build) return build(this);
    const ranges = parseSequenceSet(name);
    if (!ranges) throw new SearchSyntaxError(`Unknown argument ${name}`);
    const holds = inSequenceSet(ranges, this.#context.view.rows.length);
    return ({ seq }) => holds(seq);
  }

  get now(): Date {
    return this.#context.now;
  }

  text(): string {
    const text = tokenText(this.#next());
    if (text === undefined) throw new SearchSyntaxError('Invalid search parameter');
    return text;
  }

  needle(): string {
    return searchForm(this.text());
  }

  number(): number {
    const text = this.text();
    if (!/^\d+$/u.test(text)) throw new SearchSyntaxError('Invalid search number parameter');
    return Number(text);
  }

  date(): number {
    const date = parseImapDate(this.text());
    if (date === undefined) throw new SearchSyntaxError('Invalid search date parameter');
    return date;
  }

  uids(): Matcher {
    const ranges = parseSequenceSet(this.text());
    if (!ranges) throw new SearchSyntaxError('Invalid UID messageset');
    const holds = inSequenceSet(ranges, this.#context.view.rows.at(-1)?.message.uid ?? 0);
    return ({ row }) => holds(row.message.uid);
  }

  /** `MODSEQ ["/flags/\\seen" all] n`: the entry name changes nothing here. */
  modseq(): number {
    if (this.#tokens[this.#position]?.kind === 'string') this.#position += 2;
    return this.number();
  }

  #next(): Token {
    const token = this.#tokens[this.#position];
    if (!token) {
      throw new SearchSyntaxError(`Missing parameter for search key (for search key: ${this.#current})`);
    }
    this.#position += 1;
    return token;
  }
}

function hasFlag(flag: string): (parser: KeyParser) => Matcher {
  return () => ofMessage(({ flags }) => flags.has(flag));
}

function lacksFlag(flag: string): (parser: KeyParser) => Matcher {
  return () => ofMessage(({ flags }) => !flags.has(flag));
}

function inHeader(name: string): (parser: KeyParser) => Matcher {
  return (parser) => headerContains(name, parser.needle());
}

/** An empty needle asks whether the field is there. Blanks and folds outside encoded words are one blank, as to Dovecot. */
function headerContains(name: string, needle: string): Matcher {
  const wanted = name.toLowerCase();
  return ofMessage(({ content }) =>
    content.headers.some(
      (field) =>
        field.name.toLowerCase() === wanted &&
        searchForm(decodeHeader(field.value.replace(/\s+/gu, ' '))).includes(needle),
    ),
  );
}

/** The day of arrival, in UTC. */
function arrival(compare: (arrived: number, asked: number) => boolean): (parser: KeyParser) => Matcher {
  return (parser) => {
    const asked = parser.date();
    return ofMessage(({ internalDate }) => compare(Math.floor(internalDate.getTime() / day) * day, asked));
  };
}

function sent(compare: (sentDay: number, asked: number) => boolean): (parser: KeyParser) => Matcher {
  return (parser) => {
    const asked = parser.date();
    return ofMessage(({ content }) => content.sentDay !== undefined && compare(content.sentDay, asked));
  };
}

function hasKeyword({ flags }: Message, name: string): boolean {
  return [...flags].some((flag) => flag.toLowerCase() === name.toLowerCase());
}

function ofMessage(matches: (message: Message) => boolean): Matcher {
  return ({ row }) => matches(row.message);
}

const before = (a: number, b: number) => a < b;
const on = (a: number, b: number) => a === b;
const since = (a: number, b: number) => a >= b;

const keys: Record<string, (parser: KeyParser) => Matcher> = {
  ALL: () => () => true,
  ANSWERED: hasFlag('\\Answered'),
  BCC: inHeader('Bcc'),
  BEFORE: arrival(before),
  BODY: (parser) => {
    const needle = parser.needle();
    return ofMessage(({ content }) => content.bodyText.includes(needle));
  },
  CC: inHeader('Cc'),
  DELETED: hasFlag('\\Deleted'),
  DRAFT: hasFlag('\\Draft'),
  FLAGGED: hasFlag('\\Flagged'),
  FROM: inHeader('From'),
  FUZZY: (parser) => parser.key(),
  HEADER: (parser) => headerContains(parser.text(), parser.needle()),
  KEYWORD: (parser) => {
    const name = parser.text();
    return ofMessage((message) => hasKeyword(message, name));
  },
  LARGER: (parser) => {
    const size = parser.number();
    return ofMessage(({ content }) => content.raw.length > size);
  },
  MODSEQ: (parser) => {
    const least = parser.modseq();
    return ofMessage(({ modseq }) => modseq >= least);
  },
  NEW:
    () =>
    ({ row }) =>
      row.recent && !row.message.flags.has('\\Seen'),
  NOT: (parser) => {
    const matches = parser.key();
    return (target) => !matches(target);
  },
  OLD:
    () =>
    ({ row }) =>
      !row.recent,
  OLDER: (parser) => {
    const limit = parser.now.getTime() - parser.number() * 1000;
    return ofMessage(({ internalDate }) => internalDate.getTime() <= limit);
  },
  ON: arrival(on),
  OR: (parser) => {
    const one = parser.key();
    const other = parser.key();
    return (target) => one(target) || other(target);
  },
  RECENT:
    () =>
    ({ row }) =>
      row.recent,
  SEEN: hasFlag('\\Seen'),
  SENTBEFORE: sent(before),
  SENTON: sent(on),
  SENTSINCE: sent(since),
  SINCE: arrival(since),
  SMALLER: (parser) => {
    const size = parser.number();
    return ofMessage(({ content }) => content.raw.length < size);
  },
  SUBJECT: inHeader('Subject'),
  TEXT: (parser) => {
    const needle = parser.needle();
    return ofMessage(
      ({ content }) => content.headerText.includes(needle) || content.bodyText.includes(needle),
    );
  },
  TO: inHeader('To'),
  UID: (parser) => parser.uids(),
  UNANSWERED: lacksFlag('\\Answered'),
  UNDELETED: lacksFlag('\\Deleted'),
  UNDRAFT: lacksFlag('\\Draft'),
  UNFLAGGED: lacksFlag('\\Flagged'),
  UNKEYWORD: (parser) => {
    const name = parser.text();
    return ofMessage((message) => !hasKeyword(message, name));
  },
  UNSEEN: lacksFlag('\\Seen'),
  YOUNGER: (parser) => {
    const limit = parser.now.getTime() - parser.number() * 1000;
    return ofMessage(({ internalDate }) => internalDate.getTime() >= limit);
  },
};
