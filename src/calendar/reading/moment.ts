import type { Component } from '../ics/document.ts';
import type { Clock } from '../time/clock.ts';
import { clockOf, type NamedClock, type ZoneSource } from '../time/clock-of.ts';
import { ianaClock } from '../time/iana.ts';
import { readLocalTime } from '../time/local-time.ts';
import { startOfDay, type WallMs } from '../time/wall.ts';
import { type Property, properties, property } from './property.ts';

/** A DATE or DATE-TIME of a file. The clock of a day is the user's: that is where its midnights are. */
export interface Moment {
  wall: WallMs;
  allDay: boolean;
  clock: Clock;
}

/** Reads the moments of one resource; each TZID is looked up once. */
export class Moments {
  /** Clock of floating times, and of days. */
  readonly user: Clock;
  readonly #source: ZoneSource;
  readonly #userZone: string;
  readonly #clocks = new Map<string, NamedClock>();

  /** @param userZone IANA name */
  constructor(source: ZoneSource, userZone: string) {
    this.#source = source;
    this.#userZone = userZone;
    this.user = { ...ianaClock(userZone), tzid: undefined };
  }

  clockOf(tzid: string | undefined): NamedClock {
    const key = tzid ?? '';
    const known = this.#clocks.get(key) ?? clockOf(tzid, this.#source, this.#userZone);
    this.#clocks.set(key, known);
    return known;
  }

  /** Undefined when the component has no such property, or none that can be read. */
  first(component: Component, name: string, floating?: Clock): Moment | undefined {
    const found = property(component, name);
    return found && this.read(found, found.values[0], floating);
  }

  /** All values of all lines of that name; of a period its start. */
  all(component: Component, name: string, floating?: Clock): Moment[] {
    return properties(component, name).flatMap((line) =>
      line.values.flatMap(
        (value) => this.read(line, Array.isArray(value) ? value[0] : value, floating) ?? [],
      ),
    );
  }

  /**
   * @param floating clock of a time without zone. Of an EXDATE or DTEND it is the clock of DTSTART: programs that
   * forget its TZID mean that.
   */
  read({ parameters }: Property, value: unknown, floating: Clock = this.user): Moment | undefined {
    const time = readLocalTime(value);
    if (!time) return undefined;
    if (time.isDate) return { wall: time.wall, allDay: true, clock: this.user };
    if (time.isUtc) return { wall: time.wall, allDay: false, clock: this.clockOf('UTC').clock };
    const tzid = parameters.tzid?.trim();
    return { wall: time.wall, allDay: false, clock: tzid ? this.clockOf(tzid).clock : floating };
  }
}

export function instantOf({ wall, clock }: Moment): number {
  return clock.toInstant(wall);
}

/** The day a moment means to an all-day event: midnight is the day as written, in whatever zone. */
export function dayOf(moment: Moment, user: Clock): WallMs {
  const written = startOfDay(moment.wall);
  if (moment.allDay || written === moment.wall) return written;
  return startOfDay(user.toWall(instantOf(moment)));
}
