import { expect, test } from 'vitest';
import { parseMailId } from '../../../src/domain/mail-id.ts';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Desk, type Faults, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Pay', text: 'Pay 100' };
const other = { ...mail, subject: 'Other' };
const isClaim = ({ command, line }: FaultEvent) => command === 'UID STORE' && line.includes('UNCHANGEDSINCE');
const isLook = ({ command, line }: FaultEvent) => command === 'UID FETCH' && !/BODY/u.test(line);

async function withDraft() {
  const office = await faultyOffice();
  const { id } = await office.alice.draft(mail);
  const folder = () => {
    const drafts = office.sandbox.store.account(office.alice.address).find('Drafts');
    if (!drafts) throw new Error('There is no folder Drafts');
    return drafts;
  };
  return { ...office, id, folder };
}

/** What happens once, before the draft that was read is looked at again. */
function beforeLook(happens: () => void): Faults {
  let isRead = false;
  let isOver = false;
  return ({ command, line }) => {
    if (command === 'UID FETCH' && /BODY/u.test(line)) isRead = true;
    if (isRead && !isOver && command === 'SELECT' && line.includes('Drafts')) {
      isOver = true;
      happens();
    }
    return undefined;
  };
}

const flagsOf = async (alice: Desk, id: string) =>
  (await alice.standing('Drafts')).find(({ uid }) => uid === parseMailId(id).uid)?.flags;

test('a draft in a folder that keeps no MODSEQ is marked before it leaves', async () => {
  const { alice, arm, id } = await withDraft();
  arm(({ command, line }) => {
    if (command === '.') return 'dropAfter';
    return line.includes('MODSEQ)') ? { reply: 'NO [NOMODSEQ] not in this folder' } : undefined;
  });
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'unknown' });
  expect(await flagsOf(alice, id)).toContain('$SubmitPending');
});

test.each(['drop', 'dropAfter'] as const)(
  'a connection that breaks (%s) while a draft is marked does not keep it from leaving once',
  async (fault) => {
    const { alice, arm, id, sandbox } = await withDraft();
    arm((event) => (isClaim(event) ? fault : undefined));
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(sandbox.smtp.accepted).toHaveLength(1);
    expect(await alice.standing('Drafts')).toEqual([]);
  },
);

test('a draft whose flags another program changes all the time is not sent: after three tries it is open there', async () => {
  const { alice, arm, folder, id, sandbox } = await withDraft();
  let tries = 0;
  arm((event) => {
    if (!isClaim(event)) return undefined;
    const [message] = folder().messages;
    tries += 1;
    if (message) folder().setFlags(message, new Set(['\\Draft', `x${tries}`]));
    return undefined;
  });
  await expect(alice.sendDraft(id)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('keeps changing'),
  });
  expect(tries).toBe(3);
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(await flagsOf(alice, id)).toEqual(['\\Draft', 'x3']);
});

test('a draft that another program deletes in the same moment does not go out, though it is still there', async () => {
  const { alice, arm, folder, id, sandbox } = await withDraft();
  arm((event) => {
    const [message] = isClaim(event) ? folder().messages : [];
    if (message) folder().setFlags(message, new Set([...message.flags, '\\Deleted']));
    return undefined;
  });
  await expect(alice.sendDraft(id)).rejects.toThrow(/Nothing was sent/u);
  expect(sandbox.smtp.accepted).toEqual([]);
  expect(await flagsOf(alice, id)).toEqual(['\\Deleted', '\\Draft', '\\Seen']);
});

test('a draft that is gone when it is looked at again does not go out', async () => {
  const { alice, arm, folder, id, sandbox } = await withDraft();
  arm(beforeLook(() => folder().expunge([...folder().messages])));
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'not_found' });
  expect(sandbox.smtp.accepted).toEqual([]);
});

test('nor does one whose folder was made anew, with another mail under its number', async () => {
  const { alice, arm, id, sandbox } = await withDraft();
  const account = sandbox.store.account(alice.address);
  const anew = () => {
    account.delete('Drafts');
    account.create('Drafts');
    sandbox.deliver(alice.address, 'Drafts', 'From: a@x.test\r\nSubject: Theirs\r\n\r\nx\r\n');
  };
  arm(beforeLook(anew));
  await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'stale_reference' });
  expect(sandbox.smtp.accepted).toEqual([]);
  expect((await alice.only('Drafts', 'Theirs')).flags).toEqual([]);
});

test.each([
  ['taken', undefined, 0],
  ['refused', { reply: 'NO no keywords here' }, 1],
])('where the mark cannot be read back its answer counts: %s', async (_, claim, copies) => {
  const { alice, arm, id, sandbox } = await withDraft();
  const before = sandbox.imap.commands.length;
  let isClaimed = false;
  arm((event) => {
    if (isClaim(event)) {
      isClaimed = true;
      return claim;
    }
    const fault = isClaimed && isLook(event) ? { reply: 'NO not now' } : undefined;
    if (fault) isClaimed = false;
    return fault;
  });
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  const since = sandbox.imap.commands.slice(before);
  expect(since.filter((line) => /APPEND "?Drafts/u.test(line))).toHaveLength(copies);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('what the server tells of other mail in between is not taken for the draft', async () => {
  const { alice, arm, id, sandbox } = await withDraft();
  await alice.draft(other);
  const news = '* 2 FETCH (UID 2 FLAGS (\\Deleted \\Draft $SubmitPending))\r\n';
  arm((event) => (isLook(event) ? { before: news } : undefined));
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect((await alice.standing('Drafts')).map(({ subject }) => subject)).toEqual(['Other']);
});
