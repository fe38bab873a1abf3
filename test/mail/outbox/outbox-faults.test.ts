import { expect, test } from 'vitest';
import type { SendContext } from '../../../src/domain/outbox-port.ts';
import { codes, faultyOffice, fresh } from './rig.ts';
import {
  type Ending,
  type Mishap,
  meeting,
  mishaps,
  named,
  type Office,
  type Stage,
  stagesOf,
} from './sweep.ts';

type SentEnding = Ending<Awaited<ReturnType<Office['alice']['send']>>>;

/** Every sentence the outbox may say about a send, held against what the servers hold. */
function judge({ result, error, accepted, sent, drafts }: SentEnding, subject: string): void {
  const here = [...sent, ...drafts].filter((mail) => mail.subject === subject);
  const copies = sent.filter((mail) => mail.subject === subject).length;
  expect(accepted).toBeLessThanOrEqual(1);
  expect(copies).toBeLessThanOrEqual(1);
  if (error) {
    expect(accepted).toBe(0);
    expect(here).toEqual([]);
    expect(error.code).not.toBe('internal');
    expect(error.message).toMatch(/Nothing was sent\.$/u);
    return;
  }
  const warned = codes(result ?? {});
  if (result?.status === 'sent') {
    expect(accepted).toBe(1);
    expect(warned).not.toContain('outcome_unknown');
    if (result.savedTo === 'Sent') expect(copies).toBe(1);
    else expect(warned).toContain('copy_not_saved');
  } else {
    expect(warned).toContain('outcome_unknown');
    expect(result?.savedTo).not.toBe('Sent');
    if (result?.savedTo) expect(here).toHaveLength(1);
    expect(accepted + here.length).toBeGreaterThan(0);
  }
}

interface Sweep {
  /** Before each attempt. */
  prepare(): Promise<void>;
  wanted?(stage: Stage): boolean;
  mishaps: readonly Mishap[];
}

async function sweep(office: Office, { prepare, wanted = () => true, mishaps }: Sweep): Promise<void> {
  const { alice, bob } = office;
  const attempt = (subject: string) => (context: SendContext) =>
    alice.account.outbox.send({ to: [bob.address], subject, text: 'x' }, context);
  await prepare();
  const trial = { to: [bob.address], subject: fresh('Trial'), text: 'x' };
  const stages = (await stagesOf(office, () => alice.send(trial))).filter(wanted);
  expect(stages.length).toBeGreaterThan(6);
  for (const stage of stages) {
    for (const mishap of mishaps) {
      await prepare();
      const subject = fresh('Fault');
      const ending = await meeting(office, { stage, mishap }, attempt(subject));
      try {
        judge(ending, subject);
        if (ending.error) await prepare();
        await again(office, ending, subject);
      } catch (error) {
        throw new Error(`${named(stage, mishap)}: ${said(ending)}`, { cause: error });
      }
    }
  }
}

/** After an error the same may be sent; after all else it may not. */
async function again({ alice, bob, sandbox }: Office, { error, accepted }: SentEnding, subject: string) {
  const before = sandbox.smtp.accepted.length;
  const sending = alice.send({ to: [bob.address], subject, text: 'x' });
  if (!error) await expect(sending).rejects.toMatchObject({ code: 'conflict' });
  else expect(await sending).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(accepted + sandbox.smtp.accepted.length - before).toBeLessThanOrEqual(1);
}

const said = ({ result, error, accepted }: SentEnding) =>
  `${error ? `${error.code} ${error.message}` : JSON.stringify(result)}; accepted ${accepted}`;

test('a send that is cut, refused or given up at any command tells the truth', async () => {
  const office = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '10000' });
  const { alice } = office;
  const prepare = async () => {
    await alice.send({ to: ['warm@else.test'], subject: fresh('Warm'), text: 'x' });
  };
  await sweep(office, { prepare, mishaps });
});

test('and so does one that has to log in first', async () => {
  const office = await faultyOffice();
  const logins = ['GREETING', 'EHLO', 'AUTH', 'CAPABILITY', 'LOGIN', 'AUTHENTICATE', 'LIST', 'SELECT'];
  await sweep(office, {
    prepare: () => office.alice.restart(),
    wanted: ({ command }) => logins.includes(command),
    mishaps: ['drop', 'abort'],
  });
});
