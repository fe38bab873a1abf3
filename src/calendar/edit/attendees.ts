import { cleanLine } from '../../content/clean.ts';
import { parseMailbox } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';
import { type Component, type ContentLine, linesOf } from '../ics/document.ts';
import { attendeesOf } from '../reading/people.ts';
import type { EditContext } from './edit.ts';
import { property } from './lines.ts';
import { holding } from './moment-line.ts';
import { organises } from './stamp.ts';
import { addLine, insertBehind, lineOf, removeLines } from './tree.ts';

const maxAttendees = 200;
const maxNameChars = 200;

interface Person {
  name?: string;
  /** Lower case. */
  email: string;
}

/**
 * Makes these the people invited: those who stay keep their lines byte for byte, with their answers. The account becomes
 * ORGANIZER where there is none; its own ATTENDEE line is nobody's to take out.
 * @throws MailboxError `forbidden` when somebody else organises it; `invalid_input` naming what is no address.
 */
export function setAttendees(event: Component, given: readonly string[], context: EditContext): Component {
  if (!organises(event, context)) {
    throw new MailboxError('forbidden', 'Somebody else organises this event: only they can invite people.', {
      hint: 'Write to the organizer.',
    });
  }
  const people = readPeople(given);
  const wanted = new Set([...people.keys(), ...context.ownAddresses]);
  const pruned = removeLines(event, ['ATTENDEE'], (line) => !wanted.has(addressOf(line)));
  const present = new Set(linesOf(event, 'ATTENDEE').map(addressOf));
  const added = [...people.values()].filter(({ email }) => !present.has(email));
  const grown = added.reduce((left, person) => addLine(left, attendeeLine(person, context)), pruned);
  return linesOf(grown, 'ATTENDEE').length > 0 ? withOrganizer(grown, context) : grown;
}

/** Who is invited, lower case, in ascending order. */
export function addressesOf(event: Component): string[] {
  return [...new Set(linesOf(event, 'ATTENDEE').map(addressOf))].sort();
}

function addressOf(line: ContentLine): string {
  return attendeesOf(holding(line))[0]?.email ?? '';
}

/** Own lines are answered: who invites, comes. */
function attendeeLine({ name, email }: Person, { ownAddresses }: EditContext): ContentLine {
  const status = ownAddresses.includes(email)
    ? { PARTSTAT: 'ACCEPTED' }
    : { PARTSTAT: 'NEEDS-ACTION', RSVP: 'TRUE' };
  return property('ATTENDEE', mailto(email), { CN: name, ...status });
}

/** In front of the people it invites. */
function withOrganizer(event: Component, { ownAddresses, ownName }: EditContext): Component {
  const [own] = ownAddresses;
  if (own === undefined || lineOf(event, 'ORGANIZER')) return event;
  const line = property('ORGANIZER', mailto(own), { CN: ownName && cleanLine(ownName, maxNameChars) });
  const first = event.items.findIndex((item) => item.kind === 'line' && item.name === 'ATTENDEE');
  return insertBehind(event, event.items[first - 1], line);
}

/** Of one named twice the first. */
function readPeople(given: readonly string[]): Map<string, Person> {
  if (given.length > maxAttendees) throw invalid(`attendees are more than ${maxAttendees}.`);
  const people = new Map<string, Person>();
  for (const [index, text] of given.entries()) {
    const person = readPerson(`attendees[${index}]`, text);
    if (!people.has(person.email)) people.set(person.email, person);
  }
  return people;
}

/** @throws MailboxError `invalid_input` naming `field` */
function readPerson(field: string, text: string): Person {
  const { name, address } = parseMailbox(field, text);
  const email = address.toLowerCase();
  // A local part in quotes is read in different ways by calendar programs.
  if (email.includes('"')) throw invalid(`${field} cannot be invited.`);
  const shown = cleanLine(name ?? '', maxNameChars);
  return { email, ...(shown && { name: shown }) };
}

/** What a mailto URI keeps for itself is encoded (RFC 6068 §2). */
function mailto(email: string): string {
  return `mailto:${email.replace(/[%?#]/gu, (char) => encodeURIComponent(char))}`;
}

function invalid(message: string): MailboxError {
  return new MailboxError('invalid_input', message, {
    hint: 'Write each as name@example.org or Name <name@example.org>.',
  });
}
