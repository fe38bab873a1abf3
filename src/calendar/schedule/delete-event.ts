import type { DeletedEvent } from '../../domain/calendar.ts';
import type { DeleteEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Target } from '../edit/edit.ts';
import { companyOf } from './company.ts';
import type { Account, Proven, StoredEvent } from './desk.ts';
import { otherwiseWarnings } from './kept-otherwise.ts';
import { type Letter, mailsOf } from './letter.ts';
import { orBothVersions, untouched } from './meanwhile.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { concerned, invitedAs, isInvited, type Removal, removalOf } from './removal.ts';
import { organizerIn, requireWritable, shownOccurrence, targetOf } from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

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
  const isForeign = organizerIn(base.ics, account) === 'other';
  const target = targetOf(scope, key, recurring, isForeign);
  if (isForeign && target.scope === 'following') throw declineRest();
  const planned = leftOf(workshop, base, target, account);
  const removal = removalOf(base, target, view, account, planned);
  const details = await desk.details(base, shownOccurrence(target), signal);
  const kind = isForeign ? 'Reply: declined' : 'Cancellation';
  const announcement = announcementOf(kind, details, concerned(removal));
  const { result: left, told } = await telling.around(
    removal.account,
    { ...announcement, mails: isForeign ? 1 : mailsIn(removal) },
    context,
    () => removed(workshop, removal, context),
    (after) => messagesOf(workshop, removal, details.title, after?.ics, context),
  );
  return {
    deleted: { id, ...(recurring ? { scope: target.scope } : {}) },
    ...(isForeign && isInvited(removal) ? { declined: true } : {}),
    ...(concerned(removal).length > 0 ? { replySent: told.by } : {}),
    warnings: [...otherwiseWarnings(left), ...told.warnings],
  };
}

function leftOf(workshop: Workshop, base: StoredEvent, target: Target, account: Account): string | undefined {
  return workshop.edits.cancel(base.ics, target, editContext(workshop, account)).ics;
}

/**
 * Changed meanwhile: taken out all the same, if it is still what the person knew.
 * @returns what is left of it.
 */
async function removed(
  workshop: Workshop,
  removal: Removal,
  context: SendContext,
): Promise<Proven | undefined> {
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
    if (!current) return undefined;
    const left = leftOf(workshop, current, target, removal.account);
    const again = () => takenOut(workshop, { ...removal, base: current, left }, context);
    return await orBothVersions(workshop.desk, wanted, again, context.signal);
  }
}

/** What makes an event the one a person meant; and who is told of it was asked for these people. */
const known = ['title', 'start', 'location', 'description', 'attendees'];

async function takenOut(
  { writer }: Workshop,
  removal: Removal,
  { signal }: SendContext,
): Promise<Proven | undefined> {
  const { base, left, target } = removal;
  const options = { signal, quiet: concerned(removal).length === 0 };
  if (left !== undefined) {
    return await writer.update(base, left, {
      ...options,
      must: target.scope === 'this' ? ['recurrence'] : [],
    });
  }
  await writer.remove(base, options);
  return undefined;
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
    ...{ method: 'REPLY', from: invitedAs(removal), to: concerned(removal) },
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
function mailsIn(removal: Removal): number {
  return removal.account.schedules ? 1 : lettersOf(removal, removal.left).length;
}

function declineRest(): MailboxError {
  return new MailboxError('unsupported', 'An invitation cannot be declined from one occurrence on.', {
    hint: 'Decline single occurrences (scope this) or the whole series (scope all).',
  });
}
