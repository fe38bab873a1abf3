import { MailboxError } from '../domain/errors.ts';

/**
 * Whom a text names, each as it can be searched for. An address says it all, for servers differ in how they quote
 * the name before it. Several are separated by commas where addresses leave no doubt, or a list as JSON.
 * @throws MailboxError `invalid_input` for names separated by commas: one of them may be meant, or all.
 */
export function peopleIn(given: string, parameter: string): string[] {
  const listed = jsonList(given);
  if (listed) return listed.map(searchedAs);
  const parts = partsOf(given);
  const [last = ''] = parts.slice(-1);
  const isOne = parts.length < 2 || (/<[^<>\s]+@[^<>\s]+>$/u.test(last) && given.split('@').length === 2);
  if (isOne) return [searchedAs(given)];
  if (parts.some((part) => part.includes('@'))) return parts.map(searchedAs);
  throw new MailboxError(
    'invalid_input',
    `${parameter} names several people, or one whose name has a comma.`,
    {
      hint: 'Pass one name, in quotes if it has a comma; several people as addresses: a@x.org, b@y.org.',
    },
  );
}

/** Split at what stands between people, but not within quotes. */
function partsOf(given: string): string[] {
  const parts = given.match(/(?:"[^"]*"|(?!\sOR\s)[^,;])+/gu) ?? [];
  return parts.map((part) => part.replace(/^\s*OR\s/u, '').trim()).filter((part) => part !== '');
}

function searchedAs(person: string): string {
  const [, address] = /<([^<>\s]+@[^<>\s]+)>\s*$/u.exec(person) ?? [];
  const [, name] = /^\s*"([^"]+)"\s*$/u.exec(person) ?? [];
  return address ?? name ?? person;
}

function jsonList(given: string): string[] | undefined {
  if (!/^\s*\[\s*"/u.test(given)) return undefined;
  try {
    const list: unknown = JSON.parse(given);
    return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
