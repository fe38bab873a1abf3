import { describe, expect, test } from 'vitest';
import { parseMailId } from '../../../src/domain/mail-id.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { at, codes, type Desk, type Faults, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Pay', text: 'Pay 100' };
const lacking = (...names: string[]) => defaultCapabilities.filter((name) => !names.includes(name));
const refusal = at.bind(undefined, '.', { reply: '451 4.3.0 not now' });
const none: Faults = () => undefined;
/** As Exchange: a keyword is dropped. */
const forgetful: Faults = ({ command, line }) =>
  command === 'UID STORE' && /\+FLAGS\S* \(\$/u.test(line) ? { reply: 'OK done' } : undefined;
const both =
  (one: Faults, other: Faults): Faults =>
  (event) =>
    one(event) ?? other(event);

const uids = async (alice: Desk) => (await alice.standing('Drafts')).map(({ uid }) => uid);

const keepsCopies: [name: string, capabilities: readonly string[], faults: Faults][] = [
  ['neither CONDSTORE nor UIDPLUS', lacking('CONDSTORE', 'UIDPLUS'), none],
  ['neither CONDSTORE, UIDPLUS nor MOVE', lacking('CONDSTORE', 'UIDPLUS', 'MOVE'), none],
  ['neither keywords, UIDPLUS nor MOVE', lacking('UIDPLUS', 'MOVE'), forgetful],
];

describe.each(keepsCopies)('a mailbox with %s, which removes nothing for good', (_, capabilities, faults) => {
  test('keeps no copy of a draft that SMTP refused, and sends it later', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    for (const again of [1, 2]) {
      arm(both(faults, refusal()));
      await expect(alice.sendDraft(id)).rejects.toThrow(/Nothing was sent\.$/u);
      expect(await uids(alice)).toEqual([parseMailId(id).uid]);
      if (again === 2) await alice.restart();
    }
    arm(faults);
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(sandbox.smtp.accepted).toHaveLength(1);
    expect((await uids(alice)).filter((uid) => uid !== parseMailId(id).uid)).toEqual([]);
  });

  test('sends the draft that has replaced another', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const first = await alice.draft(mail);
    const { id } = await alice.draft({ replaces: first.id, text: 'Pay 200' });
    arm(faults);
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(sandbox.smtp.accepted).toHaveLength(1);
  });
});

const usesCopies: [name: string, capabilities: readonly string[], faults: Faults][] = [
  ['CONDSTORE', lacking('CONDSTORE'), none],
  ['keywords', defaultCapabilities, forgetful],
  ['CONDSTORE and keywords', lacking('CONDSTORE'), forgetful],
];

describe.each(usesCopies)('a mailbox without %s', (_, capabilities, faults) => {
  test('sends a draft that another program has copied, and leaves the copy', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    const { raw } = await alice.only('Drafts', 'Pay');
    const theirs = parseMailId(await alice.put('Drafts', raw, ['\\Draft']));
    arm(faults);
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(sandbox.smtp.accepted).toHaveLength(1);
    expect(await uids(alice)).toEqual([theirs.uid]);
  });

  test('sends a draft of which another program has left an earlier version', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const first = await alice.draft(mail);
    const { raw } = await alice.only('Drafts', 'Pay');
    const id = await alice.put('Drafts', `${raw.toString()}And more.\r\n`, ['\\Draft']);
    arm(faults);
    expect(await alice.sendDraft(id)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
    expect(sandbox.smtp.accepted.map((sent) => sent.raw.includes('And more.'))).toEqual([true]);
    expect(await uids(alice)).toEqual([parseMailId(first.id).uid]);
  });

  test('sends nothing of the copy itself', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    arm(faults);
    await alice.sendDraft(id);
    const everywhere = [...sandbox.smtp.accepted, ...(await alice.standing('Sent'))];
    expect(everywhere.map(({ raw }) => /X-Mailbox-Mcp/iu.test(raw.toString()))).toEqual([false, false]);
  });

  test('never sends the copy that a killed process has left, nor its field', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    await alice.draft(mail);
    const { raw } = await alice.only('Drafts', 'Pay');
    const copy = await alice.put('Drafts', `X-Mailbox-Mcp-Copy: of a draft being sent\r\n${raw}`, [
      '\\Draft',
    ]);
    arm(faults);
    const again = alice.send({ draft: copy, idempotencyKey: 'on purpose' });
    await expect(again).rejects.toMatchObject({ code: 'conflict', message: /may have been sent/u });
    await expect(alice.sendDraft(copy)).rejects.toMatchObject({ code: 'conflict' });
    expect(sandbox.smtp.accepted).toEqual([]);
  });

  test('tells the draft that was not removed from its copy', async () => {
    const { alice, arm } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    const held: Faults = ({ line }) =>
      /UID (?:EXPUNGE|MOVE|COPY)|\\Deleted/u.test(line) ? { reply: 'NO [NOPERM] never' } : undefined;
    arm(both(faults, held));
    const sent = await alice.sendDraft(id);
    expect(codes(sent).filter((code) => code === 'draft_not_removed')).toHaveLength(2);
    const [ofDraft, ofCopy] = (sent.warnings ?? []).filter(({ code }) => code === 'draft_not_removed');
    expect(ofDraft?.detail).toBe(`The draft ${id} was sent but not removed: do not send it again.`);
    const copy = (await uids(alice)).find((uid) => uid !== parseMailId(id).uid);
    expect(ofCopy?.detail).toMatch(/^A copy of the draft, \S+, stored while it was sent, was not removed/u);
    expect(ofCopy?.detail).toContain(id.replace(/\d+$/u, String(copy)));
    for (const what of ['the draft was not removed', 'the copy of a sent draft was not removed'])
      expect(alice.log).toContainEqual(expect.stringContaining(what));
  });

  test('does not send a draft that goes while its copy is stored, and takes the copy away', async () => {
    const { alice, arm, sandbox } = await faultyOffice({ capabilities });
    const { id } = await alice.draft(mail);
    const drafts = sandbox.store.account(alice.address).find('Drafts');
    const goes: Faults = ({ command }) => {
      if (command === 'APPEND') drafts?.expunge([...drafts.messages]);
      return undefined;
    };
    arm(both(goes, faults));
    await expect(alice.sendDraft(id)).rejects.toMatchObject({ code: 'not_found' });
    expect(sandbox.smtp.accepted).toEqual([]);
    expect(await uids(alice)).toEqual([]);
  });
});
