import { MailboxError } from '../domain/errors.ts';
import { formatEventId } from '../domain/event-id.ts';
import type { InvitedEvent } from '../domain/mail.ts';
import type { CalendarEntry } from './calendar-directory.ts';
import type { CalendarParts } from './calendar-parts.ts';
import { inWritingOrder } from './event-lookup.ts';
import { originalText } from './present.ts';
import type { IndexedResource } from './resource-index.ts';
import { occurrenceKey } from './schedule/occurrence-key.ts';

/** A mail is not held up longer by a calendar server. */
const patienceMs = 1_500;

/**
 * Id of the event a mail is about. Only calendars that were read before are looked into, after they were proven as for any
 * answer; undefined where that fails or takes long.
 */
export async function invitedEventId(
  parts: CalendarParts,
  event: InvitedEvent,
  call: AbortSignal,
): Promise<string | undefined> {
  const calendars = knownCalendars(parts);
  if (calendars.length === 0) return undefined;
  const signal = AbortSignal.any([call, AbortSignal.timeout(patienceMs)]);
  try {
    return await find(parts, calendars, event, signal);
  } catch (error) {
    call.throwIfAborted();
    if (!signal.aborted && !(error instanceof MailboxError)) throw error;
    return undefined; // whoever asks for the calendars themselves is told
  }
}

/** Up to the first one that is not known: a copy of the event in it would come first. */
function knownCalendars({ directory, mirror }: CalendarParts): CalendarEntry[] {
  const { calendars = [] } = directory.remembered ?? {};
  const shown = calendars.filter((calendar) => calendar.shown && calendar.holdsEvents);
  const ordered = shown.toSorted(inWritingOrder);
  const unknown = ordered.findIndex(({ collection }) => !mirror.isKnown(collection.url));
  return unknown < 0 ? ordered : ordered.slice(0, unknown);
}

async function find(
  parts: CalendarParts,
  calendars: readonly CalendarEntry[],
  { uid, occurrence }: InvitedEvent,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { fresh, failed } = await parts.mirror.fresh(calendars, signal);
  if (failed.length > 0) return undefined;
  for (const { calendar, index } of fresh) {
    const [held] = index.ofUid(uid);
    if (!held) continue;
    const whole = { calendar: calendar.id, resource: held.name };
    return occurrence === undefined
      ? formatEventId(whole)
      : await occurrenceId(parts, whole, held, occurrence, signal);
  }
  return undefined;
}

/** Undefined where the series has no such occurrence, or no longer: its own id would mean all of them. */
async function occurrenceId(
  { reader, zone }: CalendarParts,
  whole: { calendar: string; resource: string },
  { href, text }: IndexedResource,
  occurrence: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!text) return undefined;
  const ics = text.toString('utf8');
  const reading = await reader.event({ key: href, ics }, occurrenceKey(occurrence), signal);
  if ('code' in reading || !reading.occurrence) return undefined;
  const { original } = reading.occurrence;
  return formatEventId({ ...whole, ...(original && { occurrence: originalText(original, zone) }) });
}
