import { DavRefusal } from './exchange.ts';
import { type IcsComponent, objectsOf, recurrenceId, setLine, textOf } from './ics.ts';

/** What Open-Xchange makes of a body before it keeps it: its own lines, and the overrides the client left out. */
export function inOwnWords(after: IcsComponent, before: IcsComponent | undefined, now: Date): void {
  setLine(after, 'PRODID', '-//Open-Xchange//8.20.1//EN');
  keepOverrides(after, before);
  const stamp = now.toISOString().replace(/[-:]|\.\d+/gu, '');
  for (const object of objectsOf(after)) {
    const old = sameObject(before, object);
    setLine(object, 'DTSTAMP', stamp);
    setLine(object, 'LAST-MODIFIED', stamp);
    addLine(object, 'CREATED', textOf(old, 'CREATED') ?? stamp);
    addLine(object, 'SEQUENCE', textOf(old, 'SEQUENCE') ?? '0');
    addLine(object, 'CLASS', 'PUBLIC');
    if (object.name === 'VEVENT') addLine(object, 'TRANSP', 'OPAQUE');
  }
}

/** @throws DavRefusal 409 when a SEQUENCE is lower than the stored one (`Check.requireInSequence`). */
export function requireInSequence(after: IcsComponent, before: IcsComponent | undefined): void {
  for (const object of objectsOf(after)) {
    const sent = textOf(object, 'SEQUENCE');
    const stored = textOf(sameObject(before, object), 'SEQUENCE') ?? '0';
    if (sent !== undefined && Number(sent) < Number(stored)) throw new DavRefusal(409);
  }
}

/** The same master or the same occurrence in another version. */
export function sameObject(
  calendar: IcsComponent | undefined,
  object: IcsComponent,
): IcsComponent | undefined {
  return objectsOf(calendar).find((other) => recurrenceId(other) === recurrenceId(object));
}

/** With a master in the body, leaving an override out does not delete it (`EventResource.putEvents`). */
function keepOverrides(after: IcsComponent, before: IcsComponent | undefined): void {
  const master = objectsOf(after).find((object) => recurrenceId(object) === '');
  const oldMaster = objectsOf(before).find((object) => recurrenceId(object) === '');
  if (!master || textOf(master, 'DTSTART') !== textOf(oldMaster, 'DTSTART')) return;
  for (const override of objectsOf(before)) {
    const id = recurrenceId(override);
    if (id !== '' && !sameObject(after, override) && mayHold(master, id)) after.parts.push(override);
  }
}

/** Whether a series still has that occurrence, as far as can be seen without expanding its rule. */
function mayHold(master: IcsComponent, id: string): boolean {
  const rule = textOf(master, 'RRULE');
  const [, until = '99999999'] = /UNTIL=(\d{8})/iu.exec(rule ?? '') ?? [];
  const excluded = master.lines
    .filter(({ name }) => name === 'EXDATE')
    .flatMap(({ value }) => value.split(','));
  return rule !== undefined && id.slice(0, 8) <= until && !excluded.includes(id);
}

function addLine(object: IcsComponent, name: string, value: string): void {
  if (textOf(object, name) === undefined) setLine(object, name, value);
}
