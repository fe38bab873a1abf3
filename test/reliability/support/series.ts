import { type CalendarDesk, ics } from './calendar-desk.ts';

/** Longer than any year between two instances, and within what one call may ask for. */
const windowYears = 4;

/** A rule as a stored event, in UTC: what a calendar text says of its start is what is asked for again. */
export function seriesIcs(uid: string, rrule: string, dtstart: string): string {
  const start = dtstart.length === 8 ? `;VALUE=DATE:${dtstart}` : `:${dtstart.slice(0, 15)}Z`;
  return ics([`UID:${uid}`, `SUMMARY:${uid}`, `DTSTART${start}`, `RRULE:${rrule}`]);
}

/**
 * The starts of that series as the tool tells them, as many as asked for, window after window until `last` is passed;
 * written as in a calendar text. The server has to be at home in UTC.
 */
export async function startsOf(
  desk: CalendarDesk,
  uid: string,
  range: { from: string; last: string; most: number },
): Promise<{ starts: string[]; reasons: string[] }> {
  const starts: string[] = [];
  const reasons: string[] = [];
  const last = Number(range.last.slice(0, 4));
  for (
    let year = Number(range.from.slice(0, 4));
    year <= last && starts.length < range.most;
    year += windowYears
  ) {
    const window = { start: `${year}-01-01`, end: `${year + windowYears - 1}-12-31` };
    const { events, incomplete } = await desk.events(window, range.most - starts.length);
    // What lasts over the turn of a window is told in both.
    const own = events.filter(({ title, start }) => title === uid && start >= window.start);
    starts.push(
      ...own.map(({ start }) => start.replace(/[-:]/gu, '').slice(0, Math.min(15, range.from.length))),
    );
    reasons.push(...incomplete.map(({ where, code, reason = '' }) => `${where} ${code} ${reason}`));
  }
  return { starts, reasons };
}
