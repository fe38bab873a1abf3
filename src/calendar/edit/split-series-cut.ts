import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import { type Component, type IcsDocument, linesOf } from '../ics/document.ts';
import { idOf } from '../reading/event-set.ts';
import type { Moments } from '../reading/moment.ts';
import type { EditContext } from './edit.ts';
import { inZoneOf, readMoment } from './moment-line.ts';
import { type Cut, positionOf, type Side, sideOf, withDatesOf } from './split-series-dates.ts';
import { ruleOfSide } from './split-series-rule.ts';
import { instanceAt, mapEvents, noSuchOccurrence, type Stored } from './split-series-stored.ts';
import { organises } from './stamp.ts';
import { lineOf, replaceItem } from './tree.ts';

/** A series that can be cut: it has a master, and everything that recurs in it is understood. */
export interface Series extends Stored {
  master: Component;
}

/**
 * Where an occurrence stands in its series.
 * @throws MailboxError `not_found` when the series has no such occurrence; `unsupported` when it cannot be cut exactly.
 */
export function cutAt(stored: Stored, key: OccurrenceKey): { series: Series; cut: Cut } {
  const { master, set, failures } = stored;
  const start = set.master?.start;
  const found = instanceAt(set, key)?.start ?? set.changes.get(idOf(key))?.original;
  if (!found) throw noSuchOccurrence();
  if (!master || !start) throw uncuttable('Only single occurrences of this series are stored.');
  const rules = linesOf(master, 'RRULE').length;
  if (failures.length > 0 || rules !== set.rules.length)
    throw uncuttable('Not all of this series is understood.');
  if (rules > 1 || linesOf(master, 'EXRULE').length > 0) throw uncuttable('This series has several rules.');
  const cut = { start, at: inZoneOf(start, found) };
  const others = [...set.dates, ...[...set.changes.values()].map(({ original }) => ({ start: original }))];
  if (isWhole(cut) && others.some((other) => sideOf(other.start, cut, stored.moments) === 'before')) {
    throw uncuttable('Single dates of this series lie before its start.');
  }
  return { series: { ...stored, master }, cut };
}

/** Nothing lies before the cut: the following are all. */
export function isWhole({ start, at }: Cut): boolean {
  return positionOf(at) <= positionOf(start);
}

/** One side of a cut: the master with its rule and dates, and the overrides whose original start lies there. */
export function sideOfSeries(
  side: Side,
  series: Series,
  cut: Cut,
): { document: IcsDocument; master: Component } {
  const { document, master, moments, set } = series;
  const dated = withDatesOf(side, master, cut, moments);
  const line = lineOf(master, 'RRULE');
  const rule = set.rules[0];
  const cutMaster = line && rule ? replaceItem(dated, line, ruleOfSide(side, line, rule, cut)) : dated;
  const half = mapEvents(document, (event) => {
    if (event === master) return cutMaster;
    return sideOfOverride(event, cut, moments) === side ? event : undefined;
  });
  return { document: half, master: cutMaster };
}

/** One that nobody can place stays where it is. */
function sideOfOverride(override: Component, cut: Cut, moments: Moments): Side {
  const line = lineOf(override, 'RECURRENCE-ID');
  const original = line && readMoment(line, moments, cut.start.clock);
  return original ? sideOf(original, cut, moments) : 'before';
}

/** @throws MailboxError `forbidden` when only the organizer may cut it (RFC 6638 §3.2.2.1). */
export function requireOwn({ master }: Series, context: EditContext): void {
  if (organises(master, context) || linesOf(master, 'ATTENDEE').length === 0) return;
  throw new MailboxError('forbidden', 'Somebody else organises this series: only they can cut it.', {
    hint: 'Change or decline single occurrences (scope this) or the whole series (scope all).',
  });
}

export function uncuttable(message: string): MailboxError {
  return new MailboxError('unsupported', message, {
    hint: 'Change single occurrences (scope this) or the whole series (scope all).',
  });
}
