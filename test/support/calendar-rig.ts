import { randomUUID } from 'node:crypto';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { EventPage, EventSummary } from '../../src/domain/calendar.ts';
import type { CalendarPort, SchedulePort } from '../../src/domain/calendar-port.ts';
import type { MailboxError } from '../../src/domain/errors.ts';
import type { CalendarOffice, CalendarOfficeKind, Colleague, Held } from './calendar-offices.ts';
import { day } from './calendar-texts.ts';
import { openMail } from './mailboxes.ts';

/** Our services as one user, put together as the server does it. */
export interface Session {
  calendar: CalendarPort;
  schedule: SchedulePort;
  account: OpenAccount;
}

export const asked = () => ({ signal: AbortSignal.timeout(20_000), confirm: undefined });

export async function openRig({ open }: Pick<CalendarOfficeKind, 'open'>): Promise<CalendarRig> {
  return new CalendarRig(await open());
}

/** A running office, our services as each of its people, and for each a second set that only looks. */
export class CalendarRig {
  readonly office: CalendarOffice;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(office: CalendarOffice) {
    this.office = office;
  }

  /** The same one every time: its thread takes a while to start. */
  session(user: Colleague = 'alice', settings: Record<string, string> = {}): Promise<Session> {
    return this.#keep(`${user} ${JSON.stringify(settings)}`, { ...this.office.env(user), ...settings });
  }

  /** A new empty calendar of that user; its name is its id. */
  async emptyCalendar(user: Colleague = 'alice'): Promise<string> {
    return await this.office.makeCalendar(user, `x${randomUUID().slice(0, 8)}`);
  }

  /** The one resource a calendar holds. */
  async onlyHeld(calendar: string, user: Colleague = 'alice'): Promise<Held> {
    const [held, ...more] = await this.office.held(user, calendar);
    if (!held || more.length > 0)
      throw new Error(`${calendar} holds ${held ? more.length + 1 : 0} resources.`);
    return held;
  }

  /** The text of the resource with that UID in the calendar. */
  async textOf(calendar: string, uid: string, user: Colleague = 'alice'): Promise<string | undefined> {
    const all = await this.office.held(user, calendar);
    return all.find(({ ics }) => ics.replace(/\r?\n[ \t]/gu, '').includes(`\nUID:${uid}\r`))?.ics;
  }

  /** What a session that changed nothing itself sees from day `from` to day `to` inclusive. */
  async seen(
    calendar: string,
    [from, to]: readonly [number, number] = [0, 60],
    user: Colleague = 'alice',
  ): Promise<EventSummary[]> {
    const onlooker = await this.#keep(`${user} looks`, this.office.env(user));
    return eventsOf(await onlooker.calendar.getEvents({ start: day(from), end: day(to), calendar }, asked()));
  }

  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    const open = sessions.flatMap((opened) => (opened.status === 'fulfilled' ? [opened.value] : []));
    await Promise.all(open.map(({ account }) => account.close()));
    await this.office.close();
  }

  #keep(key: string, env: Record<string, string>): Promise<Session> {
    const known = this.#sessions.get(key) ?? open(env);
    this.#sessions.set(key, known);
    return known;
  }
}

async function open(env: Record<string, string>): Promise<Session> {
  const account = await openMail(env);
  const { calendar, schedule } = account;
  if (!calendar || !schedule) throw new Error('This account has no calendar.');
  return { calendar, schedule, account };
}

/** All of a page that must be whole. */
export function eventsOf({ events, incomplete, nextCursor }: EventPage): EventSummary[] {
  if (incomplete || nextCursor) throw new Error(`Not all: ${JSON.stringify({ incomplete, nextCursor })}`);
  return events;
}

export function starts(events: readonly { start: string }[]): string[] {
  return events.map(({ start }) => start);
}

/** The id of what starts then. */
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
