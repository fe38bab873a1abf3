import { setTimeout as sleep } from 'node:timers/promises';
import { MailboxError } from '../../../src/domain/errors.ts';
import type { SendContext } from '../../../src/domain/outbox-port.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { Faults, faultyOffice, Standing } from './rig.ts';

export type Office = Awaited<ReturnType<typeof faultyOffice>>;

/** What goes wrong, at one command: the first four on the wire, `abort` because the caller gives up. */
export const mishaps = ['drop', 'dropAfter', 'refuse', 'refuseForGood', 'abort'] as const;
export type Mishap = (typeof mishaps)[number];

export interface Stage {
  protocol: FaultEvent['protocol'];
  command: string;
  /** Of this name, from 1. */
  nth: number;
}

/** How an attempt ended, and what stood on the servers when nothing was on its way any more. */
export interface Ending<T> {
  result: T | undefined;
  error: MailboxError | undefined;
  /** Messages SMTP accepted in this attempt. */
  accepted: number;
  sent: Standing[];
  drafts: Standing[];
}

const replies: Record<string, Record<FaultEvent['protocol'], string>> = {
  refuse: { imap: 'NO [UNAVAILABLE] not now', smtp: '451 4.3.0 not now' },
  refuseForGood: { imap: 'NO [NOPERM] never', smtp: '554 5.7.1 never' },
};

/** Every command of an attempt without mishap, in its order. */
export async function stagesOf({ arm }: Office, attempt: () => Promise<unknown>): Promise<Stage[]> {
  const stages: Stage[] = [];
  arm((event) => void stages.push(counted(stages, event)));
  await attempt();
  arm(undefined);
  return stages;
}

function counted(before: readonly Stage[], { protocol, command }: FaultEvent): Stage {
  const same = before.filter((stage) => stage.protocol === protocol && stage.command === command);
  return { protocol, command, nth: same.length + 1 };
}

/** Runs the attempt with that mishap at that stage and looks at the servers afterwards. */
export async function meeting<T>(
  office: Office,
  { stage, mishap }: { stage: Stage; mishap: Mishap },
  attempt: (context: SendContext) => Promise<T>,
): Promise<Ending<T>> {
  const { sandbox, alice, arm } = office;
  const before = sandbox.smtp.accepted.length;
  const controller = new AbortController();
  arm(faultAt(stage, mishap, () => controller.abort(new MailboxError('timeout', 'The call was cancelled.'))));
  let result: T | undefined;
  let error: MailboxError | undefined;
  try {
    result = await attempt({ signal: controller.signal, confirm: undefined });
  } catch (thrown) {
    if (!(thrown instanceof MailboxError)) throw thrown;
    error = thrown;
  }
  arm(undefined);
  if (mishap === 'abort') await quiet(office);
  return {
    ...{ result, error, accepted: sandbox.smtp.accepted.length - before },
    sent: await alice.standing('Sent'),
    drafts: await alice.standing('Drafts'),
  };
}

function faultAt({ protocol, command, nth }: Stage, mishap: Mishap, abort: () => void): Faults {
  let seen = 0;
  return (event) => {
    if (event.protocol !== protocol || event.command !== command || ++seen !== nth) return undefined;
    if (mishap === 'abort') {
      abort();
      return { delayMs: 30 };
    }
    const reply = replies[mishap]?.[protocol];
    return reply === undefined ? (mishap as Fault) : { reply };
  };
}

/** What goes on behind the call has ended when no command has come for a while. */
async function quiet({ sandbox }: Office): Promise<void> {
  const heard = () => sandbox.imap.commands.length + sandbox.smtp.commands.length;
  for (let before = -1; before !== heard(); ) {
    before = heard();
    await sleep(45);
  }
}

export const named = ({ protocol, command, nth }: Stage, mishap: Mishap) =>
  `${mishap} at ${protocol} ${command} ${nth}`;
