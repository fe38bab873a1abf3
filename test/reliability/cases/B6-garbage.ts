import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { type DeedKind, prepared } from '../support/deeds.ts';
import { judge } from '../support/filing-labels.ts';
import { type Garbage, garbage } from '../support/imap-garbage.ts';
import { queuedMs } from '../support/lag.ts';
import { atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';
import { forgetPeak, peakMb, residentMb } from '../support/memory.ts';
import { asked, faultsOf, type ReadingKind } from '../support/readings.ts';
import { spread } from '../support/spread.ts';

/** What is asked while the server babbles, and before the answer to which command. */
const jobs: readonly { kind: ReadingKind | DeedKind; command: string }[] = [
  { kind: 'list', command: 'LIST' },
  { kind: 'search', command: 'UID SORT' },
  { kind: 'search', command: 'UID FETCH' },
  { kind: 'read', command: 'UID FETCH' },
  { kind: 'attachment', command: 'UID FETCH' },
  { kind: 'move', command: 'UID MOVE' },
  { kind: 'move', command: 'SELECT' },
  { kind: 'mark', command: 'UID STORE' },
  { kind: 'delete', command: 'UID EXPUNGE' },
  { kind: 'draft', command: 'APPEND' },
];
const reading = new Set(['list', 'search', 'read', 'attachment']);
const limitMs = 10_000;
const limitMb = 150;
/** A literal that never ends is a server that hangs (B7): the time a search may take, and a look afterwards. */
const hungMs = 40_000;

export const garbageOnTheWire: Case = {
  id: 'B6',
  title: 'garbage between question and answer: wrong tags, floods, endless lines, NIL, 8-bit, huge literals',
  async run(effort) {
    const tally = new Tally(effort);
    const worst = { ms: 0, mb: 0 };
    const inputs = garbage.flatMap((item) => jobs.map((job) => ({ item, job })));
    // What waits for the end of its time waits alone; in little time it is left out.
    const [hanging, quick] = [inputs.filter(isHanging), inputs.filter((input) => !isHanging(input))];
    const long = effort.budgetMs >= 60_000 ? hanging : [];
    const clock = new Tally(effort);
    const line = spread(quick, effort.seed);
    const work = async (mine: typeof inputs) =>
      await atMailbox({}, async (desk) => {
        for (const [nth, { item, job }] of mine.entries()) {
          if (clock.isOver) break;
          await one(desk, item, job, nth, tally, worst);
        }
      });
    const halves = [0, 1].map((odd) => line.filter((_, nth) => nth % 2 === odd));
    await Promise.all([...halves.map(work), ...(long.length > 0 ? [work(long)] : [])]);
    const figure = `slowest ${Math.round(worst.ms)} ms, at most +${Math.round(worst.mb)} MB`;
    return tally.outcome({ of: inputs.length, figure });
  },
};

function isHanging({ item }: { item: Garbage }): boolean {
  return item.name === 'literal never ending';
}

async function one(
  desk: MailboxDesk,
  item: Garbage,
  { kind, command }: (typeof jobs)[number],
  nth: number,
  tally: Tally,
  worst: { ms: number; mb: number },
): Promise<void> {
  const name = `${kind}, ${command}: ${item.name}`;
  desk.clear();
  const isReading = reading.has(kind);
  const question = isReading
    ? asked(desk, kind as ReadingKind, `g${nth}`)
    : prepared(desk, kind as DeedKind, `g${nth}`);
  arm(desk, item, command);
  forgetPeak(desk.server.pid);
  const [before, started] = [residentMb(desk.server.pid), elapsed(desk)];
  const answer = await desk.call(question.tool, question.args);
  const ms = elapsed(desk) - started;
  desk.faults = undefined;
  desk.rewrite = undefined;
  const mb = peakMb(desk.server.pid) - before;
  worst.mb = Math.max(worst.mb, mb);
  const withinMs = isHanging({ item }) ? hungMs : limitMs;
  if (!isHanging({ item })) worst.ms = Math.max(worst.ms, ms);
  if (mb > limitMb) tally.count(name, `took ${Math.round(mb)} MB`);
  if ('wrong' in question) {
    const late = ms > withinMs ? [`took ${Math.round(ms)} ms`] : [];
    tally.count(name, [...late, ...(item.rewrite ? strangers(answer) : faultsOf(question, answer))]);
  } else if (item.isForged) tally.count(name, strangers(answer));
  else judge({ input: name, deed: question, answer, after: desk.picture(), ms, withinMs }, tally);
  const ill = await desk.heals();
  if (ill) tally.count(`after ${name}`, ill);
}

/** Time in which the machine was not at others' work. */
function elapsed({ server }: MailboxDesk): number {
  return performance.now() - queuedMs(server.pid) - queuedMs(process.pid);
}

function arm(desk: MailboxDesk, { fault, rewrite }: Garbage, command: string): void {
  desk.rewrite = rewrite;
  let armed = fault !== undefined;
  desk.faults = (event: FaultEvent) => {
    if (!armed || event.command !== command) return undefined;
    armed = false;
    return fault;
  };
}

/** What the server itself falsified may be shown so; but never as a crash. */
function strangers(answer: ToolOutcome<unknown>): string[] {
  return !answer.ok && answer.error.code === 'internal' ? [`internal: ${answer.error.message}`] : [];
}
