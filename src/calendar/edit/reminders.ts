import { MailboxError } from '../../domain/errors.ts';
import { type Component, componentsOf } from '../ics/document.ts';
import { readSignedDuration } from '../reading/length.ts';
import { property as readProperty, text } from '../reading/property.ts';
import { dayMs } from '../time/wall.ts';
import type { EditContext } from './edit.ts';
import { property, textOf } from './lines.ts';
import { addComponent, component, lineOf, replaceItem } from './tree.ts';

const maxReminders = 20;
const maxMinutes = 525_600;

/**
 * Makes the alarms relative to the start ring at these minutes before it. An alarm that does already stays byte for byte,
 * whatever it does; of the others those go that only show or sound (DISPLAY, and AUDIO as Apple writes it). Absolute
 * ones, and those relative to the end, are not looked at.
 * @throws MailboxError `invalid_input`
 */
export function setReminders(event: Component, minutes: readonly number[], context: EditContext): Component {
  if (minutes.length > maxReminders || !minutes.every(isMinutes)) {
    throw new MailboxError('invalid_input', 'reminders are whole minutes before the start.', {
      hint: `At most ${maxReminders}, each from 0 to ${maxMinutes} (a year).`,
    });
  }
  const wanted = new Set(minutes);
  const alarms = relativeAlarms(event);
  const dropped = alarms.filter((alarm) => remindsOnly(alarm.alarm) && !wanted.has(alarm.minutes));
  const pruned = dropped.reduce((left, { alarm }) => replaceItem(left, alarm), event);
  const kept = new Set(alarms.map((alarm) => alarm.minutes));
  const missing = [...wanted].filter((value) => !kept.has(value));
  return missing.reduce((grown, value) => addComponent(grown, newAlarm(event, value, context)), pruned);
}

/** Minutes before the start at which it rings, in ascending order. */
export function remindersOf(event: Component): number[] {
  const minutes = relativeAlarms(event).map((alarm) => alarm.minutes);
  return [...new Set(minutes)].sort((one, other) => one - other);
}

function relativeAlarms(event: Component): { alarm: Component; minutes: number }[] {
  return componentsOf(event, 'VALARM').flatMap((alarm) => {
    const trigger = readProperty(alarm, 'TRIGGER');
    const offset = trigger?.type === 'duration' ? readSignedDuration(trigger.values[0]) : undefined;
    if (!trigger || !offset || trigger.parameters.related?.toUpperCase() === 'END') return [];
    if (actionOf(alarm) === 'NONE') return [];
    return [{ alarm, minutes: -(offset.days * dayMs + offset.ms) / 60_000 + 0 }];
  });
}

function remindsOnly(alarm: Component): boolean {
  return ['DISPLAY', 'AUDIO'].includes(actionOf(alarm));
}

function actionOf(alarm: Component): string {
  return text(alarm, 'ACTION').trim().toUpperCase();
}

function isMinutes(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= maxMinutes;
}

/** ACTION:DISPLAY has to have a DESCRIPTION (RFC 5545 §3.6.6); UID as RFC 9074 §4. Hours, for a day is not always 24. */
function newAlarm(event: Component, minutes: number, { newUid }: EditContext): Component {
  const summary = lineOf(event, 'SUMMARY');
  const length = minutes % 60 === 0 && minutes > 0 ? `${minutes / 60}H` : `${minutes}M`;
  return component('VALARM', [
    property('UID', newUid()),
    property('ACTION', 'DISPLAY'),
    property('TRIGGER', `${minutes === 0 ? '' : '-'}PT${length}`),
    property('DESCRIPTION', (summary && textOf(summary)) || 'Reminder'),
  ]);
}
