import { ianaZone } from '../../content/zone-names.ts';
import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Component } from '../ics/document.ts';
import { endOf, type Length, lengthOf } from '../reading/length.ts';
import { dayOf, instantOf, type Moment, type Moments } from '../reading/moment.ts';
import type { Clock } from '../time/clock.ts';
import { dayMs, lastWall, startOfDay } from '../time/wall.ts';
import { type GivenTime, readGivenTime } from './given-time.ts';
import { isUtc, sameClock, sameMoment } from './moment-line.ts';

/** When an event is, and how long: `P1D` is a nominal day, the rest exact. */
export interface When {
  start: Moment;
  length: Length;
}

const hourMs = 3_600_000;
const maxLengthMs = 10 * 366 * dayMs;
const firstYearWall = Date.UTC(1900, 0, 1);

/** Whether the fields say anything about times. */
export function saysWhen(fields: EventFields): boolean {
  const { start, end, duration, allDay, timezone } = fields;
  return [start, end, duration, allDay, timezone].some((value) => value !== undefined);
}

/** @throws MailboxError `unsupported` when its start cannot be read. */
export function whenOf(event: Component, moments: Moments): When {
  const start = moments.first(event, 'DTSTART');
  if (!start) {
    throw new MailboxError('unsupported', 'The stored event has no start that can be read.', {
      hint: 'Delete it and create it anew.',
    });
  }
  return { start, length: lengthOf(event, start, moments) };
}

/**
 * What the fields ask for, where `current` holds for all they leave open: a new start keeps the length, a new zone the
 * wall clock. Times without offset are read in `timezone`, else the event's zone, else the user's; with one they
 * become the wall clock of the event's zone. An event in UTC stays there, and local times are the user's. What is the same
 * as `current` is the same object.
 * @param userZone IANA name
 * @throws MailboxError `invalid_input` naming the field at fault.
 */
export function wantedWhen(
  fields: EventFields,
  current: When | undefined,
  moments: Moments,
  userZone: string,
): When {
  const zones = zonesFor(fields, current, moments, userZone);
  const start = wantedStart(fields, current, zones, moments);
  const length = wantedLength(fields, start, current, zones, moments);
  if (length.days * dayMs + length.ms > maxLengthMs) throw invalid('The event is longer than ten years.');
  requireYears({ start, length }, current, fields);
  return { start, length };
}

/**
 * Files have years of four digits, and calendar programs begin with 1900. What is stored already may stay.
 * @throws MailboxError `invalid_input` naming the field at fault.
 */
export function requireYears({ start, length }: When, current: When | undefined, fields: EventFields): void {
  if (start === current?.start && length === current.length) return;
  if (start !== current?.start && start.wall < firstYearWall) throw invalid('start is before the year 1900.');
  const isLate = (instant: number) => Math.max(instant, start.clock.toWall(instant)) > lastWall;
  const { end, duration } = fields;
  if (isLate(instantOf(start))) throw invalid('start is after the year 9999.');
  if (!isLate(endOf(start, length))) return;
  const field = end !== undefined ? 'end' : duration !== undefined ? 'duration' : 'start';
  throw invalid(`With this ${field} the event ends after the year 9999.`);
}

interface Zones {
  /** Where the event is kept when it is given as an instant. */
  kept: Clock;
  /** Where a time without offset is read. */
  local: Clock;
}

function zonesFor(
  { timezone }: EventFields,
  current: When | undefined,
  moments: Moments,
  userZone: string,
): Zones {
  if (timezone !== undefined) {
    const asked = zoneNamed(timezone, current, moments);
    return { kept: asked, local: asked };
  }
  const users = clockNamed(userZone, moments);
  const own = current && !current.start.allDay ? current.start.clock : users;
  return { kept: own, local: isUtc(own) ? users : own };
}

/** The event's own clock where that zone is asked for by another of its names. */
function zoneNamed(name: string, current: When | undefined, moments: Moments): Clock {
  const asked = clockNamed(name, moments);
  const own = current?.start;
  if (!own || own.allDay || own.clock.tzid === undefined) return asked;
  const isSame = moments.clockOf(own.clock.tzid).zone === moments.clockOf(asked.tzid).zone;
  return isSame ? own.clock : asked;
}

function clockNamed(name: string, moments: Moments): Clock {
  const zone = ianaZone(name);
  if (zone === undefined || name.length > 100) {
    throw invalid('timezone is not a known time zone.', 'Give an IANA name such as Europe/Berlin, or UTC.');
  }
  return moments.clockOf(/^(?:Etc\/)?(?:UTC|GMT|Zulu)$/iu.test(zone) ? 'UTC' : spelt(zone)).clock;
}

