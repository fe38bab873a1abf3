import { parseInstant } from '../../../src/domain/time.ts';
import { event, me, utc } from './rig.ts';

/** An event written down twice: as a file, and as what it means. */
export interface RandomEvent {
  name: string;
  ics: string;
  calendar: number;
  uid: string;
  /** Instants, or local days; of a daily series each occurrence. */
  times: readonly { from: number | string; to: number | string }[];
  how: 'busy' | 'tentative' | undefined;
}

const minute = 60_000;
const day = 86_400_000;

/** Of one year, many of them around the days on which clocks change; some twice, in two calendars. */
export function randomEvents(count: number, seed: number): RandomEvent[] {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const events: RandomEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const uid = `u${index}`;
    const around = Date.parse(pick(['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-25', '2026-11-01']));
    const base =
      random() < 0.6 ? around - 3 * day + random() * 6 * day : Date.UTC(2026, 0) + random() * 365 * day;
    const from = Math.floor(base / minute) * minute;
    const [lines, how] = pick(kinds);
    const shape = pick([timed, timed, timed, allDay, daily])(from, Math.floor(random() * 300) * minute);
    const ics = event(uid, ...shape.lines, ...lines);
    const made = { name: `${uid}.ics`, ics, uid, times: shape.times, how, calendar: pick([0, 0, 1, 2]) };
    events.push(made);
    if (made.calendar === 0 && random() < 0.1) events.push({ ...made, calendar: 1 });
  }
  return events;
}

const attendee = (status: string) => [`ATTENDEE;PARTSTAT=${status}:mailto:${me}`];
const kinds: readonly [string[], RandomEvent['how']][] = [
  [[], 'busy'],
  [[], 'busy'],
  [attendee('ACCEPTED'), 'busy'],
  [attendee('DECLINED'), undefined],
  [attendee('NEEDS-ACTION'), 'tentative'],
  [attendee('TENTATIVE'), 'tentative'],
  [['STATUS:TENTATIVE'], 'tentative'],
  [['STATUS:CANCELLED'], undefined],
  [['TRANSP:TRANSPARENT'], undefined],
];

type Shape = { lines: string[]; times: RandomEvent['times'] };

function timed(from: number, length: number): Shape {
  const to = from + length;
  return { lines: [`DTSTART:${utc(from)}`, `DTEND:${utc(to)}`], times: [{ from, to }] };
}

function daily(from: number, length: number): Shape {
  const times = [0, 1, 2, 3].map((index) => ({ from: from + index * day, to: from + index * day + length }));
  return { lines: [...timed(from, length).lines, 'RRULE:FREQ=DAILY;COUNT=4'], times };
}

function allDay(from: number, length: number): Shape {
  const date = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  const to = from + day + Math.floor(length / (150 * minute)) * day;
  const compact = (instant: number) => date(instant).replaceAll('-', '');
  return {
    lines: [`DTSTART;VALUE=DATE:${compact(from)}`, `DTEND;VALUE=DATE:${compact(to)}`],
    times: [{ from: date(from), to: date(to) }],
  };
}

export interface TruthOptions {
  start: string;
  end: string;
  zone: string;
}

/** Each minute of a window looked at by itself, with nothing of the code it judges but the reading of times. */
export class FreeBusyTruth {
  private readonly minutes: number[] = [];
  private readonly local = new Map<number, { date: string; time: string; weekday: string }>();
  private readonly blocking: readonly RandomEvent[];
  private readonly clock: Intl.DateTimeFormat;

  constructor(events: readonly RandomEvent[], { start, end, zone }: TruthOptions) {
    const from = parseInstant(start, zone)?.getTime() ?? 0;
    const last = parseInstant(end.length === 10 ? `${end}T23:59` : end, zone)?.getTime() ?? 0;
    const to = end.length === 10 ? last + minute : last;
    this.blocking = events.filter(({ how, times }) => how && times.some((time) => isNear(time, from, to)));
    const parts = { hour: '2-digit', minute: '2-digit', weekday: 'short', hourCycle: 'h23' } as const;
    const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    this.clock = new Intl.DateTimeFormat('en-CA', { timeZone: zone, ...parts, ...date });
    for (let at = from; at < to; at += minute) {
      this.minutes.push(at);
      this.local.set(at, this.read(at));
    }
  }

  minutesOf({ start, end }: { start: string; end: string }): number[] {
    return this.minutes.filter((at) => at >= Date.parse(start) && at < Date.parse(end));
  }

  taken(): Record<number, string> {
    const taken: Record<number, string> = {};
    for (const at of this.minutes) {
      const date = this.local.get(at)?.date ?? '';
      const hits = this.blocking.filter(({ times }) => times.some((time) => covers(time, at, date)));
      if (hits.length > 0) taken[at] = hits.some(({ how }) => how === 'busy') ? 'busy' : 'tentative';
    }
    return taken;
  }

  /** Runs of working minutes that nothing takes; every day but Saturday. */
  free(least: number, opens: string, closes: string): number[] {
    const taken = this.taken();
    const open = this.minutes.filter((at) => {
      const { time = '', weekday } = this.local.get(at) ?? {};
      return taken[at] === undefined && weekday !== 'Sat' && time >= opens && time < closes;
    });
    const runs: number[][] = [];
    for (const at of open) {
      const run = runs.at(-1);
      if (run?.at(-1) === at - minute) run.push(at);
      else runs.push([at]);
    }
    return runs.filter(({ length }) => length >= least).flat();
  }

  private read(at: number): { date: string; time: string; weekday: string } {
    const parts = Object.fromEntries(this.clock.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year, month, day: date, hour, minute: part, weekday = '' } = parts;
    return { date: `${year}-${month}-${date}`, time: `${hour}:${part}`, weekday };
  }
}

/** Generously: whole days have the length of their zone. */
function isNear({ from, to }: RandomEvent['times'][number], begin: number, end: number): boolean {
  const instant = (time: number | string) => (typeof time === 'number' ? time : Date.parse(time));
  return instant(from) < end + 2 * day && instant(to) > begin - 2 * day;
}

function covers({ from, to }: RandomEvent['times'][number], at: number, date: string): boolean {
  if (typeof from === 'number' && typeof to === 'number') return at >= from && at < to;
  return date >= String(from) && date < String(to);
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
