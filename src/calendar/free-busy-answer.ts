import { defaultListBytes, jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { CalendarIncomplete, FreeBusy } from '../domain/calendar.ts';
import type { FreeBusyRequest } from '../domain/calendar-port.ts';
import { MailboxError } from '../domain/errors.ts';
import { subtract, union } from '../domain/spans.ts';
import { staleField } from '../domain/stale.ts';
import type { CalendarParts } from './calendar-parts.ts';
import type { TimeWindow } from './event.ts';
import { freeTime, joined, type Taken, takenTime } from './free-busy.ts';
import { freshLook } from './fresh-look.ts';
import { incompleteField } from './incomplete.ts';
import type { Entry } from './occurrences.ts';
import { blocking, takesNoTime } from './participation.ts';
import { isoTime } from './present.ts';
import { partsOf, windowOf } from './window.ts';
import { workingSpans, workingTime } from './working-time.ts';

const maxYears = 1;
const maxMinutes = 7 * 1440;
const stepMs = 32 * 86_400_000;
/** For the entry that says where the answer was cut, and what stands around the lists. */
const spareBytes = 300;

interface Piece extends TimeWindow {
  status: 'busy' | 'tentative' | 'free';
}

/**
 * When the user is busy and when free, over all calendars asked for. No time is named free that may be taken by what
 * could not be read: a calendar without answer, time the server does not show, and after the last known occurrence of
 * a series that was cut, or whose rule cannot be followed. A broken event nothing of which is known to lie in the window
 * is named in `incomplete` and leaves the slots, or one such would take them all for ever.
 * @throws MailboxError.
 */
export async function freeBusyAnswer(
  parts: CalendarParts,
  { start, end, calendars, duration = 30, workingHours, workingDays }: FreeBusyRequest,
  signal: AbortSignal,
): Promise<FreeBusy> {
  const { zone, occurrences } = parts;
  const working = workingTime(workingHours, workingDays);
  const window = windowOf(start, end, zone, maxYears);
  const minMs = slotMs(duration);
  const look = await freshLook(parts, calendars, window, signal);
  const { own } = parts.viewerOf(look.home);
  const pieces: Taken[] = [];
  const unknown = [...look.unknown];
  const incomplete: CalendarIncomplete = [];
  for (const part of partsOf(window, stepMs, 1)) {
    const { entries, unknownFrom, ...answer } = await occurrences.within(look.calendars, part, signal);
    pieces.push(takenTime(entries, part, own));
    if (unknownFrom !== undefined) unknown.push({ from: unknownFrom, to: window.to });
    incomplete.push(...unknownZones(entries, own), ...answer.incomplete);
  }
  const taken = joined(pieces);
  const known = subtract([window], union(unknown));
  const spans = subtract(workingSpans(working, window, zone), union(unknown));
  const gaps = [...noFreeTime(known, window, zone), ...incomplete, ...look.incomplete];
  const told = answer(inTurn(taken, freeTime(spans, taken, minMs)), gaps, zone);
  return { ...staleField(look.since, zone), ...told };
}

/** What is not known lies at the beginning or end of the window, so that one piece at most is left of it. */
function noFreeTime([known]: readonly TimeWindow[], window: TimeWindow, zone: string): CalendarIncomplete {
  if (known && known.from === window.from && known.to === window.to) return [];
  const which = known ? `but from ${isoTime(known.from, zone)} to ${isoTime(known.to, zone)}` : '';
  const reason = `No free time is named${which && ` ${which}`}, for what could not be read may take it.`;
  return [{ where: 'free', code: 'unavailable', reason }];
}

/** Busy as read, but perhaps at another time. */
function unknownZones(entries: readonly Entry[], own: ReadonlySet<string>): CalendarIncomplete {
  return entries
    .filter(({ calendar, occurrence }) => {
      const { view } = occurrence;
      return view.unknownZone && blocking(occurrence, own) && !takesNoTime(calendar.collection, occurrence);
    })
    .map(({ calendar, resource }) => ({
      where: `${calendar.id}/${resource}`,
      code: 'unknown_zone',
      reason: 'Nobody knows its time zone. It was read in yours, and may take other time.',
    }));
}

function slotMs(minutes: number): number {
  if (minutes >= 1 && minutes <= maxMinutes) return minutes * 60_000;
  throw new MailboxError('invalid_input', `\`duration\` must be 1 to ${maxMinutes} minutes.`);
}

function inTurn({ busy, tentative }: Taken, free: readonly TimeWindow[]): Piece[] {
  const as = (status: Piece['status']) => (span: TimeWindow) => ({ ...span, status });
  return [...busy.map(as('busy')), ...tentative.map(as('tentative')), ...free.map(as('free'))].sort(
    (a, b) => a.from - b.from,
  );
}

/** No two pieces overlap, so a cut between two of them is a cut in time. */
function answer(all: readonly Piece[], gaps: CalendarIncomplete, zone: string): FreeBusy {
  const shown = all.map(({ from, to, status }) => ({
    ...{ start: isoTime(from, zone), end: isoTime(to, zone) },
    status,
  }));
  const room = withinBytes(shown, defaultListBytes - spareBytes - jsonBytes(incompleteField(gaps)));
  const next = shown[room];
  const cut = next ? [cutAt(next.start)] : [];
  const listed = shown.slice(0, room);
  return {
    timezone: zone,
    busy: listed.flatMap(({ status, ...span }) => (status === 'free' ? [] : [{ ...span, status }])),
    free: listed.flatMap(({ status, ...span }) => (status === 'free' ? [span] : [])),
    ...incompleteField([...cut, ...gaps]),
  };
}

function cutAt(time: string): CalendarIncomplete[number] {
  const reason = `Only what begins before ${time} has room here. Ask again from there, or for a shorter range.`;
  return { where: `from ${time}`, code: 'cut', reason };
}
