import {
  type IcsComponent,
  type IcsLine,
  lineOf,
  objectsOf,
  parameterOf,
  recurrenceId,
  setLine,
  setParameter,
  textOf,
} from './ics.ts';

/** A change of somebody's own answer, to the series (id empty) or to one occurrence. */
export interface Answer {
  recurrenceId: string;
  status: string;
  /** As the attendee has it. */
  object: IcsComponent;
}

/** Address in lower case without `mailto:`. */
export function addressOf(line: IcsLine | undefined): string | undefined {
  return line?.value.replace(/^mailto:/iu, '').toLowerCase();
}

export function organizerOf(calendar: IcsComponent | undefined): string | undefined {
  return addressOf(objectsOf(calendar).map((object) => lineOf(object, 'ORGANIZER'))[0]);
}

export function attendeeLines(component: IcsComponent): IcsLine[] {
  return component.lines.filter(({ name }) => name === 'ATTENDEE');
}

/** Everybody invited to any of it. */
export function attendeesOf(calendar: IcsComponent | undefined): Set<string> {
  const lines = objectsOf(calendar).flatMap(attendeeLines);
  return new Set(lines.flatMap((line) => addressOf(line) ?? []));
}

export function attendeeLine(object: IcsComponent | undefined, address: string): IcsLine | undefined {
  return object && attendeeLines(object).find((line) => addressOf(line) === address);
}

export function answerOf(line: IcsLine | undefined): string {
  return parameterOf(line, 'PARTSTAT')?.toUpperCase() ?? 'NEEDS-ACTION';
}

/** What an attendee answers anew in `after`, also by excluding occurrences (RFC 6638 §3.2.2.1). */
export function newAnswers(address: string, after: IcsComponent, before: IcsComponent | undefined): Answer[] {
  const oldMaster = masterOf(before);
  const answers = objectsOf(after).flatMap((object): Answer[] => {
    const id = recurrenceId(object);
    const old = objectsOf(before).find((other) => recurrenceId(other) === id) ?? oldMaster;
    const status = answerOf(attendeeLine(object, address));
    const changed = attendeeLine(object, address) && status !== answerOf(attendeeLine(old, address));
    return changed ? [{ recurrenceId: id, status, object }] : [];
  });
  const master = masterOf(after);
  const known = oldMaster && new Set(exclusions(oldMaster));
  const declined = master && known ? exclusions(master).filter((date) => !known.has(date)) : [];
  const object = master ?? after;
  return [...answers, ...declined.map((id) => ({ recurrenceId: id, status: 'DECLINED', object }))];
}

/**
 * Writes an answer into somebody's copy; an occurrence that has no override there gets one, made from the master.
 * `scheduleStatus` only where it concerns the organizer (RFC 6638 §7.3).
 */
export function applyAnswer(
  calendar: IcsComponent,
  address: string,
  answer: Answer,
  scheduleStatus?: string,
): void {
  const objects = objectsOf(calendar);
  const object =
    objects.find((candidate) => recurrenceId(candidate) === answer.recurrenceId) ??
    overrideFor(calendar, answer);
  const line = attendeeLine(object, address);
  if (!line) return;
  setParameter(line, 'PARTSTAT', answer.status);
  if (scheduleStatus !== undefined) setParameter(line, 'SCHEDULE-STATUS', scheduleStatus);
}

function overrideFor(calendar: IcsComponent, { recurrenceId: id, object }: Answer): IcsComponent | undefined {
  const master = masterOf(calendar);
  // An excluded occurrence has no times of its own that could be copied.
  if (!master || recurrenceId(object) !== id) return undefined;
  const override = structuredClone(master);
  override.lines = override.lines.filter(({ name }) => !/^(?:RRULE|RDATE|EXDATE)$/u.test(name));
  for (const name of ['RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION']) {
    const line = lineOf(object, name);
    if (line) setLine(override, name, line.value, line.parameters);
  }
  calendar.parts.push(override);
  return override;
}

function masterOf(calendar: IcsComponent | undefined): IcsComponent | undefined {
  return objectsOf(calendar).find((object) => recurrenceId(object) === '');
}

function exclusions(master: IcsComponent): string[] {
  return master.lines.filter(({ name }) => name === 'EXDATE').flatMap(({ value }) => value.split(','));
}

/** Everything a person would call a change: not alarms, stamps and answers. */
export function isSameToAttendees(after: IcsComponent, before: IcsComponent): boolean {
  return matter(after) === matter(before);
}

function matter(calendar: IcsComponent): string {
  const stamps =
    /^(?:DTSTAMP|LAST-MODIFIED|CREATED|SEQUENCE|X-.*|ATTENDEE|ORGANIZER|TRANSP|CLASS|ACKNOWLEDGED)$/u;
  return JSON.stringify(
    objectsOf(calendar)
      .toSorted((a, b) => (recurrenceId(a) < recurrenceId(b) ? -1 : 1))
      .map((object) => object.lines.filter(({ name }) => !stamps.test(name))),
  );
}

/** The components an attendee is invited to, without the organizer's alarms and delivery marks. */
export function copyFor(address: string, calendar: IcsComponent): IcsComponent {
  const copy = structuredClone(calendar);
  copy.parts = copy.parts.filter((part) => part.name === 'VTIMEZONE' || attendeeLine(part, address));
  for (const object of objectsOf(copy)) {
    object.parts = object.parts.filter(({ name }) => name !== 'VALARM');
    for (const line of attendeeLines(object)) {
      line.parameters = line.parameters.replace(/;SCHEDULE-[A-Z-]+=[^;]*/giu, '');
    }
  }
  return copy;
}

export function uidOf(calendar: IcsComponent): string {
  return objectsOf(calendar).map((object) => textOf(object, 'UID'))[0] ?? '';
}
