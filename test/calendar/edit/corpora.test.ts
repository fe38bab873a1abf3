import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import type { Edited, Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { Occurrence, OccurrenceKey } from '../../../src/calendar/event.ts';
import { type Item, readDocument, writeDocument } from '../../../src/calendar/ics/document.ts';
import { idOf } from '../../../src/calendar/reading/event-set.ts';
import { occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { calendar, lived, me } from './line-diff.ts';

const corpora = join(import.meta.dirname, '../../../../shared/corpora/ics');

/** Every stored file that a person could have in a calendar, and one of our own where there are none. */
function files(): [string, string][] {
  const own: [string, string] = ['own', calendar([lived])];
  if (!existsSync(corpora)) return [own];
  const names = readdirSync(corpora, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/\.(?:json|txt)$/u.test(name) && statSync(join(corpora, name)).isFile(),
  );
  const small = names.filter((name) => statSync(join(corpora, name)).size < 20_000);
  const texts = small.map((name): [string, string] => [name, readFileSync(join(corpora, name), 'utf8')]);
  return [own, ...texts.filter(([, ics]) => /BEGIN:VEVENT/iu.test(ics))];
}

const window = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2032, 0, 1) };

function shown(ics: string | undefined): Occurrence[] {
  return ics === undefined ? [] : occurrencesOf(readResource(ics, me.zone), window, 30).occurrences;
}

function keyOf(occurrence: Occurrence | undefined): OccurrenceKey | undefined {
  if (!occurrence) return undefined;
  const { original, allDay, start } = occurrence;
  return original ?? (allDay ? { date: allDay.first } : { instant: start });
}

/** `undefined` when it is refused in our own words. */
function attempt(edit: () => Edited): Edited | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof MailboxError && error.code !== 'internal') return undefined;
    throw error;
  }
}

const moving: EventFields = { start: '2026-03-29T02:30', duration: 77 };
const editsOf: readonly [fields: EventFields, lines: RegExp][] = [
  [{ title: 'Edited; title' }, /^SUMMARY$/u],
  [{ location: 'There' }, /^(?:LOCATION|X-APPLE-STRUCTURED-LOCATION)$/u],
  [moving, /^(?:DTSTART|DTEND|DURATION|RRULE|EXDATE|RDATE|RECURRENCE-ID|ATTENDEE|VTIMEZONE)$/u],
  [{ allDay: true }, /^(?:DTSTART|DTEND|DURATION|RRULE|EXDATE|RDATE|RECURRENCE-ID|ATTENDEE)$/u],
  [{ reminders: [7, 60] }, /^VALARM$/u],
  [{ attendees: ['zoe@rig.test'] }, /^(?:ATTENDEE|ORGANIZER)$/u],
];
const stamps = /^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE)$/u;

/** The text without the items an edit is about, in its VEVENTs and of its zones. */
function without(about: RegExp, ics: string): string {
  const isAbout = ({ name }: Item) => about.test(name) || stamps.test(name);
  const strip = (items: readonly Item[]): Item[] =>
    items.flatMap((item): Item[] => {
      if (item.kind === 'line') return [item];
      if (item.name === 'VTIMEZONE') return [];
      if (item.name !== 'VEVENT') return [{ ...item, items: strip(item.items) }];
      return [{ ...item, items: item.items.filter((child) => !isAbout(child)) }];
    });
  return writeDocument({ items: strip(readDocument(ics).items) });
}

function zonesOf(ics: string): string[] {
  return ics.match(/^BEGIN:VTIMEZONE[\s\S]*?^END:VTIMEZONE/gmu) ?? [];
}

function isReadable(ics: string): boolean {
  try {
    ICAL.parse(ics);
    return true;
  } catch {
    return false;
  }
}

/** What is written can be read as well as what was there, by ical.js and by ourselves. */
function expectReadable(name: string, before: string, { ics, following }: Edited): void {
  const failures = readResource(before, me.zone).failures.length;
  for (const text of [ics, following?.ics]) {
    if (text === undefined) continue;
    expect([name, isReadable(text)]).toEqual([name, isReadable(text) || isReadable(before)]);
    expect([name, readResource(text, me.zone).failures.length <= failures]).toEqual([name, true]);
  }
}

/** What people see of it; not when it was last touched, nor what names and rules its series. */
function face({ view, original: _, ...times }: Occurrence): string {
  const {
    modified: _modified,
    stamped: _stamped,
    sequence: _sequence,
    rule: _rule,
    uid: _uid,
    ...seen
  } = view;
  return JSON.stringify([times, seen]);
}

function others(ics: string | undefined, keeps: (key: OccurrenceKey) => boolean): string[] {
  const kept = shown(ics).filter((occurrence) => {
    const key = keyOf(occurrence);
    return key !== undefined && keeps(key);
  });
  return kept.map(face).slice(0, 25).sort();
}

const positionOf = (key: OccurrenceKey) => ('date' in key ? Date.parse(key.date) : key.instant);

test('an edit of all leaves every line it is not about, byte for byte, in every file', () => {
  let edited = 0;
  for (const [name, ics] of files()) {
    for (const [fields, about] of editsOf) {
      const done = attempt(() => edits.edit(ics, { scope: 'all' }, fields, me));
      if (done?.ics === undefined) continue;
      edited += 1;
      if (done.changed.length === 0) expect(done.ics).toBe(ics);
      expect(`${name} ${without(about, done.ics)}`).toBe(`${name} ${without(about, ics)}`);
      expect(zonesOf(done.ics)).toEqual(expect.arrayContaining(zonesOf(ics)));
      expectReadable(name, ics, done);
    }
  }
  expect(edited).toBeGreaterThanOrEqual(editsOf.length);
});

test('what is done to one occurrence, or from one on, leaves all others as they were, in every file', () => {
  let edited = 0;
  for (const [name, ics] of files()) {
    const [first, second = first] = shown(ics);
    const occurrence = keyOf(second);
    if (!occurrence) continue;
    const own = [second?.view.attendees[0]?.email ?? 'me@rig.test'];
    for (const scope of ['this', 'following'] as const) {
      const target: Target = { scope, occurrence };
      const id = idOf(occurrence);
      const isOther = (key: OccurrenceKey) =>
        scope === 'this' ? idOf(key) !== id : positionOf(key) < positionOf(occurrence);
      const before = others(ics, isOther);
      const runs = [
        ...editsOf.map(
          ([fields]) =>
            () =>
              edits.edit(ics, target, fields, me),
        ),
        () => edits.cancel(ics, target, me),
        () => edits.answer(ics, target, { response: 'tentative' }, { ...me, ownAddresses: own }),
      ];
      for (const done of runs.map(attempt)) {
        // Without an old half it was the whole series.
        if (!done || (scope === 'following' && done.ics !== undefined && !done.following)) continue;
        edited += 1;
        expectReadable(name, ics, done);
        if (!second?.original) continue;
        expect([name, others(done.ics, isOther)]).toEqual([name, before]);
      }
    }
  }
  expect(edited).toBeGreaterThanOrEqual(2);
});
