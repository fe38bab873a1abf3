import type { EventView, OccurrenceKey } from '../event.ts';
import type { Rule } from '../recurrence/rule.ts';
import { formatDay, startOfDay, type WallMs } from '../time/wall.ts';
import type { Length } from './length.ts';
import { dayOf, instantOf, type Moment } from './moment.ts';

/** One VEVENT: when, how long, and on demand what. */
export interface EventBody {
  start: Moment;
  length: Length;
  sequence: number;
  /** Built when first asked for: an index of 10,000 events never looks. */
  view(): EventView;
}

/** An override: what is shown instead of the instance at `original`. */
export interface ChangedEvent extends EventBody {
  /** RECURRENCE-ID, in the type of the master. */
  original: Moment;
  /** RANGE=THISANDFUTURE: its change holds for the later instances, too (RFC 5545 §3.8.4.4). */
  andFuture: boolean;
}

/** An instance of the recurrence set before anything is changed; RDATE periods have a length of their own. */
export interface Instance {
  start: Moment;
  length?: Length;
}

/** What one UID of a resource says. */
export interface EventSet {
  uid: string;
  /** It has a rule, dates or overrides. */
  recurring: boolean;
  /** Absent when the resource holds changed occurrences only (an invitation to one, Open-Xchange's phantom master). */
  master?: EventBody;
  rules: readonly Rule[];
  dates: readonly Instance[];
  excluded: Exclusions;
  changes: ReadonlyMap<KeyId, ChangedEvent>;
  /** The THISANDFUTURE ones, by original start. Of `changes` too, unless another is shown at the same start. */
  futures: readonly ChangedEvent[];
  /** A rule, or dates, of it could not be read: there may be more after its start. */
  openEnd: boolean;
  /** How long some of it lasts could not be read: each time it may go on after its start. */
  unknownLength: boolean;
}

export interface Exclusions {
  ids: ReadonlySet<KeyId>;
  /** Midnights of DATE values: they take out every instance of that day. */
  days: ReadonlySet<WallMs>;
  /** EXRULE (RFC 2445). */
  rules: readonly Rule[];
}

/** An OccurrenceKey as a key of maps. */
export type KeyId = string | number;

export function idOf(key: OccurrenceKey): KeyId {
  return 'date' in key ? key.date : key.instant;
}

export function keyOf(original: Moment): OccurrenceKey {
  return original.allDay ? { date: formatDay(original.wall) } : { instant: instantOf(original) };
}

/** A RECURRENCE-ID or RDATE in the type of the master: a day means the instance of the same time on that day. */
export function inTypeOf(master: Moment | undefined, moment: Moment, user: Moment['clock']): Moment {
  if (!master || master.allDay === moment.allDay) return moment;
  if (master.allDay) return { wall: dayOf(moment, user), allDay: true, clock: user };
  return { ...master, wall: moment.wall + (master.wall - startOfDay(master.wall)) };
}
