import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { EventPage, EventSummary } from '../../src/domain/calendar.ts';
import type { CalendarPort, SchedulePort } from '../../src/domain/calendar-port.ts';
import type { MailboxError } from '../../src/domain/errors.ts';
import type { CalendarOffice, Colleague, Held } from './calendar-offices.ts';
import { day } from './calendar-texts.ts';
import { openMail } from './mailboxes.ts';

/** Our services as one user, put together as the server does it, knowing nothing yet. */
export interface Session {
  calendar: CalendarPort;
  schedule: SchedulePort;
  account: OpenAccount;
}

export const asked = () => ({ signal: AbortSignal.timeout(20_000), confirm: undefined });

/** Ends with the test. */
export async function session(
  office: CalendarOffice,
  user: Colleague = 'alice',
  settings: Record<string, string> = {},
): Promise<Session> {
  const account = await openMail({ ...office.env(user), ...settings });
  onTestFinished(() => account.close());
  const { calendar, schedule } = account;
  if (!calendar || !schedule) throw new Error('This account has no calendar.');
  return { calendar, schedule, account };
}

/** A new empty calendar of that user. */
export async function emptyCalendar(office: CalendarOffice, user: Colleague = 'alice'): Promise<string> {
  return await office.makeCalendar(user, `c${randomUUID().slice(0, 8)}`);
}

/** The one resource a calendar holds. */
export async function onlyHeld(
  office: CalendarOffice,
  calendar: string,
  user: Colleague = 'alice',
): Promise<Held> {
  const [held, ...more] = await office.held(user, calendar);
  if (!held || more.length > 0) throw new Error(`${calendar} holds ${held ? more.length + 1 : 0} resources.`);
  return held;
}

/** What a session that knows nothing yet sees from day `from` to day `to` inclusive. */
export async function seen(
  office: CalendarOffice,
  calendar: string,
  [from, to]: readonly [number, number] = [0, 60],
  user: Colleague = 'alice',
): Promise<EventSummary[]> {
  const { calendar: port } = await session(office, user);
  const page = await port.getEvents({ start: day(from), end: day(to), calendar }, asked());
  return eventsOf(page);
}

/** All of a page that must be whole. */
export function eventsOf({ events, incomplete, nextCursor }: EventPage): EventSummary[] {
  if (incomplete || nextCursor) throw new Error(`Not all: ${JSON.stringify({ incomplete, nextCursor })}`);
  return events;
}

export function starts(events: readonly { start: string }[]): string[] {
  return events.map(({ start }) => start);
}

/** The id of the occurrence with that start. */
export function idAt(events: readonly EventSummary[], start: string): string {
  const found = events.find((event) => event.start === start);
  if (!found) throw new Error(`Nothing starts at ${start}, but at ${starts(events).join(', ')}.`);
  return found.id;
}

/** The error of a promise that must not resolve. */
export async function refusal(promise: Promise<unknown>): Promise<MailboxError> {
  try {
    await promise;
  } catch (error) {
    return error as MailboxError;
  }
  throw new Error('It resolved.');
}