/** In the case of letters everybody else writes. */
function spelt(zone: string): string {
  const lower = zone.toLowerCase();
  return Intl.supportedValuesOf('timeZone').find((known) => known.toLowerCase() === lower) ?? zone;
}

function wantedStart(
  { start, allDay, timezone }: EventFields,
  current: When | undefined,
  zones: Zones,
  { user }: Moments,
): Moment {
  if (start === undefined) {
    if (!current) throw invalid('start is missing.');
    const kept = current.start;
    if ((allDay ?? kept.allDay) === kept.allDay) {
      return kept.allDay || timezone === undefined ? kept : { ...kept, clock: zones.kept };
    }
    if (allDay) return { wall: dayOf(kept, user), allDay: true, clock: user };
    throw invalid('An all-day event that gets a time needs start.', 'Give start as 2026-03-28T10:00.');
  }
  const given = readGivenTime(start, 'start');
  const isDay = allDay ?? given.isDate;
  if (!isDay && given.isDate) throw invalid('start needs a time of day when allDay is false.');
  const asked = isDay ? { wall: dayGiven(given, user), allDay: true, clock: user } : timeGiven(given, zones);
  return current && isSameStart(current.start, asked) ? current.start : asked;
}

function timeGiven({ wall, instant }: GivenTime, { kept, local }: Zones): Moment {
  if (instant === undefined && kept === local) return { wall, allDay: false, clock: local };
  const meant = instant ?? local.toInstant(wall);
  const moment = { wall: kept.toWall(meant), allDay: false, clock: kept };
  if (instantOf(moment) === meant) return moment;
  throw invalid(
    'start lies in the hour that the clocks of its zone show twice, in the second of the two.',
    'Only UTC can say that: give timezone UTC, too.',
  );
}

/** Also where the stored wall clock lies in a DST gap: shown, and given back, is the one an hour later. */
function isSameStart(one: Moment, other: Moment): boolean {
  if (one.allDay || other.allDay) return sameMoment(one, other);
  return sameClock(one, other) && instantOf(one) === instantOf(other);
}

/** A nominal day stays one where the same end is given. */
function wantedLength(
  fields: EventFields,
  start: Moment,
  current: When | undefined,
  zones: Zones,
  moments: Moments,
): Length {
  const length = lengthAsked(fields, start, current, zones, moments);
  const stays = start === current?.start && endOf(start, length) === endOf(start, current.length);
  return stays ? current.length : length;
}

function lengthAsked(
  fields: EventFields,
  start: Moment,
  current: When | undefined,
  zones: Zones,
  moments: Moments,
): Length {
  const { end, duration } = fields;
  if (end !== undefined && duration !== undefined) throw invalid('Give end or duration, not both.');
  if (duration !== undefined) return lengthFromMinutes(duration, start.allDay);
  if (end === undefined) return keptLength(start, current, moments.user);
  const given = readGivenTime(end, 'end');
  if (start.allDay) {
    if (!given.isDate && !fields.allDay) throw invalid('end of an all-day event is a date, its last day.');
    const days = (dayGiven(given, moments.user) - start.wall) / dayMs + 1;
    if (days < 1) throw invalid('end is before start.');
    return { days, ms: 0 };
  }
  if (given.isDate) throw invalid('end needs a time of day, as start has one.');
  const ms = (given.instant ?? zones.local.toInstant(given.wall)) - instantOf(start);
  if (ms < 0) throw invalid('end is before start.');
  return { days: 0, ms };
}

function lengthFromMinutes(minutes: number, allDay: boolean): Length {
  if (!Number.isInteger(minutes) || minutes < 0) throw invalid('duration is a whole number of minutes.');
  if (!allDay) return { days: 0, ms: minutes * 60_000 };
  const days = minutes / 1440;
  if (!Number.isInteger(days) || days < 1) throw invalid('duration of an all-day event is whole days.');
  return { days, ms: 0 };
}

function keptLength(start: Moment, current: When | undefined, user: Clock): Length {
  if (!current) return start.allDay ? { days: 1, ms: 0 } : { days: 0, ms: hourMs };
  if (current.start.allDay === start.allDay) return current.length;
  if (!start.allDay) return { days: 0, ms: hourMs };
  // The days it touched; midnight ends the day before.
  const first = startOfDay(user.toWall(instantOf(current.start)));
  const last = startOfDay(user.toWall(endOf(current.start, current.length)) - 1);
  return { days: Math.max(1, (last - first) / dayMs + 1), ms: 0 };
}

function dayGiven({ wall, instant }: GivenTime, user: Clock): number {
  return startOfDay(instant === undefined ? wall : user.toWall(instant));
}

function invalid(message: string, hint?: string): MailboxError {
  return new MailboxError('invalid_input', message, hint === undefined ? {} : { hint });
}
