import type { CalendarIncomplete, FreeBusy } from '../domain/calendar.ts';
import type { FreeBusyRequest } from '../domain/calendar-port.ts';
import { MailboxError } from '../domain/errors.ts';
import type { CalendarParts } from './calendar-parts.ts';
import type { TimeWindow } from './event.ts';
import { jsonBytes, listBytes, withinBytes } from './fit.ts';
import { freeTime, joined, type Taken, takenTime } from './free-busy.ts';
import { freshLook } from './fresh-look.ts';
import { incompleteField } from './incomplete.ts';
import { isoTime } from './present.ts';
import { partsOf, windowOf } from './window.ts';
import { workingSpans, workingTime } from './working-time.ts';

const maxYears = 1;
const maxMinutes = 7 * 1440;
const stepMs = 32 * 86_400_000;

interface Piece extends TimeWindow {
  status: 'busy' | 'tentative' | 'free';
}

/** When the user is busy and when free, over all calendars asked for. @throws MailboxError. */
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
  const { own } = await parts.viewer(signal);
  const pieces: Taken[] = [];
  const incomplete: CalendarIncomplete = [];
  for (const part of partsOf(window, stepMs, 1)) {
    const answer = await occurrences.within(look.calendars, part, signal);
    pieces.push(takenTime(answer.entries, part, own));
    incomplete.push(...answer.incomplete);
  }
  const taken = joined(pieces);
  const free = look.unknownTime ? [] : freeTime(workingSpans(working, window, zone), taken, minMs);
  const gaps = [...look.incomplete, ...incomplete, ...(look.unknownTime ? [noFreeTime] : [])];
  return answer(inTurn(taken, free), gaps, zone);
}

const noFreeTime: CalendarIncomplete[number] = {
  where: 'free',
  code: 'unavailable',
  reason: 'No free time is named, for what could not be read may take it.',
};

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
  const room = withinBytes(shown, listBytes - jsonBytes(incompleteField(gaps)));
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
  const reason = `Only what begins before ${time} has room here. Ask again from there.`;
  return { where: `from ${time}`, code: 'cut', reason };
}
