import type { DeletedEvent } from '../../domain/calendar.ts';
import type { DeleteEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Target } from '../edit/edit.ts';
import type { EventView } from '../event.ts';
import { agentOf, ownAddressIn } from './agent.ts';
import { type Company, companyOf } from './company.ts';
import type { Account, StoredEvent } from './desk.ts';
import { type Letter, mailsOf } from './letter.ts';
import { orBothVersions, untouched } from './meanwhile.ts';
import { occurrenceKey } from './occurrence-key.ts';
import {
  type Organizer,
  organizerOf,
  othersIn,
  requireWritable,
  shownOccurrence,
  targetOf,
} from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

interface Removal {
  base: StoredEvent;
  target: Target;
  view: EventView;
  account: Account;
  organizer: Organizer;
  company: Company;
}

/**
 * Takes an event, an occurrence or the rest of a series out of the calendar. The organizer's removal cancels it for those
 * invited, an attendee's declines it (RFC 6638 §3.2).
 */
export async function deleteEvent(
  workshop: Workshop,
  { id, scope }: DeleteEventRequest,
  context: SendContext,
): Promise<DeletedEvent> {
  const { desk, telling } = workshop;
  const { signal } = context;
  const ref = parseEventId(id);
  const account = await desk.account(signal);
  const base = await desk.open(ref, signal);
  requireWritable(base);
  const key = occurrenceKey(ref.occurrence);
  const { view, recurring } = await desk.look(base.ics, key, signal);
  const company = companyOf([base.ics], account);
  const organizer = company.isOrganizer && company.others.length > 0 ? 'self' : organizerOf(view, account);
  const target = targetOf(scope, key, recurring, organizer === 'other');
  const removal = { base, target, view, account, organizer, company };
  if (removal.organizer === 'other' && target.scope === 'following') throw declineRest();
  const details = await desk.details(base, shownOccurrence(target), signal);
  const agent =
    removal.organizer === 'other'
      ? agentOf(account, base.ics, ownAddressIn(view.attendees, account))
      : account;
  const kind = removal.organizer === 'other' ? 'Reply: declined' : 'Cancellation';
  const announcement = announcementOf(kind, details, concerned(removal));
  const { told } = await telling.around(
    agent,
    { ...announcement, mails: mailsIn(workshop, removal) },
    context,
    () => removed(workshop, removal, context),
    (left) => messagesOf(workshop, removal, details.title, left, context),
  );
  const declined = removal.organizer === 'other' && invited(removal);
  return {
    deleted: { id, ...(recurring ? { scope: target.scope } : {}) },
    ...(declined ? { declined } : {}),
    ...(concerned(removal).length > 0 ? { replySent: told.by } : {}),
    warnings: told.warnings,
  };
}

/**
 * Changed meanwhile: taken out all the same, if it is still what the person knew.
 * @returns what is left of it.
 */
async function removed(
  workshop: Workshop,
  removal: Removal,
  context: SendContext,
): Promise<string | undefined> {
  try {
    return await takenOut(workshop, removal, context);
  } catch (error) {
    if (!(error instanceof MailboxError && error.code === 'conflict')) throw error;
    const { base, target } = removal;
    const wanted = {
      base,
      occurrence: shownOccurrence(target),
      changed: known,
      yours: { deleted: target.scope },
    };
    const current = await untouched(workshop.desk, wanted, error, context.signal);
    const again = () => takenOut(workshop, { ...removal, base: current ?? base }, context);
    return current && (await orBothVersions(workshop.desk, wanted, again, context.signal));
  }
}

/** What makes an event the one a person meant. */
const known = ['title', 'start', 'location', 'description'];

async function takenOut(
  workshop: Workshop,
  { base, target, account, view }: Removal,
  { signal }: SendContext,
): Promise<string | undefined> {
  const { writer, edits } = workshop;
  const { ics } = edits.cancel(base.ics, target, editContext(workshop, account));
  const options = { signal, quiet: isOver(view) };
  if (ics === undefined) await writer.remove(base, options);
  else await writer.update(base, ics, options);
  return ics;
}

/** Cancelled already is told already. */
function isOver({ status }: EventView): boolean {
  return status === 'cancelled';
}

function invited({ view, account }: Removal): boolean {
  return view.attendees.some(({ email }) => account.addresses.includes(email));
}

/**
 * Whom it concerns: the organizer of an invitation, or all who are invited. A server that schedules decides by itself whom of
 * a series it tells.
 */
function concerned(removal: Removal): string[] {
  const { organizer, view, account, target, company } = removal;
  if (isOver(view)) return [];
  const isPart = target.scope === 'this' && !account.schedules;
  if (organizer === 'self') return isPart ? othersIn(view.attendees, account) : company.others;
  const answered =
    view.attendees.find(({ email }) => account.addresses.includes(email))?.status === 'declined';
  return organizer === 'other' && invited(removal) && !answered && view.organizer?.email
    ? [view.organizer.email]
    : [];
}

/** What is sent where the server does not write itself. */
async function messagesOf(
  workshop: Workshop,
  removal: Removal,
  title: string,
  left: string | undefined,
  { signal }: SendContext,
): Promise<ItipMail[]> {
  const { base, account, organizer } = removal;
  if (organizer === 'self') {
    return await mailsOf(workshop, account, base, lettersOf(removal, left), signal);
  }
  return [declination(workshop, removal, title)];
}

function declination(workshop: Workshop, removal: Removal, title: string): ItipMail {
  const { edits } = workshop;
  const { base, target, account } = removal;
  const context = editContext(workshop, account);
  const { ics = base.ics } = edits.answer(base.ics, target, { response: 'declined' }, context);
  return {
    ...{ method: 'REPLY', from: account.addresses[0] ?? '', to: concerned(removal) },
    ...{ subject: `Declined: ${title}`, text: `Declined: ${title}` },
    ics: edits.itip(ics, 'REPLY', target, context),
  };
}

/** @param left what stays of a series; the cancellations of an organizer */
function lettersOf(removal: Removal, left: string | undefined): Letter[] {
  const { base, target, account, company } = removal;
  const all: Target = { scope: 'all' };
  if (target.scope === 'this' || left === undefined) {
    const about = target.scope === 'this' ? target : all;
    return [{ method: 'CANCEL', to: concerned(removal), ics: base.ics, about }];
  }
  // No mail can cancel "this and the following": the series that is left takes the place of the longer one.
  const staying = companyOf([left], account);
  const gone = company.others.filter((email) => !staying.others.includes(email));
  const letters: Letter[] = [
    { method: 'REQUEST', to: staying.throughout, ics: left, about: all },
    { method: 'CANCEL', to: gone, ics: base.ics, about: all },
  ];
  return letters.filter(({ to }) => to.length > 0);
}

/** How many mails will tell of it: counted before anything is taken out. */
function mailsIn(workshop: Workshop, removal: Removal): number {
  const { base, target, account, organizer } = removal;
  if (organizer !== 'self' || account.schedules || target.scope !== 'following') return 1;
  const { ics } = workshop.edits.cancel(base.ics, target, editContext(workshop, account));
  return lettersOf(removal, ics).length;
}

function declineRest(): MailboxError {
  return new MailboxError('unsupported', 'An invitation cannot be declined from one occurrence on.', {
    hint: 'Decline single occurrences (scope this) or the whole series (scope all).',
  });
}
