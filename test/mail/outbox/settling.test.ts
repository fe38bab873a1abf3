import { expect, test } from 'vitest';
import { letter } from '../../support/letters.ts';
import { Desk, type Faults, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Settling', text: 'x' };
const slowly =
  (slow: string, delayMs: number): Faults =>
  ({ command }) =>
    command === slow ? { delayMs } : undefined;

test('a server that ends waits for a message that is being handed over, and for its copy', async () => {
  const { alice, arm, office, sandbox } = await faultyOffice();
  const desk = await Desk.of(office, 'alice');
  arm(slowly('.', 500));
  const sending = desk.send(mail);
  await expect.poll(() => sandbox.smtp.commands.includes('DATA')).toBe(true);
  await desk.close();
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(sandbox.store.account(alice.address).find('Sent')?.messages).toHaveLength(1);
  await sending;
});

test('a server that ends waits for what follows a call that has ended: the copy, and the draft that goes', async () => {
  const { alice, arm, office, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  const desk = await Desk.of(office, 'alice');
  arm(slowly('APPEND', 600));
  const ending = new AbortController();
  const sending = desk.account.outbox.sendDraft({ id }, { signal: ending.signal, confirm: undefined });
  const filing = () => sandbox.imap.commands.filter((line) => line.includes('APPEND')).length > 1;
  await expect.poll(filing).toBe(true);
  ending.abort(new Error('the client has gone'));
  await sending;
  expect(await alice.standing('Sent')).toEqual([]);
  await desk.close();
  expect(await alice.standing('Sent')).toHaveLength(1);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('and for the last of it, the mark of what was answered, when its connections are closed next', async () => {
  const { alice, arm, office, sandbox } = await faultyOffice();
  const raw = letter({ subject: 'Asked', id: '<asked@else.test>', to: alice.address, body: 'Yes?' });
  const inReplyTo = await alice.put('INBOX', raw);
  const { id } = await alice.draft({ inReplyTo, text: 'Yes' });
  const desk = await Desk.of(office, 'alice');
  const ending = new AbortController();
  arm(({ command }) => {
    if (!sandbox.smtp.commands.includes('DATA')) return undefined;
    if (command === 'APPEND') ending.abort(new Error('the client has gone'));
    return { APPEND: { delayMs: 500 }, 'UID EXPUNGE': { delayMs: 200 } }[command];
  });
  await desk.account.outbox.sendDraft({ id }, { signal: ending.signal, confirm: undefined });
  await desk.close();
  expect((await alice.only('INBOX', 'Asked')).flags).toEqual(['\\Answered']);
  expect(await alice.standing('Sent')).toHaveLength(1);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('and for what takes back a copy in Drafts that came too late: its key is free again', async () => {
  const { alice, arm, office } = await faultyOffice();
  const keyed = { ...mail, idempotencyKey: 'late' };
  const desk = await Desk.of(office, 'alice');
  arm(({ command }) => {
    if (command === 'MAIL') return { reply: '451 4.3.0 not now' };
    return command === 'APPEND' ? { delayMs: 4400 } : undefined;
  });
  await expect(desk.send(keyed)).rejects.toThrow(/Nothing was sent\.$/u);
  await desk.close();
  expect(await alice.standing('Drafts')).toEqual([]);
  arm(undefined);
  expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
});
