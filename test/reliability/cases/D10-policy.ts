import { type Case, type Effort, Tally } from '../case.ts';
import { type Bypass, bypasses } from '../support/bypasses.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

interface Policy {
  name: string;
  env: Record<string, string>;
  capabilities?: Record<string, unknown>;
  /** Who may be written to. */
  allows(address: string): boolean;
  /** How many messages may leave; default any number. */
  most?: number;
  /** Nothing on any server may change. */
  readOnly?: true;
}

const nobody = () => false;
const somebody = () => true;

const policies: Policy[] = [
  { name: 'read-only', env: { MAILBOX_READ_ONLY: 'true' }, allows: nobody, readOnly: true },
  {
    name: 'allowed recipients',
    env: { MAILBOX_ALLOWED_RECIPIENTS: `${bob},@ally.test` },
    allows: (address) => /^bob@sandbox\.test$|@ally\.test$/iu.test(address),
  },
  { name: 'drafts only', env: { MAILBOX_SEND: 'drafts-only' }, allows: nobody },
  {
    name: 'a person who declines',
    env: { MAILBOX_SEND: 'confirm' },
    capabilities: { elicitation: {} },
    allows: nobody,
  },
  { name: 'three messages', env: { MAILBOX_SEND_LIMIT: '3' }, allows: somebody, most: 3 },
];

export const policyHolds: Case = {
  id: 'D10',
  title: 'what the owner forbids stays undone, whatever way is tried',
  run: async (effort) => {
    // Each policy once, then each with the other kind of calendar server.
    const ways = [0, 1].flatMap((turn) =>
      policies.map((policy, nth) => ({ policy, schedules: (nth + turn) % 2 === 1 })),
    );
    const all = new Tally(effort);
    let reached = 0;
    for (const [nth, { policy, schedules }] of ways.entries()) {
      if (all.isOver && nth >= policies.length) break;
      const share = { ...effort, budgetMs: effort.budgetMs / ways.length, seed: effort.seed + nth };
      const { tally, left } = await under(policy, schedules, share);
      all.inputs += tally.inputs;
      all.failures.push(...tally.failures);
      reached += left;
    }
    if (reached === 0) all.count('the ways themselves', 'none of them ever leads out, so nothing was tried');
    return all.outcome({ of: ways.length * bypasses.length, figure: `${reached} messages left that may` });
  },
};

/** @returns how many messages left, too: a net that nothing gets through may be a wall */
async function under(
  policy: Policy,
  schedules: boolean,
  effort: Effort,
): Promise<{ tally: Tally; left: number }> {
  const { env, capabilities = {} } = policy;
  return await atDesk({ env, capabilities, sandbox: { caldav: { schedules } } }, async (desk) => {
    desk.server.answers.set('elicitation/create', () => ({ action: 'decline' }));
    const tally = new Tally(effort);
    for (const bypass of spread(bypasses, effort.seed)) {
      if (tally.isOver) break;
      const name = `${policy.name}${schedules ? ', the server invites' : ''}: ${bypass.name}`;
      tally.count(name, await faultsOf(desk, policy, bypass));
    }
    return { tally, left: recipients(desk).length };
  });
}

async function faultsOf(desk: SendingDesk, policy: Policy, { tried }: Bypass): Promise<string[]> {
  const before = recipients(desk).length;
  const commands = desk.sandbox.imap.commands.length;
  const requests = desk.sandbox.caldav.requests.length;
  await tried(desk);
  const wrong = recipients(desk)
    .slice(before)
    .filter((address) => !policy.allows(address))
    .map((address) => `wrote to ${address}`);
  if (policy.most !== undefined && messages(desk) > policy.most)
    wrong.push(`${messages(desk)} messages left`);
  if (!policy.readOnly) return wrong;
  const changes = [
    ...desk.sandbox.imap.commands.slice(commands).filter((line) => writing.test(line)),
    ...desk.sandbox.caldav.requests
      .slice(requests)
      .flatMap(({ method }) => (method === 'PUT' || method === 'DELETE' ? [method] : [])),
  ];
  return [...wrong, ...changes.map((change) => `changed something: ${change}`)];
}

const writing = /\b(?:APPEND|STORE|COPY|MOVE|EXPUNGE|CREATE|DELETE|RENAME)\b/u;

/** Everybody who was written to, by mail or by the calendar server; not the owner. */
function recipients({ accepted, sandbox }: SendingDesk): string[] {
  const all = [
    ...accepted.flatMap((message) => message.recipients),
    ...sandbox.caldav.scheduled.map(({ to }) => to),
  ];
  return all.filter((address) => address !== alice);
}

function messages({ accepted, sandbox }: SendingDesk): number {
  const invitations = sandbox.caldav.scheduled.map(({ uid, method }) => `${method} ${uid}`);
  return accepted.length + new Set(invitations).size;
}
