import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatInstant } from '../../domain/time.ts';
import type { OccurrenceKey } from '../event.ts';
import { idOf, keyOf } from '../reading/event-set.ts';
import { instancesBetween } from '../reading/instances.ts';
import { endOf } from '../reading/length.ts';
import { instantOf, type Moment, type Moments } from '../reading/moment.ts';
import { formatDay, lastWall } from '../time/wall.ts';
import type { EditContext } from './edit.ts';
import { sameMoment } from './moment-line.ts';
import { shownWhen } from './override.ts';
import { sameWhen } from './set-when.ts';
import { positionOf } from './split-series-dates.ts';
import { instanceAt, noSuchOccurrence, type Stored } from './split-series-stored.ts';
import { saysWhen, type When, wantedWhen, whenOf } from './when.ts';

/**
 * What fields given for one occurrence mean for its series: times given as they are shown of it ask for no change, and
 * the rest is left. A duration alone is absolute.
 * @throws MailboxError `not_found`; `invalid_input` for another start or end where the occurrence has a time of its own:
 * how far it lies from that says nothing of the others.
 */
export function seriesFields(
  stored: Stored,
  key: OccurrenceKey,
  fields: EventFields,
  { zone }: EditContext,
): EventFields {
  if (!saysWhen(fields)) return fields;
  const shown = shownWhen(stored, key);
  const left = withoutShown(fields, shown, stored.moments, zone);
  if (left.start === undefined && left.end === undefined) return left;
  const original = originalStart(stored, key);
  const isMoved = shown.start.allDay !== original.allDay || positionOf(shown.start) !== positionOf(original);
  if (isMoved || (left.end !== undefined && hasOwnLength(stored, shown))) {
    throw ownTime(unmovedBehind(stored, original), zone);
  }
  return left;
}

/** The start the series gives an occurrence. @throws MailboxError `not_found` */
export function originalStart({ set }: Stored, key: OccurrenceKey): Moment {
  return instanceAt(set, key)?.start ?? set.changes.get(idOf(key))?.original ?? noSuchOccurrence();
}

function withoutShown(fields: EventFields, shown: When, moments: Moments, zone: string): EventFields {
  const asked = wantedWhen(fields, shown, moments, zone);
  const { start, end, duration, allDay, timezone, ...others } = fields;
  if (sameWhen(asked, shown)) {
    return start === undefined && duration !== undefined ? { ...others, duration } : others;
  }
  const isSameStart = start !== undefined && sameMoment(asked.start, shown.start);
  return isSameStart && duration !== undefined ? { ...others, duration } : fields;
}

function hasOwnLength({ master, moments }: Stored, { start, length }: When): boolean {
  return master !== undefined && endOf(start, length) !== endOf(start, whenOf(master, moments).length);
}

/** The next occurrence that is where the series has it. */
function unmovedBehind({ set }: Stored, original: Moment): Moment | undefined {
  if (set.futures.length > 0) return undefined;
  const range = { from: original.wall, to: lastWall + 1, limit: 100 };
  const [next] = [...instancesBetween(set, range, () => false).found.values()]
    .map(({ start }) => start)
    .filter((start) => positionOf(start) > positionOf(original) && !set.changes.has(idOf(keyOf(start))))
    .sort((one, other) => positionOf(one) - positionOf(other));
  return next;
}

function ownTime(other: Moment | undefined, zone: string): MailboxError {
  const text =
    other && (other.allDay ? formatDay(other.wall) : formatInstant(new Date(instantOf(other)), zone));
  const named = text === undefined ? '' : `, such as the id that ends in @${text}`;
  return new MailboxError(
    'invalid_input',
    'This occurrence has a time of its own: start and end given for it say nothing of the others.',
    {
      hint: `Give the id of the series (up to the @) with its new start, or that of an occurrence that was not moved${named}.`,
    },
  );
}
