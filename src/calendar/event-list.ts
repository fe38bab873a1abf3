import { defaultListBytes, jsonBytes, listBytes, withinBytes } from '../domain/answer-size.ts';
import type { CalendarIncomplete, EventPage } from '../domain/calendar.ts';
import type { EventSearchRequest, EventsRequest } from '../domain/calendar-port.ts';
import { staleField } from '../domain/stale.ts';
import type { CalendarParts } from './calendar-parts.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import type { TimeWindow } from './event.ts';
import { type FreshLook, freshLook } from './fresh-look.ts';
import { incompleteField } from './incomplete.ts';
import type { Entry } from './occurrences.ts';
import { inOrder, type Page, readPage } from './page.ts';
import { summaryOf } from './present.ts';
import { condensed, type EventMatcher, matcherOf } from './search.ts';
import { partsOf, searchWindow, windowOf } from './window.ts';

const maxLimit = 500;
const maxYears = 5;
/** Old events are looked for by their words, and what does not hold them costs little. */
const maxSearchYears = 30;
const minListBytes = 8_000;
/** Of many series only so much is in memory at once. */
const condensingStepMs = 92 * 86_400_000;

type ListRequest = EventsRequest | EventSearchRequest;

interface Plan {
  request: ListRequest;
  limit: number;
  window: TimeWindow;
  /** When the first page was asked for. */
  asked: number;
  cursor: Cursor | undefined;
}

/** Lists of occurrences, page by page. */
export class EventList {
  private readonly parts: CalendarParts;

  constructor(parts: CalendarParts) {
    this.parts = parts;
  }

  /** Every occurrence in the range. */
  async events(request: EventsRequest, signal: AbortSignal): Promise<EventPage> {
    const { zone, occurrences } = this.parts;
    const plan = this.plan(request, 100, () => windowOf(request.start, request.end, zone, maxYears));
    const look = await this.look(plan, signal);
    const read = (part: TimeWindow) => occurrences.within(look.calendars, part, signal);
    const page = await readPage(read, plan.window, plan.cursor?.after, plan.limit);
    return this.answer(plan, page, look);
  }

  /**
   * The occurrences that hold all words. Without a range a series is one hit, its next occurrence: a year of a daily
   * meeting would hide everything else.
   */
  async search(request: EventSearchRequest, signal: AbortSignal): Promise<EventPage> {
    const matcher = matcherOf(request.query);
    const plan = this.plan(request, 20, (now) => searchWindow(request, this.parts.zone, now, maxSearchYears));
    const look = await this.look(plan, signal);
    const page = isOpen(request)
      ? await this.condensedPage(plan, look, matcher, signal)
      : await readPage(
          (part) => this.matching(look, part, matcher, signal),
          plan.window,
          plan.cursor?.after,
          plan.limit,
        );
    return this.answer(plan, page, look);
  }

  private plan(request: ListRequest, usual: number, window: (now: number) => TimeWindow): Plan {
    const cursor = request.cursor === undefined ? undefined : readCursor(request.cursor, request);
    const asked = cursor?.asked ?? this.parts.now();
    const limit = Math.min(Math.max(1, Math.floor(request.limit ?? usual)), maxLimit);
    return { request, limit, asked, cursor, window: cursor?.window ?? window(asked) };
  }

  private async look({ request: { calendar }, window }: Plan, signal: AbortSignal): Promise<FreshLook> {
    return await freshLook(this.parts, calendar === undefined ? undefined : [calendar], window, signal);
  }

  private async matching(
    { calendars }: FreshLook,
    window: TimeWindow,
    matcher: EventMatcher,
    signal: AbortSignal,
  ): Promise<{ entries: Entry[]; incomplete: CalendarIncomplete }> {
    const { occurrences } = this.parts;
    const { entries, incomplete } = await occurrences.of(calendars, window, matcher.mayMatch, signal);
    return { entries: entries.filter(({ occurrence }) => matcher.matches(occurrence.view)), incomplete };
  }

  private async condensedPage(
    { window, asked, cursor, limit }: Plan,
    look: FreshLook,
    matcher: EventMatcher,
    signal: AbortSignal,
  ): Promise<Page> {
    let found: Entry[] = [];
    const gaps: CalendarIncomplete = [];
    for (const part of partsOf(window, condensingStepMs, 1)) {
      const { entries, incomplete } = await this.matching(look, part, matcher, signal);
      const own = entries.filter(
        ({ occurrence }) => part.from === window.from || occurrence.start >= part.from,
      );
      found = condensed([...found, ...own], asked);
      gaps.push(...incomplete);
    }
    return { placed: inOrder(found, cursor?.after).slice(0, limit + 1), incomplete: gaps };
  }

  private answer({ request, limit, window, asked }: Plan, page: Page, look: FreshLook): EventPage {
    const viewer = this.parts.viewerOf(look.home);
    const summaries = page.placed.slice(0, limit).map(({ entry }) => summaryOf(entry, viewer));
    const gaps = {
      ...staleField(look.since, this.parts.zone),
      ...incompleteField([...look.incomplete, ...page.incomplete]),
    };
    const bytes = request.limit === undefined ? defaultListBytes : listBytes;
    const room = withinBytes(summaries, Math.max(minListBytes, bytes - jsonBytes(gaps)));
    const events = summaries.slice(0, Math.max(1, room));
    const last = page.placed[events.length - 1];
    const more = page.placed.length > events.length && last !== undefined;
    return {
      timezone: this.parts.zone,
      events,
      ...(more ? { nextCursor: writeCursor({ window, asked, after: last.position }, request) } : {}),
      ...gaps,
    };
  }
}

function isOpen({ start, end }: EventSearchRequest): boolean {
  return start === undefined && end === undefined;
}
