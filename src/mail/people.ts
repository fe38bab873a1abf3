import { MailboxError } from '../domain/errors.ts';
import { straightQuotes } from './query.ts';

/**
 * Whom a text names, each as it can be searched for. An address says it all, for servers differ in how they quote the
 * name before it. Several stand as mail programs and people write them: `Ann <a@x.org>; b@y.org`, `a@x.org or b@y.org`,
 * `["a@x.org", "Bob"]`. A comma beside plain names leaves in doubt whether it is within one or between two.
 * @throws MailboxError `invalid_input` for that doubt, for people to be left out, and where nobody is named.
 */
export function peopleIn(given: string, parameter: string): string[] {
  const text = straightQuotes(given);
  const groups = jsonList(text)?.map((entry) => [listed(entry)]) ?? readGroups(text);
  if (groups.flat().some(({ excluded }) => excluded)) {
    throw new MailboxError('invalid_input', `${parameter} cannot leave anybody out.`, {
      hint: 'Use query with a minus: -ann@x.org.',
    });
  }
  const people = groups.flatMap((group) => certain(group, parameter));
  if (people.length > 0) return people.map(({ name, address }) => address ?? name);
  throw new MailboxError('invalid_input', `${parameter} names nobody.`, {
    hint: 'Pass a name or an address.',
  });
}

/** One entry of a list: an address, with the name before it if there is one, or only a name. */
interface Person {
  name: string;
  address: string | undefined;
  quoted: boolean;
  excluded: boolean;
}

const inAddress = String.raw`[^\s<>,;:()"|[\]{}*，；、]`;
const address = `${inAddress}*@${inAddress}+`;
/** Tried in this order wherever a text goes on. */
const token = new RegExp(
  [
    String.raw`<\s*(?:mailto:)?(?<angled>${address})\s*>`,
    String.raw`"\s*(?<alone>${address})\s*"(?!\s*<)`,
    '"(?<quoted>[^"]*)(?:"|$)',
    String.raw`(?<comment>\([^()@]*\))`,
    // `Team:`, `mailto:` and what opens a bracket say nothing more than the address behind them.
    String.raw`(?<lead>[^\s,;"<|，；、]*[:[({<*](?=${address}))`,
    `(?<bare>${address})`,
    '(?<comma>[,，、])',
    String.raw`(?<end>[;|；]|(?<!\S)OR(?!\S))`,
    String.raw`(?<joint>(?<!\S)(?:or|and|AND|oder|und|UND|&)(?!\S))`,
    String.raw`(?<word>[^\s,;"<|，；、]+)`,
  ].join('|'),
  'gu',
);

interface Word {
  text: string;
  quoted: boolean;
  /** As `or` and `und` between addresses. */
  joins: boolean;
}

/** Groups end where there can be no doubt (`;`, `OR`); within one, people have commas or nothing between them. */
function readGroups(text: string): Person[][] {
  const groups: Person[][] = [[]];
  let words: Word[] = [];
  const finish = (found?: string) => {
    const person = toPerson(words, found);
    if (person) groups.at(-1)?.push(person);
    words = [];
  };
  for (const { groups: found = {} } of text.matchAll(token)) {
    const { lead, angled, alone, bare = angled ?? alone, quoted, comment, joint, end, word: plain } = found;
    const word = quoted ?? plain ?? comment ?? joint;
    const followsAddress = words.length === 0 && groups.at(-1)?.at(-1)?.address !== undefined;
    if (lead !== undefined || ((comment ?? joint) !== undefined && followsAddress)) continue;
    if (quoted !== undefined && words.length > 0 && words.every((before) => before.quoted)) finish();
    if (word !== undefined) {
      words.push({ text: word, quoted: quoted !== undefined, joins: joint !== undefined });
      continue;
    }
    if (words.at(-1)?.joins) {
      words.pop();
      finish();
    }
    finish(bare);
    if (end !== undefined) groups.push([]);
  }
  finish();
  return groups;
}

function toPerson(words: readonly Word[], found?: string): Person | undefined {
  const name = words
    .map(({ text }) => text.trim())
    .join(' ')
    .trim();
  const address = found?.replace(/^'+|'+$/gu, '');
  const [first = { text: address ?? '', quoted: false }] = words;
  const excluded = !first.quoted && /^(?:NOT|NICHT|[-!].*[\p{L}\p{N}].*)$/u.test(first.text);
  if (address === undefined && !/[\p{L}\p{N}]/u.test(name)) return undefined;
  return { name, address, quoted: words.length > 0 && words.every(({ quoted }) => quoted), excluded };
}

/** Without the surnames of `Doe, Joe <j@x.org>`, as Outlook writes them. */
function certain(group: readonly Person[], parameter: string): Person[] {
  const isSurname = (person: Person, next: Person | undefined) =>
    isPlain(person) && next?.address !== undefined && next.name !== '' && !next.quoted;
  const isOneWord = ({ name }: Person) => !/\s/u.test(name);
  const people = group.filter((person, index) => {
    const next = group[index + 1];
    return !(next && isSurname(person, next) && isOneWord(person) && isOneWord(next));
  });
  const isDoubtful =
    people.length > 1 &&
    (people.filter(isPlain).length > 1 || people.some((person, at) => isSurname(person, people[at + 1])));
  if (!isDoubtful) return people;
  throw new MailboxError(
    'invalid_input',
    `${parameter} names several people, or one whose name has a comma.`,
    {
      hint: 'Pass one name, in quotes if it has a comma; several people as addresses: a@x.org, b@y.org.',
    },
  );
}

/** A name without quotes and no domain: a comma may be part of it. */
function isPlain({ name, address, quoted }: Person): boolean {
  return address === undefined && !quoted && !/^[^\s.]+(?:\.[^\s.]+)+$/u.test(name);
}

/** An entry of a list is one person, whatever is in it. */
function listed(entry: string): Person {
  const people = readGroups(entry).flat();
  const [only] = people.filter((person) => person.address !== undefined);
  return only ?? { name: entry.trim(), address: undefined, quoted: true, excluded: false };
}

function jsonList(given: string): string[] | undefined {
  if (!/^\s*\[\s*"/u.test(given)) return undefined;
  try {
    const list: unknown = JSON.parse(given);
    const isTexts = Array.isArray(list) && list.every((entry) => typeof entry === 'string');
    return isTexts ? list.filter((entry) => /[\p{L}\p{N}]/u.test(entry)) : undefined;
  } catch {
    return undefined;
  }
}
