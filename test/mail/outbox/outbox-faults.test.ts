import { expect, onTestFinished, test } from 'vitest';
import type { SendContext, SendRequest } from '../../../src/domain/outbox-port.ts';
import { codes, Desk, faultyOffice, fresh } from './rig.ts';
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
  /** Each mail has a key, and is asked for again at another process, which remembers nothing. */
  keyed?: boolean;
  mishaps: readonly Mishap[];
}

async function sweep(
  office: Office,
  { prepare, wanted = () => true, keyed = false, mishaps }: Sweep,
): Promise<void> {
  const { alice, bob } = office;
  const request = (subject: string): SendRequest => ({
    ...{ to: [bob.address], subject, text: 'x' },
    ...(keyed ? { idempotencyKey: subject } : {}),
  });
  const other = keyed ? await Desk.of(office.office, 'alice', { MAILBOX_SEND_LIMIT: '10000' }) : alice;
  if (keyed) onTestFinished(() => other.close());
  const attempt = (subject: string) => (context: SendContext) =>
    alice.account.outbox.send(request(subject), context);
  await prepare();
  const stages = (await stagesOf(office, () => alice.send(request(fresh('Trial'))))).filter(wanted);
  expect(stages.length).toBeGreaterThan(6);
  for (const stage of stages) {
    for (const mishap of mishaps) {
      await prepare();
      const subject = fresh('Fault');
      const ending = await meeting(office, { stage, mishap }, attempt(subject));
      try {
        judge(ending, subject);
        if (ending.error) await prepare();
        await again(office, other, ending, request(subject));
      } catch (error) {
        throw new Error(`${named(stage, mishap)}: ${said(ending)}`, { cause: error });
      }
    }
  }
}

/** After an error the same may be sent; after all else it may not. */
async function again({ sandbox }: Office, desk: Desk, { error, accepted }: SentEnding, request: SendRequest) {
  const before = sandbox.smtp.accepted.length;
  const sending = desk.send(request);
  if (!error) await expect(sending).rejects.toMatchObject({ code: 'conflict' });
  else expect(await sending).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(accepted + sandbox.smtp.accepted.length - before).toBeLessThanOrEqual(1);
}

const said = ({ result, error, accepted }: SentEnding) =>
  `${error ? `${error.code} ${error.message}` : JSON.stringify(result)}; accepted ${accepted}`;

test.each(mishaps)('a send tells the truth: %s at any command', async (mishap) => {
  const office = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '10000' });
  const { alice } = office;
  const prepare = async () => {
    await alice.send({ to: ['warm@else.test'], subject: fresh('Warm'), text: 'x' });
  };
  await sweep(office, { prepare, mishaps: [mishap] });
});

test.each(mishaps)(
  'a key is good for one mail: %s at any command, then the same by another process',
  async (mishap) => {
    const office = await faultyOffice({}, { MAILBOX_SEND_LIMIT: '10000' });
    const prepare = async () => {
      const idempotencyKey = fresh('Warm');
      await office.alice.send({ to: ['warm@else.test'], subject: idempotencyKey, text: 'x', idempotencyKey });
    };
    await sweep(office, { prepare, mishaps: [mishap], keyed: true });
  },
);

test('and so does one that has to log in first', async () => {
  const office = await faultyOffice();
  const logins = ['GREETING', 'EHLO', 'AUTH', 'CAPABILITY', 'LOGIN', 'AUTHENTICATE', 'LIST', 'SELECT'];
  await sweep(office, {
    prepare: () => office.alice.restart(),
    wanted: ({ command }) => logins.includes(command),
    mishaps: ['drop', 'abort'],
  });
});
