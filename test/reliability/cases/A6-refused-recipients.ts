import type { SentMail } from '../../../src/domain/outbox.ts';
import { Random } from '../../bench/random.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { atDesk, type SendingDesk } from '../support/sending-desk.ts';

const answers = {
  refused: '550 5.1.1 User unknown',
  full: '452 4.2.2 Mailbox full',
  'too many': '452 4.5.3 Too many recipients',
  later: '451 4.7.1 Greylisted, try again later',
  'not allowed': '554 5.7.1 Relay access denied',
} as const;
type Fate = keyof typeof answers | 'taken';

const written: Fate[][] = [
  ['taken', 'refused', 'taken'],
  ['refused', 'taken', 'taken'],
  ['taken', 'taken', 'refused'],
  ['refused', 'refused', 'refused'],
  ['taken', 'too many', 'too many'],
  ['too many', 'too many', 'too many'],
  ['refused', 'full', 'later'],
  ['taken', 'not allowed', 'later'],
];
const mostRandom = 200;

export const refusedRecipients: Case = {
  id: 'A6',
  title: 'some or all recipients refused',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      const random = new Random(effort.seed);
      const fates = Object.keys(answers).concat('taken', 'taken', 'taken') as Fate[];
      const more = Array.from({ length: mostRandom }, () =>
        Array.from({ length: 1 + random.below(6) }, () => random.pick(fates)),
      );
      for (const [nth, recipients] of [...written, ...more].entries()) {
        if (tally.isOver) break;
        const input = recipients.join(', ');
        const { wrong, lie } = await attempt(desk, recipients, `Nr. ${nth}`);
        tally.count(input, wrong);
        if (lie) tally.mislabelled(input, lie);
      }
      return tally.outcome({ of: written.length + mostRandom });
    }),
};

async function attempt(desk: SendingDesk, fates: readonly Fate[], subject: string) {
  const addressOf = (nth: number) => `r${nth}@else.test`;
  desk.faults = ({ protocol, command, line }) => {
    const nth = protocol === 'smtp' && command === 'RCPT' ? /<r(\d+)@/u.exec(line)?.[1] : undefined;
    const fate = nth === undefined ? 'taken' : (fates[Number(nth)] ?? 'taken');
    return fate === 'taken' ? undefined : { reply: answers[fate] };
  };
  const all = fates.map((_, nth) => addressOf(nth));
  const half = Math.ceil(all.length / 2);
  const answer = await desk.send({ to: all.slice(0, half), bcc: all.slice(half), subject, text: subject });
  desk.faults = undefined;
  const taken = all.filter((_, nth) => fates[nth] === 'taken');
  const refused = all.filter((_, nth) => fates[nth] !== 'taken');
  const accepted = desk.accepted.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`));
  const wrong = taken.length > 0 ? listed(answer, { taken, refused }) : named(answer, refused);
  const got = accepted.flatMap(({ recipients }) => recipients);
  if (String(got) !== String(taken)) wrong.push(`the server took it for ${got}, not ${taken}`);
  const lied = answer.ok ? accepted.length !== 1 : accepted.length > 0;
  return {
    wrong,
    lie: lied ? `${answer.ok ? 'sent' : 'failed'}, and accepted ${accepted.length} times` : undefined,
  };
}

function listed(
  answer: ToolOutcome<SentMail>,
  { taken, refused }: { taken: string[]; refused: string[] },
): string[] {
  if (!answer.ok) return [`failed: ${answer.error.message}`];
  const { status, accepted, rejected = [] } = answer.data;
  const wrong: string[] = status === 'sent' ? [] : [status];
  if (String(accepted) !== String(taken)) wrong.push(`accepted is ${accepted}, not ${taken}`);
  const told = rejected.map(({ address }) => address);
  if (String(told) !== String(refused)) wrong.push(`rejected is ${told}, not ${refused}`);
  if (rejected.some(({ reason }) => reason === '')) wrong.push('no reason');
  return wrong;
}

/** Nobody got it: an error that names everybody. */
function named(answer: ToolOutcome<SentMail>, refused: string[]): string[] {
  if (answer.ok) return [`said ${answer.data.status}`];
  const { message, hint = '' } = answer.error;
  const unnamed = refused.filter((address) => !`${message} ${hint}`.includes(address));
  return unnamed.length > 0 ? [`does not name ${unnamed}: ${message} ${hint}`] : [];
}
