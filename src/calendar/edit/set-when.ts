import type { Component, ContentLine } from '../ics/document.ts';
import { endOf, type Length } from '../reading/length.ts';
import { instantOf, type Moment, type Moments } from '../reading/moment.ts';
import { dayMs } from '../time/wall.ts';
import { property, withValue } from './lines.ts';
import { momentLine, readMoment, sameClock, sameMoment, withMoment } from './moment-line.ts';
import { insertBehind, lineOf, removeLines, setLine } from './tree.ts';
import type { When } from './when.ts';

/** Whether both begin at one moment, kept in one zone, and last as long. */
export function sameWhen(one: When, other: When): boolean {
  return sameMoment(one.start, other.start) && sameLength(one.length, other.length);
}

export function sameLength(one: Length, other: Length): boolean {
  return one.days === other.days && one.ms === other.ms;
}

/**
 * Writes DTSTART and, in the way the file has it, DTEND or DURATION. Nothing is written that says the same already.
 * @param before what the event said
 */
export function setWhen(
  event: Component,
  after: When,
  before: When | undefined,
  moments: Moments,
): Component {
  if (before && sameWhen(before, after)) return event;
  const line = lineOf(event, 'DTSTART');
  const started = setLine(
    event,
    line ? withMoment(line, after.start, moments) : momentLine('DTSTART', after.start),
  );
  const sameKind = before?.start.allDay === after.start.allDay;
  const lengthStays = before !== undefined && sameKind && sameLength(before.length, after.length);
  if (lineOf(started, 'DURATION') && !lineOf(started, 'DTEND')) {
    return lengthStays ? started : setDuration(started, after);
  }
  if (!lineOf(started, 'DTEND') && lengthStays) return started;
  return setEnd(started, after, before, moments);
}

function setDuration(event: Component, { start, length }: When): Component {
  const line = lineOf(event, 'DURATION');
  const text = formatDuration(length, start.allDay);
  return line ? setLine(event, withValue(line, text)) : event;
}

/** A timed event without length has no DTEND: it would have to be later than DTSTART (RFC 5545 §3.8.2.2). */
function setEnd(event: Component, after: When, before: When | undefined, moments: Moments): Component {
  const { start, length } = after;
  if (!start.allDay && length.days === 0 && length.ms === 0) return removeLines(event, ['DTEND']);
  const line = lineOf(event, 'DTEND');
  const end = endMoment(after, line && ownZone(line, after, before, moments));
  if (!start.allDay && instantOf(end) !== endOf(start, length)) return withDuration(event, after);
  if (line) return setLine(event, withMoment(line, end, moments));
  return insertBehind(event, lineOf(event, 'DTSTART'), momentLine('DTEND', end));
}

/** Clocks that are put back show an hour twice, and a DTEND means the first: an end in the second can only be a length. */
function withDuration(event: Component, { start, length }: When): Component {
  const line = property('DURATION', formatDuration(length, start.allDay));
  const bare = removeLines(event, ['DTEND', 'DURATION']);
  return insertBehind(bare, lineOf(bare, 'DTSTART'), line);
}

/** A flight ends in another zone than it begins: DTEND stays in its own, unless the event got another one. */
function ownZone(
  line: ContentLine,
  { start }: When,
  before: When | undefined,
  moments: Moments,
): Moment | undefined {
  const end = before && readMoment(line, moments, before.start.clock);
  if (!end || end.allDay || start.allDay || !sameClock(before.start, start)) return undefined;
  return end;
}

function endMoment({ start, length }: When, zone: Moment = start): Moment {
  if (start.allDay) return { ...start, wall: start.wall + length.days * dayMs };
  const instant = endOf(start, length);
  return { ...zone, wall: zone.clock.toWall(instant) };
}

/** `PT1H30M`, or whole days. */
function formatDuration({ days, ms }: Length, allDay: boolean): string {
  if (allDay) return `P${days}D`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ];
  const time = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  if (days > 0) return `P${days}D${time && `T${time}`}`;
  return `PT${time || '0S'}`;
}
