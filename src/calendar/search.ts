import { MailboxError } from '../domain/errors.ts';
import { parseQuery, type Query } from '../domain/query.ts';
import type { EventView } from './event.ts';
import type { Entry } from './occurrences.ts';
import { operatorIn } from './operators.ts';
import type { IndexedResource } from './resource-index.ts';

/** Tells which events a query means. */
export interface EventMatcher {
  /** Quick, on the stored text: false only for what cannot match. */
  mayMatch(resource: IndexedResource): boolean;
  matches(view: EventView): boolean;
}

/** Looked into here; a larger text is read on the thread, where it holds up nothing. */
const maxBytes = 128 * 1024;

const foldedLine = /(?:\r\n?|\n)[ \t]/gu;
const unseen = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFC]+/gu;
const combiningMark = /[\u0300-\u036f]+/gu;
const umlaut = /([aouAOU])\u0308/gu;
const notLetter = /[^\p{L}\p{N}]+/gu;
const apostrophe = /[’ʼ]/gu;

interface Spelling {
  text: string;
  /** Runs of letters and digits: what the file escapes stands between those of a word. */
  letters: readonly string[];
}

/** As search_emails reads it. @throws MailboxError `invalid_input` for a query without words and one with operators. */
export function matcherOf(query: string): EventMatcher {
  const operator = operatorIn(query);
  if (operator) {
    throw new MailboxError('invalid_input', `\`query\` does not know ${operator.written}`, {
      hint: `${operator.instead} In quotes it is searched for as text.`,
    });
  }
  const meaning = parseQuery(query, 'query');
  if (!meaning) {
    throw new MailboxError('invalid_input', '`query` holds no words.', {
      hint: 'For everything in a range call get_calendar_events.',
    });
  }
  const spellings = new Map(textsIn(meaning).map((text) => [text, spellingsOf(text)]));
  const anySpelling = (text: string, stands: (spelling: Spelling) => boolean) =>
    spellings.get(text)?.some(stands) ?? false;
  const mayMatch = ({ text }: IndexedResource): boolean => {
    if (!text) return false;
    if (text.byteLength > maxBytes) return true;
    // What views are cleaned of is taken out here, too.
    const raw = readings(text.toString('utf8').replace(foldedLine, '').replace(unseen, '')).join('\n');
    const mayStand = ({ letters }: Spelling) => letters.every((run) => raw.includes(run));
    return holds(meaning, (words) => anySpelling(words, mayStand), 'may');
  };
  const judged = new WeakMap<IndexedResource, boolean>();
  return {
    mayMatch: (resource) => {
      const verdict = judged.get(resource) ?? mayMatch(resource);
      judged.set(resource, verdict);
      return verdict;
    },
    matches: (view) => {
      const texts = readings(textOf(view)).map(oneLine);
      const stands = (spelling: Spelling) => texts.some((text) => text.includes(spelling.text));
      return holds(meaning, (words) => anySpelling(words, stands), 'does');
    },
  };
}

function textsIn(query: Query): string[] {
  if (query.kind === 'text') return [query.text];
  return query.kind === 'not' ? textsIn(query.part) : query.parts.flatMap(textsIn);
}

/** @param sure whether what `has` a text does have it: where it only may, that excludes nothing */
function holds(query: Query, has: (text: string) => boolean, sure: 'may' | 'does'): boolean {
  switch (query.kind) {
    case 'text':
      return has(query.text);
    case 'not':
      return sure === 'may' || !holds(query.part, has, sure);
    case 'and':
      return query.parts.every((part) => holds(part, has, sure));
    case 'or':
      return query.parts.some((part) => holds(part, has, sure));
  }
}

function spellingsOf(words: string): Spelling[] {
  return readings(words).map((reading) => {
    const text = oneLine(reading).trim();
    return { text, letters: text.split(notLetter).filter(Boolean) };
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ');
}

/**
 * Without case and accents: `STRASSE` finds Straße. Upper case, for it alone knows ß and the Greek final sigma; only
 * Latin and Greek accents go, the vowel signs of other scripts are letters to their readers. Where there are umlauts, a
 * second time as Germans write them without: Müller is MULLER and MUELLER. O’Brien is O'BRIEN.
 */
function readings(text: string): string[] {
  const decomposed = text.normalize('NFKD');
  const spelled = decomposed.replace(umlaut, '$1e');
  const distinct = spelled === decomposed ? [decomposed] : [decomposed, spelled];
  return distinct.map((reading) => reading.replace(combiningMark, '').replace(apostrophe, "'").toUpperCase());
}

/**
 * A series as one hit each: its next occurrence, or its last where none is to come. An override that differs stands
 * for itself, for it may be what was looked for.
 */
export function condensed(entries: readonly Entry[], now: number): Entry[] {
  const chosen = new Map<string, Entry>();
  const others: Entry[] = [];
  for (const entry of entries) {
    const { calendar, resource, occurrence } = entry;
    if (!occurrence.original) others.push(entry);
    else {
      const { uid } = occurrence.view;
      const key = JSON.stringify([calendar.id, resource, uid, textOf(occurrence.view)]);
      const best = chosen.get(key);
      if (!best || isBetter(entry, best, now)) chosen.set(key, entry);
    }
  }
  return [...others, ...chosen.values()];
}

function isBetter({ occurrence: a }: Entry, { occurrence: b }: Entry, now: number): boolean {
  const [aIsOver, bIsOver] = [a.end < now, b.end < now];
  if (aIsOver !== bIsOver) return bIsOver;
  return aIsOver ? a.start > b.start : a.start < b.start;
}

function textOf({ title, location, description, organizer, attendees }: EventView): string {
  const people = [...(organizer ? [organizer] : []), ...attendees];
  const names = people.map(({ name, email }) => `${name ?? ''} ${email}`);
  return [title, location ?? '', description ?? '', ...names].join('\n');
}
