import { MailboxError } from '../../domain/errors.ts';
import type { Component, ContentLine } from '../ics/document.ts';
import { instantOf, type Moment, type Moments } from '../reading/moment.ts';
import type { Clock } from '../time/clock.ts';
import { clamped } from '../time/wall.ts';
import { property, rawValue, withParam, withValue } from './lines.ts';
import { component } from './tree.ts';

/**
 * `20260328`, `20260328T100000`, in UTC with `Z`.
 * @throws MailboxError `invalid_input` for years that have not four digits: an exception moved with its series.
 */
export function formatMoment({ wall, allDay, clock }: Moment): string {
  if (clamped(wall) !== wall) {
    throw new MailboxError('invalid_input', 'start moves a date of this event out of the years 1 to 9999.');
  }
  const text = new Date(wall).toISOString().slice(0, 19).replace(/[-:]/gu, '');
  return allDay ? text.slice(0, 8) : `${text}${isUtc(clock) ? 'Z' : ''}`;
}

/** A new line that says `moment` in its own zone and value type. */
export function momentLine(name: string, moment: Moment): ContentLine {
  return property(name, formatMoment(moment), momentParams(moment));
}

/** The line with another moment; parameters other than TZID and VALUE, and a moment that is the same, stay as they were. */
export function withMoment(line: ContentLine, moment: Moment, moments: Moments): ContentLine {
  const before = readMoment(line, moments);
  if (before && sameMoment(before, moment)) return line;
  return withValue(withForm(line, moment), formatMoment(moment));
}

/** TZID and VALUE as values like `moment` need them. */
export function withForm(line: ContentLine, moment: Moment): ContentLine {
  const { VALUE, TZID } = momentParams(moment);
  // VALUE=DATE-TIME is the default, and may stay where it stands.
  const typed =
    moment.allDay || !/;\s*VALUE="?DATE-TIME/iu.test(line.raw) ? withParam(line, 'VALUE', VALUE) : line;
  return withParam(typed, 'TZID', TZID);
}

/** Undefined when it cannot be read. `floating` is the clock of a time without a zone; default the user's. */
export function readMoment(line: ContentLine, moments: Moments, floating?: Clock): Moment | undefined {
  return moments.first(holding(line), line.name, floating);
}

/** One line as a component, as readers want it. */
export function holding(line: ContentLine): Component {
  return component('VEVENT', [line]);
}

/** The values of a line that lists several, as they are written. */
export function listOf(line: ContentLine): string[] {
  return rawValue(line).split(',');
}

export function sameMoment(one: Moment, other: Moment): boolean {
  return one.wall === other.wall && one.allDay === other.allDay && (one.allDay || sameClock(one, other));
}

/** Kept in the same zone under the same name. */
export function sameClock({ clock: one }: Moment, { clock: other }: Moment): boolean {
  return one.tzid === other.tzid;
}

/** An RDATE may stand in another zone than DTSTART. In one zone the wall clock stays: in a DST gap it is none that instants have. */
export function inZoneOf(start: Moment, moment: Moment): Moment {
  if (start.allDay || moment.clock.tzid === start.clock.tzid) return { ...start, wall: moment.wall };
  return { ...start, wall: start.clock.toWall(instantOf(moment)) };
}

/** The same, for EXDATE and RECURRENCE-ID: as it stands where it is the second of an hour that the zone's clocks show twice. */
export function originalIn(start: Moment, moment: Moment): Moment {
  const here = inZoneOf(start, moment);
  return instantOf(here) === instantOf(moment) ? here : moment;
}

/** Written with `Z`. */
export function isUtc({ tzid }: Clock): boolean {
  return tzid === 'UTC';
}

function momentParams({ allDay, clock }: Moment): { VALUE: string | undefined; TZID: string | undefined } {
  return {
    VALUE: allDay ? 'DATE' : undefined,
    TZID: allDay || isUtc(clock) ? undefined : clock.tzid,
  };
}
