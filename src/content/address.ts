import { cleanLine } from './clean.ts';
import { displayDomain, normalDomain } from './domain-name.ts';

export interface Address {
  name?: string;
  address?: string;
}

/** More recipients than any real message names; what follows is not read. */
const maxAddresses = 5_000;
const maxNameChars = 200;
const maxAddressChars = 320;

/** What RFC 5322 calls specials, and their full-width twins that look the same. */
const specials = /["(),:;<>@[\\\]＂（），：；＜＞＠［＼］﹤﹥﹫﹐]/u;

/**
 * `Name <local@host>`, cleaned. The name is quoted where it holds specials, so that no name can pass for a
 * second address. Without an address only the name, without both an empty string.
 */
export function formatAddress({ name, address }: Address): string {
  const shownName = cleanLine(name ?? '', maxNameChars);
  const shownAddress = displayAddress(address ?? '');
  if (shownName === '' || shownName.toLowerCase() === shownAddress.toLowerCase()) return shownAddress;
  const phrase = specials.test(shownName) ? quote(shownName) : shownName;
  return shownAddress === '' ? phrase : `${phrase} <${shownAddress}>`;
}

/** The domain of an address in lower-case ASCII; undefined when there is none. */
export function domainOf(address: string | undefined): string | undefined {
  const at = address?.lastIndexOf('@') ?? -1;
  return at < 0 ? undefined : normalDomain(address?.slice(at + 1));
}

/** `text` as a quoted-string (RFC 5322 §3.2.4). */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/gu, '\\$&')}"`;
}

/** Whether a phrase must be quoted to stay one phrase. */
export function needsQuotes(text: string): boolean {
  return specials.test(text);
}

/**
 * Reads an address list (RFC 5322 §3.4), groups flattened, comments taken as names where there is no other.
 * Encoded words must be decoded before, with `parseHeaders` keeping each inside its phrase. Tolerant and linear.
 */
export function parseAddresses(headerValue: string): Address[] {
  const found: Address[] = [];
  const source: Source = { text: headerValue, unclosed: false };
  let mailbox = emptyMailbox();
  const finish = () => {
    const address = toAddress(mailbox);
    if (address && found.length < maxAddresses) found.push(address);
    mailbox = emptyMailbox();
  };
  for (let at = 0; at < headerValue.length && found.length < maxAddresses; ) {
    const char = headerValue.charAt(at);
    if (char === ',' || char === ';') {
      finish();
      at += 1;
    } else if (char === ':' && mailbox.angle === undefined) {
      // A group's name stands before the colon; its members follow as if they stood alone.
      mailbox = emptyMailbox();
      at += 1;
    } else at = readToken(source, at, mailbox);
  }
  finish();
  return found;
}

interface Source {
  text: string;
  /** Once a quote was not closed, later ones are plain characters: looking for an end again would be quadratic. */
  unclosed: boolean;
}

interface Mailbox {
  words: string[];
  /** A quoted word is a name, whatever it holds. */
  quoted: boolean;
  comments: string[];
  angle: string | undefined;
}

function emptyMailbox(): Mailbox {
  return { words: [], quoted: false, comments: [], angle: undefined };
}

function readToken(source: Source, at: number, mailbox: Mailbox): number {
  const { text } = source;
  switch (text.charAt(at)) {
    case '"': {
      const { value, end, closed } = source.unclosed ? unclosedQuote : readEnclosed(text, at, '"');
      if (!closed) {
        source.unclosed = true;
        return at + 1;
      }
      // "john doe"@example.org: the quoted string is a local part, not a name.
      if (text.charAt(end) === '@') mailbox.words.push(quote(value));
      else {
        mailbox.words.push(value);
        mailbox.quoted = true;
      }
      return end;
    }
    case '(': {
      const { value, end } = readEnclosed(text, at, ')');
      if (value.trim()) mailbox.comments.push(value.trim());
      return end;
    }
    case '<': {
      const { value, end } = readEnclosed(text, at, '>');
      // `<boss@a.test> <joe@b.test>`: the last is the address, the other what the sender wants to be called.
      if (mailbox.angle) mailbox.words.push(mailbox.angle);
      mailbox.angle = value;
      return end;
    }
    default: {
      word.lastIndex = at;
      const found = word.exec(text)?.[0] ?? text.charAt(at);
      mailbox.words.push(found);
      return at + found.length;
    }
  }
}

/** Blanks, or a run without specials; a domain literal `[…]` belongs to its word. */
const word = /\s+|[^\s"(),:;<]+/uy;

interface Enclosed {
  value: string;
  end: number;
  closed: boolean;
}

const unclosedQuote: Enclosed = { value: '', end: 0, closed: false };

function readEnclosed(text: string, start: number, close: '"' | ')' | '>'): Enclosed {
  let value = '';
  let depth = 1;
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && close !== '>') {
      at += 1;
      value += text.charAt(at);
      continue;
    }
    if (char === '(' && close === ')') depth += 1;
    if (char === close) depth -= 1;
    if (depth === 0) return { value, end: at + 1, closed: true };
    value += char;
  }
  return { value, end: text.length, closed: false };
}

function toAddress({ words, quoted, comments, angle }: Mailbox): Address | undefined {
  const text = words.join('').replace(/\s+/gu, ' ').trim();
  const comment = comments.join(' ');
  if (angle !== undefined) return build(text || comment, withoutRoute(angle));
  if (text === '') return undefined;
  if (/^(?:[^\s"]+|"[^"]*")@[^\s"]+$/u.test(text) && !quoted) return build(comment, text);
  const last = quoted ? undefined : text.split(' ').findLast((part) => /^[^@]+@[^@]+$/u.test(part));
  if (last) return build(text.replace(last, '').replace(/\s+/gu, ' ').trim() || comment, last);
  return build(text, '');
}

/** `<@relay,@other:joe@example.org>`: the route of RFC 5322 §4.4 says nothing about who it is, nor do comments. */
function withoutRoute(angle: string): string {
  const bare = angle.includes('"') ? angle : angle.replace(/\([^()]*\)/gu, '');
  return bare
    .trim()
    .replace(/^@[^:]*:/u, '')
    .replace(/^mailto:/iu, '')
    .trim();
}

function build(name: string, address: string): Address | undefined {
  const built: Address = {};
  if (name) built.name = name;
  if (address) built.address = address;
  return name || address ? built : undefined;
}

/** A local part that is no word of its own stands in quotes (RFC 5322 §3.4.1); ENVELOPE brings it without them. */
function displayAddress(address: string): string {
  const line = cleanLine(address, maxAddressChars)
    .replace(/[<>]+/gu, '')
    .replace(/\s*@\s*(?=[^\s@]*$)/u, '@');
  const at = line.lastIndexOf('@');
  if (at < 0) return line.replace(/\s+/gu, '');
  const [local, domain] = [line.slice(0, at), line.slice(at + 1).replace(/\s+/gu, '')];
  const isWord = /^(?:"(?:[^"\\]|\\.)*"|[^\s"(),:;@[\\\]]*)$/u.test(local);
  return `${isWord ? local : quote(local)}@${domainOf(line) ? displayDomain(domain) : domain}`;
}
