import { expect, test } from 'vitest';
import { formatMailId, parseMailId } from '../../../src/domain/mail-id.ts';
import { letter } from '../../support/letters.ts';
import { lyingOffice } from './lying.ts';
import { type Desk, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Mine', text: 'Text' };
const appendUid = /\[APPENDUID (\d+) (\d+)\]/gu;

/** What another program keeps there. */
async function theirs(alice: Desk, folder: string): Promise<string> {
  const raw = letter({ subject: 'Theirs', from: alice.address, id: '<theirs@else.test>', body: 'precious' });
  return await alice.put(folder, raw, ['\\Draft', '\\Seen']);
}

/** As the server tells the truth. */
async function mine(alice: Desk, folder: string, like: string): Promise<string> {
  return formatMailId({ ...parseMailId(like), uid: (await alice.only(folder, 'Mine')).uid });
}

const lies: [name: string, makes: (validity: string, uid: string) => string][] = [
  ['of a message that was there before', (validity) => `[APPENDUID ${validity} 1]`],
  ['of another UIDVALIDITY', (validity, uid) => `[APPENDUID ${Number(validity) + 7} ${uid}]`],
];

test.each(lies)('a draft is not taken for one %s, whatever APPENDUID says', async (_, makes) => {
  const { alice, tell } = await lyingOffice();
  const other = await theirs(alice, 'Drafts');
  tell((said) => said.replace(appendUid, (_all, validity: string, uid: string) => makes(validity, uid)));
  const { id } = await alice.draft(mail);
  expect(id).toBe(await mine(alice, 'Drafts', other));
  tell((said) => said);
  await alice.draft({ replaces: id, text: 'New words' });
  expect((await alice.only('Drafts', 'Theirs')).raw.toString()).toContain('precious');
  expect((await alice.only('Drafts', 'Mine')).raw.toString()).toContain('New words');
});

test.each(lies)('one copy is filed where APPENDUID speaks %s', async (_, makes) => {
  const { alice, tell } = await lyingOffice();
  await theirs(alice, 'Sent');
  tell((said) => said.replace(appendUid, (_all, validity: string, uid: string) => makes(validity, uid)));
  expect(await alice.send({ ...mail, idempotencyKey: 'once' })).toMatchObject({ savedTo: 'Sent' });
  expect(await alice.about('Sent', 'Mine')).toHaveLength(1);
  expect(await alice.about('Sent', 'Theirs')).toHaveLength(1);
  expect(await alice.standing('Drafts')).toEqual([]);
});

test('a draft stored in a folder that was made anew meanwhile is found there', async () => {
  const { alice, sandbox, tell } = await lyingOffice();
  await theirs(alice, 'Drafts');
  const account = sandbox.store.account(alice.address);
  let isAnew = false;
  // With the answer to the look: before the message comes.
  tell((said) => {
    if (isAnew || !said.includes('[UIDVALIDITY')) return said;
    isAnew = true;
    account.delete('Drafts');
    account.create('Drafts');
    return said;
  });
  const { id } = await alice.draft(mail);
  expect(isAnew).toBe(true);
  const { uid } = await alice.only('Drafts', 'Mine');
  expect(parseMailId(id).uid).toBe(uid);
  await alice.draft({ replaces: id, text: 'New words' });
  expect((await alice.only('Drafts', 'Mine')).raw.toString()).toContain('New words');
});

test('a draft that another program stores in the same moment is not taken for ours, and stays', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const raw = letter({
    subject: 'Theirs',
    from: alice.address,
    id: '<novel@else.test>',
    body: 'three weeks',
  });
  arm(({ command, line }) => {
    if (command !== 'APPEND' || !line.includes('Drafts')) return undefined;
    const { uid } = sandbox.deliver(alice.address, 'Drafts', raw);
    const { uidValidity } = sandbox.store.account(alice.address).find('Drafts') ?? {};
    return { reply: `OK [APPENDUID ${uidValidity} ${uid}] done` };
  });
  const sent = await alice.send({ ...mail, idempotencyKey: 'once' });
  expect(sent).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect((await alice.only('Drafts', 'Theirs')).raw.toString()).toContain('three weeks');
});

test.each(['451 4.3.0 not now', undefined])(
  'nor is it touched when nobody can say whose it is until the mail has gone or not (%s)',
  async (reply) => {
    const { alice, arm, sandbox } = await faultyOffice();
    const raw = letter({
      subject: 'Theirs',
      from: alice.address,
      id: '<novel@else.test>',
      body: 'three weeks',
    });
    let isStored = false;
    let isOver = false;
    arm(({ protocol, command, line }) => {
      if (command === 'APPEND' && line.includes('Drafts')) {
        isStored = true;
        const { uid } = sandbox.deliver(alice.address, 'Drafts', raw);
        const { uidValidity } = sandbox.store.account(alice.address).find('Drafts') ?? {};
        return { reply: `OK [APPENDUID ${uidValidity} ${uid}] done` };
      }
      if (protocol === 'smtp' && command === '.') {
        isOver = true;
        return reply === undefined ? undefined : { reply };
      }
      return isStored && !isOver && /UID SEARCH/u.test(command) ? { reply: 'NO not now' } : undefined;
    });
    const [sent] = await Promise.allSettled([alice.send({ ...mail, idempotencyKey: 'once' })]);
    expect(sent?.status).toBe(reply === undefined ? 'fulfilled' : 'rejected');
    const { raw: left, flags } = await alice.only('Drafts', 'Theirs');
    expect(left.toString()).toContain('three weeks');
    expect(flags).not.toContain('$Submitted');
  },
);
