import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, Tally } from '../case.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';

/** When the server's own copy is there after it took the message: like Gmail, Outlook, iCloud. */
const delays = [0, 20, 300, 3000];
const sendsEach = 3;

export const serverFilesToo: Case = {
  id: 'A5',
  title: 'a server that files its own copy of what it sent',
  async run(effort) {
    const tally = new Tally(effort);
    await Promise.all(delays.map((ms) => atDesk({}, (desk) => manySends(desk, ms, tally))));
    return tally.outcome({ of: delays.length * sendsEach });
  },
};

async function manySends(desk: SendingDesk, delayMs: number, tally: Tally): Promise<void> {
  const filed = fileCopies(desk, delayMs);
  const subjects = Array.from({ length: sendsEach }, (_, nth) => `Copy ${nth}`);
  const answers = [];
  for (const subject of subjects) answers.push(await desk.send({ to: [bob], subject, text: subject }));
  const single = () => subjects.every((subject) => copiesOf(desk, subject) === 1);
  await sleep(delayMs + 500);
  await filed.stop();
  for (let waited = 0; waited < settleMs && !single(); waited += 100) await sleep(100);
  for (const [nth, subject] of subjects.entries()) {
    const answer = answers[nth];
    const copies = copiesOf(desk, subject);
    const wrong = copies === 1 ? [] : [`${copies} copies in Sent`];
    if (!answer?.ok || answer.data.savedTo !== 'Sent') wrong.push(`not said to be in Sent`);
    tally.count(`own copy after ${delayMs} ms, ${subject}`, wrong);
  }
}

/** So long there may be two of them: ours is taken back when the server's has come. */
const settleMs = 8000;

function copiesOf(desk: SendingDesk, subject: string): number {
  return desk.standing('Sent').filter((raw) => raw.includes(`Subject: ${subject}\r\n`)).length;
}

/** From now on the server puts whatever it accepts into Sent, so many milliseconds later. */
function fileCopies(desk: SendingDesk, delayMs: number): { stop(): Promise<void> } {
  let seen = desk.accepted.length;
  const pending: Promise<void>[] = [];
  const file = async (raw: Buffer) => {
    if (delayMs > 0) await sleep(delayMs);
    desk.sandbox.deliver(alice, 'Sent', raw, { flags: ['\\Seen'] });
  };
  const look = () => {
    for (; seen < desk.accepted.length; seen++)
      pending.push(file(desk.accepted[seen]?.raw ?? Buffer.alloc(0)));
  };
  // Asked before every command and after every acceptance, so that "at once" is before the client hears of it.
  const timer = setInterval(look, 1);
  desk.faults = ({ protocol }) => {
    if (protocol === 'imap') look();
    return undefined;
  };
  const stop = async () => {
    clearInterval(timer);
    await Promise.all(pending);
  };
  return { stop };
}
