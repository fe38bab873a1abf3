import type { EventDetails } from '../../domain/calendar.ts';
import type { Announcement, InvitationSource } from '../../domain/itip-port.ts';
import type { EditContext, Edits } from '../edit/edit.ts';
import type { Account, Desk } from './desk.ts';
import type { ResourceWriter } from './resource-writer.ts';
import type { Telling } from './telling.ts';

/** What every change of the calendar is made with. */
export interface Workshop {
  desk: Desk;
  writer: ResourceWriter;
  edits: Edits;
  telling: Telling;
  invitations: InvitationSource;
  /** The user's IANA zone. */
  zone: string;
  now(): Date;
  newUid(): string;
}

export function editContext({ zone, now, newUid }: Workshop, account: Account): EditContext {
  return { zone, now: now(), newUid, ownAddresses: account.addresses, ownName: account.name };
}

/** What the person sees before people are written to. */
export function announcementOf(
  kind: Announcement['kind'],
  { title, start, end }: Pick<EventDetails, 'title' | 'start' | 'end'>,
  recipients: readonly string[],
): Announcement {
  return { kind, title, when: `${start} – ${end}`, recipients };
}
