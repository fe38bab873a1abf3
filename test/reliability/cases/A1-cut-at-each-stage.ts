import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { atDesk, bob, type SendingDesk, type SendingDeskOptions } from '../support/sending-desk.ts';
import { type Attempt, judge } from '../support/sent-labels.ts';
import { spread } from '../support/spread.ts';
import { withTlsKeys } from '../support/tls-keys.ts';

/** Where the line breaks: before a command is executed, within the body, or within the answer to the message. */
type Stage =
  | 'GREETING'
  | 'EHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'second RCPT'
  | 'DATA'
  | 'body'
  | Last;
type Last = 'after the dot' | 'accepted' | 'half of 250' | 'QUIT';

interface Input {
  stage: Stage;
  how: 'fin' | 'rst';
  /** Whether every connection breaks there, or only the first: then one that was in use before, where there can be one. */
  always: boolean;
}

const plain: Stage[] = [
  ...(['GREETING', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'second RCPT', 'DATA', 'body'] as const),
  ...(['after the dot', 'accepted', 'half of 250', 'QUIT'] as const),
];
const encrypted: Stage[] = ['STARTTLS', 'MAIL', 'body', 'accepted'];
const logins: ReadonlySet<Stage> = new Set(['GREETING', 'EHLO', 'STARTTLS', 'AUTH']);
const late: ReadonlySet<Stage> = new Set(['after the dot', 'accepted', 'half of 250', 'QUIT']);
const commandOf: Partial<Record<Stage, string>> = { 'second RCPT': 'RCPT', 'after the dot': '.' };
/** More than all buffers on the way hold: its last byte has not left us when the line breaks within it. */
const bodyBytes = 8_000_000;
const cutBytes = 200_000;

export const cutAtEachStage: Case = {
  id: 'A1',
  title: 'the line to submission breaks at each stage, by FIN and RST',
  async run(effort) {
    const tally = new Tally(effort);
    const half = { ...effort, budgetMs: effort.budgetMs * 0.7 };
    await sweep({}, inputsAt(plain), half, tally);
    const rest = { ...effort, budgetMs: effort.budgetMs * 0.3 };
    await withTlsKeys((startTls) => sweep({ startTls }, inputsAt(encrypted), rest, tally));
    return tally.outcome({ of: (plain.length + encrypted.length) * 4 });
  },
};

function inputsAt(stages: readonly Stage[]): Input[] {
  return stages.flatMap((stage) =>
    (['fin', 'rst'] as const).flatMap((how) => [true, false].map((always) => ({ stage, how, always }))),
  );
}

async function sweep(
  options: SendingDeskOptions,
  inputs: Input[],
  effort: Effort,
  tally: Tally,
): Promise<void> {
  const clock = new Tally(effort);
  await atDesk(options, async (desk) => {
    const attempts: Attempt[] = [];
    for (const input of spread(inputs, effort.seed)) {
      if (clock.isOver) break;
      const tls = options.startTls ? 'STARTTLS, ' : '';
      const name = `${tls}${input.how} at ${input.stage}${input.always ? ', every time' : ''}`;
      attempts.push(await attempt(desk, input, name));
    }
    const healed = await desk.send({ to: [bob], subject: 'Healed', text: 'x' });
    if (!healed.ok || healed.data.status !== 'sent') tally.count('afterwards', 'a send without fault fails');
    await desk.quiet();
    judge(desk, attempts, tally);
  });
}

async function attempt(desk: SendingDesk, input: Input, name: string): Promise<Attempt> {
  if (input.always || logins.has(input.stage)) desk.line.dropAll('fin');
  else await desk.send({ to: ['warm@else.test'], subject: `Before ${name}`, text: 'x' });
  await desk.quiet(15);
  arm(desk, input);
  const attachments = [{ name: 'large.bin', contentBase64: 'A'.repeat(bodyBytes) }];
  const large = input.stage === 'body' ? { attachments } : {};
  const started = performance.now();
  const answer = await desk.send({ to: [bob, 'carl@else.test'], subject: name, text: 'x', ...large });
  const ms = performance.now() - started;
  // A session is kept for the next mail: its QUIT comes when the answer is long given.
  if (input.stage === 'QUIT') desk.line.dropAll(input.how);
  desk.faults = undefined;
  desk.onSent = undefined;
  return { input: name, subject: name, answer, ms, handedOver: late.has(input.stage) };
}

function arm(desk: SendingDesk, { stage, how, always }: Input): void {
  let left = always ? Number.POSITIVE_INFINITY : 1;
  const due = () => left-- > 0;
  const { line } = desk;
  if (stage === 'body') {
    let next = line.traffic.bytesUp + cutBytes;
    desk.onSent = (bytes) => {
      if (bytes < next || !due()) return;
      next = bytes + cutBytes;
      line.dropAll(how);
    };
    return;
  }
  const reply = { accepted: 0, 'half of 250': 10 }[stage as string];
  const command = reply === undefined ? (commandOf[stage] ?? stage) : '.';
  const nth = stage === 'second RCPT' ? 2 : 1;
  const seen = new Map<number, number>();
  desk.faults = (event: FaultEvent) => {
    if (event.protocol !== 'smtp' || event.command !== command) return undefined;
    const times = (seen.get(event.connection) ?? 0) + 1;
    seen.set(event.connection, times);
    if (times !== nth || !due()) return undefined;
    if (reply !== undefined) {
      line.cutAfterBytes(reply, how);
      return undefined;
    }
    line.dropAll(how);
    return 'stall';
  };
}
