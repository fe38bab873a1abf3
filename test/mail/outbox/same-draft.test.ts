import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import type { PostOffice } from '../../support/post-office.ts';
import { postOffices } from '../../support/post-office.ts';
import { at, correspondence, Desk, type Faults, faultyOffice, fresh } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Pay', text: 'Pay 100' };
const withoutCondstore = defaultCapabilities.filter((name) => name !== 'CONDSTORE');
const refused = (answers: readonly PromiseSettledResult<unknown>[]) =>
  answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));

async function another(office: PostOffice): Promise<Desk> {
  const second = await Desk.of(office, 'alice');
  onTestFinished(() => second.close());
  return second;
}

const ways: [name: string, send: (desk: Desk, draft: string, which: number) => Promise<unknown>][] = [
  ['without a key', (desk, draft) => desk.sendDraft(draft)],
  ['with the same key', (desk, draft) => desk.send({ draft, idempotencyKey: `same ${draft}` })],
  ['with two keys', (desk, draft, which) => desk.send({ draft, idempotencyKey: `${which} ${draft}` })],
];

describe.each(postOffices)('the same draft in two processes on $name', ({ open }) => {
  const people = correspondence(open);

  test.each(ways)('at once or some milliseconds apart, %s, goes out once', async (_, send) => {
    const { office, alice, bob } = people();
    const second = await another(office);
    for (const ms of [0, 0, 5, 10, 30]) {
      const subject = fresh('Once');
      const { id } = await alice.draft({ to: [bob.address], subject, text: 'Only once' });
      const answers = await Promise.allSettled([
        send(alice, id, 1),
        sleep(ms).then(() => send(second, id, 2)),
      ]);
      expect(refused(answers)).toHaveLength(1);
      expect(refused(answers)[0]).toMatchObject({
        code: expect.stringMatching(/^(?:conflict|not_found)$/u),
        message: expect.not.stringMatching(/Something went wrong/u),
      });
      expect(await office.copies('bob', subject)).toHaveLength(1);
      expect(await alice.about('Sent', subject)).toHaveLength(1);
      expect(await alice.about('Drafts', subject)).toEqual([]);
    }
  });
});

/** As Exchange: a keyword is refused, or dropped. */
const forgetful =
  (reply: string): Faults =>
  ({ command, line }) =>
    command === 'UID STORE' && /\+FLAGS\S* \(\$/u.test(line) ? { reply } : undefined;
const slowSmtp: Faults = ({ protocol, command }) =>
  protocol === 'smtp' && command === '.' ? { delayMs: 1200 } : undefined;

const lesser: [name: string, capabilities: readonly string[], faults: Faults][] = [
  ['refuses keywords', defaultCapabilities, forgetful('NO no keywords here')],
  ['drops keywords', defaultCapabilities, forgetful('OK done')],
  ['has no CONDSTORE', withoutCondstore, () => undefined],
  ['has neither', withoutCondstore, forgetful('OK done')],
];

test.each(lesser)('a mailbox that %s lets one of two processes send it', async (_, capabilities, faults) => {
  const { alice, bob, arm, office } = await faultyOffice({ capabilities });
  const second = await another(office);
  arm((event) => faults(event) ?? slowSmtp(event));
  for (const ms of [0, 10, 700]) {
    const subject = fresh('Lesser');
    const { id } = await alice.draft({ ...mail, subject });
    const answers = await Promise.allSettled([
      alice.sendDraft(id),
      sleep(ms).then(() => second.sendDraft(id)),
    ]);
    expect(refused(answers)).toEqual([expect.objectContaining({ code: 'conflict' })]);
    expect(await office.copies('bob', subject)).toHaveLength(1);
    expect(await alice.about('Sent', subject)).toHaveLength(1);
    expect(await alice.about('Drafts', subject)).toEqual([]);
  }
  expect(bob.address).toBe('bob@sandbox.test');
});

test('a new key does not send a draft that another process is sending, until that doubt was told', async () => {
  const { alice, arm, office, sandbox } = await faultyOffice();
  const second = await another(office);
  const { id } = await alice.draft(mail);
  arm(slowSmtp);
  const first = alice.sendDraft(id);
  await expect.poll(() => sandbox.smtp.commands.includes('DATA')).toBe(true);
  await expect(second.send({ draft: id, idempotencyKey: 'first ever' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^This draft may have been sent already/u),
    hint: expect.stringMatching(/another process may be sending it now/u),
  });
  expect(await first).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('where only one process sends, a mailbox without CONDSTORE or keywords keeps nothing in Drafts', async () => {
  for (const [, capabilities, faults] of lesser) {
    const { alice, arm } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    arm(faults);
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(await alice.standing('Drafts')).toEqual([]);
  }
});

test.each(lesser)(
  'refused by SMTP, a draft is free again where the mailbox %s',
  async (_, capabilities, faults) => {
    const { alice, arm } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    const no = at('.', { reply: '451 4.3.0 not now' });
    arm((event) => faults(event) ?? no(event));
    await expect(alice.sendDraft(id)).rejects.toThrow(/Nothing was sent\.$/u);
    expect(await alice.standing('Drafts')).toHaveLength(1);
    await alice.restart();
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  },
);

test('a flag that another program sets in the same moment does not keep a draft from being sent', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  const drafts = sandbox.store.account(alice.address).find('Drafts');
  let touched = 0;
  arm(({ command, line }) => {
    if (command !== 'UID STORE' || !line.includes('UNCHANGEDSINCE') || ++touched > 1) return undefined;
    for (const message of drafts?.messages ?? [])
      drafts?.setFlags(message, new Set([...message.flags, '\\Flagged']));
    return undefined;
  });
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(touched).toBeGreaterThan(1);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('a draft that disappears while it is being sent does not go out', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(({ command, line }) => {
    const drafts = sandbox.store.account(alice.address).find('Drafts');
    if (command === 'UID STORE' && line.includes('UNCHANGEDSINCE')) drafts?.expunge([...drafts.messages]);
    return undefined;
  });
  await expect(alice.sendDraft(id)).rejects.toThrow(/Nothing was sent/u);
  expect(sandbox.smtp.accepted).toEqual([]);
});

test('a draft that is sent by one process costs it no more round trips than a mark', async () => {
  const { alice, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  const before = sandbox.imap.commands.length;
  await alice.sendDraft(id);
  const since = sandbox.imap.commands.slice(before);
  expect(since.filter((line) => line.includes('UNCHANGEDSINCE'))).toHaveLength(1);
  expect(since.filter((line) => /APPEND/u.test(line))).toHaveLength(1);
});
