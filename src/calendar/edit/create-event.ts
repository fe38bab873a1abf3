import type { EventFields } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { writeDocument } from '../ics/document.ts';
import { Moments } from '../reading/moment.ts';
import { applyFields } from './apply-fields.ts';
import type { EditContext } from './edit.ts';
import { productId } from './itip-wire.ts';
import { property } from './lines.ts';
import { formatUtc } from './stamp.ts';
import { component } from './tree.ts';
import { withZones } from './with-zones.ts';

/**
 * A new resource: one VEVENT and the VTIMEZONE of its zone. Without end or duration a timed event lasts an hour, an all-day
 * one a day; it blocks time unless `busy` is false.
 * @throws MailboxError `invalid_input` naming the field at fault.
 */
export function createEvent(fields: EventFields, uid: string, context: EditContext): string {
  if (!fields.title?.trim()) throw new MailboxError('invalid_input', 'title is missing.');
  if (fields.start === undefined) throw new MailboxError('invalid_input', 'start is missing.');
  const now = formatUtc(context.now);
  const blank = component('VEVENT', [
    property('UID', uid),
    property('DTSTAMP', now),
    property('CREATED', now),
    property('LAST-MODIFIED', now),
    property('SEQUENCE', '0'),
  ]);
  const { event } = applyFields(blank, fields, context, new Moments({ items: [] }, context.zone));
  const calendar = component('VCALENDAR', [
    property('VERSION', '2.0'),
    property('PRODID', productId),
    property('CALSCALE', 'GREGORIAN'),
    event,
  ]);
  return writeDocument(withZones({ items: [calendar] }, undefined, context.zone));
}
