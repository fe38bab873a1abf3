import type { CalendarWarning, EventDetails } from '../../domain/calendar.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { EventView, OccurrenceKey } from '../event.ts';
import type { Desk, StoredEvent } from './desk.ts';
import { type Age, ageOf } from './invitation-age.ts';
import { hasMaster, type Invitation, isSentBy } from './invitation-mail.ts';

/** What a mail has to say about an event that is stored already. */
export interface Say {
  /** To be taken over: the organizer's, and newer than what is stored or not stored yet. */
  isNewer: boolean;
  /** Of the single occurrences it is about, those that are stored. */
  held: readonly OccurrenceKey[];
  warnings: CalendarWarning[];
}

/** The whole event of a mail, or one of the occurrences it is about, beside what is stored. */
interface Part {
  occurrence: OccurrenceKey | undefined;
  mailed: EventView;
  /** Of the occurrence, or of the series where that is not stored. */
  held: EventView;
  isHeld: boolean;
}

/** Anybody can write a UID into a mail: only the organizer of the stored event may change it. */
export async function sayOf(
  desk: Desk,
  invitation: Invitation,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<Say> {
  const parts = await partsOf(desk, invitation, stored, signal);
  const held = parts.flatMap(({ isHeld, occurrence }) => (isHeld && occurrence ? [occurrence] : []));
  const stranger = parts.map(strangerIn).find(Boolean);
  if (stranger) return { isNewer: false, held, warnings: [stranger] };
  const ages: Age[] = [];
  for (const part of parts) ages.push(await ageIn(desk, part, invitation, stored, signal));
  const isOld = ages.includes('older');
  const isNewer = ages.includes('newer') && !isOld && isTrusted(invitation, stored);
  const isBehind = parts.some((part) => part.mailed.sequence < part.held.sequence);
  const old = outdated(isBehind ? 'The mail is' : 'The mail says something else, and by its time stamp is');
  return { isNewer, held, warnings: isOld ? [old] : [] };
}

async function partsOf(
  desk: Desk,
  { ics, view, occurrences }: Invitation,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<Part[]> {
  const { view: whole } = await desk.look(stored.ics, undefined, signal);
  if (occurrences.length === 0) {
    return [{ occurrence: undefined, mailed: view, held: whole, isHeld: hasMaster(stored.ics) }];
  }
  const parts: Part[] = [];
  for (const occurrence of occurrences) {
    const { view: mailed } = await desk.look(ics, occurrence, signal);
    const held = await lookUnlessMissing(desk, stored.ics, occurrence, signal);
    parts.push({ occurrence, mailed, held: held?.view ?? whole, isHeld: held !== undefined });
  }
  return parts;
}

/** Older is only what people would see a difference in, or the organizer says so by SEQUENCE. */
async function ageIn(
  desk: Desk,
  part: Part,
  invitation: Invitation,
  stored: StoredEvent,
  signal: AbortSignal,
): Promise<Age> {
  const { mailed, held, isHeld, occurrence } = part;
  // One that was taken out comes back with a mail, but not with one that its series has left behind.
  if (!isHeld) return hasMaster(stored.ics) && mailed.sequence < held.sequence ? 'older' : 'newer';
  const age = ageOf(mailed, held);
  if (age !== 'older' || mailed.sequence < held.sequence) return age;
  const seen = async (event: StoredEvent) =>
    seenOf(await desk.details(event, occurrence, signal), occurrence);
  return (await seen({ ...stored, ics: invitation.ics })) === (await seen(stored)) ? 'same' : 'older';
}

function strangerIn({ mailed, held }: Part): CalendarWarning | undefined {
  const [organizer, holder] = [mailed.organizer?.email, held.organizer?.email];
  return holder === undefined || holder !== organizer ? notTheOrganizer(organizer, holder) : undefined;
}

/** Who writes for the organizer is believed where the event as it was stored before says so. */
function isTrusted({ disputed, sentBy, view }: Invitation, stored: StoredEvent): boolean {
  if (disputed) return false;
  return sentBy === undefined || isSentBy(stored.ics, view.organizer?.email ?? '', sentBy);
}

/** What people see. Who is invited and what they answered changes by itself. */
function seenOf(details: EventDetails, occurrence: OccurrenceKey | undefined): string {
  const { title, start, end, location, description, url, status, recurrence } = details;
  // A mail about one occurrence comes without the rule.
  const rule = occurrence ? undefined : recurrence?.rule;
  return JSON.stringify({ title, start, end, location, description, url, status, rule });
}

async function lookUnlessMissing(desk: Desk, ics: string, occurrence: OccurrenceKey, signal: AbortSignal) {
  try {
    return await desk.look(ics, occurrence, signal);
  } catch (error) {
    if (error instanceof MailboxError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function notTheOrganizer(mailed: string | undefined, stored: string | undefined): CalendarWarning {
  const holder = stored ?? 'nobody else';
  const detail = `The mail names ${mailed ?? 'nobody'} as organizer, the event in the calendar ${holder}: nothing of the mail was taken over.`;
  return { code: 'sender_not_organizer', detail };
}

function outdated(what: string): CalendarWarning {
  const detail = `${what} older than what the calendar holds; the answer is about the event as it stands there.`;
  return { code: 'outdated_invitation', detail };
}
