import type { EventDetails, UpdatedEvent } from '../../domain/calendar.ts';
import type { EventFields, UpdateEventRequest } from '../../domain/calendar-port.ts';
import { MailboxError } from '../../domain/errors.ts';
import { parseEventId } from '../../domain/event-id.ts';
import type { SendContext } from '../../domain/outbox-port.ts';
import type { Edited, Target } from '../edit/edit.ts';
import type { OccurrenceKey } from '../event.ts';
import { conflictsOf } from './create-event.ts';
import type { Account, StoredEvent } from './desk.ts';
import { occurrenceKey } from './occurrence-key.ts';
import { organizerOf, othersIn, refuseForeign, shownOccurrence, targetOf } from './rights.ts';
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
  occurrence: OccurrenceKey | undefined;
}

const movingFields = new Set(['start', 'end', 'duration', 'allDay', 'timezone', 'recurrence', 'busy']);

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
  const base = await desk.open(ref, signal);
  requireWritable(base);
  const key = occurrenceKey(ref.occurrence);
  const { view, recurring } = await desk.look(base.ics, key, signal);
  refuseForeign(organizerOf(view, account), fields);
  const target = targetOf(scope, key, recurring);
  const edited = workshop.edits.edit(base.ics, target, fields, editContext(workshop, account));
  if (edited.changed.length === 0) {
    return { ...(await desk.details(base, shownOccurrence(target), signal)), changed: [] };
  }
  if (edited.ics === undefined && !edited.following) throw nothingLeft();
  const change = { account, target, fields, edited, base };
  const { outcome, told } = await announced(workshop, change, context);
  const moved = edited.changed.some((name) => movingFields.has(name));
  const seen = moved ? await conflictsOf(workshop, outcome.stored, context) : { warnings: [] };
  const details = await desk.details(outcome.stored, outcome.occurrence, signal);
  const warnings = [...(details.warnings ?? []), ...told.warnings, ...seen.warnings];
  return { ...details, conflicts: seen.conflicts, changed: edited.changed, warnings };
}

/** Those invited before and after are told, unless only private things changed. */
async function announced(workshop: Workshop, change: Change, context: SendContext) {
  const { desk, edits, telling } = workshop;
  const { account, edited, base, target } = change;
  const now = edited.following?.ics ?? edited.ics ?? base.ics;
  const shown = { ...base, ics: now };
  const occurrence = shownOccurrence(target);
  const { view } = await desk.look(now, occurrence, context.signal);
  const before = await desk.look(base.ics, undefined, context.signal);
  const organizer = organizerOf(view, account);
  const isPrivate = edited.changed.every((name) => name === 'reminders' || name === 'busy');
  const people = [...view.attendees, ...before.view.attendees];
  const recipients = organizer === 'self' && !isPrivate ? othersIn(people, account) : [];
  const details = await desk.details(shown, occurrence, context.signal);
  const { result, told } = await telling.around(
    account,
    announcementOf('Change', details, recipients),
    context,
    () => stored(workshop, change, context),
    () => ({
      method: 'REQUEST' as const,
      from: account.addresses[0] ?? '',
      to: othersIn(view.attendees, account),
      subject: details.title,
      text: `${details.title}\n${details.start} – ${details.end}`,
      ics: edits.itip(
        now,
        'REQUEST',
        target.scope === 'this' ? target : { scope: 'all' },
        editContext(workshop, account),
      ),
    }),
  );
  return { outcome: result, told };
}

/** A second series is stored before the first one is cut; if that fails, it goes again. */
async function stored(workshop: Workshop, change: Change, context: SendContext): Promise<Outcome> {
  const { writer } = workshop;
  const { base, edited, target } = change;
  const { following } = edited;
  if (!following)
    return { stored: await replaced(workshop, change, context), occurrence: shownOccurrence(target) };
  const created = await writer.create(base, following.uid, following.ics, context);
  try {
    if (edited.ics === undefined) await writer.remove(base, context);
    else await writer.update(base, edited.ics, context);
  } catch (error) {
    const unsure = error instanceof MailboxError && error.code === 'unknown_outcome';
    if (!unsure) await writer.remove(created, { signal: AbortSignal.timeout(undoMs), quiet: true });
    throw error;
  }
  return { stored: created, occurrence: undefined };
}

const undoMs = 10_000;

/** Changed meanwhile: the edit is made once more on the new state, if that left the same fields alone. */
async function replaced(workshop: Workshop, change: Change, context: SendContext): Promise<StoredEvent> {
  const { desk, writer, edits } = workshop;
  const { base, edited, target, fields, account } = change;
  try {
    return await writer.update(base, edited.ics ?? base.ics, context);
  } catch (error) {
    if (!(error instanceof MailboxError && error.code === 'conflict')) throw error;
    const current = await desk.reopen(base, context.signal);
    if (!current) throw error;
    const occurrence = shownOccurrence(target);
    const [before, now] = await Promise.all([
      desk.details(base, occurrence, context.signal),
      desk.details(current, occurrence, context.signal),
    ]);
    if (current.etag === base.etag || touched(before, now, edited.changed))
      throw changedMeanwhile(fields, now, error);
    const again = edits.edit(current.ics, target, fields, editContext(workshop, account));
    return await writer.update(current, again.ics ?? current.ics, context);
  }
}

/** Whether somebody else changed a field this edit changes; times count as one. */
function touched(before: EventDetails, now: EventDetails, changed: readonly string[]): boolean {
  const times = ['start', 'end', 'allDay', 'recurrence'] as const;
  const fields = changed.flatMap((name) => (movingFields.has(name) && name !== 'busy' ? times : [name]));
  return fields.some((name) => JSON.stringify(field(before, name)) !== JSON.stringify(field(now, name)));
}

function field(details: EventDetails, name: string): unknown {
  return new Map<string, unknown>(Object.entries(details)).get(name);
}

function changedMeanwhile(yours: EventFields, current: EventDetails, cause: unknown): MailboxError {
  return new MailboxError('conflict', 'Somebody changed the same parts of this event meanwhile.', {
    hint: 'Nothing was changed. current is how it stands now, yours what you wanted: ask the user, then change it again.',
    versions: { yours: { ...yours }, current },
    cause,
  });
}

export function requireWritable({ collection, calendar }: StoredEvent): void {
  if (collection.writable) return;
  throw new MailboxError('forbidden', `The calendar ${calendar} is read-only.`, {
    hint: 'Nothing was changed. list_calendars shows which calendars can be changed.',
  });
}

function nothingToChange(): MailboxError {
  return new MailboxError('invalid_input', 'No field to change was given.', {
    hint: 'Give at least one of title, start, end, location, description, recurrence, reminders, attendees, busy, url.',
  });
}

function nothingLeft(): MailboxError {
  return new MailboxError('invalid_input', 'With this rule the series would have no occurrence at all.', {
    hint: 'Nothing was changed. Use delete_event to remove the series.',
  });
}
