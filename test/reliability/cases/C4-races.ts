import { Random } from '../../bench/random.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import type { PassedRequest } from '../support/dav-front.ts';
import { type Treatment, treated, treatments } from '../support/etag-treatments.ts';
import { radicaleRaces } from '../support/radicale-races.ts';

/** What we are asked to do, and what the other program does meanwhile. */
const deeds = [
  'title, other field',
  'title, same field',
  'title, deleted',
  'delete, renamed',
  'following, other field',
] as const;
type Deed = (typeof deeds)[number];

interface Round {
  treatment: Treatment;
  deed: Deed;
  /** The other one is faster than the nth request of our call; `write`: than each of our writes. */
  moment: number | 'write';
}

const rounds = 1_000;
const moments = ['write', 'write', 1, 2, 3] as const;

export const races: Case = {
  id: 'C4',
  title: 'somebody else changes the event between our reading and writing, with ETags of every kind',
  async run(effort) {
    const tally = new Tally(effort);
    const share = { ...effort, budgetMs: effort.budgetMs / 3 };
    for (const behaviour of ['plain', 'open-xchange'] as const) {
      await atCalendar({ behaviour }, (desk) => sandboxRaces(desk, behaviour, share, tally));
    }
    const leftOut = await radicaleRaces(share, tally);
    return tally.outcome({ of: rounds, ...(leftOut && { leftOut }) });
  },
};

async function sandboxRaces(desk: CalendarDesk, server: string, effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally(effort);
  const random = new Random(effort.seed);
  for (let nth = 0; nth < rounds / 2 && !clock.isOver; nth++) {
    const treatment = random.pick(treatments);
    const round = { treatment, deed: random.pick(deeds), moment: random.pick(moments) };
    const name = `${server}, round ${nth}: ${round.deed}, ETag ${treatment}, before ${round.moment}`;
    await played(desk, round, `r${nth}`, name, tally);
  }
}

async function played(
  desk: CalendarDesk,
  round: Round,
  uid: string,
  name: string,
  tally: Tally,
): Promise<void> {
  const calendar = desk.calendar();
  const file = `${uid}.ics`;
  calendar.put(file, text(uid, 'Before', 'There'));
  await desk.events({ start: '2027-06-07', end: '2027-06-30' });
  const before = desk.front.requests.length;
  const other = otherHand(desk, round, uid);
  desk.front.hooks = { after: treated(round.treatment, desk), before: other.before };
  const answer = await done(desk, round.deed, `kalender/${uid}`);
  desk.front.hooks = {};
  const code = answer.ok ? 'ok' : answer.error.code;
  const held = [...calendar.resources.values()]
    .map(({ body }) => body)
    .filter((body) => body.includes(`Round:${uid}`));
  const { wrong, lie } = judged(round, code, held, other.done());
  tally.count(name, [...wrong, ...blind(desk.front.requests.slice(before))]);
  if (lie) tally.mislabelled(name, lie);
  for (const resource of [...calendar.resources.keys()]) calendar.delete(resource);
}

async function done(desk: CalendarDesk, deed: Deed, id: string) {
  if (deed.startsWith('delete')) return await desk.call('delete_event', { id, scope: 'all' });
  const isWhole = deed.startsWith('title');
  const where = isWhole
    ? { id, scope: 'all' }
    : { id: `${id}@2027-06-21T09:30:00+02:00`, scope: 'following' };
  return await desk.call('update_event', { ...where, title: 'Ours' });
}

/** The master of a weekly series; which round it is stands where nobody changes it. */
function text(uid: string, title: string, place: string): string {
  return ics([
    ...[`UID:${uid}`, `SUMMARY:${title}`, `LOCATION:${place}`, `DESCRIPTION:Round:${uid}`, 'SEQUENCE:0'],
    ...['DTSTART;TZID=Europe/Berlin:20270607T093000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=4'],
  ]);
}

