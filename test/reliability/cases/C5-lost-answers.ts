import type { CalendarCollection } from '../../../src/sandbox/caldav/calendars.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import type { FrontHooks, PassedRequest, Told } from '../support/dav-front.ts';
import { shuffled } from '../support/shuffled.ts';

const behaviours = ['plain', 'open-xchange'] as const;
const deeds = ['create', 'update', 'delete', 'following'] as const;
type Deed = (typeof deeds)[number];

/** What comes instead of the answer; `stored`: the server has done it all the same, which no redirect may mean. */
interface Loss {
  name: string;
  told: Told;
  stored: boolean;
}

interface Input {
  deed: Deed;
  loss: Loss;
  /** Which write of the call: a series is cut by two. */
  nth: number;
  /** Whoever looks afterwards gets no answer either. */
  blind: boolean;
}

const redirect = (status: number): Told => ({
  status,
  headers: { location: 'http://127.0.0.1:9/x' },
  body: '',
});
const failure = (status: number): Told => ({ status, headers: {}, body: 'Sorry' });
const answers: [string, Told][] = [
  ['a lost connection', 'drop'],
  ...[500, 502, 503, 504].map((status): [string, Told] => [String(status), failure(status)]),
  ...[301, 302, 307, 308].map((status): [string, Told] => [String(status), redirect(status)]),
];
/** Takes half a minute each, until our side has waited long enough. */
const silence: [string, Told] = ['silence', 'hang'];
const patientMs = 60_000;
const longestMs = 46_000;
const lanes = 12;

export const lostAnswers: Case = {
  id: 'C5',
  title: 'the answer to a write is lost or is an error, before or after it was done',
  async run(effort) {
    const tally = new Tally(effort);
    const inputs = inputsOf(effort.budgetMs >= patientMs ? [...answers, silence] : answers);
    for (const behaviour of behaviours) {
      await atCalendar({ behaviour, env: { POOL_MAX_CONNECTIONS: String(lanes) } }, (desk) =>
        sweep(desk, behaviour, inputs, half(effort), tally),
      );
    }
    return tally.outcome({ of: inputs.length * behaviours.length });
  },
};

function half(effort: Effort): Effort {
  return { ...effort, budgetMs: effort.budgetMs / 2 };
}

function inputsOf(told: readonly [string, Told][]): Input[] {
  const losses = told.flatMap(([name, answer]) =>
    (name.startsWith('3') ? [false] : [true, false]).map((stored) => ({ name, told: answer, stored })),
  );
  return deeds.flatMap((deed) =>
    (deed === 'following' ? [1, 2] : [1]).flatMap((nth) =>
      losses.flatMap((loss) => [false, true].map((blind) => ({ deed, loss, nth, blind }))),
    ),
  );
}

