import { firstOperator, type Operator } from '../domain/operators.ts';

const anywhere =
  'Write the words without it: they are looked for in title, location, description and people.';
const range = 'Use the parameters start and end.';

/** What other programs let one write in a search for events, and what to do here. */
const ways: Record<string, string> = {
  ...{ title: anywhere, titel: anywhere, subject: anywhere, betreff: anywhere, summary: anywhere },
  ...{ what: anywhere, where: anywhere, location: anywhere, ort: anywhere },
  ...{ description: anywhere, body: anywhere, text: anywhere },
  ...{ attendee: anywhere, attendees: anywhere, teilnehmer: anywhere, who: anywhere, with: anywhere },
  ...{ organizer: anywhere, from: anywhere, von: anywhere, to: anywhere, an: anywhere },
  ...{ in: 'Use the parameter calendar.', calendar: 'Use the parameter calendar.' },
  ...{ kalender: 'Use the parameter calendar.' },
  ...{ after: range, since: range, newer: range, newer_than: range, start: range, ab: range },
  ...{ before: range, older: range, older_than: range, end: range, bis: range, date: range, on: range },
};

/** The first such operator of a query, and what to do instead; none in quotes. */
export function operatorIn(query: string): Operator | undefined {
  return firstOperator(query, (name) => (Object.hasOwn(ways, name) ? ways[name] : undefined));
}
