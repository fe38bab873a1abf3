import type { SentMail } from '../../../src/domain/outbox.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

interface Input {
  name: string;
  fault: Fault;
  /** Whether every attempt to file fails, or the first. */
  always: boolean;
}

const faults: Record<string, Fault> = {
  ...Object.fromEntries(
    ['NO [OVERQUOTA]', 'NO [TRYCREATE]', 'NO [NOPERM]', 'NO [UNAVAILABLE]', 'BAD', '* BYE'].map((words) => [
      words,
      { reply: `${words} server words` },
    ]),
  ),
  drop: 'drop',
  'stored, then drop': 'dropAfter',
  'stored, torn answer': { cutAfter: 12 },
  'slow by 2 s': { delayMs: 2000 },
};
const inputs: Input[] = Object.entries(faults).flatMap(([name, fault]) => [
  { name: `${name} every time`, fault, always: true },
  { name: `${name} once`, fault, always: false },
]);
/** An APPEND that is never answered ends with the call. */
const callMs = 44_000;
const hanging: Input = { name: 'never answered', fault: 'stall', always: true };

export const noCopy: Case = {
  id: 'A4',
  title: 'it was sent, and the copy in Sent fails',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      for (const input of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        tally.count(input.name, await faultsOf(desk, input));
      }
      const hangs = effort.budgetMs > callMs;
      if (hangs) tally.count(hanging.name, await faultsOf(desk, hanging));
      tally.count('Sent was renamed', await sentOnce(desk, 'Renamed', renamed(desk)));
      tally.count('Sent is not there', await sentOnce(desk, 'Missing', deleted(desk)));
      const more = hangs ? {} : { leftOut: `an APPEND never answered takes ${callMs / 1000} s` };
      return tally.outcome({ of: inputs.length + 3, ...more });
    }),
};

async function faultsOf(desk: SendingDesk, { name, fault, always }: Input): Promise<string[]> {
  let left = always ? Number.POSITIVE_INFINITY : 1;
  desk.faults = ({ protocol, command, line }) =>
    protocol === 'imap' && command === 'APPEND' && line.includes('Sent') && left-- > 0 ? fault : undefined;
  const wrong = await sentOnce(desk, name, 'Sent');
  desk.faults = undefined;
  return wrong;
}

function renamed(desk: SendingDesk): string {
  desk.sandbox.store.account(alice).rename('Sent', 'Gesendet');
  return 'Gesendet';
}

function deleted(desk: SendingDesk): string {
  desk.sandbox.store.account(alice).delete('Gesendet');
  return 'Gesendet';
}

/** Sent, whatever became of the copy; told truly; and refused when it is asked for again. */
async function sentOnce(desk: SendingDesk, subject: string, folder: string): Promise<string[]> {
  const mail = { to: [bob], subject, text: 'Text' };
  const answer = await desk.send(mail);
  const again = await desk.send(mail);
  await desk.quiet(30);
  const about = ({ raw }: { raw: Buffer }) => raw.includes(`Subject: ${subject}\r\n`);
  const accepted = desk.accepted.filter(about).length;
  const copies = desk.standing(folder).filter((raw) => about({ raw })).length;
  const wrong = wordsOn(answer, copies);
  if (accepted !== 1) wrong.push(`accepted ${accepted} times`);
  if (copies > 1) wrong.push(`${copies} copies`);
  if (again.ok || again.error.code !== 'conflict') wrong.push('not refused when asked for again');
  return wrong;
}

function wordsOn(answer: ToolOutcome<SentMail>, copies: number): string[] {
  if (!answer.ok) return [`said failed: ${answer.error.message}`];
  const { status, savedTo, warnings = [] } = answer.data;
  const wrong = status === 'sent' ? [] : [`said ${status}`];
  const told = warnings.find(({ code }) => code === 'copy_not_saved')?.detail;
  if (savedTo !== undefined && copies !== 1) wrong.push(`said saved to ${savedTo}, and ${copies} are there`);
  if (savedTo === undefined && !told) wrong.push('does not say that there is no copy');
  if (savedTo !== undefined && told) wrong.push('says saved and not saved');
  if (told?.includes('server words')) wrong.push(`passes on what the server wrote: ${told}`);
  if (told && told.length < 60) wrong.push(`gives no reason: ${told}`);
  return wrong;
}
