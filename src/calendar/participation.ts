import type { Participation } from '../domain/calendar.ts';
import type { EventView, Occurrence } from './event.ts';

/** Of several own addresses invited, the one that answered counts. */
const weight: Readonly<Record<Participation, number>> = {
  accepted: 4,
  tentative: 3,
  declined: 2,
  delegated: 1,
  'needs-action': 0,
};

/** The own PARTSTAT, over all own addresses (lower case); undefined when none of them is invited. */
export function ownStatus(view: EventView, own: ReadonlySet<string>): Participation | undefined {
  const mine = view.attendees.filter(({ email }) => own.has(email.toLowerCase())).map(({ status }) => status);
  return mine.sort((a, b) => weight[b] - weight[a])[0];
}

/**
 * How an occurrence takes time (RFC 5545 §3.8.2.7, knowledge mailbox-org §4.3): not when transparent, cancelled, declined,
 * delegated or without length; tentatively when it, or the own answer, is not settled. Who organizes owes no answer.
 */
export function blocking(
  { view, start, end }: Occurrence,
  own: ReadonlySet<string>,
): 'busy' | 'tentative' | undefined {
  if (view.transparent || view.status === 'cancelled' || end <= start) return undefined;
  const mine = ownStatus(view, own);
  if (mine === 'declined' || mine === 'delegated') return undefined;
  const owesAnswer = mine === 'needs-action' && !organizes(view, own);
  return view.status === 'tentative' || mine === 'tentative' || owesAnswer ? 'tentative' : 'busy';
}

function organizes({ organizer }: EventView, own: ReadonlySet<string>): boolean {
  return organizer !== undefined && own.has(organizer.email.toLowerCase());
}

/** All of one calendar is transparent (RFC 6638 §9.1), or it is a view of birthdays that nobody can write to. */
export function takesNoTime(
  { transparent, writable }: { transparent: boolean; writable: boolean },
  { allDay, view }: Occurrence,
): boolean {
  return transparent || (!writable && allDay !== undefined && /FREQ=YEARLY/iu.test(view.rule ?? ''));
}
