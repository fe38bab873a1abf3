import { cleanLine, cleanText, cutAt } from '../../content/clean.ts';
import type { EventView } from '../event.ts';
import { type Component, componentsOf, linesOf } from '../ics/document.ts';
import type { NamedClock } from '../time/clock-of.ts';
import { readLocalTime } from '../time/local-time.ts';
import { dayMs } from '../time/wall.ts';
import { readSignedDuration } from './length.ts';
import type { Moments } from './moment.ts';
import { attendeesOf, organizerOf } from './people.ts';
import { type Property, property, rawValue, text } from './property.ts';

/** Far above what anybody reads or an answer has room for. */
const maxLineChars = 20_000;
const maxUrlChars = 2_000;
const maxAlarms = 1_000;

/** What a person may follow from an event, none of which runs or reads anything on this machine. */
const linkSchemes = ['http', 'https', 'mailto', 'tel', 'sip', 'sips', 'xmpp'];
const meetingSchemes = ['facetime', 'facetime-audio', 'msteams', 'skype', 'webex', 'zoommtg', 'zoomus'];
const shownSchemes = new Set([...linkSchemes, ...meetingSchemes]);

const statuses: Readonly<Record<string, EventView['status']>> = {
  TENTATIVE: 'tentative',
  CANCELLED: 'cancelled',
  CONFIRMED: 'confirmed',
};

/**
 * One VEVENT as people read it: bounded, a description by the longest line there is, and cleaned of what a person would
 * not see.
 */
export function viewOf(event: Component, moments: Moments): EventView {
  const location = cleanLine(text(event, 'LOCATION'), maxLineChars);
  const description = cleanText(text(event, 'DESCRIPTION')).text.trim();
  const url = urlOf(event);
  const status = statuses[text(event, 'STATUS').trim().toUpperCase()];
  const organizer = organizerOf(event);
  const rule = ruleOf(event);
  return {
    uid: uidOf(event),
    title: cleanLine(text(event, 'SUMMARY'), maxLineChars),
    ...(location && { location }),
    ...(description && { description }),
    ...(url && { url }),
    ...(status && { status }),
    transparent: text(event, 'TRANSP').trim().toUpperCase() === 'TRANSPARENT',
    ...(organizer && { organizer }),
    attendees: attendeesOf(event),
    ...(rule && { rule }),
    reminders: remindersOf(event),
    ...stampsOf(event),
    sequence: sequenceOf(event),
    ...zoneOf(event, moments),
  };
}

/** As written but for control characters: mail and other calendars are compared with it. */
export function uidOf(event: Component): string {
  return cutAt(
    text(event, 'UID')
      .replace(/\p{Cc}/gu, '')
      .trim(),
    1_000,
  );
}

/** 0 when there is none (RFC 5545 §3.8.7.4). */
export function sequenceOf(event: Component): number {
  const value = Number(property(event, 'SEQUENCE')?.values[0] ?? 0);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Empty for one that is none, and for `javascript:`, `data:`, `file:` and their like. */
function urlOf(event: Component): string {
  const url = cleanLine(text(event, 'URL'), maxUrlChars);
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):./iu.exec(url) ?? [];
  return shownSchemes.has(scheme.toLowerCase()) ? url : '';
}

function ruleOf(event: Component): string {
  const [line] = linesOf(event, 'RRULE');
  return line ? cleanLine(rawValue(line), 1_000) : '';
}

function stampsOf(event: Component): Pick<EventView, 'created' | 'modified' | 'stamped'> {
  const created = stamp(event, 'CREATED');
  const modified = stamp(event, 'LAST-MODIFIED');
  const stamped = stamp(event, 'DTSTAMP');
  return { ...(created && { created }), ...(modified && { modified }), ...(stamped && { stamped }) };
}

/** All are in UTC (RFC 5545 §3.8.7.1–3), also where the Z was forgotten. */
function stamp(event: Component, name: string): string | undefined {
  const time = readLocalTime(property(event, name)?.values[0]);
  return time && new Date(time.wall).toISOString();
}

/** The zone of the start; what nobody knows is said of the end, too. */
function zoneOf(event: Component, moments: Moments): { zone?: string; unknownZone?: string } {
  const [start, end] = ['DTSTART', 'DTEND'].map((name) => zoneNamedBy(property(event, name), moments));
  const unknown = start?.unknown ?? end?.unknown;
  return { ...(start?.zone && { zone: start.zone }), ...(unknown && { unknownZone: unknown }) };
}

function zoneNamedBy(line: Property | undefined, moments: Moments): NamedClock | undefined {
  const time = readLocalTime(line?.values[0]);
  if (!line || !time || time.isDate) return undefined;
  return moments.clockOf(time.isUtc ? 'UTC' : line.parameters.tzid);
}

/** Minutes before the start, after it negative. Not those with a time of their own, nor Apple's `ACTION:NONE`. */
function remindersOf(event: Component): number[] {
  const alarms = componentsOf(event, 'VALARM').slice(0, maxAlarms);
  const minutes = alarms.flatMap((alarm) => {
    const trigger = property(alarm, 'TRIGGER');
    const offset = trigger?.type === 'duration' ? readSignedDuration(trigger.values[0]) : undefined;
    if (!trigger || !offset || trigger.parameters.related?.toUpperCase() === 'END') return [];
    if (text(alarm, 'ACTION').trim().toUpperCase() === 'NONE') return [];
    return [Math.round(-(offset.days * dayMs + offset.ms) / 60_000) + 0];
  });
  return [...new Set(minutes)];
}
