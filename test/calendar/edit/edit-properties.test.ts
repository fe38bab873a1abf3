import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { Occurrence } from '../../../src/calendar/event.ts';
import { type Item, readDocument, writeDocument } from '../../../src/calendar/ics/document.ts';
import { idOf } from '../../../src/calendar/reading/event-set.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { calendar, lived, me } from './line-diff.ts';
import { anySeries } from './split-series-arbitrary.ts';
import { clockOf, isHidden, isShownTwice, keyOf, shown } from './split-series-support.ts';

const all = { scope: 'all' } as const;

/** `undefined` when the edit is refused in our own words. */
function attempt<T>(edit: () => T): T | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof MailboxError && error.code !== 'internal') return undefined;
    throw error;
  }
}

const stamps = ['DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE'];
const linesByField: Readonly<Record<string, readonly string[]>> = {
  title: ['SUMMARY'],
  location: ['LOCATION', 'X-APPLE-STRUCTURED-LOCATION'],
  description: ['DESCRIPTION', 'X-ALT-DESC'],
  url: ['URL'],
  busy: ['TRANSP'],
  attendees: ['ATTENDEE', 'ORGANIZER'],
  duration: ['DTEND', 'DURATION', 'ATTENDEE'],
};

/** The text without the lines an edit of these fields is meant to touch: only those directly in a VEVENT. */
function without(fields: EventFields, ics: string): string {
  const names = new Set([...stamps, ...Object.keys(fields).flatMap((name) => linesByField[name] ?? [])]);
  const strip = (items: readonly Item[]): Item[] =>
    items.map((item) => {
      if (item.kind === 'line') return item;
      if (item.name !== 'VEVENT') return { ...item, items: strip(item.items) };
      const kept = item.items.filter((child) => !(child.kind === 'line' && names.has(child.name)));
      return { ...item, items: kept };
    });
  return writeDocument({ items: strip(readDocument(ics).items) });
}

const anyFields: fc.Arbitrary<EventFields> = fc.record(
  {
    title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }).filter((text) => text.trim() !== ''),
    location: fc.string({ unit: 'binary', maxLength: 90 }),
    description: fc.string({ unit: 'binary', maxLength: 200 }),
    url: fc.webUrl(),
    busy: fc.boolean(),
    attendees: fc.array(fc.constantFrom('bob@rig.test', 'Zoë <zoe@rig.test>', 'me@rig.test')),
    duration: fc.integer({ min: 1, max: 300 }),
  },
  { requiredKeys: [] },
);

test('an edit leaves every line that it is not about, byte for byte', () => {
  const texts = [calendar([lived]), calendar([lived], '\n'), calendar([lived], '\r')];
  fc.assert(
    fc.property(fc.constantFrom(...texts), anyFields, (ics, fields) => {
      const edited = edits.edit(ics, all, fields, me);
      expect(without(fields, edited.ics ?? '')).toBe(without(fields, ics));
      if (edited.changed.length === 0) expect(edited.ics).toBe(ics);
      expect(edits.edit(edited.ics ?? '', all, fields, me)).toEqual({ ics: edited.ics, changed: [] });
    }),
    { numRuns: 80 },
  );
});

/** Everything people see of it but when it was last touched. */
function seen({ view: { modified: _, stamped: __, sequence: ___, ...view }, ...times }: Occurrence): unknown {
  return { ...times, view };
}

function others(ics: string | undefined, id: string | number): unknown[] {
  return shown(ics)
    .filter(({ original }) => !original || idOf(original) !== id)
    .map(seen);
}

const ownFields = anyFields.map(({ attendees: _attendees, ...fields }) => ({
  ...fields,
  title: 'Only this',
}));

test('an edit of one occurrence leaves all others as they were, in every field', () => {
  fc.assert(
    fc.property(anySeries, fc.nat(40), fc.nat(600), ownFields, (ics, index, minutes, own) => {
      const occurrences = shown(ics);
      const chosen = occurrences[index % occurrences.length];
      const occurrence = keyOf(chosen);
      const { duration, ...plain } = own;
      const start = (chosen?.start ?? 0) + minutes * 60_000;
      if (isShownTwice(clockOf(ics), start)) return;
      const times = { start: new Date(start).toISOString(), duration };
      const fields = chosen?.allDay ? plain : { ...plain, ...times };
      const edited = edits.edit(ics, { scope: 'this', occurrence }, fields, me);
      expect(readResource(edited.ics ?? '', me.zone).failures).toEqual([]);
      const now = shown(edited.ics).find(({ original }) => original && idOf(original) === idOf(occurrence));
      expect(now?.view.title).toBe('Only this');
      if (!chosen?.allDay) expect(now?.start).toBe(start);
      const length =
        chosen && !chosen.allDay && duration ? duration * 60_000 : chosen && chosen.end - chosen.start;
      expect(now && now.end - now.start).toBe(length);
      expect(others(edited.ics, idOf(occurrence))).toEqual(others(ics, idOf(occurrence)));
    }),
    { numRuns: 80 },
  );
});

test('a series moved there and back is the series it was', () => {
  let moved = 0;
  fc.assert(
    fc.property(anySeries, fc.constantFrom(7, 22, 7 * 24 * 60), (ics, minutes) => {
      const [first] = shown(ics);
      const occurrence = keyOf(first);
      // From out of a gap no way leads back into it.
      if ('instant' in occurrence && isHidden(ics, occurrence.instant)) return;
      const at = (key: typeof occurrence, shift: number) =>
        'date' in key
          ? new Date(Date.parse(key.date) + Math.ceil(shift / 1440) * 86_400_000).toISOString().slice(0, 10)
          : new Date(key.instant + shift * 60_000).toISOString();
      const there = attempt(() =>
        edits.edit(ics, { scope: 'all', occurrence }, { start: at(occurrence, minutes) }, me),
      );
      if (!there) return;
      const key =
        'date' in occurrence
          ? { date: at(occurrence, minutes) }
          : { instant: Date.parse(at(occurrence, minutes)) };
      const back = attempt(() =>
        edits.edit(there.ics ?? '', { scope: 'all', occurrence: key }, { start: at(occurrence, 0) }, me),
      );
      if (!back) return;
      moved += 1;
      expect(shown(back.ics).map(seen)).toEqual(shown(ics).map(seen));
    }),
    { numRuns: 80 },
  );
  expect(moved).toBeGreaterThan(15);
});
