import type { CalendarStore, DavCollection, DavHome } from '../connections/caldav/types.ts';
import { steadyClock } from '../connections/steady-clock.ts';
import { MailboxError } from '../domain/errors.ts';
import { allowedBy, hasId, namedBy, sluggedAs } from './calendar-choice.ts';
import { CalendarIds } from './calendar-id.ts';

/** In a hint. */
const maxIds = 30;

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
  /** For durations. Default: a `steadyClock`. */
  now?: () => number;
}

/** Which calendars there are. Their list is remembered for a while; what they hold never is here. */
export class CalendarDirectory {
  private readonly store: CalendarStore;
  private readonly only: readonly string[];
  private readonly ttlMs: number;
  private readonly now: () => number;
  private readonly ids = new CalendarIds();
  private known: { home: CalendarHome; until: number } | undefined;

  constructor({ store, only, ttlMs, now = steadyClock() }: CalendarDirectoryOptions) {
    this.store = store;
    this.only = only;
    this.ttlMs = ttlMs;
    this.now = now;
  }

  /** As remembered, or asked for. @throws MailboxError `invalid_input` when MAILBOX_CALENDARS names no calendar there is. */
  async home(signal: AbortSignal): Promise<CalendarHome> {
    return this.known && this.known.until > this.now() ? this.known.home : await this.ask(signal);
  }

  /** As it was asked for last, however long ago that is. */
  get remembered(): CalendarHome | undefined {
    return this.known?.home;
  }

  /** Asks the server. */
  async ask(signal: AbortSignal): Promise<CalendarHome> {
    const home = homeOf(await this.store.home(signal), this.only, this.ids);
    // What the server would not tell this time it may tell the next.
    const isWhole = home.calendars.every(({ collection }) => collection.untold === undefined);
    this.known = { home, until: this.now() + (isWhole ? this.ttlMs : 0) };
    return home;
  }

  /** The calendars these parameters mean, all by default; undefined where that is not known without asking. */
  recall(wanted: readonly string[] | undefined): readonly CalendarEntry[] | undefined {
    if (!this.known) return undefined;
    const calendars = eventCalendars(this.known.home);
    if (!wanted?.length) return calendars;
    const found = wanted.map((name) => namedBy(calendars, name));
    return found.every(({ length }) => length === 1) ? [...new Set(found.flat())] : undefined;
  }

  /** As `resolveId` would, without asking. */
  recallId(id: string): CalendarEntry | undefined {
    return this.known && ofId(this.known.home, id);
  }

  /** What is shown and holds events. */
  async eventCalendars(signal: AbortSignal): Promise<readonly CalendarEntry[]> {
    return eventCalendars(await this.home(signal));
  }

  /**
   * The event calendar a parameter means, by id or name; one nobody knows may have been made a moment ago.
   * @throws MailboxError `not_found` naming what there is, `invalid_input` when several have that name, or when it holds
   * no events.
   */
  async resolve(wanted: string, signal: AbortSignal): Promise<CalendarEntry> {
    const found = onlyOne(eventCalendars(await this.home(signal)), wanted);
    if (found) return found;
    const home = await this.ask(signal);
    const made = onlyOne(eventCalendars(home), wanted);
    if (made) return made;
    const [other] = namedBy(home.calendars.filter(isEventless), wanted);
    throw other ? eventless(other, home) : this.unknown(home);
  }

  /**
   * The event calendar that an event id names, and never another one of the same name.
   * @throws MailboxError `not_found` naming what there is, `stale_reference` when its calendar can no longer be told
   * from others.
   */
  async resolveId(id: string, signal: AbortSignal): Promise<CalendarEntry> {
    const found = ofId(await this.home(signal), id);
    if (found) return found;
    const home = await this.ask(signal);
    const made = ofId(home, id);
    if (made) return made;
    const namesakes = sluggedAs(eventCalendars(home), id);
    throw namesakes.length > 0 ? ambiguousId(namesakes) : this.unknown(home);
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

  private unknown(home: CalendarHome): MailboxError {
    const others = this.only.length > 0 ? ' Others are left out by MAILBOX_CALENDARS.' : '';
    return new MailboxError('not_found', 'There is no calendar of that name.', {
      hint: `Use one of: ${idsOf(eventCalendars(home))}.${others}`,
    });
  }
}

function eventCalendars({ calendars }: CalendarHome): readonly CalendarEntry[] {
  return calendars.filter(({ shown, holdsEvents }) => shown && holdsEvents);
}

function isEventless({ shown, holdsEvents }: CalendarEntry): boolean {
  return shown && !holdsEvents;
}

function homeOf(
  { collections, addresses, schedules, defaultUrl }: DavHome,
  only: readonly string[],
  givenIds: CalendarIds,
): CalendarHome {
  const sorted = [...collections].sort(inOrder);
  const standard = sorted.find(({ url }) => samePlace(url, defaultUrl)) ?? sorted.find(isWritableCalendar);
  const ids = givenIds.of(sorted);
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
  const allowed = only.map((wanted) => ({ wanted, entries: allowedBy(entries, wanted) }));
  const shown = new Set(only.length === 0 ? entries : allowed.flatMap((one) => one.entries));
  if (entries.length > 0 && shown.size === 0) throw noneShown(entries);
  const unmatched = allowed.flatMap((one) => (one.entries.length === 0 ? [one.wanted] : []));
  const calendars = entries.map((entry) => ({ ...entry, shown: shown.has(entry) }));
  return { calendars, unmatched, addresses, schedules };
}

function onlyOne(calendars: readonly CalendarEntry[], wanted: string): CalendarEntry | undefined {
  const [named, ...others] = namedBy(calendars, wanted);
  if (!named || others.length === 0) return named;
  throw new MailboxError('invalid_input', 'Several calendars have this name.', {
    hint: `Use one of the ids: ${idsOf([named, ...others])}.`,
  });
}

/** Undefined for none, and for two whose URLs have the same piece of hash. */
function ofId(home: CalendarHome, id: string): CalendarEntry | undefined {
  const [found, ...others] = eventCalendars(home).filter((entry) => hasId(entry, id));
  return others.length === 0 ? found : undefined;
}

function ambiguousId(namesakes: readonly CalendarEntry[]): MailboxError {
  return new MailboxError('stale_reference', 'This event id no longer says which calendar it is of.', {
    hint: `List the events again. Of that name there is now: ${idsOf(namesakes)}.`,
  });
}

function eventless({ id, holdsTasks }: CalendarEntry, home: CalendarHome): MailboxError {
  const what = holdsTasks ? 'tasks' : 'something else';
  return new MailboxError('invalid_input', `The calendar ${id} holds no events, but ${what}.`, {
    hint: `Use one of: ${idsOf(eventCalendars(home))}.`,
  });
}

function idsOf(calendars: readonly { id: string }[]): string {
  const more = calendars.length - maxIds;
  const ids = calendars.slice(0, maxIds).map(({ id }) => id);
  return [...ids, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function noneShown(entries: readonly { id: string }[]): MailboxError {
  return new MailboxError('invalid_input', 'None of the calendars in MAILBOX_CALENDARS exists.', {
    hint: `Set it to some of: ${idsOf(entries)}, or leave it unset for all.`,
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
