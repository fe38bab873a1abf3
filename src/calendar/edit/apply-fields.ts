import type { EventFields } from '../../domain/calendar-port.ts';
import type { Component } from '../ics/document.ts';
import { endOf } from '../reading/length.ts';
import { instantOf, type Moments } from '../reading/moment.ts';
import { addressesOf, setAttendees } from './attendees.ts';
import type { EditContext } from './edit.ts';
import { rawValue, textOf } from './lines.ts';
import { sameClock, sameMoment } from './moment-line.ts';
import { remindersOf, setReminders } from './reminders.ts';
import { setRule } from './set-rule.ts';
import { sameWhen, setWhen } from './set-when.ts';
import { isBusy, setBusy, setText, type TextField, textFields } from './text-fields.ts';
import { lineOf } from './tree.ts';
import { saysWhen, type When, wantedWhen, whenOf } from './when.ts';

export interface Applied {
  event: Component;
  /** Names of the fields that differ now. */
  changed: string[];
}

/** What an event says beside its times and its rule. */
export type PlainField = TextField | 'busy' | 'reminders' | 'attendees';

const plainFields: readonly PlainField[] = [
  ...(['title', 'location', 'description', 'url'] satisfies TextField[]),
  ...(['busy', 'reminders', 'attendees'] as const),
];

/**
 * The fields written into one VEVENT, and nothing else of it touched: not its stamps (stamp.ts), not the other VEVENTs of
 * its series (edit-series.ts), not the VTIMEZONE a new zone needs (with-zones.ts).
 * @param moments of the document it stands in
 * @throws MailboxError `invalid_input` naming the field at fault; `forbidden` for attendees of somebody else's event.
 */
export function applyFields(
  event: Component,
  fields: EventFields,
  context: EditContext,
  moments: Moments,
): Applied {
  const before = lineOf(event, 'DTSTART') && whenOf(event, moments);
  const after = saysWhen(fields) || !before ? wantedWhen(fields, before, moments, context.zone) : before;
  const timed = setWhen(event, after, before, moments);
  const ruled = fields.recurrence === undefined ? timed : setRule(timed, fields.recurrence, after.start);
  const plain = applyPlain(ruled, fields, context);
  const recurrence = ruled === timed ? [] : ['recurrence'];
  return { event: plain.event, changed: [...changedTimes(before, after), ...recurrence, ...plain.changed] };
}

/** The same for fields that say nothing of times. */
export function applyPlain(event: Component, fields: EventFields, context: EditContext): Applied {
  let edited = event;
  const changed = plainFields.filter((name) => {
    const next = applyOne(edited, name, fields, context);
    const differs = next !== edited;
    edited = next;
    return differs;
  });
  return { event: edited, changed };
}

/** Those of the fields in which both events say the same: where a series changes, its overrides follow. */
export function sharedFields(fields: EventFields, one: Component, other: Component): EventFields {
  const shared = plainFields.filter((name) => spoken(one, name) === spoken(other, name));
  return Object.fromEntries(shared.map((name) => [name, fields[name]]));
}

/** `start`, `end`, `allDay`, `timezone`: whichever differ. */
export function changedTimes(before: When | undefined, after: When): string[] {
  if (!before) return ['start', 'end'];
  if (sameWhen(before, after)) return [];
  const [old, now] = [before.start, after.start];
  const flips = old.allDay !== now.allDay;
  const starts = flips || (old.allDay ? !sameMoment(old, now) : instantOf(old) !== instantOf(now));
  const ends = flips || endOf(old, before.length) !== endOf(now, after.length);
  const zone = !flips && !now.allDay && !sameClock(old, now);
  return [
    ...(starts ? ['start'] : []),
    ...(ends ? ['end'] : []),
    ...(flips ? ['allDay'] : []),
    ...(zone ? ['timezone'] : []),
  ];
}

function applyOne(event: Component, name: PlainField, fields: EventFields, context: EditContext): Component {
  if (name === 'busy') return fields.busy === undefined ? event : setBusy(event, fields.busy);
  if (name === 'reminders') {
    return fields.reminders === undefined ? event : setReminders(event, fields.reminders, context);
  }
  if (name === 'attendees') {
    return fields.attendees === undefined ? event : setAttendees(event, fields.attendees, context);
  }
  const text = fields[name];
  return text === undefined ? event : setText(event, name, text);
}

function spoken(event: Component, name: PlainField): string {
  if (name === 'reminders') return remindersOf(event).join();
  if (name === 'attendees') return addressesOf(event).join();
  if (name === 'busy') return isBusy(event) ? 'busy' : 'free';
  const line = lineOf(event, textFields[name].name);
  return line ? (name === 'url' ? rawValue(line) : textOf(line)) : '';
}
