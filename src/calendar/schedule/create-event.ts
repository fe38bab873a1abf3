import type { CalendarWarning, CreatedEvent } from '../../domain/calendar.ts';
import type { CreateEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import { tellingWarnings } from './delivery.ts';
import type { Account, OpenCalendar, StoredEvent, Written } from './desk.ts';
import { otherwiseWarnings } from './kept-otherwise.ts';
import { othersIn } from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

/** Stores a new event under a UID fixed for the call, so that no retry can double it, and invites who is named. */
export async function createEvent(
  workshop: Workshop,
  { calendar, ...fields }: CreateEventRequest,
  context: SendContext,
): Promise<CreatedEvent> {
  const { desk, writer, edits, telling, newUid } = workshop;
  const { signal } = context;
  const account = await desk.account(signal);
  const place = await desk.writable(calendar, signal);
  const uid = newUid();
  const edit = editContext(workshop, account);
  const ics = edits.create(fields, uid, edit);
  const planned: StoredEvent = { ...place, href: '', etag: undefined, scheduleTag: undefined, ics };
  const { view } = await desk.look(ics, undefined, signal);
  const shown = await desk.details(planned, undefined, signal);
  const warnings = windowWarnings(place, shown.start);
  const { result: stored, told } = await telling.around(
    account,
    announcementOf('Invitation', shown, othersIn(view.attendees, account)),
    context,
    () => writer.create(place, uid, ics, { signal, isFresh: true }),
    async (event) => await invitationsTo(workshop, account, event, signal),
  );
  const written = { stored, beside: [], around: undefined };
  const { conflicts, warnings: unasked } = await conflictsOf(workshop, written, context);
  const details = await desk.details(stored, undefined, signal);
  const all = [
    ...(details.warnings ?? []),
    ...warnings,
    ...otherwiseWarnings(stored),
    ...tellingWarnings(told, stored.ics, details, workshop.now()),
    ...unasked,
  ];
  return { ...details, conflicts, warnings: all };
}

/** To whom the server holds as invited, of what it holds. */
async function invitationsTo(
  workshop: Workshop,
  account: Account,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<ItipMail[]> {
  const { desk, edits } = workshop;
  const { view } = await desk.look(stored.ics, undefined, signal);
  const to = othersIn(view.attendees, account);
  if (to.length === 0) return [];
  const { title, start, end, location } = await desk.details(stored, undefined, signal);
  return [
    {
      ...{ method: 'REQUEST', from: account.addresses[0] ?? '', to, subject: title },
      text: `${title}\n${start} – ${end}${location ? `\n${location}` : ''}`,
      ics: edits.itip(stored.ics, 'REQUEST', { scope: 'all' }, editContext(workshop, account)),
    },
  ];
}

/** Two events at one time are a person's business, so a calendar that cannot be asked is a warning, not an error. */
export async function conflictsOf(
  { desk }: Workshop,
  written: Written,
  { signal }: SendContext,
): Promise<Pick<CreatedEvent, 'conflicts'> & { warnings: CalendarWarning[] }> {
  const unasked: CalendarWarning = {
    code: 'incomplete',
    detail: 'Not every calendar could be asked for conflicts.',
  };
  try {
    const { conflicts, total, incomplete } = await desk.conflicts(written, signal);
    const cut = total > conflicts.length ? [onlySome(conflicts.length, total)] : [];
    return { conflicts, warnings: [...cut, ...(incomplete ? [unasked] : [])] };
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    return { warnings: [unasked] };
  }
}

function onlySome(listed: number, total: number): CalendarWarning {
  return { code: 'conflicts_cut', detail: `Only the first ${listed} of ${total} conflicts are listed.` };
}

/** Open-Xchange stores what lies outside of its window and never lists it again. */
export function windowWarnings({ collection }: OpenCalendar, start: string): CalendarWarning[] {
  const { minDateTime: min, maxDateTime: max } = collection;
  const at = Date.parse(start);
  if (!(min && at < min.getTime()) && !(max && at > max.getTime())) return [];
  return [
    {
      code: 'outside_window',
      detail: 'The server does not list events this far away: other programs may not show it.',
    },
  ];
}