/** The other program, which is always faster; what it wrote may differ from write to write. */
function otherHand(desk: CalendarDesk, { deed, moment }: Round, uid: string) {
  let [seen, writes] = [0, 0];
  const [calendar, file] = [desk.calendar(), `${uid}.ics`];
  const strike = () => {
    writes++;
    const body = calendar.resources.get(file)?.body;
    if (deed === 'title, deleted') return calendar.delete(file);
    const isField = deed.endsWith('other field');
    const [old, now] = isField
      ? [/^LOCATION:.*$/mu, 'LOCATION:Theirs']
      : [/^SUMMARY:.*$/mu, `SUMMARY:Theirs ${writes}`];
    if (body) calendar.put(file, body.replace(old, now));
  };
  const before = ({ method, path }: PassedRequest): undefined => {
    seen++;
    const isWrite = (method === 'PUT' || method === 'DELETE') && path.includes(file);
    const isOnce = deed.endsWith('other field') || deed === 'title, deleted';
    if (moment === 'write' ? isWrite && !(isOnce && writes > 0) : seen === moment) strike();
  };
  return { before, done: () => writes > 0 };
}

interface Verdict {
  wrong: string[];
  lie?: string | undefined;
}

function judged(
  { deed, treatment, moment }: Round,
  code: string,
  held: readonly string[],
  struck: boolean,
): Verdict {
  const has = (line: string) => held.some((body) => body.includes(`${line}\r\n`));
  const wrong: string[] = [];
  const says = (isSo: boolean, fault: string) => void (isSo || wrong.push(`${fault} (said ${code})`));
  const refusals = ['ok', 'conflict', 'not_found', 'unsupported', 'unknown_outcome'];
  says(refusals.includes(code), 'it is neither done nor refused for what happened');
  says(code !== 'unknown_outcome', 'the server answered everything, and it is not known');
  if (deed === 'title, deleted') {
    if (struck) says(held.length === 0, 'what was deleted is there again');
    return {
      wrong,
      lie: code === 'ok' && !has('SUMMARY:Ours') && moment === 'write' ? 'changed, and is gone' : undefined,
    };
  }
  if (deed.endsWith('other field') && struck) says(has('LOCATION:Theirs'), 'their place is overwritten');
  const isSame = deed === 'title, same field' || deed === 'delete, renamed';
  if (isSame && struck && moment === 'write')
    says(
      held.some((body) => /SUMMARY:Theirs/u.test(body)),
      'their title is overwritten',
    );
  if (isSame && struck && moment === 'write')
    says(code === 'conflict' || code === 'unsupported', 'no conflict is told');
  if (treatment === 'none') says(code !== 'ok' || deed === 'delete, renamed', 'a blind write');
  return { wrong, lie: lieOf(deed, code, held) };
}

function lieOf(deed: Deed, code: string, held: readonly string[]): string | undefined {
  const isOurs = held.some((body) => body.includes('SUMMARY:Ours\r\n'));
  if (deed.startsWith('delete')) {
    if (code === 'ok') return held.length > 0 ? 'deleted, and is there' : undefined;
    return held.length === 0 ? `${code}, and is gone` : undefined;
  }
  // Whoever came after us may have changed it again.
  const isTheirs = held.some((body) => body.includes('SUMMARY:Theirs'));
  if (code === 'ok') return isOurs || isTheirs ? undefined : 'changed, and is not';
  return isOurs && code !== 'unknown_outcome' ? `${code}, and is changed` : undefined;
}

/** Writes without a precondition. */
function blind(requests: readonly PassedRequest[]): string[] {
  const writes = requests.filter(({ method }) => method === 'PUT' || method === 'DELETE');
  const conditions = ['if-match', 'if-none-match', 'if-schedule-tag-match'];
  const without = writes.filter(({ headers }) => !conditions.some((name) => headers[name] !== undefined));
  return without.map(({ method, path }) => `${method} ${path} without a precondition`);
}
