import type { CalendarList, EventPage, FreeBusy } from '../../../src/domain/calendar.ts';
import { Random } from '../../bench/random.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import { damages } from '../support/dav-damage.ts';
import type { FrontHooks, PassedRequest, Told } from '../support/dav-front.ts';
import { shuffled } from '../support/shuffled.ts';

/** What the server cannot do: the reports it refuses. */
const inabilities: Readonly<Record<string, RegExp | undefined>> = {
  everything: undefined,
  'no sync-collection': /sync-collection/u,
  'no sync-collection and no calendar-query': /sync-collection|calendar-query/u,
  'no reports at all': /./u,
};
const behaviours = ['plain', 'open-xchange'] as const;
const week = { start: '2027-06-07', end: '2027-06-13' };
const longestMs = 46_000;
const mostRequests = 40;

/** Each way to read, and what of the answer tells one event from another. */
const readers = [
  'get_calendar_events',
  'search_calendar',
  'get_free_busy',
  'list_calendars',
  'get_event',
] as const;
type Reader = (typeof readers)[number];

interface Round {
  reader: Reader;
  damage: string;
  /** Which request of the call suffers; `all`: each from the first on. */
  nth: number | 'all';
  /** The server has forgotten its history. */
  forgets: boolean;
}

export const limitedServers: Case = {
  id: 'C9',
  title: 'servers that can do little, fail, lie by half or want to be left alone: right, named or an error',
  async run(effort) {
    const tally = new Tally(effort);
    const servers = behaviours.flatMap((behaviour) =>
      Object.keys(inabilities).map((able) => ({ behaviour, able, seed: effort.seed + able.length })),
    );
    const budgetMs = effort.budgetMs / (servers.length + 1);
    for (const { behaviour, able, seed } of shuffled(servers, effort.seed)) {
      if (tally.isOver) break;
      await atCalendar({ behaviour }, async (desk) => {
        await sweep(desk, `${behaviour}, ${able}`, inabilities[able], { budgetMs, seed }, tally);
        if (able === 'everything') await throttled(desk, behaviour, tally);
      });
    }
    return tally.outcome();
  },
};

async function sweep(
  desk: CalendarDesk,
  server: string,
  refused: RegExp | undefined,
  effort: Effort,
  tally: Tally,
) {
  const random = new Random(effort.seed);
  const limit = refusing(refused);
  desk.front.hooks = { before: limit };
  for (let nth = 0; nth < 5; nth++) store(desk, nth, 'first');
  const clock = new Tally(effort);
  const plain = await read(desk, 'get_calendar_events');
  tally.count(
    `${server}: no fault`,
    complete('get_calendar_events', plain, 'first') ? [] : [JSON.stringify(plain)],
  );
  for (let nth = 0; !clock.isOver; nth++) {
    const damage = random.pick(Object.keys(damages));
    const round = {
      reader: random.pick(readers),
      damage,
      nth: random.pick([1, 2, 3, 'all'] as const),
      forgets: random.chance(0.3),
    };
    await played(
      desk,
      { round, name: `${server}: ${round.reader}, ${damage} at request ${round.nth}`, token: `t${nth}` },
      limit,
      tally,
    );
  }
}

interface Named {
  round: Round;
  name: string;
  token: string;
}

async function played(
  desk: CalendarDesk,
  { round, name, token }: Named,
  limit: FrontHooks['before'],
  tally: Tally,
) {
  store(desk, 0, token);
  if (round.forgets) desk.sandbox.caldav.calendars.expireSyncTokens();
  const before = desk.front.requests.length;
  desk.front.hooks = { before: limit, after: damaging(round, new Random(before)) };
  const started = performance.now();
  const answer = await read(desk, round.reader);
  const ms = performance.now() - started;
  desk.front.hooks = { before: limit };
  // By the server's word one of them is gone.
  const isGone = round.damage === '404 for one';
  const wrong = isGone ? [] : faultsOf(round.reader, answer, token);
  const asked = desk.front.requests.length - before;
  if (isGone) wrong.push(...moreLost(answer, round.nth === 'all' ? asked : 1));
  if (ms > longestMs) wrong.push(`took ${Math.round(ms)} ms`);
  if (asked > mostRequests) wrong.push(`${asked} requests`);
  if (isGone) for (let nth = 0; nth < 5; nth++) store(desk, nth, token);
  const healed = await read(desk, round.reader);
  if (!complete(round.reader, healed, token))
    wrong.push(`afterwards: ${JSON.stringify(healed).slice(0, 300)}`);
  tally.count(name, wrong);
}

