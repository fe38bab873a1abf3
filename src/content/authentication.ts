import type { Authentication } from '../domain/mail.ts';
import { domainOf } from './address.ts';
import { normalDomain, sameOrganisation } from './domain-name.ts';

interface Result {
  /** `dkim`, `spf`, `dmarc`, … */
  method: string;
  /** `pass`, `fail`, … (RFC 8601 §2.7), lower case. */
  result: string;
  /** Lower case, `ptype.property`. */
  properties: ReadonlyMap<string, string>;
}

/** A field longer than this was not written by a mail server. */
const maxFieldChars = 20_000;
const maxResults = 100;

/** The results RFC 8601 §2.7 names; any other word counts as none, so no stranger's word is passed on. */
const worstFirst = 'fail hardfail permerror temperror policy softfail neutral none pass'.split(' ');
const knownResults = new Set(worstFirst);

/**
 * What our own servers found out about a sender (RFC 8601). `fields` are the Authentication-Results values from
 * top to bottom. The topmost must carry a trusted id (or one below it); with it count those directly below that
 * carry exactly the same id. The first other one ends the trust, because anyone can write such fields into a
 * mail; a field below can therefore only worsen what one above it says. `fromAddress` is the address in From.
 */
export function authenticate(
  fields: readonly string[],
  trustedIds: readonly string[],
  fromAddress: string | undefined,
): Authentication {
  const from = domainOf(fromAddress);
  const trusted = trustedResults(fields, trustedIds);
  const sender = from ? { from } : {};
  if (!trusted) return { verdict: 'unknown', ...sender };
  const dmarc = worst(trusted.flat().flatMap(finding('dmarc', from, ['header.from'])));
  // One server checks every signature, and one good one will do; between fields the worse counts.
  const dkim = worst(trusted.flatMap(bestOf(finding('dkim', from, ['header.d', 'header.i']))));
  const spf = worst(trusted.flatMap(bestOf(finding('spf', from, ['smtp.mailfrom']))));
  return {
    verdict: verdict(dmarc, dkim, spf),
    ...(dmarc ? { dmarc: dmarc.result } : {}),
    ...(dkim ? { dkim: dkim.result } : {}),
    ...(spf ? { spf: spf.result } : {}),
    ...sender,
  };
}

interface Finding {
  result: string;
  /** The domain it speaks of belongs to the sender's organisation. */
  aligned: boolean;
}

function verdict(
  dmarc: Finding | undefined,
  dkim: Finding | undefined,
  spf: Finding | undefined,
): Authentication['verdict'] {
  if (dmarc?.result === 'pass' && dmarc.aligned) return 'pass';
  if (dmarc?.result === 'fail') return 'fail';
  const findings = [dkim, spf].filter((finding) => finding !== undefined);
  if (findings.some(({ result, aligned }) => result === 'pass' && aligned)) return 'pass';
  if (findings.some(({ result }) => result === 'pass')) return 'none';
  return findings.some(({ result }) => result === 'fail' || result === 'hardfail') ? 'fail' : 'none';
}

type Reading = (result: Result) => Finding[];

/** Reads the results of one method; `names` are the properties that tell whose domain it is. */
function finding(method: string, from: string | undefined, names: readonly string[]): Reading {
  return (result) =>
    result.method === method ? [{ result: result.result, aligned: domainMatches(result, from, names) }] : [];
}

/** Of one field: a pass for the sender's domain, any pass, else the first. */
function bestOf(read: Reading): (field: readonly Result[]) => Finding[] {
  return (field) => {
    const found = field.flatMap(read);
    const passed = found.filter(({ result }) => result === 'pass');
    const chosen = passed.find(({ aligned }) => aligned) ?? passed[0] ?? found[0];
    return chosen ? [chosen] : [];
  };
}

function worst(findings: readonly Finding[]): Finding | undefined {
  const rank = ({ result, aligned }: Finding) => worstFirst.indexOf(result) * 2 + (aligned ? 1 : 0);
  return findings.toSorted((first, second) => rank(first) - rank(second))[0];
}

function domainMatches(result: Result, from: string | undefined, names: readonly string[]): boolean {
  const named = names.flatMap((name) => result.properties.get(name) ?? []);
  // A DMARC result without header.from can only speak of the From domain.
  if (named.length === 0) return result.method === 'dmarc';
  return named.some((value) => {
    const domain = normalDomain(value.slice(value.lastIndexOf('@') + 1));
    return domain !== undefined && from !== undefined && sameOrganisation(domain, from);
  });
}

/** The results of each field that counts; undefined where none does. */
function trustedResults(fields: readonly string[], trustedIds: readonly string[]): Result[][] | undefined {
  const trusted: Result[][] = [];
  let writer: string | undefined;
  for (const field of fields) {
    const [head = [], ...statements] = statementsOf(field.slice(0, maxFieldChars));
    const server = (head[0] ?? '').toLowerCase().replace(/\.$/u, '');
    if (writer === undefined ? !isTrusted(server, trustedIds) : server !== writer) break;
    writer = server;
    trusted.push(statements.slice(0, maxResults).flatMap((words) => readResult(words) ?? []));
  }
  return writer === undefined ? undefined : trusted;
}

function isTrusted(server: string, trustedIds: readonly string[]): boolean {
  return trustedIds.some((trusted) => {
    const name = trusted.trim().toLowerCase();
    return name !== '' && (server === name || server.endsWith(`.${name}`));
  });
}

/** `dkim=pass header.d=example.org`: the first pair is the method, the others are its properties. */
function readResult(words: readonly string[]): Result | undefined {
  const pairs = pairsOf(words);
  const [method = '', result = ''] = pairs[0] ?? [];
  if (method === '' || !knownResults.has(result.toLowerCase())) return undefined;
  const properties = new Map<string, string>();
  for (const [name, value] of pairs.slice(1)) if (!properties.has(name)) properties.set(name, value);
  return { method: method.replace(/\/\d+$/u, ''), result: result.toLowerCase(), properties };
}

/** Name and value around each `=`; blanks around it are allowed. */
function pairsOf(words: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [index, word] of words.entries()) {
    if (word !== '=') continue;
    pairs.push([words[index - 1]?.toLowerCase() ?? '', words[index + 1] ?? '']);
  }
  return pairs;
}

/** The field cut at its semicolons into words; comments dropped, quoted strings one word, `=` a word of its own. */
function statementsOf(field: string): string[][] {
  const statements: string[][] = [[]];
  for (let at = 0; at < field.length; ) {
    const char = field.charAt(at);
    if (char === '(') at = commentEnd(field, at);
    else if (char === '"') {
      const { value, end } = quotedString(field, at);
      statements.at(-1)?.push(value);
      at = end;
    } else {
      token.lastIndex = at;
      const word = token.exec(field)?.[0] ?? char;
      if (word === ';') statements.push([]);
      else if (word.trim() !== '') statements.at(-1)?.push(word);
      at += word.length;
    }
  }
  return statements;
}

const token = /[;=]|[^\s"();=]+|\s+/uy;

/** Where a comment ends; comments nest, and only backslashes and parentheses mean anything in them (RFC 5322 §3.2.2). */
function commentEnd(field: string, start: number): number {
  let depth = 0;
  for (let at = start; at < field.length; at += 1) {
    const char = field.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return field.length;
}

function quotedString(field: string, start: number): { value: string; end: number } {
  let value = '';
  for (let at = start + 1; at < field.length; at += 1) {
    const char = field.charAt(at);
    if (char === '"') return { value, end: at + 1 };
    if (char === '\\') at += 1;
    value += field.charAt(at);
  }
  return { value, end: field.length };
}