/** Waiting for what may still happen is most of it: some go side by side, each in a calendar of its own. */
async function sweep(desk: CalendarDesk, server: string, inputs: Input[], effort: Effort, tally: Tally) {
  const clock = new Tally(effort);
  const left = shuffled(inputs, effort.seed);
  const lane = async (_: unknown, nth: number): Promise<void> => {
    const place = desk.add(`Lane ${nth}`);
    const id = `lane-${nth}`;
    for (let input = left.pop(); input && !clock.isOver; input = left.pop()) {
      await tried(desk, { place, id, input, name: nameOf(server, input) }, tally);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function nameOf(server: string, { deed, loss, nth, blind }: Input): string {
  const write = deed === 'following' ? `${nth}. write of following` : deed;
  const done = loss.stored ? 'done' : 'not done';
  return `${server}: ${write} ${done}, ${loss.name}${blind ? ', nor any answer after that' : ''}`;
}

interface Lane {
  place: CalendarCollection;
  /** Of the calendar. */
  id: string;
  input: Input;
  name: string;
}

async function tried(desk: CalendarDesk, { place, id, input, name }: Lane, tally: Tally): Promise<void> {
  const before = input.deed === 'create' ? [] : [series.replace('UID:e', `UID:${id}`)];
  for (const body of before) place.put('e.ics', body);
  await desk.events({ start: '2027-06-07', end: '2027-06-30', calendar: id });
  const path = desk.sandbox.caldav.hrefs.collection(place);
  const passed: PassedRequest[] = [];
  desk.front.at(path, hooksOf(input, passed));
  const started = performance.now();
  const answer = await desk.call(...callOf(input.deed, id));
  const ms = performance.now() - started;
  desk.front.at(path, {});
  const held = [...place.resources.values()].map(({ body }) => body);
  const code = answer.ok ? 'ok' : answer.error.code;
  const wrong = [...blindWrites(passed), ...doubled(input.deed, held)];
  if (passed.length === 0) wrong.push('nothing passed the front');
  if (code === 'internal') wrong.push('internal');
  if (ms > longestMs) wrong.push(`took ${Math.round(ms)} ms`);
  if (code === 'unknown_outcome' && !input.blind && isDefinite(input))
    wrong.push('not known, and it could be seen');
  tally.count(name, wrong);
  const lie = lieOf(input.deed, code, before, held);
  if (lie) tally.mislabelled(name, lie);
  for (const resource of [...place.resources.keys()]) place.delete(resource);
}

/** What was done can be seen to be done; what was not may still be on its way. */
function isDefinite({ loss, deed }: Input): boolean {
  return loss.stored && deed !== 'following';
}

const series = ics([
  ...['UID:e', 'SUMMARY:Before', 'DTSTART;TZID=Europe/Berlin:20270607T093000', 'DURATION:PT1H'],
  'RRULE:FREQ=WEEKLY;COUNT=4',
]);

function callOf(deed: Deed, calendar: string): [string, Record<string, unknown>] {
  const [id, title] = [`${calendar}/e`, 'Ours'];
  switch (deed) {
    case 'create':
      return ['create_event', { title, start: '2027-06-07T09:30', duration: 30, calendar }];
    case 'update':
      return ['update_event', { id, scope: 'all', title }];
    case 'delete':
      return ['delete_event', { id, scope: 'all' }];
    case 'following':
      return ['update_event', { id: `${id}@2027-06-21T09:30:00+02:00`, scope: 'following', title }];
  }
}

function hooksOf({ loss, nth, blind }: Input, passed: PassedRequest[]): FrontHooks {
  let writes = 0;
  const isWrite = ({ method }: PassedRequest) => method === 'PUT' || method === 'DELETE';
  const isDue = (request: PassedRequest) => isWrite(request) && writes === nth;
  return {
    before: (request) => {
      passed.push(request);
      if (isWrite(request)) writes++;
      else if (blind && writes >= nth) return 'drop';
      return isDue(request) && !loss.stored ? loss.told : undefined;
    },
    after: (request, answer) => (isDue(request) && loss.stored ? loss.told : answer),
  };
}

/** Writes that would overwrite or double, whatever there is. */
function blindWrites(requests: readonly PassedRequest[]): string[] {
  const writes = requests.filter(({ method }) => method === 'PUT' || method === 'DELETE');
  return writes.flatMap(({ method, path, headers }) => {
    const isConditional =
      headers['if-none-match'] === '*' || headers['if-match'] || headers['if-schedule-tag-match'];
    return isConditional ? [] : [`${method} ${path} without a precondition`];
  });
}

function doubled(deed: Deed, held: readonly string[]): string[] {
  const most = deed === 'following' ? 2 : 1;
  return held.length > most ? [`${held.length} events stand there`] : [];
}

/** What the answer says and is not so. A refusal means that nothing has changed. */
function lieOf(
  deed: Deed,
  code: string,
  before: readonly string[],
  held: readonly string[],
): string | undefined {
  const isDone = {
    create: held.length === 1,
    update: held.some((body) => body.includes('SUMMARY:Ours')),
    delete: held.length === 0,
    following:
      held.length === 2 && held.some((body) => !body.includes('COUNT=4') && body.includes('SUMMARY:Before')),
  }[deed];
  if (code === 'unknown_outcome') return undefined;
  if (code === 'ok') return isDone ? undefined : 'done, and is not';
  return held.join() === before.join() ? undefined : `${code}, and something has changed`;
}
