import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../bench/random.ts';
import { type Case, Tally } from '../case.ts';
import { done, judgeWork, readings, type Work, workOf } from '../support/mixed-load.ts';
import { atDesk, type SendingDesk } from '../support/sending-desk.ts';

const kills = 200;
const worksAtOnce = 5;

export const killed: Case = {
  id: 'E2',
  title: 'kill -9 at random moments of a mixed load, then everything unanswered once more',
  run: (effort) =>
    atDesk({ env: { MAILBOX_PREFETCH: 'true' } }, async (desk) => {
      const tally = new Tally(effort);
      const random = new Random(effort.seed);
      const counts = { answered: 0, works: 0 };
      // Any moment of the work, and some when it is done.
      const longestLifeMs = 1.2 * (await undisturbedMs(desk, random));
      for (let nth = 1; nth <= kills && !tally.isOver; nth++) {
        const works = worksOf(desk, random, nth);
        const started = performance.now();
        void Promise.all(begin(desk, works, random));
        const lifeMs = Math.round(random.next() * longestLifeMs);
        await sleep(Math.max(0, lifeMs - (performance.now() - started)));
        await desk.restart('SIGKILL');
        counts.works += works.length;
        counts.answered += works.filter(({ answer }) => answer).length;
        await again(desk, works);
        judge(desk, works, `kill ${nth} after ${lifeMs} ms`, tally);
      }
      const figure = `${counts.answered} of ${counts.works} answered before the kill`;
      return tally.outcome({ of: kills, figure });
    }),
};

async function undisturbedMs(desk: SendingDesk, random: Random): Promise<number> {
  const works = worksOf(desk, random, 0);
  await desk.restart('SIGKILL');
  const started = performance.now();
  await Promise.all(begin(desk, works, random));
  return performance.now() - started;
}

function worksOf(desk: SendingDesk, random: Random, nth: number): Work[] {
  return Array.from({ length: worksAtOnce }, (_, at) => workOf(desk, random, nth * worksAtOnce + at));
}

/** All at once, and some reading beside them. */
function begin(desk: SendingDesk, works: readonly Work[], random: Random): Promise<unknown>[] {
  const read = desk.server.call(...random.pick(readings)).catch(() => 'killed');
  return [read, ...works.map((work) => done(desk, work))];
}

/** What a client does that got no answer: it asks once more, with the same key. */
async function again(desk: SendingDesk, works: readonly Work[]): Promise<void> {
  await desk.quiet(30);
  for (const work of works) {
    const isKeyed = work.kind === 'send' || work.kind === 'send draft';
    if (isKeyed && !work.answer) await done(desk, work);
  }
  await desk.quiet(30);
}

function judge(desk: SendingDesk, works: readonly Work[], input: string, tally: Tally): void {
  const verdicts = works.map((work) => judgeWork(desk, work));
  tally.count(
    input,
    verdicts.flatMap(({ wrong }) => wrong),
  );
  for (const lie of verdicts.flatMap(({ lies }) => lies)) tally.mislabelled(input, lie);
}
