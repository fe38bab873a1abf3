import { setTimeout as sleep } from 'node:timers/promises';
import type { SentMail } from '../../../src/domain/outbox.ts';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

const smtp = ['GREETING', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', '.'];
const imap = ['SELECT', 'UID SEARCH', 'APPEND'];

interface Input {
  /** `smtp DATA`: the command that is being answered when the client turns away. */
  stage: string;
  /** Whether the command is answered later, or never. */
  answered: boolean;
}

const inputs: Input[] = [
  ...smtp.map((name) => `smtp ${name}`),
  ...imap.map((name) => `imap ${name}`),
].flatMap((stage) => [true, false].map((answered) => ({ stage, answered })));
const laterMs = 250;
const longestEndMs = 2000;

export const cancelled: Case = {
  id: 'A9',
  title: 'cancelled, or the client gone, at each stage of a send',
  async run(effort) {
    const tally = new Tally(effort);
    const half: Effort = { ...effort, budgetMs: effort.budgetMs / 2 };
    await cancelledCalls(half, tally);
    const slowest = await clientsGone(half, tally);
    return tally.outcome({ of: inputs.length * 2, figure: `slowest end ${Math.round(slowest)} ms` });
  },
};

async function cancelledCalls(effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally(effort);
  await atDesk({ env: { POOL_TIMEOUT_MS: '1000' } }, async (desk) => {
    for (const input of spread(inputs, effort.seed)) {
      if (clock.isOver) break;
      const name = `cancelled at ${nameOf(input)}`;
      desk.line.dropAll('fin');
      await desk.quiet(15);
      const logged = desk.server.stderr.length;
      const controller = new AbortController();
      arm(desk, input, () => controller.abort());
      await desk.send({ to: [bob], subject: name, text: 'x' }, controller.signal).catch(() => 'cancelled');
      await sleep(input.answered ? laterMs : 2 * laterMs);
      desk.faults = undefined;
      await desk.quiet();
      const label = labelIn(desk.server.stderr.slice(logged));
      const next = await desk.send({ to: [bob], subject: `After ${name}`, text: 'x' });
      const held =
        next.ok && next.data.status === 'sent' ? [] : [`the next call fails: ${JSON.stringify(next)}`];
      tell(tally, name, copiesOf(desk, name), label, held);
    }
  });
}

async function clientsGone(effort: Effort, tally: Tally): Promise<number> {
  const clock = new Tally(effort);
  let slowest = 0;
  for (const input of spread(inputs, effort.seed)) {
    if (clock.isOver) break;
    slowest = Math.max(slowest, await atDesk({}, (desk) => goneAt(desk, input, tally)));
  }
  return slowest;
}

async function goneAt(desk: SendingDesk, input: Input, tally: Tally): Promise<number> {
  const name = `client gone at ${nameOf(input)}`;
  const reached = new Promise<void>((resolve) => arm(desk, input, resolve));
  const asked = desk.send({ to: [bob], subject: name, text: 'x' }).catch(() => undefined);
  await reached;
  const { code, ms } = await desk.server.end();
  desk.faults = undefined;
  await desk.quiet(laterMs);
  const wrong = [
    ...(code === 0 ? [] : [`exit code ${code}`]),
    ...(ms < longestEndMs ? [] : [`ended after ${Math.round(ms)} ms`]),
    ...(isRunning(desk.server.pid) ? ['still running'] : []),
  ];
  const answer = await asked;
  const label = answer ? told(answer) : labelIn(desk.server.stderr);
  tell(tally, name, copiesOf(desk, name), label, wrong);
  return ms;
}

const nameOf = ({ stage, answered }: Input) => `${stage}, ${answered ? 'answered later' : 'never answered'}`;

function arm(desk: SendingDesk, { stage, answered }: Input, reached: () => void): void {
  let met = false;
  desk.faults = ({ protocol, command }: FaultEvent) => {
    if (`${protocol} ${command}` !== stage) return undefined;
    if (!met) reached();
    const first = !met;
    met = true;
    if (!answered) return 'stall';
    return first ? { delayMs: laterMs } : undefined;
  };
}

type Label = 'sent' | 'unknown' | 'not sent' | undefined;

function told(answer: ToolOutcome<SentMail>): Label {
  return answer.ok ? answer.data.status : 'not sent';
}

/** What the log says of the one send in it. */
function labelIn(log: string): Label {
  const status = /handed over \{"status":"(sent|unknown)"/u.exec(log)?.[1];
  if (status === 'sent' || status === 'unknown') return status;
  return log.includes('call failed') ? 'not sent' : undefined;
}

function copiesOf(desk: SendingDesk, subject: string): number {
  return desk.accepted.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)).length;
}

function tell(tally: Tally, name: string, copies: number, label: Label, wrong: string[]): void {
  const more =
    copies > 1 ? [`accepted ${copies} times`] : label ? [] : ['the log does not say what became of it'];
  tally.count(name, [...wrong, ...more]);
  if (label === 'sent' && copies === 0) tally.mislabelled(name, 'sent, and was not');
  if (label === 'not sent' && copies > 0) tally.mislabelled(name, 'not sent, and was');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
