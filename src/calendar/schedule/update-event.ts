import type { CalendarWarning, UpdatedEvent } from '../../domain/calendar.ts';
import type { EventFields, UpdateEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type EventRef, parseEventId } from '../../domain/event-id.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Edited } from '../edit/edit.ts';
import type { OccurrenceKey } from '../event.ts';
import { conflictsOf } from './create-event.ts';
import { deleteEvent } from './delete-event.ts';
import { tellingWarnings } from './delivery.ts';
import type { Proven, StoredEvent } from './desk.ts';
import { otherwiseWarnings, shownOf } from './kept-otherwise.ts';
import { mailsOf } from './letter.ts';
import { movingFields, orBothVersions, untouched } from './meanwhile.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { organizerIn, refuseForeign, requireWritable, shownOccurrence, targetOf } from './rights.ts';
import { type Change, lettersOf, peopleOf, plannedText } from './update-letters.ts';
import { utcWarnings } from './utc-times.ts';
import { announcementOf, editContext, type Workshop } from './workshop.ts';

interface Outcome {
  stored: Proven;
  /** The rest of a series cut in two. */
  beside: readonly Proven[];
  occurrence: OccurrenceKey | undefined;
  /** As it was made in the end, with the texts the server holds. */
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
  const { recurring } = await desk.look(base.ics, key, signal);
  const organizer = organizerIn(base.ics, account);
  refuseForeign(organizer, fields);
  const target = targetOf(scope, key, recurring, organizer === 'other');
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
    ...otherwiseWarnings(outcome.stored, ...outcome.beside),
    ...utcWarnings(outcome.change, workshop.zone),
    ...tellingWarnings(told, outcome.stored.ics, details, workshop.now()),
    ...seen.warnings,
  ];
  const changed = shownOf(edited.changed, outcome.stored);
  return { ...details, conflicts: seen.conflicts, changed, warnings };
}

/** A change of the time needs the calendars around it: to look for conflicts, and the event stands in them. */
async function opened({ desk }: Workshop, ref: EventRef, fields: EventFields, signal: AbortSignal) {
  const moves = Object.entries(fields).some(([name, value]) => value !== undefined && movingFields.has(name));
  if (moves) return await desk.openAmong(ref, signal);
  return { event: await desk.open(ref, signal), around: undefined };
}

/** Those invited before and after are told, unless only private things changed. */
async function announced(workshop: Workshop, change: Change, context: SendContext) {
  const { account, edited, base, target } = change;
  const occurrence = shownOccurrence(target);
  const people = await peopleOf(workshop.desk, change, context.signal);
  const { invited, gone, unreached } = people;
  const isPrivate = edited.changed.every((name) => name === 'reminders' || name === 'busy');
  const isTold = people.isOrganizer && !isPrivate;
  // A server that schedules decides by itself whom of a series it tells.
  const reached = account.schedules || target.scope !== 'this' ? unreached : [];
  const details = await workshop.desk.details(
    { ...base, ics: plannedText(change) },
    occurrence,
    context.signal,
  );
  const announcement = announcementOf('Change', details, isTold ? [...invited, ...gone, ...reached] : []);
  const mails = account.schedules ? 1 : lettersOf(change, people).length;
  const { result, told } = await workshop.telling.around(
    account,
    { ...announcement, mails },
    context,
    () => stored(workshop, change, context),
    async ({ change: made }) => {
      const letters = lettersOf(made, await peopleOf(workshop.desk, made, context.signal));
      return await mailsOf(workshop, account, base, letters, context.signal);
    },
  );
  const isPart = told.by === 'mail' && target.scope !== 'this' && unreached.length > 0;
  return {
    outcome: result,
    told: isPart ? { ...told, warnings: [...told.warnings, partNotTold(unreached)] } : told,
  };
}

/** The mail tells of the whole series, which is not theirs to see. */
function partNotTold(addresses: readonly string[]): CalendarWarning {
  const detail = `Invited to single occurrences only, and not told: ${addresses.join(', ')}.`;
  return { code: 'not_told', detail };
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
    const renewed = { ...change, base: current, edited: again };
    return await orBothVersions(desk, overtaken, () => written(workshop, renewed, context), context.signal);
  }
}

async function written({ writer }: Workshop, change: Change, context: SendContext): Promise<Outcome> {
  const { base, edited, target } = change;
  const { following, ics } = edited;
  if (!following) {
    const stored = await writer.update(base, ics ?? base.ics, context);
    const held = { ...change, edited: { ...edited, ics: stored.ics } };
    return { stored, beside: [], occurrence: shownOccurrence(target), change: held };
  }
  const { later, left } = await writer.split(base, following, ics, context);
  const halves = { ...edited, ics: left?.ics, following: { ...following, ics: later.ics } };
  const held = { ...change, edited: halves };
  return { stored: later, beside: left ? [left] : [], occurrence: undefined, change: held };
}

function nothingToChange(): MailboxError {
  return new MailboxError('invalid_input', 'No field to change was given.', {
    hint: 'Give at least one of title, start, end, location, description, recurrence, reminders, attendees, busy, url; "" or [] clears one.',
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
