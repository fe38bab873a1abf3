import type { CalendarStore, DavCollection, DavHome } from '../connections/caldav-types.ts';
import { MailboxError } from '../domain/errors.ts';
import { calendarIds } from './calendar-id.ts';

export interface CalendarEntry {
  id: string;
  name: string;
  collection: DavCollection;
  isDefault: boolean;
  holdsEvents: boolean;
  holdsTasks: boolean;
  /** Allowed by MAILBOX_CALENDARS. */
  shown: boolean;
}

/** The account's calendars in their order, and what else discovery told. */
export interface CalendarHome {
  calendars: readonly CalendarEntry[];
  /** What MAILBOX_CALENDARS names and the server has not. */
  unmatched: readonly string[];
  /** Own addresses as the server knows them, lower case. */
  addresses: readonly string[];
  /** The server tells organizers and attendees itself. */
  schedules: boolean;
}

export interface CalendarDirectoryOptions {
  store: CalendarStore;
  /** MAILBOX_CALENDARS: names or ids; empty for all. */
  only: readonly string[];
  ttlMs: number;
  now?: () => number;
}

/** Which calendars there are. Their list is remembered for a while; what they hold never is here. */
export class CalendarDirectory {
  private readonly store: CalendarStore;
  private readonly only: readonly string[];
  private readonly ttlMs: number;
  private readonly now: () => number;
  private known: { home: CalendarHome; until: number } | undefined;

  constructor({ store, only, ttlMs, now = Date.now }: CalendarDirectoryOptions) {
    this.store = store;
    this.only = only;
    this.ttlMs = ttlMs;
    this.now = now;
  }

  /** As remembered, or asked for. @throws MailboxError `not_found` when MAILBOX_CALENDARS names no calendar there is. */
  async home(signal: AbortSignal): Promise<CalendarHome> {
    return this.known && this.known.until > this.now() ? this.known.home : await this.ask(signal);
  }

  /** Asks the server. */
  async ask(signal: AbortSignal): Promise<CalendarHome> {
    const home = homeOf(await this.store.home(signal), this.only);
    this.known = { home, until: this.now() + this.ttlMs };
    return home;
  }

  /** What is shown and holds events. */
  async eventCalendars(signal: AbortSignal): Promise<readonly CalendarEntry[]> {
    return eventCalendars(await this.home(signal));
  }

  /**
   * The event calendar a parameter means, by id or name; one nobody knows may have been made a moment ago.
   * @throws MailboxError `not_found` naming what there is, `invalid_input` when several have that name.
   */
  async resolve(wanted: string, signal: AbortSignal): Promise<CalendarEntry> {
    const found = find(eventCalendars(await this.home(signal)), wanted);
    if (found) return found;
    const calendars = eventCalendars(await this.ask(signal));
    const made = find(calendars, wanted);
    if (made) return made;
    throw new MailboxError('not_found', 'There is no calendar of that name.', {
      hint: `Use one of: ${calendars.map(({ id }) => id).join(', ')}.`,
    });
  }

  /** Whether the list is remembered and has not all of these. */
  lacks(urls: readonly string[]): boolean {
    if (!this.known) return false;
    const urlsKnown = new Set(this.known.home.calendars.map(({ collection }) => collection.url));
    return urls.some((url) => !urlsKnown.has(url));
  }

  /** After a calendar turned out to be gone: the next call asks anew. */
  forget(): void {
    this.known = undefined;
  }
}

function eventCalendars({ calendars }: CalendarHome): readonly CalendarEntry[] {
  return calendars.filter(({ shown, holdsEvents }) => shown && holdsEvents);
}

function homeOf(
  { collections, addresses, schedules, defaultUrl }: DavHome,
  only: readonly string[],
): CalendarHome {
  const sorted = [...collections].sort(inOrder);
  const stated = sorted.find(({ url }) => samePlace(url, defaultUrl));
  const standard = stated ?? sorted.find(isWritableCalendar);
  // Which is first changes with every new calendar, so a default that is only guessed names none.
  const ids = calendarIds(sorted, stated?.url);
  const entries = sorted.map((collection) => {
    const id = ids.get(collection.url) ?? '';
    return {
      id,
      name: collection.name ?? id,
      collection,
      isDefault: collection === standard,
      holdsEvents: collection.components.includes('VEVENT'),
      holdsTasks: collection.components.includes('VTODO'),
    };
  });
  const allowed = new Set(only.map(folded));
  const shown = ({ id, name }: { id: string; name: string }) =>
    allowed.size === 0 || allowed.has(folded(id)) || allowed.has(folded(name));
  if (entries.length > 0 && !entries.some(shown)) throw noneShown(entries);
  const matches = (wanted: string) =>
    entries.some(({ id, name }) => [id, name].some((text) => folded(text) === folded(wanted)));
  const unmatched = only.filter((wanted) => !matches(wanted));
  const calendars = entries.map((entry) => ({ ...entry, shown: shown(entry) }));
  return { calendars, unmatched, addresses, schedules };
}

function find(calendars: readonly CalendarEntry[], wanted: string): CalendarEntry | undefined {
  const byId = calendars.find(({ id }) => id === wanted.trim());
  if (byId) return byId;
  // An id in other letters may be the name of several calendars, of which only one has it.
  const text = folded(wanted);
  const [named, ...others] = calendars.filter(({ name }) => folded(name) === text);
  if (others.length === 0) return named ?? calendars.find(({ id }) => folded(id) === text);
  throw new MailboxError('invalid_input', 'Several calendars have this name.', {
    hint: `Use one of the ids: ${[named, ...others].map((entry) => entry?.id).join(', ')}.`,
  });
}

function noneShown(entries: readonly { id: string }[]): MailboxError {
  return new MailboxError('not_found', 'None of the calendars in MAILBOX_CALENDARS exists.', {
    hint: `Set it to some of: ${entries.map(({ id }) => id).join(', ')}, or leave it unset for all.`,
  });
}

function isWritableCalendar({ writable, components }: DavCollection): boolean {
  return writable && components.includes('VEVENT');
}

function inOrder(a: DavCollection, b: DavCollection): number {
  const [first, second] = [a.order ?? Number.MAX_SAFE_INTEGER, b.order ?? Number.MAX_SAFE_INTEGER];
  if (first !== second) return first - second;
  return (a.name ?? a.url).localeCompare(b.name ?? b.url, 'en');
}

/** Servers write this address with or without the slash at its end, and as a bare path. */
function samePlace(url: string, other: string | undefined): boolean {
  if (other === undefined || !URL.canParse(other, url)) return false;
  return new URL(other, url).pathname.replace(/\/$/u, '') === new URL(url).pathname.replace(/\/$/u, '');
}

function folded(text: string): string {
  return text.trim().normalize('NFC').toLowerCase();
}
