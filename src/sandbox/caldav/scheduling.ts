import type { CalendarUser } from './calendars.ts';
import type { DavContext, DavRequest, SchedulingMessage } from './exchange.ts';
import { type IcsComponent, lineOf, objectsOf, parameterOf, setLine, setParameter, writeIcs } from './ics.ts';
import { sameObject } from './own-words.ts';
import {
  type Answer,
  answerOf,
  applyAnswer,
  attendeeLine,
  attendeesOf,
  copyFor,
  isSameToAttendees,
  newAnswers,
  organizerOf,
  uidOf,
} from './participants.ts';
import { joined, spanOf } from './span.ts';

/** Delivered into a calendar here; sent by mail to somebody else's (RFC 6638 §7.3, RFC 5546 §3.6). */
const delivered = '1.2';
const sent = '1.1';

/**
 * Tells the others about a PUT (RFC 6638 §3.2). `after` gets the delivery marks.
 * @returns whether `after` was changed.
 */
export function announcePut(
  context: DavContext,
  request: DavRequest,
  after: IcsComponent,
  before: IcsComponent | undefined,
): boolean {
  const organizer = organizerOf(after);
  if (!organizer || isSilent(context, request, after)) return false;
  const { viewer } = request;
  if (viewer.account.owns(organizer)) return invite(context, viewer, organizer, after, before);
  const own = ownAddress(viewer, after);
  const answers = own ? newAnswers(own, after, before) : [];
  if (!own || answers.length === 0) return false;
  const status = tellAnswers(context, own, organizer, uidOf(after), answers);
  for (const object of objectsOf(after)) {
    const line = lineOf(object, 'ORGANIZER');
    if (line) setParameter(line, 'SCHEDULE-STATUS', status);
  }
  return true;
}

/** A DELETE by the organizer cancels, one by an attendee declines. */
export function announceDelete(context: DavContext, request: DavRequest, before: IcsComponent): void {
  const organizer = organizerOf(before);
  if (!organizer || isSilent(context, request, before)) return;
  if (request.viewer.account.owns(organizer)) {
    for (const address of attendeesOf(before)) cancel(context, organizer, address, before);
    return;
  }
  const own = ownAddress(request.viewer, before);
  if (!own) return;
  const answers = objectsOf(before)
    .filter((object) => attendeeLine(object, own) && answerOf(attendeeLine(object, own)) !== 'DECLINED')
    .map((object): Answer => {
      const [recurrenceId = ''] = object.lines
        .filter(({ name }) => name === 'RECURRENCE-ID')
        .map((l) => l.value);
      return { recurrenceId, status: 'DECLINED', object };
    });
  if (answers.length > 0) tellAnswers(context, own, organizer, uidOf(before), answers);
}

/** Nobody is told of what is over, nor against the client's word: OX's `Scheduling`, RFC 6638 §8.1 `Schedule-Reply`. */
function isSilent(
  { schedules, clock }: DavContext,
  { headers }: DavRequest,
  calendar: IcsComponent,
): boolean {
  const asked = headers.scheduling === 'none' || headers['schedule-reply'] === 'F';
  return !schedules || asked || joined(objectsOf(calendar).map(spanOf)).to < clock().getTime();
}

function invite(
  context: DavContext,
  viewer: CalendarUser,
  organizer: string,
  after: IcsComponent,
  before: IcsComponent | undefined,
): boolean {
  const former = attendeesOf(before);
  const current = attendeesOf(after);
  const isSame = before !== undefined && isSameToAttendees(after, before);
  let marked = false;
  for (const address of current) {
    if (viewer.account.owns(address) || (isSame && former.has(address))) continue;
    if (context.dialect.heedsScheduleAgent && !serverIsAgent(after, address)) continue;
    const status = deliver(context, 'REQUEST', organizer, address, copyFor(address, after));
    for (const object of objectsOf(after)) {
      const line = attendeeLine(object, address);
      if (line) setParameter(line, 'SCHEDULE-STATUS', status);
    }
    marked = true;
  }
  for (const address of former) {
    if (before && !current.has(address)) cancel(context, organizer, address, before);
  }
  return marked;
}

function cancel(context: DavContext, organizer: string, address: string, before: IcsComponent): void {
  if (context.calendars.owner(organizer)?.account.owns(address)) return;
  const copy = copyFor(address, before);
  for (const object of objectsOf(copy)) setLine(object, 'STATUS', 'CANCELLED');
  deliver(context, 'CANCEL', organizer, address, copy);
}

/** Puts a copy into the default calendar, or in the place of the one that is there, whose alarms stay. */
function deliver(
  context: DavContext,
  method: SchedulingMessage['method'],
  from: string,
  to: string,
  copy: IcsComponent,
): string {
  const uid = uidOf(copy);
  context.scheduled.push({ method, from, to, uid });
  const user = context.calendars.owner(to);
  if (!user) return sent;
  const known = user.findUid(uid);
  const { dialect } = context;
  if (method === 'CANCEL' && (!known || dialect.ownsBody)) known?.collection.delete(known.resource.name);
  else {
    for (const object of objectsOf(copy)) {
      const alarms = sameObject(known?.resource.copy, object)?.parts.filter(({ name }) => name === 'VALARM');
      object.parts.push(...(alarms ?? []));
    }
    const collection = known?.collection ?? user.defaultCalendar;
    collection?.put(known?.resource.name ?? `${uid}.ics`, writeIcs(copy));
  }
  return delivered;
}

/** Writes the answers into the organizer's copy and those of the other attendees. Schedule tags stay. */
function tellAnswers(
  context: DavContext,
  from: string,
  organizer: string,
  uid: string,
  answers: readonly Answer[],
): string {
  context.scheduled.push({ method: 'REPLY', from, to: organizer, uid });
  for (const user of context.calendars.users) {
    const known = user.account.owns(from) ? undefined : user.findUid(uid);
    const copy = known?.resource.copy;
    if (!known || !copy) continue;
    const mark = user.account.owns(organizer) ? '2.0' : undefined;
    for (const answer of answers) applyAnswer(copy, from, answer, mark);
    known.collection.put(known.resource.name, writeIcs(copy), { keepScheduleTag: true });
  }
  return context.calendars.owner(organizer) ? delivered : sent;
}

function ownAddress(viewer: CalendarUser, calendar: IcsComponent): string | undefined {
  return [...attendeesOf(calendar)].find((address) => viewer.account.owns(address));
}

function serverIsAgent(calendar: IcsComponent, address: string): boolean {
  const agents = objectsOf(calendar).flatMap((object) => {
    return parameterOf(attendeeLine(object, address), 'SCHEDULE-AGENT') ?? [];
  });
  return agents.every((agent) => agent.toUpperCase() === 'SERVER');
}
