import type { CalendarWarning, EventDetails, UpdatedEvent } from '../../domain/calendar.ts';
import type { EventFields, UpdateEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type EventRef, parseEventId } from '../../domain/event-id.ts';
import type { ItipMail } from '../../domain/itip-port.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Edited, Target } from '../edit/edit.ts';
import type { OccurrenceKey } from '../event.ts';
import { companyOf } from './company.ts';
import { conflictsOf } from './create-event.ts';
import { deleteEvent } from './delete-event.ts';
import { tellingWarnings } from './delivery.ts';
import type { Account, StoredEvent } from './desk.ts';
import { movingFields, untouched } from './meanwhile.ts';
import { occurrenceKey } from './occurrence-key.ts';
import {
  organizerOf,
  othersIn,
  refuseForeign,
  requireWritable,
  shownOccurrence,
  targetOf,
} from './rights.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

interface Change {
  account: Account;
  target: Target;
  fields: EventFields;
  edited: Edited;
  base: StoredEvent;
}

interface Outcome {
  stored: StoredEvent;
  /** The rest of a series cut in two. */
  beside: readonly StoredEvent[];
  occurrence: OccurrenceKey | undefined;
  /** As it was made in the end. */
  change: Change;
}

/** Changes what is named and nothing else, for one occurrence, it and the following, or all. */
export async function updateEvent(
  workshop: Workshop,
  { id, scope, ...fields }: UpdateEventRequest,
  context: SendContext,
): Promise<UpdatedEvent> {
  const { desk } = workshop;
  const { signal } = context;
  if (Object.values(fields).every((value) => value === undefined)) throw nothingToChange();
  const ref = parseEventId(id);
  const account = await desk.account(signal);
  const { event: base, around } = await opened(workshop, ref, fields, signal);
  requireWritable(base);
  const key = occurrenceKey(ref.occurrence);
  const { view, recurring } = await desk.look(base.ics, key, signal);
  refuseForeign(organizerOf(view, account), fields);
  const target = targetOf(scope, key, recurring);
  const edited = workshop.edits.edit(base.ics, target, fields, editContext(workshop, account));
  if (edited.changed.length === 0) {
    return { ...(await desk.details(base, shownOccurrence(target), signal)), changed: [] };
  }
  if (edited.ics === undefined && !edited.following) {
    return await withoutOccurrence(workshop, { id, base, edited }, context);
  }
  const change = { account, target, fields, edited, base };
  const { outcome, told } = await announced(workshop, change, context);
  const moved = edited.changed.some((name) => movingFields.has(name));
  const seen = moved ? await conflictsOf(workshop, { ...outcome, around }, context) : { warnings: [] };
  const details = await desk.details(outcome.stored, outcome.occurrence, signal);
  const warnings = [
    ...(details.warnings ?? []),
    ...tellingWarnings(told, outcome.stored.ics, details, workshop.now()),
    ...seen.warnings,
  ];
  return { ...details, conflicts: seen.conflicts, changed: edited.changed, warnings };
}

/** A change of the time needs the calendars around it: to look for conflicts, and the event stands in them. */
async function opened({ desk }: Workshop, ref: EventRef, fields: EventFields, signal: AbortSignal) {
  const moves = Object.entries(fields).some(([name, value]) => value !== undefined && movingFields.has(name));
  if (moves) return await desk.openAmong(ref, signal);
  return { event: await desk.open(ref, signal), around: undefined };
}

/** Those invited before and after are told, unless only private things changed. */
async function announced(workshop: Workshop, change: Change, context: SendContext) {
  const { desk, telling } = workshop;
  const { account, edited, base, target } = change;
  const now = edited.following?.ics ?? edited.ics ?? base.ics;
  const occurrence = shownOccurrence(target);
  const { view } = await desk.look(now, occurrence, context.signal);
  const { view: former } = await desk.look(base.ics, occurrence, context.signal);
  const [before, after] = [
    companyOf([base.ics], account),
    companyOf([edited.ics, edited.following?.ics], account),
  ];
  const invited = othersIn(view.attendees, account);
  const dropped = before.others.filter((email) => !after.others.includes(email));
  const gone = without([...othersIn(former.attendees, account), ...dropped], invited);
  const unreached = without([...before.others, ...after.others], [...invited, ...gone]);
  const isPrivate = edited.changed.every((name) => name === 'reminders' || name === 'busy');
  const isTold = (before.isOrganizer || after.isOrganizer) && !isPrivate;
  // A server that schedules decides by itself whom of a series it tells.
  const people = [...invited, ...gone, ...(account.schedules || target.scope !== 'this' ? unreached : [])];
  const details = await desk.details({ ...base, ics: now }, occurrence, context.signal);
  const { result, told } = await telling.around(
    account,
    announcementOf('Change', details, isTold ? people : []),
    context,
    () => stored(workshop, change, context),
    (outcome) => messagesOf(workshop, outcome, { invited, gone, details }),
  );
  const isPart = told.by === 'mail' && target.scope !== 'this' && unreached.length > 0;
  return {
    outcome: result,
    told: isPart ? { ...told, warnings: [...told.warnings, partNotTold(unreached)] } : told,
  };
}

