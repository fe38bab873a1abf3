import { isIP } from 'node:net';
import type { MailboxError } from '../domain/errors.ts';
import { normalDomain } from './domain-name.ts';
import { checkHeaderText, invalid } from './header-text.ts';

/** One mailbox a message can be sent to or from; the domain is lower-case ASCII. */
export interface Mailbox {
  name?: string;
  address: string;
}

const maxInputChars = 1_000;
const maxNameChars = 256;
const maxAddressChars = 320;
/** RFC 5321 §4.5.3.1.1, in octets. */
const maxLocalOctets = 64;

const oneMailbox = 'Write one address per entry: joe@example.org or "Doe, Joe" <joe@example.org>.';

/**
 * Reads each entry as exactly one mailbox.
 * @throws MailboxError `invalid_input` naming field and position (`to[1]`).
 */
export function parseMailboxes(field: string, values: readonly string[]): Mailbox[] {
  return values.map((value, index) => parseMailbox(`${field}[${index}]`, value));
}

/**
 * Reads `joe@example.org`, `Joe <joe@example.org>` or `"Doe, Joe" <joe@example.org>` (RFC 5322 §3.4 without lists,
 * groups, comments and routes). Parentheses in a name are part of it.
 * @throws MailboxError `invalid_input` naming `field`.
 */
export function parseMailbox(field: string, value: string): Mailbox {
  const text = checkHeaderText(field, value, maxInputChars)
    .trim()
    .replace(/^mailto:/iu, '');
  const commented = /^([^\s<>()",;]+@[^\s<>()",;]+)\s*\(([^()]*)\)$/u.exec(text);
  if (commented?.[1]) return parseMailbox(field, `${JSON.stringify(commented[2])} <${commented[1]}>`);
  if (!text.endsWith('>')) return { address: checkAddress(field, text) };
  const open = text.lastIndexOf('<');
  if (open < 0) throw invalid(field, 'is not an address', oneMailbox);
  const address = checkAddress(field, text.slice(open + 1, -1));
  const before = text.slice(0, open).trim();
  const name = before.toLowerCase() === address.toLowerCase() ? '' : parseName(field, before);
  return name === '' ? { address } : { name, address };
}

const quotedName = /^"((?:[^"\\]|\\.)*)"$/u;

function parseName(field: string, text: string): string {
  const quoted = quotedName.exec(text)?.[1]?.replace(/\\(.)/gu, '$1');
  const name = (quoted ?? text).trim();
  if (name.length > maxNameChars) throw invalid(field, `has a name of more than ${maxNameChars} characters`);
  // Receivers would decode it and show a name that nobody saw here.
  if (name.includes('=?')) throw invalid(field, 'has an encoded name', 'Write the name as it reads.');
  if (quoted === undefined && /[",;<>@\\]/u.test(name.replace(/\([^()]*\)/gu, '')))
    throw misread(field, name);
  if (quoted === undefined && /\([^()]*\(/u.test(name))
    throw invalid(field, 'has nested comments', oneMailbox);
  return name;
}

/**
 * The address with its domain in lower-case ASCII. Local parts are a dot-atom, or one in quotes where dots stand
 * oddly; other quoted ones are refused, as programs disagree where they end (CVE-2025-13033).
 * @throws MailboxError `invalid_input` naming `field`.
 */
export function checkAddress(field: string, text: string): string {
  if (text.length > maxAddressChars) throw invalid(field, `is longer than ${maxAddressChars} characters`);
  if (/[\p{C}\p{Z}]/u.test(text)) throw misread(field, text);
  const at = text.endsWith(']') ? text.indexOf('@[') : text.lastIndexOf('@');
  if (at < 0) throw misread(field, text);
  const local = text.slice(0, at);
  const domain = asciiDomain(text.slice(at + 1));
  if (!isLocalPart(local) || domain === undefined) throw misread(field, text);
  return `${local}@${domain}`;
}

const localPart = /^(?:[^"(),.:;<>@[\\\]]+(?:\.[^"(),.:;<>@[\\\]]+)*|"[^"(),:;<>@[\\\]]+")$/u;

function isLocalPart(local: string): boolean {
  return localPart.test(local) && Buffer.byteLength(local) <= maxLocalOctets;
}

/** Letters, digits and dashes; `domainToASCII` alone would decode percent signs and read `0x7f.1` as an IP address. */
function asciiDomain(domain: string): string | undefined {
  const literal = /^\[(?:(IPv6:)([\da-f:.]+)|([\d.]+))\]$/iu.exec(domain);
  if (literal) return isIP(literal[2] ?? literal[3] ?? '') === (literal[1] ? 6 : 4) ? domain : undefined;
  if (/[^\p{L}\p{M}\p{N}\p{S}\p{Po}\p{Pd}]/u.test(domain) || /[^A-Za-z\d.\P{ASCII}-]/u.test(domain))
    return undefined;
  const ascii = normalDomain(domain);
  if (ascii === undefined || isIP(ascii) > 0) return undefined;
  return ascii.split('.').every((label) => /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/u.test(label))
    ? ascii
    : undefined;
}

function misread(field: string, text: string): MailboxError {
  if (/[,;]/u.test(text)) return invalid(field, 'must hold exactly one address', oneMailbox);
  if (text.includes(':') && !text.includes('['))
    return invalid(field, 'is a group, not an address', oneMailbox);
  return invalid(field, 'is not an address', oneMailbox);
}
