import type { EventDetails } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { OccurrenceKey } from '../event.ts';
import type { Desk, StoredEvent } from './desk.ts';

/** A change that the server did not take, because the event is no longer what it was made from. */
export interface Overtaken {
  base: StoredEvent;
  occurrence: OccurrenceKey | undefined;
  /** Names of the fields it is about. */
  changed: readonly string[];
  /** What was wanted, for the person to compare. */
  yours: Record<string, unknown>;
}

export const movingFields: ReadonlySet<string> = new Set([
  ...['start', 'end', 'duration', 'allDay', 'timezone', 'recurrence', 'busy'],
]);

/**
 * The event as it stands there now, if nobody touched the same fields: the change may be made once more on it. Undefined
 * when it is gone.
 * @throws MailboxError the conflict, with both versions
 */
export async function untouched(
  desk: Desk,
  { base, occurrence, changed, yours }: Overtaken,
  conflict: MailboxError,
  signal: AbortSignal,
): Promise<StoredEvent | undefined> {
  const current = await desk.reopen(base, signal);
  if (!current) return undefined;
  const [before, now] = await Promise.all([
    desk.details(base, occurrence, signal),
    desk.details(current, occurrence, signal),
  ]);
  if (current.etag !== base.etag && !touched(before, now, changed)) return current;
  throw overtakenBy('Somebody changed the same parts of this event meanwhile.', yours, now, conflict);
}

/**
 * Runs a change that is not made a third time.
 * @throws MailboxError what it throws; the conflict with both versions
 */
export async function orBothVersions<T>(
  desk: Desk,
  { base, occurrence, yours }: Overtaken,
  change: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof MailboxError && error.code === 'conflict')) throw error;
    const current = await desk.reopen(base, signal);
    if (!current) throw error;
    const now = await desk.details(current, occurrence, signal);
    throw overtakenBy('Somebody changed this event, and once more meanwhile.', yours, now, error);
  }
}

function overtakenBy(
  message: string,
  yours: Record<string, unknown>,
  current: EventDetails,
  cause: MailboxError,
): MailboxError {
  return new MailboxError('conflict', message, {
    hint: 'Nothing was changed. current is how it stands now, yours what you wanted: ask the user, then change it again.',
    versions: { yours, current },
    cause,
  });
}

/** Times count as one. */
function touched(before: EventDetails, now: EventDetails, changed: readonly string[]): boolean {
  const times = ['start', 'end', 'allDay', 'recurrence'] as const;
  const fields = changed.flatMap((name) => (movingFields.has(name) && name !== 'busy' ? times : [name]));
  return fields.some((name) => JSON.stringify(field(before, name)) !== JSON.stringify(field(now, name)));
}

/** Of people only who is invited: their answers are their own. */
function field(details: EventDetails, name: string): unknown {
  if (name === 'attendees') return details.attendees?.map(({ email }) => email).sort();
  return new Map<string, unknown>(Object.entries(details)).get(name);
}