function without(addresses: readonly string[], others: readonly string[]): string[] {
  return [...new Set(addresses)].filter((email) => !others.includes(email));
}

/** The mail tells of the whole series, which is not theirs to see. */
function partNotTold(addresses: readonly string[]): CalendarWarning {
  const detail = `Invited to single occurrences only, and not told: ${addresses.join(', ')}.`;
  return { code: 'not_told', detail };
}

interface People {
  invited: readonly string[];
  gone: readonly string[];
  details: EventDetails;
}

/** Who stays gets what is stored now, of a series cut in two both parts; who was taken off gets a cancellation. */
function messagesOf(workshop: Workshop, { change }: Outcome, people: People): ItipMail[] {
  const { edits } = workshop;
  const { account, base, target, edited } = change;
  const { title, start, end } = people.details;
  const message = (method: 'REQUEST' | 'CANCEL', to: readonly string[], ics: string, about: Target) => ({
    ...{ method, to, from: account.addresses[0] ?? '' },
    subject: method === 'CANCEL' ? `Cancelled: ${title}` : title,
    text: method === 'CANCEL' ? `Cancelled: ${title}` : `${title}\n${start} – ${end}`,
    ics: edits.itip(ics, method, about, editContext(workshop, account)),
  });
  const { invited, gone } = people;
  const { following, ics = base.ics } = edited;
  const all: Target = { scope: 'all' };
  const part = target.scope === 'this' ? target : all;
  const before = edited.ics === undefined ? 'CANCEL' : 'REQUEST';
  const mails = following
    ? [message('REQUEST', invited, following.ics, all), message(before, [...invited, ...gone], ics, all)]
    : [message('REQUEST', invited, ics, part), message('CANCEL', gone, base.ics, part)];
  return mails.filter(({ to }) => to.length > 0);
}

/** Changed meanwhile: the edit is made once more on the new state, if that left the same fields alone. */
async function stored(workshop: Workshop, change: Change, context: SendContext): Promise<Outcome> {
  try {
    return await written(workshop, change, context);
  } catch (error) {
    if (!(error instanceof MailboxError && error.code === 'conflict')) throw error;
    const { desk, edits } = workshop;
    const { base, edited, target, fields, account } = change;
    const occurrence = shownOccurrence(target);
    const overtaken = { base, occurrence, changed: edited.changed, yours: { ...fields } };
    const current = await untouched(desk, overtaken, error, context.signal);
    if (!current) throw error;
    const again = edits.edit(current.ics, target, fields, editContext(workshop, account));
    if (again.ics === undefined && !again.following) throw error;
    return await written(workshop, { ...change, base: current, edited: again }, context);
  }
}

async function written({ writer }: Workshop, change: Change, context: SendContext): Promise<Outcome> {
  const { base, edited, target } = change;
  const { following, ics } = edited;
  if (!following) {
    const stored = await writer.update(base, ics ?? base.ics, context);
    return { stored, beside: [], occurrence: shownOccurrence(target), change };
  }
  const { later, left } = await writer.split(base, following, ics, context);
  return { stored: later, beside: left ? [left] : [], occurrence: undefined, change };
}

function nothingToChange(): MailboxError {
  return new MailboxError('invalid_input', 'No field to change was given.', {
    hint: 'Give at least one of title, start, end, location, description, recurrence, reminders, attendees, busy, url.',
  });
}

/** A series whose rule leaves no occurrence is none: it is deleted, people are told, and the answer says so. */
async function withoutOccurrence(
  workshop: Workshop,
  { id, base, edited }: { id: string; base: StoredEvent; edited: Edited },
  context: SendContext,
): Promise<UpdatedEvent> {
  const details = await workshop.desk.details(base, undefined, context.signal);
  const { warnings = [] } = await deleteEvent(workshop, { id, scope: 'all' }, context);
  return { ...details, changed: edited.changed, warnings: [nothingLeft, ...warnings] };
}

const nothingLeft: CalendarWarning = {
  code: 'deleted',
  detail: 'With this rule the series has no occurrence, so it was deleted. This is how it was.',
};
