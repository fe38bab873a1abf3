import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, type Effort, Tally } from '../case.ts';
import { type DeedKind, prepared } from '../support/deeds.ts';
import { judge } from '../support/filing-labels.ts';
import { atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';
import { asked, faultsOf, type ReadingKind, readingKinds } from '../support/readings.ts';
import { spread } from '../support/spread.ts';

type Kind = ReadingKind | DeedKind;

interface Input {
  kind: Kind;
  /** So many bytes of the server's replies arrive. */
  bytes: number;
  /** On a connection that is not there yet: greeting and login are replies, too. */
  isNew: boolean;
  how: 'rst' | 'fin';
}

/** Each with a server of its own, side by side: most of the time they wait. */
const desks: readonly (readonly Kind[])[] = [
  readingKinds,
  ['move', 'trash', 'mark'],
  ['draft', 'replace', 'delete'],
];
const isReading = (kind: Kind): kind is ReadingKind => (readingKinds as readonly string[]).includes(kind);

export const cutAtEachReplyByte: Case = {
  id: 'B5',
  title:
    'the line breaks at each byte of the server’s replies to list, search, read, attachment, move, flag, draft, delete',
  async run(effort) {
    const tally = new Tally(effort);
    let of = 0;
    await Promise.all(
      desks.map((kinds) =>
        atMailbox({}, async (desk) => {
          const inputs = await inputsOf(desk, kinds);
          of += inputs.length;
          await sweep(desk, inputs, effort, tally);
          const partial = readdirSync(desk.downloads).filter((name) => !name.endsWith('.csv'));
          if (partial.length > 0) tally.count('downloads', `left ${partial}`);
        }),
      ),
    );
    return tally.outcome({ of });
  },
};

/** How long the replies are is seen once for each kind. */
async function inputsOf(desk: MailboxDesk, kinds: readonly Kind[]): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const kind of kinds) {
    for (const isNew of kind === 'search' || kind === 'mark' ? [true, false] : [false]) {
      const ill = await desk.heals();
      if (ill) throw new Error(ill);
      await hungUp(desk, isNew);
      desk.line.reset();
      const question = ready(desk, kind, 'Trial');
      await desk.ask(question.tool, question.args);
      const length = desk.line.traffic.bytesDown;
      for (let bytes = 0; bytes <= length; bytes++)
        inputs.push({ kind, bytes, isNew, how: bytes % 2 === 0 ? 'rst' : 'fin' });
    }
  }
  return inputs;
}

async function hungUp(desk: MailboxDesk, isNew: boolean): Promise<void> {
  if (!isNew) return;
  desk.line.dropAll('fin');
  await sleep(10);
}

function ready(desk: MailboxDesk, kind: Kind, tag: string) {
  return isReading(kind) ? asked(desk, kind, tag) : prepared(desk, kind, tag);
}

async function sweep(desk: MailboxDesk, inputs: Input[], effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally(effort);
  for (const [nth, input] of spread(inputs, effort.seed).entries()) {
    if (clock.isOver) break;
    const { kind, bytes, isNew, how } = input;
    const name = `${kind}, ${how} after ${bytes} bytes${isNew ? ' of a new connection' : ''}`;
    if (nth % 20 === 0) desk.clear();
    await hungUp(desk, isNew);
    if (isReading(kind)) await read(desk, input, `t${nth}`, name, tally);
    else await change(desk, input, `t${nth}`, name, tally);
    const ill = await desk.heals();
    if (ill) tally.count(`after ${name}`, ill);
  }
}

async function read(desk: MailboxDesk, input: Input, tag: string, name: string, tally: Tally): Promise<void> {
  if (!isReading(input.kind)) return;
  const question = asked(desk, input.kind, tag);
  desk.line.cutAfterBytes(input.bytes, input.how);
  const started = performance.now();
  const answer = await desk.call(question.tool, question.args);
  const ms = performance.now() - started;
  desk.line.cutAfterBytes(Number.POSITIVE_INFINITY);
  const late = ms > 10_000 ? [`took ${Math.round(ms)} ms`] : [];
  // What was remembered of half an answer would show now.
  const again = await desk.call(question.tool, question.args);
  const poisoned = again.ok ? faultsOf(question, again).map((fault) => `remembered: ${fault}`) : [];
  tally.count(name, [...faultsOf(question, answer), ...late, ...poisoned]);
}

async function change(
  desk: MailboxDesk,
  input: Input,
  tag: string,
  name: string,
  tally: Tally,
): Promise<void> {
  const deed = prepared(desk, input.kind as DeedKind, tag);
  desk.line.cutAfterBytes(input.bytes, input.how);
  const started = performance.now();
  const answer = await desk.call(deed.tool, deed.args);
  const ms = performance.now() - started;
  // One connection breaks, and the next one tells what has become of it.
  judge({ input: name, deed, answer, after: desk.picture(), ms, mayBeUnknown: false }, tally);
}
