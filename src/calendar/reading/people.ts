import { cleanLine } from '../../content/clean.ts';
import type { Participation } from '../../domain/calendar.ts';
import type { Attendee } from '../event.ts';
import type { Component } from '../ics/document.ts';
import { type Property, properties, property } from './property.ts';

const maxAttendees = 1_000;

const statuses: Readonly<Record<string, Participation>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  DELEGATED: 'delegated',
};

const roles: Readonly<Record<string, Attendee['role']>> = {
  CHAIR: 'chair',
  'OPT-PARTICIPANT': 'optional',
  'NON-PARTICIPANT': 'informed',
};

/** At most 1,000; a PARTSTAT that nobody knows counts as not answered (RFC 5545 §3.2.12). */
export function attendeesOf(event: Component): Attendee[] {
  return properties(event, 'ATTENDEE').slice(0, maxAttendees).map(readAttendee);
}

export function organizerOf(event: Component): { name?: string; email: string } | undefined {
  const organizer = property(event, 'ORGANIZER');
  if (!organizer) return undefined;
  const name = nameOf(organizer);
  const email = emailOf(organizer);
  return name === '' && email === '' ? undefined : { ...(name && { name }), email };
}

function readAttendee(line: Property): Attendee {
  const { partstat = '', role = '', cutype = '' } = line.parameters;
  const name = nameOf(line);
  const knownRole = roles[role.toUpperCase()];
  return {
    ...(name && { name }),
    email: emailOf(line),
    status: statuses[partstat.toUpperCase()] ?? 'needs-action',
    ...(knownRole && { role: knownRole }),
    ...(/^(?:ROOM|RESOURCE)$/iu.test(cutype) && { resource: true }),
  };
}

function nameOf({ parameters }: Property): string {
  return cleanLine(parameters.cn ?? '', 200);
}

/** From `mailto:`, else the EMAIL parameter (RFC 7986 §6.2), else a bare address. */
function emailOf({ parameters, values }: Property): string {
  const uri = cleanLine(typeof values[0] === 'string' ? values[0] : '', 400);
  const mailto = /^mailto:\s*([^?]*)/iu.exec(uri)?.[1];
  const bare = /^[^\s:]+@[^\s:]+$/u.test(uri) ? uri : '';
  const address = (mailto === undefined ? (parameters.email ?? bare) : percentDecoded(mailto)).replace(
    /^mailto:/iu,
    '',
  );
  return cleanLine(address, 320)
    .replace(/[<>\s]/gu, '')
    .toLowerCase();
}

/** `al%40other.test` (RFC 6068 §2); as it stands where it is no such encoding. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding after all: many programs write addresses into a URI as they are.
    return text;
  }
}
