import type { CreatedEvent, FreeBusy } from '../../../src/domain/calendar.ts';
import { Random } from '../../bench/random.ts';
import { FreeBusyTruth, type RandomEvent, randomEvents } from '../../calendar/support/free-busy-truth.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { alice, atCalendar, type CalendarDesk } from '../support/calendar-desk.ts';
import { shuffled } from '../support/shuffled.ts';

const homes = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const amount = 2_000;
const rounds = 40;
const maxConflicts = 20;
const minute = 60_000;
const working = {
  duration: 45,
  workingHours: '08:30-18:00',
  workingDays: ['su', 'mo', 'tu', 'we', 'th', 'fr'],
};

interface Setting {
  desk: CalendarDesk;
  home: string;
  /** Those that may take time: the third calendar takes none. */
  events: readonly RandomEvent[];
  random: Random;
}

export const freeBusyTruth: Case = {
  id: 'C8',
  title: 'busy, free and conflicts among 2,000 random events are those of a grid of minutes',
  async run(effort) {
    const tally = new Tally(effort);
    const events = randomEvents(amount, effort.seed);
    const share = { ...effort, budgetMs: effort.budgetMs / homes.length };
    for (const home of shuffled(homes, effort.seed)) {
      if (tally.isOver) break;
      await atCalendar({ env: { MAILBOX_TIMEZONE: home } }, (desk) =>
        compare(desk, home, events, share, tally),
      );
    }
    return tally.outcome({ of: homes.length * rounds });
  },
};

async function compare(desk: CalendarDesk, home: string, all: RandomEvent[], effort: Effort, tally: Tally) {
  const quiet = desk.sandbox.caldav.calendars.user(alice).add({ name: 'Quiet', transparent: true });
  const places = [desk.calendar(), desk.add('Other'), quiet];
  for (const { calendar, name, ics } of all) places[calendar]?.put(name, ics);
  await desk.events({ start: '2026-01-01', end: '2026-01-02' });
  const events = all.filter(({ calendar }) => calendar < 2);
  const setting = { desk, home, events, random: new Random(effort.seed) };
  const clock = new Tally(effort);
  for (let round = 0; round < rounds && !clock.isOver; round++) {
    const start = dayOf(setting.random);
    const end = plus(start, setting.random.below(3));
    const wrong = [...(await differences(setting, start, end)), ...(await conflicts(setting, start))];
    tally.count(`${start} to ${end} in ${home}`, wrong);
  }
}

/** Half of them about the days on which clocks change, where most of the events are. */
function dayOf(random: Random): string {
  const change = random.pick(['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-25', '2026-11-01']);
  return random.chance(0.5) ? plus(change, random.below(5) - 3) : plus('2026-01-01', random.below(360));
}

function plus(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 1_440 * minute).toISOString().slice(0, 10);
}

async function differences({ desk, home, events }: Setting, start: string, end: string): Promise<string[]> {
  const truth = new FreeBusyTruth(events, { start, end, zone: home });
  const { busy, free, incomplete } = await desk.ask<FreeBusy>('get_free_busy', { start, end, ...working });
  const taken = busy.flatMap((span) => truth.minutesOf(span).map((at) => [at, span.status] as const));
  const slots = free.flatMap((span) => truth.minutesOf(span));
  const due = truth.free(working.duration, '08:30', '18:00');
  const wrong = incomplete ? [`incomplete: ${JSON.stringify(incomplete)}`] : [];
  const first = firstDifference(Object.fromEntries(taken), truth.taken());
  if (first !== undefined) wrong.push(`busy differs at ${new Date(first).toISOString()}`);
  if (slots.join() !== due.join()) wrong.push(`free has ${slots.length} minutes, should have ${due.length}`);
  return wrong;
}

function firstDifference(one: Record<number, string>, other: Record<number, string>): number | undefined {
  const minutes = [...new Set([...Object.keys(one), ...Object.keys(other)])].map(Number);
  return minutes.sort((a, b) => a - b).find((at) => one[at] !== other[at]);
}

/** A new event names exactly what else takes its time. */
async function conflicts({ desk, events, random }: Setting, day: string): Promise<string[]> {
  const start = `${day}T${String(4 + random.below(18)).padStart(2, '0')}:00`;
  const event = { title: 'New', start, duration: 60, calendar: 'kalender' };
  const made = await desk.ask<CreatedEvent>('create_event', event);
  await desk.ask('delete_event', { id: made.id });
  const slot = { date: made.start.slice(0, 10), from: Date.parse(made.start), to: Date.parse(made.end) };
  const named = new Set((made.conflicts ?? []).map(({ id }) => id.replace(/^.*?\/|@.*$/gu, '')));
  const due = new Set(events.filter((each) => each.how && takes(each, slot)).map(({ uid }) => uid));
  const [seen, truth] = [named, due].map((uids) => [...uids].sort().join(' '));
  return seen === truth || due.size >= maxConflicts
    ? []
    : [`conflicts at ${start}: ${seen}, should be ${truth}`];
}

function takes({ times }: RandomEvent, slot: { date: string; from: number; to: number }): boolean {
  return times.some(({ from, to }) => {
    if (typeof from === 'number' && typeof to === 'number')
      return from < slot.to && to > slot.from && to > from;
    return slot.date >= String(from) && slot.date < String(to);
  });
}
