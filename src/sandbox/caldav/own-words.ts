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
  if (rule === undefined) return false;
  const excluded = master.lines
    .filter(({ name }) => name === 'EXDATE')
    .flatMap(({ value }) => value.split(','));
  return id.slice(0, 8) <= lastDay(rule, textOf(master, 'DTSTART') ?? '') && !excluded.includes(id);
}

/** `YYYYMMDD` behind which nothing recurs. COUNT is judged where each day or week has an occurrence. */
function lastDay(rule: string, start: string): string {
  const part = (name: string) => new RegExp(`(?:^|;)${name}=([^;]+)`, 'iu').exec(rule)?.[1]?.toUpperCase();
  const until = part('UNTIL')?.slice(0, 8);
  const days = part('FREQ') === 'WEEKLY' ? 7 : 1;
  const isPlain = days === 7 || (part('FREQ') === 'DAILY' && !/;BY/iu.test(`;${rule}`));
  const count = Number(part('COUNT') ?? Infinity);
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/u.exec(start) ?? [];
  if (until !== undefined || !isPlain || !Number.isFinite(count) || year === undefined)
    return until ?? '99999999';
  const periods = (count - 1) * Number(part('INTERVAL') ?? 1);
  const last = Date.UTC(Number(year), Number(month) - 1, Number(day) + periods * days + days - 1);
  return new Date(last).toISOString().slice(0, 10).replaceAll('-', '');
}

function addLine(object: IcsComponent, name: string, value: string): void {
  if (textOf(object, name) === undefined) setLine(object, name, value);
}
