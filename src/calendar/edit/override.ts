import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import type { Component, IcsDocument } from '../ics/document.ts';
import { type ChangedEvent, type Instance, idOf, inTypeOf, keyOf } from '../reading/event-set.ts';
import { instantOf, type Moment } from '../reading/moment.ts';
import { shiftOf } from '../reading/shown.ts';
import { sequenceOf } from '../reading/view.ts';
import { startOfDay } from '../time/wall.ts';
import { momentLine, originalIn, readMoment } from './moment-line.ts';
import { withoutSeries } from './set-rule.ts';
import { setWhen } from './set-when.ts';
import { hasOccurrence, instanceAt, noSuchOccurrence, type Stored } from './split-series-stored.ts';
import { eventsOf, insertAfter, insertBehind, lineOf, overridesOf, removeLines } from './tree.ts';
import { type When, whenOf } from './when.ts';

/** A resource with a VEVENT for one occurrence. */
export interface Overridden {
  document: IcsDocument;
  override: Component;
}

/**
 * The VEVENT of one occurrence: the one that is stored, or a new copy of the master behind the last of its series, without
 * RRULE, RDATE and EXDATE, with RECURRENCE-ID in the master's zone and value type and everything else byte for byte.
 * @throws MailboxError `not_found` when the series has no such occurrence.
 */
export function withOverride(stored: Stored, key: OccurrenceKey): Overridden {
  const { document, master, set } = stored;
  if (!hasOccurrence(set, key)) return noSuchOccurrence();
  requireSingle(set, key);
  const known = overrideAt(stored, key);
  if (known) return { document, override: known };
  const instance = instanceAt(set, key);
  if (!master || !instance) return noSuchOccurrence();
  const anchor = overridesOf(document).at(-1) ?? master;
  const grown = insertAfter(document, anchor, newOverride(stored, master, instance));
  // Found again, for it took the line ends of the file.
  const override = eventsOf(grown)[eventsOf(document).indexOf(anchor) + 1];
  return override ? { document: grown, override } : noSuchOccurrence();
}

/**
 * When an occurrence is, as people see it: by its own override, else by its series.
 * @throws MailboxError `not_found` when the series has no such occurrence.
 */
export function shownWhen(stored: Stored, key: OccurrenceKey): When {
  const { master, set, moments } = stored;
  const known = overrideAt(stored, key);
  if (known) return whenOf(known, moments);
  const instance = instanceAt(set, key);
  return master && instance ? instanceWhen(stored, master, instance) : noSuchOccurrence();
}

/** @throws MailboxError `unsupported` where the change of this occurrence holds for later ones, too (RANGE=THISANDFUTURE). */
export function requireSingle({ changes }: Stored['set'], key: OccurrenceKey): void {
  if (!changes.get(idOf(key))?.andFuture) return;
  throw new MailboxError(
    'unsupported',
    'A change stored for this occurrence holds for all later ones, too.',
    {
      hint: 'Change the whole series (scope all), or this occurrence in the calendar it was made with.',
    },
  );
}

/** The stored override of that original start, in whatever zone it names it; of two the one that readers show. */
export function overrideAt({ document, set, moments }: Stored, key: OccurrenceKey): Component | undefined {
  const matching = overridesOf(document).filter((event) => {
    const line = lineOf(event, 'RECURRENCE-ID');
    const moment = line && readMoment(line, moments, set.master?.start.clock);
    return moment && idOf(keyOf(inTypeOf(set.master?.start, moment, moments.user))) === idOf(key);
  });
  return matching.reduce<Component | undefined>(
    (best, event) => (best && sequenceOf(best) > sequenceOf(event) ? best : event),
    undefined,
  );
}

/** Under a THISANDFUTURE override the copy is of that one: it is what people see there. */
function newOverride(stored: Stored, master: Component, instance: Instance): Component {
  const { moments } = stored;
  const base = baseAt(stored, master, instance);
  const original = originalIn(whenOf(master, moments).start, instance.start);
  const bare = removeLines(withoutSeries(base), ['RECURRENCE-ID']);
  const timed = setWhen(bare, instanceWhen(stored, master, instance), whenOf(base, moments), moments);
  return insertBehind(timed, lineOf(timed, 'UID'), momentLine('RECURRENCE-ID', original));
}

/** When an occurrence without an override of its own is shown. */
function instanceWhen(stored: Stored, master: Component, instance: Instance): When {
  const { moments } = stored;
  const original = originalIn(whenOf(master, moments).start, instance.start);
  const future = futureAt(stored, instance);
  const { length } = whenOf(baseAt(stored, master, instance), moments);
  return { start: future ? movedWith(future, original) : original, length: instance.length ?? length };
}

function baseAt(stored: Stored, master: Component, instance: Instance): Component {
  const future = futureAt(stored, instance);
  return (future && overrideAt(stored, keyOf(future.original))) ?? master;
}

function futureAt({ set }: Stored, { start }: Instance): ChangedEvent | undefined {
  return set.futures.findLast(({ original }) => instantOf(original) <= instantOf(start));
}

/** As reading/shown.ts shows it. */
function movedWith(future: ChangedEvent, original: Moment): Moment {
  if (original.allDay === future.start.allDay) {
    return { ...original, wall: original.wall + shiftOf(future) };
  }
  return { ...future.start, wall: startOfDay(original.wall) + shiftOf(future) };
}
