import type { OccurrenceKey } from '../event.ts';
import { type Component, type IcsDocument, unfolded, writeDocument } from '../ics/document.ts';
import { type EventSet, idOf, keyOf } from '../reading/event-set.ts';
import { instantOf } from '../reading/moment.ts';
import { attendeesOf } from '../reading/people.ts';
import { isAnsweredAlone, ownAnswer, ownCommentName } from './answer-own.ts';
import type { EditContext, Merged } from './edit.ts';
import { hasInstanceOnDayOf, survivingExdates } from './merge-exdates.ts';
import { notedLines, occurrenceOf, ownLines, withAnswerOf, withOwn } from './merge-own.ts';
import { momentLine, originalIn } from './moment-line.ts';
import { overrideAt, withOverride } from './override.ts';
import { instanceAt, readStored, type Stored, unlessEmpty } from './split-series-stored.ts';
import {
  addComponent,
  addLine,
  calendarsOf,
  masterOf,
  overridesOf,
  removeLines,
  replaceComponent,
} from './tree.ts';

type MergeContext = Pick<EditContext, 'zone' | 'ownAddresses'>;
type Survived = Pick<Merged, 'kept' | 'dropped'> & { document: IcsDocument };

/**
 * What becomes of a stored occurrence a newer version of its series says nothing of: it stays as the organizer moved it, it
 * stays answered or taken out as the invited person did it, or it goes with the series it was a part of.
 */
type Fate = 'stays' | 'stays answered' | 'goes';

/**
 * The newer series with what was said of single occurrences of the stored one. A mail may bring the series alone, and mean no
 * more than another room. While start and rule are the same, all that falls on an occurrence stays; where they are not, the
 * organizer's changes go with the times they changed (RFC 5546 §3.2.2), and only what the invited person declined or took
 * out stays, as far as that very occurrence does.
 */
export function withSurvivors(
  whole: IcsDocument,
  held: Stored,
  came: Stored,
  context: MergeContext,
): Survived {
  const { document, ...exdates } = withExdates(whole, held, came, context.zone);
  const grown = readStored(writeDocument(document), context.zone);
  const survived: Survived = { document: grown.document, kept: exdates.kept, dropped: exdates.dropped };
  for (const override of overridesOf(held.document)) {
    const key = occurrenceOf(override, held.moments, came);
    // Of two that are stored for one occurrence readers show one.
    if (!key || overrideAt(came, key) || overrideAt(held, key) !== override) continue;
    const fate = fateOf(override, key, held, came, context.ownAddresses);
    if (fate !== 'goes') survived.kept.push(key);
    else if (instanceAt(came.set, key) || hasInstanceOnDayOf(key, came.set)) survived.dropped.push(key);
    if (fate === 'goes') continue;
    const left = { ...grown, document: survived.document };
    survived.document =
      fate === 'stays'
        ? withMoved(left, override, held, context)
        : withAnswered(left, override, key, held, context);
  }
  return survived;
}

function withExdates(whole: IcsDocument, held: Stored, came: Stored, zone: string): Survived {
  const master = masterOf(whole);
  const start = came.set.master?.start;
  const { kept, dropped } = survivingExdates(held.set, came.set);
  if (!master || !start || kept.length === 0) return { document: whole, kept: [], dropped };
  const lines = kept.map((moment) => momentLine('EXDATE', originalIn(start, moment)));
  const document = replaceComponent(whole, master, lines.reduce(addLine, master));
  // A series without occurrences is none: what is left of the invitation has to be seen.
  if (unlessEmpty(document, zone) === undefined)
    return { document: whole, kept: [], dropped: kept.map(keyOf) };
  return { document, kept: kept.map(keyOf), dropped };
}

function fateOf(
  override: Component,
  key: OccurrenceKey,
  held: Stored,
  came: Stored,
  ownAddresses: readonly string[],
): Fate {
  if (!held.master || !instanceAt(came.set, key)) return 'goes';
  if (isOwnCopy(override, key, held)) return 'stays answered';
  if (hasSameTimes(held.set, came.set)) return 'stays';
  const isDeclined = ownAnswer(override, ownAddresses) === 'DECLINED';
  return isDeclined && isAnsweredAlone(override, held.master, ownAddresses) ? 'stays answered' : 'goes';
}

/** The same start and the same rule; how long it takes is as a text is. */
function hasSameTimes(one: EventSet, other: EventSet): boolean {
  const times = ({ master, rules, dates }: EventSet) =>
    JSON.stringify([master && keyOf(master.start), rules, dates.map(({ start }) => keyOf(start)).map(idOf)]);
  return times(one) === times(other);
}

/** As the organizer changed it. What was answered to it as to the series follows that. */
function withMoved(
  series: Stored,
  override: Component,
  { master }: Stored,
  { ownAddresses }: MergeContext,
): IcsDocument {
  const [calendar] = calendarsOf(series.document);
  if (!calendar || !master || !series.master) return series.document;
  const follows = ownAnswer(override, ownAddresses) === ownAnswer(master, ownAddresses);
  const added = follows ? withAnswerOf(override, series.master, ownAddresses) : override;
  return replaceComponent(series.document, calendar, addComponent(calendar, added));
}

/** As the newer series has it, with the own alarms and lines, and with the own answer where that was another one. */
function withAnswered(
  series: Stored,
  override: Component,
  key: OccurrenceKey,
  { master }: Stored,
  { ownAddresses }: MergeContext,
): IcsDocument {
  const grown = withOverride(series, key);
  const bare = removeLines(grown.override, [ownCommentName]);
  const silent = {
    ...bare,
    items: bare.items.filter(({ kind, name }) => kind === 'line' || name !== 'VALARM'),
  };
  const own = withOwn(silent, override);
  const isAlone = master && isAnsweredAlone(override, master, ownAddresses);
  const answered = isAlone ? withAnswerOf(own, override, ownAddresses) : own;
  return replaceComponent(grown.document, grown.override, answered);
}

const times = /^(?:RECURRENCE-ID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE)$/u;
const versions = /^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE|REQUEST-STATUS)$/u;
const people = /^(?:ATTENDEE|ORGANIZER)$/u;

/** A copy of its series at its own time, made for an own answer or alarm: the organizer says nothing else in it. */
function isOwnCopy(override: Component, key: OccurrenceKey, { master, set }: Stored): boolean {
  const change = set.changes.get(idOf(key));
  const length = set.master?.length;
  if (!master || !length || !change || change.andFuture) return false;
  const isInTime = instantOf(change.start) === instantOf(change.original);
  const isAsLong = change.length.days === length.days && change.length.ms === length.ms;
  return isInTime && isAsLong && wordsOf(override) === wordsOf(master);
}

/** What the organizer says but for the time. Servers put lines in an order of their own, and note what others answered. */
function wordsOf(event: Component): string {
  const words = event.items.flatMap((item) =>
    item.kind === 'line' && isWord(item.name) ? [unfolded(item.raw)] : [],
  );
  const invited = attendeesOf(event).map(({ email }) => email);
  return JSON.stringify([words.sort(), invited.sort()]);
}

function isWord(name: string): boolean {
  return ![times, versions, people, ownLines, notedLines].some((kind) => kind.test(name));
}
