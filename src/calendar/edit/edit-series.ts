import type { EventFields } from '../../domain/calendar-port.ts';
import type { OccurrenceKey } from '../event.ts';
import { type Component, type IcsDocument, linesOf } from '../ics/document.ts';
import type { Moment, Moments } from '../reading/moment.ts';
import { applyPlain, changedTimes, sharedFields } from './apply-fields.ts';
import { askedAnew } from './ask-anew.ts';
import type { EditContext } from './edit.ts';
import { inZoneOf, readMoment, withMoment } from './moment-line.ts';
import { withoutOrphans } from './orphans.ts';
import { shiftDates } from './series-dates.ts';
import { originalStart, seriesFields } from './series-fields.ts';
import { isSeries, setRule } from './set-rule.ts';
import { sameLength, sameWhen, setWhen } from './set-when.ts';
import { moves, type Shift, seriesWall, shiftMoment, timeOfDay } from './shift.ts';
import { shiftRule } from './shift-rule.ts';
import { hasOccurrence, noSuchOccurrence, type Stored } from './split-series-stored.ts';
import { stamped } from './stamp.ts';
import { lineOf, overridesOf, replaceComponent, replaceItem, setLine } from './tree.ts';
import { requireYears, saysWhen, type When, wantedWhen, whenOf } from './when.ts';

export interface EditedDocument {
  document: IcsDocument;
  changed: string[];
  /** The rule is another one: perhaps it leaves nothing. */
  ruleChanged?: boolean;
}

/** One edit of a series: what it was, what it will be. */
interface SeriesEdit {
  stored: Stored;
  master: Component;
  before: When;
  after: When;
  fields: EventFields;
  context: EditContext;
}

/**
 * A whole series edited: a new start moves DTSTART, UNTIL, EXDATE, RDATE and RECURRENCE-IDs by the same wall-clock delta, and
 * overrides that kept the old time of day. Other fields reach overrides that said the same as the master.
 * Exceptions that a changed rule no longer has are dropped, as Open-Xchange does (`exceptions` in `changed`).
 * @param occurrence the one whose new start `fields.start` is; without it it is that of the series
 */
export function editSeries(
  stored: Stored,
  master: Component,
  occurrence: OccurrenceKey | undefined,
  given: EventFields,
  context: EditContext,
): EditedDocument {
  const { document, moments, set } = stored;
  if (occurrence && !hasOccurrence(set, occurrence)) throw noSuchOccurrence();
  const fields = occurrence ? seriesFields(stored, occurrence, given, context) : given;
  const before = whenOf(master, moments);
  const after = wantedOfSeries(stored, before, occurrence, fields, context);
  const edit: SeriesEdit = { stored, master, before, after, fields, context };
  const timed = movedMaster(edit);
  const ruled = fields.recurrence === undefined ? timed : setRule(timed, fields.recurrence, after.start);
  const plain = applyPlain(ruled, fields, context);
  const ruleChanged = ruled !== timed;
  const changed = [...changedTimes(before, after), ...(ruleChanged ? ['recurrence'] : []), ...plain.changed];
  if (changed.length === 0) return { document, changed };
  const asked = askedAnew(plain.event, master, context);
  const written = replaceComponent(document, master, stamped(asked, master, document, context));
  if (ruleChanged && !isSeries(plain.event))
    return { document: withoutOverrides(written), changed, ruleChanged };
  const followed = overridesOf(document).reduce(
    (whole, override) => replaceComponent(whole, override, followedOverride(override, edit)),
    written,
  );
  if (!ruleChanged) return { document: followed, changed };
  const { document: pruned, dropped } = withoutOrphans(followed, context.zone);
  return { document: pruned, changed: dropped ? [...changed, 'exceptions'] : changed, ruleChanged };
}

function wantedOfSeries(
  stored: Stored,
  before: When,
  occurrence: OccurrenceKey | undefined,
  fields: EventFields,
  { zone }: EditContext,
): When {
  if (!saysWhen(fields)) return before;
  // In the zone of the series as its rule has it: in a DST gap no instant tells that.
  const at = occurrence ? inZoneOf(before.start, originalStart(stored, occurrence)) : before.start;
  const { start, length } = wantedWhen(fields, { ...before, start: at }, stored.moments, zone);
  const wall = before.start.wall + start.wall - at.wall;
  const after = { start: start === at ? before.start : { ...start, wall }, length };
  requireYears(after, before, fields);
  return after;
}

function movedMaster({ stored, master, before, after, fields }: SeriesEdit): Component {
  const { moments, document } = stored;
  const timed = setWhen(master, after, before, moments);
  const shift: Shift = { before: before.start, after: after.start };
  if (!moves(shift)) return timed;
  const dated = shiftDates(timed, shift, moments);
  if (fields.recurrence !== undefined) return dated;
  const hasExceptions = overridesOf(document).length > 0 || hasDates(master);
  return linesOf(dated, 'RRULE').reduce((edited, line) => {
    const bound = hasExceptions || /UNTIL/iu.test(line.raw);
    return replaceItem(edited, line, shiftRule(line, shift, bound));
  }, dated);
}

function hasDates(master: Component): boolean {
  return ['EXDATE', 'RDATE', 'EXRULE'].some((name) => lineOf(master, name));
}

function followedOverride(override: Component, edit: SeriesEdit): Component {
  const { stored, master, before, after, fields, context } = edit;
  const { moments, document } = stored;
  const shift: Shift = { before: before.start, after: after.start };
  const placed = moves(shift) ? withShiftedId(override, shift, moments) : override;
  const timed = sameWhen(before, after) ? placed : followedWhen(placed, override, edit);
  const { event } = applyPlain(timed, sharedFields(fields, master, override), context);
  if (event === override) return override;
  return stamped(askedAnew(event, override, context), override, document, context);
}

function withShiftedId(override: Component, shift: Shift, moments: Moments): Component {
  const line = lineOf(override, 'RECURRENCE-ID');
  const original = line && readMoment(line, moments, shift.before.clock);
  if (!line || !original) return override;
  return setLine(override, withMoment(line, shiftMoment(original, shift, moments), moments));
}

/** Moves along if it kept the time of day; a length of its own it keeps. */
function followedWhen(placed: Component, override: Component, edit: SeriesEdit): Component {
  const { stored, before, after } = edit;
  const { moments } = stored;
  const own = whenOf(override, moments);
  if (!keptTime(own.start, before.start, moments)) return placed;
  const shift: Shift = { before: before.start, after: after.start };
  const flips = before.start.allDay !== after.start.allDay;
  const follows = flips || sameLength(own.length, before.length);
  const start = shiftMoment(own.start, shift, moments);
  return setWhen(placed, { start, length: follows ? after.length : own.length }, own, moments);
}

function keptTime(start: Moment, old: Moment, { user }: Moments): boolean {
  if (start.allDay || old.allDay) return start.allDay === old.allDay;
  return timeOfDay({ wall: seriesWall(start, old, user) }) === timeOfDay(old);
}

function withoutOverrides(document: IcsDocument): IcsDocument {
  return overridesOf(document).reduce((left, override) => replaceComponent(left, override), document);
}
