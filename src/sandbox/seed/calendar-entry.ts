import { readIcs, writeIcs } from '../caldav/ics.ts';
import { zones } from './calendar-zones.ts';

const dayMs = 86_400_000;

/** `HH:MM` on a wall clock. */
export type Clock = `${number}:${number}`;

export interface SeedEvent {
  key: string;
  title: string;
  /** Days after the Monday of the demo's week; or a date like `19880229`, of one all-day event that names no end. */
  day: number | string;
  /** Absent: all day. */
  at?: Clock;
  /** Of an event with a time; default 60. */
  minutes?: number;
  /** Of an all-day event; default 1. */
  days?: number;
  /** Default Europe/Berlin. */
  zone?: keyof typeof zones | 'UTC' | 'floating';
  location?: string;
  /** Further content lines, ready to be written. */
  lines?: readonly string[];
  /** Further components with the same UID, made by `eventLines` with a RECURRENCE-ID among `lines`. */
  overrides?: readonly SeedEvent[];
}

/** The days of the demo: everything counts from the Monday before `now`. */
export class SeedWeek {
  readonly #monday: number;
  readonly #stamp: string;

  constructor(now: Date) {
    const today = Math.floor(now.getTime() / dayMs);
    // The epoch was a Thursday.
    this.#monday = (today - ((today + 3) % 7)) * dayMs;
    this.#stamp = `${basic(this.#monday - 10 * dayMs)}T080000Z`;
  }

  /** `20260330` */
  date(day: number): string {
    return basic(this.#monday + day * dayMs);
  }

  /** `20260330T093000`; minutes may run over midnight. */
  time(day: number, at: Clock, minutes = 0): string {
    const [hour = 0, minute = 0] = at.split(':').map(Number);
    const instant = this.#monday + day * dayMs + (hour * 60 + minute + minutes) * 60_000;
    return new Date(instant).toISOString().replace(/[-:]|\.\d+Z/gu, '');
  }

  /** A whole file, as a calendar program would have stored it. */
  file(event: SeedEvent): string {
    const { at, zone = 'Europe/Berlin', overrides = [] } = event;
    const definition = at === undefined || zone === 'UTC' || zone === 'floating' ? [] : zones[zone];
    return calendarFile([...definition, ...[event, ...overrides].flatMap((one) => this.#component(one))]);
  }

  task(key: string, title: string, day: number | undefined, lines: readonly string[] = []): string {
    const due = day === undefined ? [] : [`DUE;VALUE=DATE:${this.date(day)}`];
    const head = ['BEGIN:VTODO', `UID:${uid(key)}`, `DTSTAMP:${this.#stamp}`];
    return calendarFile([...head, `SUMMARY:${title}`, ...due, ...lines, 'END:VTODO']);
  }

  #component(event: SeedEvent): string[] {
    return [
      'BEGIN:VEVENT',
      `UID:${uid(event.key)}`,
      `DTSTAMP:${this.#stamp}`,
      `CREATED:${this.#stamp}`,
      `LAST-MODIFIED:${this.#stamp}`,
      ...this.#times(event),
      `SUMMARY:${event.title}`,
      ...(event.location === undefined ? [] : [`LOCATION:${event.location}`]),
      ...(event.lines ?? []),
      'END:VEVENT',
    ];
  }

  #times({ day, days = 1, at, minutes = 60, zone = 'Europe/Berlin' }: SeedEvent): string[] {
    if (typeof day === 'string') return [`DTSTART;VALUE=DATE:${day}`];
    if (at === undefined) {
      return [`DTSTART;VALUE=DATE:${this.date(day)}`, `DTEND;VALUE=DATE:${this.date(day + days)}`];
    }
    const parameter = zone === 'UTC' || zone === 'floating' ? '' : `;TZID=${zone}`;
    const end = zone === 'UTC' ? 'Z' : '';
    return [
      `DTSTART${parameter}:${this.time(day, at)}${end}`,
      `DTEND${parameter}:${this.time(day, at, minutes)}${end}`,
    ];
  }
}

export function uid(key: string): string {
  return `${key}@sandbox.test`;
}

function calendarFile(lines: readonly string[]): string {
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Sandbox//Demo//DE'];
  return writeIcs(readIcs([...head, ...lines, 'END:VCALENDAR', ''].join('\r\n')));
}

function basic(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10).replaceAll('-', '');
}
