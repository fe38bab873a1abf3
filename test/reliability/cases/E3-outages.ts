import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, Tally } from '../case.ts';
import { diskFull } from '../support/full-disk.ts';
import { type Answer, atOutage, type OutageDesk, type Protocol, protocols } from '../support/outage-desk.ts';
import { type Outage, outages } from '../support/outages.ts';
import { spread } from '../support/spread.ts';

/** A call may take this long whatever happens, */
const longestMs = 45_000;
/** and once the cause is gone everything works within this time. */
const recoveryMs = 30_000;
/** Short, so that silence is not waited for: whoever opens a connection, and until an idle one is checked before use. */
const hasty = { POOL_TIMEOUT_MS: '1500', POOL_HEALTH_CHECK_MS: '100' };
const idleMs = 150;
/** Far below the time after which an idle connection is checked by default. */
const dwellMs = 1000;

export const outagesEnd: Case = {
  id: 'E3',
  title: 'sleep, clocks, names, networks, restarts and full disks: it works again by itself',
  async run(effort) {
    const tally = new Tally(effort);
    let slowest = 0;
    await atOutage({ host: 'localhost', env: hasty }, async (desk) => {
      for (const outage of spread(outages, effort.seed)) {
        if (tally.isOver) break;
        slowest = Math.max(slowest, await through(desk, outage, tally));
      }
    });
    await linesDie(tally);
    const leftOut = await diskFull(tally);
    return tally.outcome({
      of: outages.length + protocols.length + (leftOut ? 0 : 2),
      figure: `slowest recovery ${Math.round(slowest)} ms`,
      ...(leftOut && { leftOut }),
    });
  },
};

/** All connections die in silence a moment after their last use: nothing makes one check them, and every answer is right. */
async function linesDie(tally: Tally): Promise<void> {
  await atOutage({}, async (desk) => {
    for (const protocol of protocols) await desk.ask(protocol);
    await sleep(dwellMs);
    for (const line of Object.values(desk.lines)) line.freeze();
    const started = performance.now();
    const one = async (protocol: Protocol) => {
      const answer = await desk.ask(protocol);
      const ms = performance.now() - started;
      const late = ms > recoveryMs ? [`answered after ${Math.round(ms)} ms`] : [];
      const isRight = answer.ok && !('stale' in answer.data) && !('incomplete' in answer.data);
      const wrong = isRight ? late : [...late, JSON.stringify(answer.ok ? answer.data : answer.error)];
      tally.count(`${protocol}, its line dead right after its last use`, wrong);
    };
    await Promise.all(protocols.map(one));
  });
}

/** @returns how long it took until all worked again, in milliseconds */
async function through(desk: OutageDesk, outage: Outage, tally: Tally): Promise<number> {
  const { name, hits, surely = true } = outage;
  // Sleep, a clock that was set and another network are over when they begin.
  const withinMs = hits.length > 0 && surely ? longestMs : recoveryMs;
  // Connections are open when it begins.
  const before = await Promise.all(protocols.map((protocol) => desk.ask(protocol)));
  const wrong = before.flatMap((answer) => (answer.ok ? [] : [`before: ${answer.error.code}`]));
  await outage.begin(desk);
  await sleep(idleMs);
  for (const protocol of protocols) {
    const started = performance.now();
    const answer = await desk.ask(protocol);
    const ms = performance.now() - started;
    if (ms > withinMs) wrong.push(`${protocol} answered after ${Math.round(ms)} ms`);
    wrong.push(...meanwhile(desk, protocol, answer, outage, tally));
  }
  await outage.end(desk);
  const started = performance.now();
  for (const protocol of protocols) wrong.push(...(await recovered(desk, protocol, started, tally)));
  tally.count(name, wrong);
  return performance.now() - started;
}

/** While it lasts: what is out of reach says so, nothing is claimed, everything else works. */
function meanwhile(
  desk: OutageDesk,
  protocol: Protocol,
  answer: Answer,
  { hits, surely = true }: Outage,
  tally: Tally,
): string[] {
  if (protocol === 'smtp') checkLabel(desk, answer, tally);
  if (!surely && answer.ok) return [];
  if (hits.includes(protocol)) return honest(protocol, answer);
  if (!answer.ok && protocol === 'smtp' && hits.length > 0) return honest(protocol, answer);
  return answer.ok ? [] : [`${protocol} meanwhile: ${answer.error.code}: ${answer.error.message}`];
}

function honest(protocol: Protocol, answer: Answer): string[] {
  if (answer.ok) {
    const isMarked = 'stale' in answer.data || 'incomplete' in answer.data || 'status' in answer.data;
    return isMarked ? [] : [`${protocol} answers without a mark, and is out of reach`];
  }
  const { code, retryable } = answer.error;
  const isExpected = (code === 'unavailable' || code === 'timeout') && retryable === true;
  return isExpected ? [] : [`${protocol} meanwhile: ${JSON.stringify(answer.error)}`];
}

function checkLabel(desk: OutageDesk, answer: Answer, tally: Tally): void {
  const copies = desk.accepted(desk.lastSubject);
  if (answer.ok && answer.data.status === 'sent' && copies === 0)
    tally.mislabelled(desk.lastSubject, 'sent, and was not');
  if (!answer.ok && copies > 0) tally.mislabelled(desk.lastSubject, `${answer.error.code}, and it was sent`);
  if (copies > 1) tally.mislabelled(desk.lastSubject, `sent ${copies} times`);
}

async function recovered(
  desk: OutageDesk,
  protocol: Protocol,
  ended: number,
  tally: Tally,
): Promise<string[]> {
  for (;;) {
    const answer = await desk.ask(protocol);
    if (protocol === 'smtp') checkLabel(desk, answer, tally);
    const works = answer.ok && !('stale' in answer.data) && !('incomplete' in answer.data);
    if (works && (protocol !== 'smtp' || answer.data.status === 'sent')) return [];
    if (performance.now() - ended > recoveryMs)
      return [`${protocol} does not recover: ${JSON.stringify(answer.ok ? answer.data : answer.error)}`];
    await sleep(200);
  }
}
