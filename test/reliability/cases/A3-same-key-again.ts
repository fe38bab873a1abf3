import type { SentMail } from '../../../src/domain/outbox.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { type Held, heldBy } from '../support/mixed-load.ts';
import { atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

type Answer = ToolOutcome<SentMail>;

/** How the first call with a key ends, and what lies between it and the second. */
interface Scenario {
  first: 'sent' | 'unknown, taken' | 'unknown, not taken' | 'not sent' | 'sent, no copy' | 'under way';
  between: 'nothing' | 'restart' | 'kill -9';
  second: 'the same' | 'other words' | 'three at once';
  what: 'mail' | 'draft';
}

const faultAtDot: Partial<Record<Scenario['first'], Fault>> = {
  'unknown, taken': 'dropAfter',
  'unknown, not taken': 'drop',
  'not sent': { reply: '451 4.3.0 not now' },
  'under way': { delayMs: 300 },
};

const firsts = ['sent', 'unknown, taken', 'unknown, not taken', 'not sent', 'sent, no copy'] as const;
const scenarios: Scenario[] = [
  ...firsts.flatMap((first) =>
    (['nothing', 'restart', 'kill -9'] as const).flatMap((between) => [
      ...(['the same', 'other words', 'three at once'] as const).map(
        (second): Scenario => ({ first, between, second, what: 'mail' }),
      ),
      { first, between, second: 'the same', what: 'draft' } as const,
    ]),
  ),
  { first: 'under way', between: 'nothing', second: 'three at once', what: 'mail' },
  { first: 'under way', between: 'nothing', second: 'the same', what: 'draft' },
];

export const sameKeyAgain: Case = {
  id: 'A3',
  title: 'the same idempotencyKey again, in every state the first call can leave',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      for (const [nth, scenario] of spread([...scenarios.entries()], effort.seed)) {
        if (tally.isOver) break;
        const { first, between, second, what } = scenario;
        const name = `${what} ${first}, then ${between}, then ${second}`;
        tally.count(name, await faultsOf(desk, scenario, `Key ${nth}`));
      }
      return tally.outcome({ of: scenarios.length });
    }),
};

async function faultsOf(desk: SendingDesk, scenario: Scenario, subject: string): Promise<string[]> {
  const { first, between, second, what } = scenario;
  const key = { idempotencyKey: subject };
  const mail = { to: [bob], subject, text: 'Only once.' };
  const draft = what === 'draft' ? (await desk.call<{ id: string }>('create_draft', mail)).id : undefined;
  const request = draft ? { draft, ...key } : { ...mail, ...key };
  desk.faults = ({ protocol, command, line }) => {
    if (protocol === 'smtp' && command === '.') return faultAtDot[first];
    const copy = command === 'APPEND' && line.includes('Sent') && first === 'sent, no copy';
    return copy ? { reply: 'NO [OVERQUOTA] full' } : undefined;
  };
  const asked = desk.send(request);
  const before = first === 'under way' ? undefined : await asked;
  if (first !== 'under way') desk.faults = undefined;
  if (between !== 'nothing') await desk.restart(between === 'restart' ? 'end' : 'SIGKILL');
  const again = second === 'other words' && !draft ? { ...request, text: 'Twice?' } : request;
  const calls = second === 'three at once' ? [again, again, again] : [again];
  const answers = await Promise.all(calls.map((call) => desk.send(call)));
  const all = [before ?? (await asked), ...answers];
  desk.faults = undefined;
  await desk.quiet(30);
  return [...wrongOnServers(scenario, heldBy(desk, subject)), ...wrongIn(scenario, all)];
}

function wrongOnServers({ first }: Scenario, { accepted, sent, drafts }: Held): string[] {
  const expected = first === 'unknown, not taken' ? 0 : 1;
  // Without room for a copy its draft is moved to Sent.
  const isFiled = !first.startsWith('unknown');
  return [
    ...(accepted === expected ? [] : [`accepted ${accepted} times, not ${expected}`]),
    ...(sent === (isFiled ? 1 : 0) && drafts === (isFiled ? 0 : 1)
      ? []
      : [`${sent} copies in Sent and ${drafts} in Drafts`]),
  ];
}

function wrongIn({ first, between, what }: Scenario, [before, ...again]: Answer[]): string[] {
  const wrong: string[] = [];
  const all = [...(before ? [before] : []), ...again];
  const sent = all.filter((answer) => answer.ok && answer.data.status === 'sent').length;
  const inDoubt = first.startsWith('unknown');
  if (sent !== (inDoubt ? 0 : 1)) wrong.push(`${sent} answers say sent`);
  const messageId = all.flatMap((answer) => (answer.ok ? [answer.data.messageId] : []))[0] ?? '';
  for (const answer of first === 'not sent' ? [] : again) {
    if (answer.ok) continue;
    const { code, message, hint = '' } = answer.error;
    // A draft that was sent is gone: after a restart nobody knows more of it.
    const gone = code === 'not_found' && what === 'draft' && between !== 'nothing';
    if (code !== 'conflict' && !gone) wrong.push(`refused as ${code}: ${message}`);
    if (gone || message.includes('being sent right now')) continue;
    if (!message.includes(messageId)) wrong.push(`does not name the Message-ID: ${message}`);
    if (inDoubt && !/ask the recipient|look for/iu.test(hint))
      wrong.push(`does not say how to check: ${hint}`);
  }
  return wrong;
}
