import { type Case, Tally } from '../case.ts';
import { atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { type Attempt, judge } from '../support/sent-labels.ts';
import { spread } from '../support/spread.ts';

/** The line breaks after so many bytes of what the server says, from its greeting to `250`. */
interface Cut {
  bytes: number;
  how: 'fin' | 'rst';
  /** Whether the server stays away afterwards. */
  forGood: boolean;
}

const recipients = [bob, 'carl@else.test'];

export const cutAtEachByte: Case = {
  id: 'A2',
  title: 'the line to submission breaks after each byte of the replies, by FIN and RST',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      const { whole, answer } = await measured(desk);
      const inputs = cutsWithin(whole);
      const attempts: Attempt[] = [];
      for (const cut of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        attempts.push(await attempt(desk, cut, whole - answer));
      }
      await desk.quiet();
      judge(desk, attempts, tally);
      const slowest = Math.max(...attempts.map(({ ms }) => ms));
      const figure = `${whole} bytes, slowest ${Math.round(slowest)} ms`;
      return tally.outcome({ of: inputs.length, figure });
    }),
};

/** Where the server stays away, every login takes its three tries: a quarter of the bytes has to do. */
function cutsWithin(whole: number): Cut[] {
  return Array.from({ length: whole + 1 }, (_, bytes): Cut[] => [
    { bytes, how: bytes % 2 === 0 ? 'fin' : 'rst', forGood: false },
    { bytes, how: bytes % 2 === 0 ? 'rst' : 'fin', forGood: bytes % 4 === 0 },
  ]).flat();
}

/** Bytes the server says in one send with its login, and how many of them answer the message. */
async function measured(desk: SendingDesk): Promise<{ whole: number; answer: number }> {
  const before = desk.line.traffic.bytesDown;
  let atDot = before;
  desk.faults = ({ protocol, command }) => {
    if (protocol === 'smtp' && command === '.') atDot = desk.line.traffic.bytesDown;
    return undefined;
  };
  await desk.send({ to: recipients, subject: 'Measured', text: 'x' });
  desk.faults = undefined;
  const after = desk.line.traffic.bytesDown;
  return { whole: after - before, answer: after - atDot };
}

async function attempt(desk: SendingDesk, { bytes, how, forGood }: Cut, dot: number): Promise<Attempt> {
  const { line } = desk;
  line.dropAll('fin');
  await desk.quiet(10);
  const input = `${how} after ${bytes} bytes${forGood ? ', for good' : ''}`;
  let greeted = false;
  desk.faults = ({ protocol, command }) => {
    if (protocol !== 'smtp' || command !== 'GREETING') return undefined;
    if (greeted) return forGood ? 'drop' : undefined;
    greeted = true;
    line.cutAfterBytes(bytes, how);
    return undefined;
  };
  const started = performance.now();
  const answer = await desk.send({ to: recipients, subject: input, text: 'x' });
  const ms = performance.now() - started;
  desk.faults = undefined;
  line.cutAfterBytes(Number.POSITIVE_INFINITY);
  return { input, subject: input, answer, ms, handedOver: bytes >= dot };
}