/** Five events in the week; the first one is another each time. */
function store(desk: CalendarDesk, nth: number, token: string): void {
  const title = nth === 0 ? `Event ${token}` : `Event ${nth}`;
  const start = `DTSTART:202706${String(7 + nth).padStart(2, '0')}T080000Z`;
  desk.calendar().put(`e${nth}.ics`, ics([`UID:e${nth}`, `SUMMARY:${title}`, start, 'DURATION:PT1H']));
}

async function read(desk: CalendarDesk, reader: Reader): Promise<ToolOutcome<object>> {
  const args = {
    get_calendar_events: week,
    search_calendar: { query: 'Event', ...week },
    get_free_busy: week,
    list_calendars: {},
    get_event: { id: 'kalender/e0' },
  }[reader];
  return await desk.call<object>(reader, args);
}

function faultsOf(reader: Reader, answer: ToolOutcome<object>, token: string): string[] {
  if (!answer.ok) {
    const { code, message } = answer.error;
    return code === 'internal' || code === 'unknown_outcome' ? [`${code}: ${message}`] : [];
  }
  const data = answer.data as Partial<EventPage & FreeBusy>;
  // An event that cannot be read takes an unknown time and is named; a calendar may hold anything.
  const isBlind = data.incomplete?.some(({ where }) => !where.includes('/'));
  if (isBlind && data.free && data.free.length > 0) return ['free, though a calendar is not known'];
  if (data.incomplete || data.stale) return [];
  return complete(reader, answer, token)
    ? []
    : [`as though it were all: ${JSON.stringify(answer.data).slice(0, 300)}`];
}

/** Each answer that suffered has lost one. */
function moreLost(answer: ToolOutcome<object>, most: number): string[] {
  if (!answer.ok || 'incomplete' in answer.data) return [];
  const { events, busy } = answer.data as Partial<EventPage & FreeBusy>;
  const left = events?.length ?? busy?.length ?? 5;
  return left < 5 - most ? [`${left} of 5 are left, and at most ${most} are gone`] : [];
}

/** Whether it says all there is, and as it is now. */
function complete(reader: Reader, answer: ToolOutcome<object>, token: string): boolean {
  if (!answer.ok || 'incomplete' in answer.data || 'stale' in answer.data) return false;
  switch (reader) {
    case 'get_calendar_events':
    case 'search_calendar': {
      const titles = (answer.data as EventPage).events.map(({ title }) => title);
      return titles.join() === [`Event ${token}`, 'Event 1', 'Event 2', 'Event 3', 'Event 4'].join();
    }
    case 'get_free_busy':
      return (answer.data as FreeBusy).busy.length === 5;
    case 'list_calendars':
      return (answer.data as CalendarList).calendars.some(({ id }) => id === 'kalender');
    case 'get_event':
      return (answer.data as { title: string }).title === `Event ${token}`;
  }
}

function refusing(report: RegExp | undefined): FrontHooks['before'] {
  if (!report) return undefined;
  return ({ method, body }: PassedRequest): Told | undefined =>
    method === 'REPORT' && report.test(body) ? { status: 501, headers: {}, body: '' } : undefined;
}

function damaging({ damage, nth }: Round, random: Random): NonNullable<FrontHooks['after']> {
  let seen = 0;
  return (_, answer) => {
    seen++;
    return nth === 'all' || nth === seen ? (damages[damage]?.(answer, random) ?? answer) : answer;
  };
}

/** 429 with a pause: reads wait for it, writes are never tried again by themselves. */
async function throttled(desk: CalendarDesk, server: string, tally: Tally): Promise<void> {
  for (let nth = 0; nth < 5; nth++) store(desk, nth, 'first');
  await read(desk, 'get_calendar_events');
  const pause: Told = { status: 429, headers: { 'retry-after': '1' }, body: '' };
  let [left, writes] = [1, 0];
  desk.front.hooks = { before: ({ method }) => (method === 'REPORT' && left-- > 0 ? pause : undefined) };
  store(desk, 0, 'second');
  const patient = await read(desk, 'get_calendar_events');
  tally.count(`${server}: 429 to a read`, faultsOf('get_calendar_events', patient, 'second'));
  desk.front.hooks = { before: ({ method }) => (method === 'PUT' && ++writes > 0 ? pause : undefined) };
  const refused = await desk.call('update_event', { id: 'kalender/e1', title: 'Ours' });
  desk.front.hooks = {};
  const body = desk.calendar().resources.get('e1.ics')?.body ?? '';
  const wrong = writes === 1 ? [] : [`${writes} writes`];
  if (refused.ok || refused.error.code !== 'rate_limited')
    wrong.push(`answered ${JSON.stringify(refused).slice(0, 200)}`);
  tally.count(`${server}: 429 to a write`, wrong);
  if (refused.ok !== body.includes('SUMMARY:Ours'))
    tally.mislabelled(`${server}: 429 to a write`, 'not as it says');
}
