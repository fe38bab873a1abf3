import { expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { at, codes, Desk, type Faults, faultyOffice, type Standing } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Keyed', text: 'Text' };
const keyed = { ...mail, idempotencyKey: 'invoice-7' };
const stored = ['\\Draft', '\\Seen'];

const into = (folder: string, fault: NonNullable<ReturnType<Faults>>): Faults => {
  return ({ command, line }: FaultEvent) =>
    command === 'APPEND' && line.includes(folder) ? fault : undefined;
};
const together =
  (...all: Faults[]): Faults =>
  (event) =>
    all.map((faults) => faults(event)).find((fault) => fault !== undefined);

const isPending = ({ flags }: Pick<Standing, 'flags'>) => flags.includes('$SubmitPending');

test('a keyed mail lies in Drafts, in doubt, before its first byte leaves, and is gone from there when it is filed', async () => {
  const office = await faultyOffice();
  const { alice, arm } = office;
  const before: Promise<Standing[]>[] = [];
  arm((event) => {
    if (event.command !== '.') return into('Drafts', { delayMs: 200 })(event);
    before.push(alice.standing('Drafts'));
    return { delayMs: 300 };
  });
  const sent = await alice.send(keyed);
  expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent', warnings: expect.any(Array) });
  expect(codes(sent)).not.toContain('draft_not_removed');
  const [draft, ...more] = (await before[0]) ?? [];
  expect(more).toEqual([]);
  expect(draft?.headers.first('message-id')).toBe(sent.messageId);
  expect(draft?.flags).toEqual(expect.arrayContaining(['$SubmitPending', ...stored]));
  expect(await alice.standing('Drafts')).toEqual([]);
  await alice.only('Sent', 'Keyed');
});

test('a mail without a key is not stored in Drafts', async () => {
  const { alice, sandbox } = await faultyOffice();
  await alice.send(mail);
  expect(sandbox.imap.commands.filter((line) => /APPEND "?Drafts/u.test(line))).toEqual([]);
});

test('what was handed over by a process that died is not sent again with its key', async () => {
  const { alice, arm, sandbox, office } = await faultyOffice();
  arm(at('.', { delayMs: 1500 }));
  const dying = alice.send(keyed);
  await expect.poll(() => sandbox.smtp.commands.includes('DATA')).toBe(true);
  await expect.poll(() => alice.about('Drafts', 'Keyed')).toHaveLength(1);
  const next = await Desk.of(office, 'alice');
  await expect(next.send(keyed)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^This message may have been sent before; nobody knows: <.+>\.$/u),
  });
  await Promise.all([dying, next.close()]);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('sent without a copy, the draft stays as the only one and refuses the key after a restart', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(together(into('Sent', { reply: 'NO [OVERQUOTA] full' }), at('UID MOVE', { reply: 'NO [CANNOT] no' })));
  const sent = await alice.send(keyed);
  expect(sent.status).toBe('sent');
  expect(sent.savedTo).toBeUndefined();
  const { id } = await alice.received('Keyed', 'Drafts');
  const [told] = sent.warnings?.filter(({ code }) => code === 'copy_not_saved') ?? [];
  expect(told?.detail).toContain(`Its draft ${id} was kept as the only copy: do not send it again.`);
  expect((await alice.only('Drafts', 'Keyed')).flags).toContain('$Submitted');
  arm(undefined);
  await alice.restart();
  await expect(alice.send({ ...keyed, text: 'Other words' })).rejects.toMatchObject({
    code: 'conflict',
    message: `This message was already sent (Message-ID ${sent.messageId}); its only copy is in Drafts.`,
  });
  await expect(alice.sendDraft(id)).rejects.toThrow(/was sent already/u);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test('in doubt the draft is the kept text, the only one, and is not sent with its key either', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(at('.', 'dropAfter'));
  const sent = await alice.send(keyed);
  expect(sent).toMatchObject({ status: 'unknown', savedTo: 'Drafts' });
  const { id } = await alice.received('Keyed', 'Drafts');
  expect(sent.warnings?.find(({ code }) => code === 'outcome_unknown')?.detail).toContain(
    `Its text was kept as draft ${id}.`,
  );
  expect(isPending(await alice.only('Drafts', 'Keyed'))).toBe(true);
  await alice.restart();
  const again = alice.send({ draft: id, idempotencyKey: keyed.idempotencyKey });
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test.each(['MAIL', 'DATA', '.'])(
  'certainly not sent (refused at %s) it leaves no draft, and the key is free after a restart',
  async (command) => {
    const { alice, arm, sandbox } = await faultyOffice();
    const refused = at(command, { reply: '451 4.3.0 not now' });
    arm(together(into('Drafts', { delayMs: 150 }), refused));
    await expect(alice.send(keyed)).rejects.toThrow(/Nothing was sent\.$/u);
    expect(sandbox.imap.commands).toContainEqual(expect.stringContaining('$SubmitPending'));
    const removed = sandbox.imap.commands.findLastIndex((line) => line.startsWith('UID EXPUNGE'));
    const since = sandbox.imap.commands.slice(removed).filter((line) => line.startsWith('UID FETCH'));
    expect(since, 'of what is gone no mark is taken off').toHaveLength(1);
    expect(await alice.standing('Drafts')).toEqual([]);
    await alice.restart();
    expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  },
);

test('not sent, and not to be removed, it is no longer in doubt; the error stays that of the send', async () => {
  const { alice, arm } = await faultyOffice();
  const held = (event: FaultEvent) =>
    /UID (?:EXPUNGE|MOVE|COPY)|\\Deleted/u.test(event.line) ? { reply: 'NO [NOPERM] never' } : undefined;
  arm(together(held, at('.', { reply: '451 4.3.0 not now' })));
  await expect(alice.send(keyed)).rejects.toThrow(/Nothing was sent\.$/u);
  expect((await alice.only('Drafts', 'Keyed')).flags).toEqual(stored);
  expect(alice.log).toContainEqual(expect.stringContaining('not sent is still there'));
  arm(undefined);
  await alice.restart();
  expect(await alice.send(mail)).toMatchObject({ status: 'sent' });
});

test('a mark that cannot be taken back is logged, and the error stays that of the send', async () => {
  const { alice, arm } = await faultyOffice();
  const held = ({ command }: FaultEvent) =>
    command.startsWith('UID STORE') ? { reply: 'NO [NOPERM] never' } : undefined;
  arm(together(held, at('.', { reply: '451 4.3.0 not now' })));
  await expect(alice.send(keyed)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/Nothing was sent\.$/u),
  });
  expect(alice.log).toContainEqual(expect.stringContaining('still noted as being sent'));
});

test.each(['NO [OVERQUOTA] full', 'NO [NOPERM] never', 'NO [UNAVAILABLE] not now', 'BAD what'])(
  'where Drafts takes nothing (%s) the mail leaves without',
  async (reply) => {
    const { alice, arm } = await faultyOffice();
    arm(into('Drafts', { reply }));
    const started = performance.now();
    expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await alice.standing('Drafts')).toEqual([]);
    expect(alice.log).toContainEqual(expect.stringContaining('no draft tells'));
  },
);

test('a mailbox that is slow to store holds the mail for some seconds at most, and what comes late is removed', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(into('Drafts', { delayMs: 5000 }));
  const started = performance.now();
  expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  const ms = performance.now() - started;
  expect(ms).toBeGreaterThan(3500);
  expect(ms).toBeLessThan(4900);
  expect(await alice.standing('Drafts')).toEqual([]);
  const isExpunged = () => sandbox.imap.commands.some((line) => line.includes('UID EXPUNGE'));
  await expect.poll(isExpunged, { timeout: 5000 }).toBe(true);
  await expect.poll(() => alice.standing('Drafts')).toEqual([]);
  await alice.only('Sent', 'Keyed');
});

test('a call that is cancelled between the mark and the message leaves no draft', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const ending = new AbortController();
  let isStored = false;
  arm(({ protocol, command }) => {
    if (protocol === 'imap' && command === 'APPEND') isStored = true;
    if (!isStored || command !== 'UID SEARCH' || ending.signal.aborted) return undefined;
    ending.abort(new MailboxError('timeout', 'The call was cancelled.'));
    return { delayMs: 100 };
  });
  const sending = alice.account.outbox.send(keyed, { signal: ending.signal, confirm: undefined });
  await expect(sending).rejects.toThrow(/Nothing was sent\.$/u);
  expect(isStored).toBe(true);
  expect(await alice.standing('Drafts')).toEqual([]);
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(await alice.send(keyed)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
});

test.each(['Sent', 'Drafts'])('a key is not used again while %s cannot be opened', async (folder) => {
  const { alice, arm, sandbox } = await faultyOffice();
  await alice.send(keyed);
  await alice.restart();
  arm(({ command, line }) =>
    command === 'SELECT' && line.includes(folder) ? { reply: 'NO Server Unavailable. 15' } : undefined,
  );
  await expect(alice.send(keyed)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/Nothing was sent\.$/u),
  });
  arm(undefined);
  await expect(alice.send(keyed)).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});
