import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Case, Tally } from '../case.ts';
import { type DeedKind, prepared } from '../support/deeds.ts';
import { judge } from '../support/filing-labels.ts';
import { atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';
import { asked, faultsOf, type ReadingKind } from '../support/readings.ts';

type Kind = ReadingKind | DeedKind;

interface Input {
  name: string;
  kind: Kind;
  /** Begins what makes the server slow. Whoever asks later begins with a connection that is open, or not. */
  arm(desk: MailboxDesk): void;
  isNew?: true;
  /** The client gives up so many milliseconds later. */
  cancelledMs?: number;
  /** Within which the answer has to come, and about how long it is waited for. */
  withinMs: number;
}

/** No command gets more than 20 s, a search 35 s, a call 45 s; POOL_TIMEOUT_MS is 2 s here. */
const commandMs = 30_000;
const callMs = 45_500;
const loginMs = 8_000;
/** In little time only what ends early is tried. */
const littleMs = 40_000;

const hanging =
  (command: string) =>
  (desk: MailboxDesk): void => {
    desk.faults = (event: FaultEvent) => (event.command === command ? 'stall' : undefined);
  };
const slow =
  (bytesPerSecond: number) =>
  (desk: MailboxDesk): void =>
    desk.line.throttle(bytesPerSecond);
const lateGreeting = (desk: MailboxDesk): void => {
  desk.faults = (event) => (event.command === 'GREETING' ? { delayMs: 20_000 } : undefined);
};

const quick: Input[] = [
  { name: 'greeting after 20 s', kind: 'search', isNew: true, arm: lateGreeting, withinMs: loginMs },
  { name: 'greeting after 20 s', kind: 'move', isNew: true, arm: lateGreeting, withinMs: loginMs },
  { name: 'greeting by 1 byte/s', kind: 'read', isNew: true, arm: slow(1), withinMs: loginMs },
  { name: 'hang in login', kind: 'read', isNew: true, arm: hanging('AUTHENTICATE'), withinMs: loginMs },
  {
    name: 'hang in FETCH, cancelled',
    kind: 'read',
    arm: hanging('UID FETCH'),
    cancelledMs: 300,
    withinMs: 2_000,
  },
  {
    name: 'hang in SELECT, cancelled',
    kind: 'mark',
    arm: hanging('SELECT'),
    cancelledMs: 300,
    withinMs: 2_000,
  },
  {
    name: 'hang in MOVE, cancelled',
    kind: 'move',
    arm: hanging('UID MOVE'),
    cancelledMs: 300,
    withinMs: 2_000,
  },
  {
    name: 'hang in APPEND, cancelled',
    kind: 'draft',
    arm: hanging('APPEND'),
    cancelledMs: 300,
    withinMs: 2_000,
  },
  { name: '1 byte/s, cancelled', kind: 'search', arm: slow(1), cancelledMs: 1_500, withinMs: 2_000 },
];

const patient: Input[] = [
  { name: '1 byte/s', kind: 'read', arm: slow(1), withinMs: commandMs },
  { name: '1 byte/s', kind: 'search', arm: slow(1), withinMs: callMs },
  { name: '1 byte/s', kind: 'mark', arm: slow(1), withinMs: callMs },
  { name: '200 bytes/s', kind: 'attachment', arm: slow(200), withinMs: commandMs },
  { name: 'hang in LIST', kind: 'list', arm: hanging('LIST'), withinMs: commandMs },
  { name: 'hang in FETCH', kind: 'read', arm: hanging('UID FETCH'), withinMs: commandMs },
  { name: 'hang in SORT', kind: 'search', arm: hanging('UID SORT'), withinMs: callMs },
  { name: 'hang in MOVE', kind: 'move', arm: hanging('UID MOVE'), withinMs: callMs },
  { name: 'hang in STORE', kind: 'mark', arm: hanging('UID STORE'), withinMs: callMs },
  { name: 'hang in EXPUNGE', kind: 'delete', arm: hanging('UID EXPUNGE'), withinMs: callMs },
  { name: 'hang in APPEND', kind: 'draft', arm: hanging('APPEND'), withinMs: callMs },
];

export const slowServer: Case = {
  id: 'B7',
  title: 'a server that is slow by the byte, greets late or hangs in a command',
  async run(effort) {
    const tally = new Tally(effort);
    const inputs = effort.budgetMs >= littleMs ? [...quick, ...patient] : quick;
    const slowest = { ms: 0 };
    // Side by side: all they do is wait. A few at a time, for each starts a server.
    const waiting = [...inputs];
    const worker = async () => {
      for (let input = waiting.shift(); input; input = waiting.shift()) await one(input, tally, slowest);
    };
    await Promise.all([...Array.from({ length: 6 }, worker), hangingLogout(tally)]);
    const figure = `slowest ${Math.round(slowest.ms)} ms`;
    return tally.outcome({ of: 2 * (quick.length + patient.length) + 2, figure });
  },
};

async function one(input: Input, tally: Tally, slowest: { ms: number }): Promise<void> {
  // With one connection, whatever stays locked is seen.
  await atMailbox({ env: { POOL_MAX_CONNECTIONS: '1' } }, async (desk) => {
    if (!input.isNew) await desk.heals();
    const { kind, cancelledMs, withinMs } = input;
    const name = `${kind}: ${input.name}`;
    const isReading = ['list', 'search', 'read', 'attachment'].includes(kind);
    const question = isReading
      ? asked(desk, kind as ReadingKind, 's')
      : prepared(desk, kind as DeedKind, 's');
    input.arm(desk);
    const started = performance.now();
    const signal = cancelledMs === undefined ? undefined : AbortSignal.timeout(cancelledMs);
    const answer = await desk.call(question.tool, question.args, signal).catch(gaveUp(signal));
    const ms = performance.now() - started;
    slowest.ms = Math.max(slowest.ms, ms);
    if ('wrong' in question) {
      const late = ms > withinMs ? [`took ${Math.round(ms)} ms`] : [];
      tally.count(name, [...late, ...(answer ? faultsOf(question, answer) : [])]);
    } else if (answer)
      judge({ input: name, deed: question, answer, after: desk.picture(), ms, withinMs }, tally);
    else tally.count(name, undefined);
    await worksAgain(desk, name, tally);
  });
}

const gaveUp = (signal: AbortSignal | undefined) => (error: Error) => {
  if (!signal?.aborted) throw error;
  return undefined;
};

/** The next call works as soon as the server does, and nothing is locked any more. */
async function worksAgain(desk: MailboxDesk, name: string, tally: Tally): Promise<void> {
  desk.line.throttle(Number.POSITIVE_INFINITY);
  const ill = await desk.heals();
  const deed = prepared(desk, 'move', 'next');
  const started = performance.now();
  const answer = await desk.call(deed.tool, deed.args);
  const ms = performance.now() - started;
  judge({ input: `after ${name}`, deed, answer, after: desk.picture(), ms, withinMs: 5_000 }, tally);
  if (ill) tally.count(`after ${name}`, ill);
}

/** Connections that are given up while idle, and the end of the process, wait for no farewell. */
async function hangingLogout(tally: Tally): Promise<void> {
  const env = { POOL_IDLE_TIMEOUT_MS: '300', POOL_HEALTH_CHECK_MS: '100' };
  await atMailbox({ env }, async (desk) => {
    await desk.heals();
    hanging('LOGOUT')(desk);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const seen = desk.sandbox.imap.commands.includes('LOGOUT');
    const started = performance.now();
    const answer = await desk.call('search_emails', { folder: 'INBOX' });
    const ms = performance.now() - started;
    tally.count('hang in LOGOUT', [
      ...(seen ? [] : ['no connection was given up']),
      ...(answer.ok && ms < 2_000
        ? []
        : [`the next call took ${Math.round(ms)} ms: ${JSON.stringify(answer)}`]),
    ]);
    const end = await desk.server.end();
    const isClean = end.code === 0 && end.ms < 3_000;
    tally.count(
      'hang in LOGOUT, at the end',
      isClean ? undefined : `ended ${end.code} after ${Math.round(end.ms)} ms`,
    );
  });
}
