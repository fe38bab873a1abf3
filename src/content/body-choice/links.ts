import { normalDomain, organisationalDomain } from '../domain-name.ts';

/** Where the two forms of a letter lead. */

const address = /https?:\/\/([\p{L}\p{N}.-]{1,253})/giu;
const target = /\bhref\s{0,9}=\s{0,9}["']?\s{0,9}https?:\/\/([\p{L}\p{N}.-]{1,253})/giu;

/**
 * Whether the plain text links to an organisation that the markup, where people see it, does not know. Whoever counts
 * clicks has the links of the HTML, and often of it alone, lead to themselves: one to an organisation that the plain
 * text does not know may be any of its links.
 */
export function leadsElsewhere(plain: string, source: string): boolean {
  const linked = organisations(plain, address);
  if (linked.size === 0) return false;
  const markup = withoutComments(source);
  const known = organisations(markup, address);
  if ([...linked].every((organisation) => known.has(organisation))) return false;
  const targets = organisations(markup, target);
  return [...targets].every((organisation) => linked.has(organisation));
}

function organisations(text: string, pattern: RegExp): Set<string> {
  const hosts = new Set(Array.from(text.matchAll(pattern), ([, host = '']) => host.toLowerCase()));
  return new Set(Array.from(hosts, (host) => organisationalDomain(normalDomain(host) ?? host)));
}

function withoutComments(source: string): string {
  const [first = '', ...rest] = source.split('<!--');
  const after = rest.map((piece) => (piece.includes('-->') ? piece.slice(piece.indexOf('-->') + 3) : ''));
  return first + after.join('');
}
