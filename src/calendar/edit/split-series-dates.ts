import { type Component, linesOf } from '../ics/document.ts';
import { inTypeOf } from '../reading/event-set.ts';
import { instantOf, type Moment, type Moments } from '../reading/moment.ts';
import { startOfDay } from '../time/wall.ts';
import { withValue } from './lines.ts';
import { holding, listOf } from './moment-line.ts';
import { replaceItem } from './tree.ts';

/** What a cut leaves on the side before it, and what lies from it on. */
export type Side = 'before' | 'from';

/** Where a series is cut: the original start of the first occurrence on the far side, as DTSTART is written. */
export interface Cut {
  start: Moment;
  at: Moment;
}

/** Where in time a moment lies, comparable within a series: days by themselves, times by their instant. */
export function positionOf(moment: Moment): number {
  return moment.allDay ? moment.wall : instantOf(moment);
}

/** Which side an original start lies on, in whatever zone and type it is written. */
export function sideOf(moment: Moment, { start, at }: Cut, { user }: Moments): Side {
  return positionOf(inTypeOf(start, moment, user)) < positionOf(at) ? 'before' : 'from';
}

/** The EXDATEs and RDATEs of one side. Lines that keep all of their values stay byte for byte. */
export function withDatesOf(side: Side, master: Component, cut: Cut, moments: Moments): Component {
  const isHere = (value: Moment) => sideOf(value, cut, moments) === side;
  const dated = filterDates(master, 'RDATE', cut.start, moments, isHere);
  return filterDates(dated, 'EXDATE', cut.start, moments, (value) => {
    if (!value.allDay || cut.start.allDay) return isHere(value);
    // A day takes out all instances of that day, and the cut may lie between two of them.
    const cutDay = startOfDay(cut.at.wall);
    return side === 'before' ? value.wall <= cutDay : value.wall >= cutDay;
  });
}

/** Takes `gone` out of the RDATEs. */
export function withoutDate(master: Component, gone: Moment, start: Moment, moments: Moments): Component {
  const isOther = (value: Moment) => positionOf(inTypeOf(start, value, moments.user)) !== positionOf(gone);
  return filterDates(master, 'RDATE', start, moments, isOther);
}

/** A value that cannot be read stays: nobody knows where it belongs. */
export function filterDates(
  master: Component,
  name: 'RDATE' | 'EXDATE',
  start: Moment,
  moments: Moments,
  keeps: (value: Moment) => boolean,
): Component {
  let edited = master;
  for (const line of linesOf(master, name)) {
    const values = listOf(line);
    // Of one value each: a line of thousands is not to be looked through thousands of times.
    const bare = withValue(line, '');
    const kept = values.filter((value) => {
      const [moment] = moments.all(holding(withValue(bare, value)), name, start.clock);
      return !moment || keeps(moment);
    });
    if (kept.length === values.length) continue;
    edited = replaceItem(edited, line, kept.length > 0 ? withValue(line, kept.join(',')) : undefined);
  }
  return edited;
}
