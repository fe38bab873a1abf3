import { expect, test } from 'vitest';
import { codes, type Faults, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Stray', text: 'Words of worth' };

/** The draft takes no mark, so that a copy goes beside it; whether that was stored nobody can find out. */
function inDoubt(): Faults {
  let isLost = false;
  return ({ command, line }) => {
    if (command === 'UID STORE' && /\+FLAGS\S* \(\$/u.test(line)) return { reply: 'NO [SERVERBUG] no' };
    if (command === 'APPEND' && line.includes('Drafts')) {
      isLost = true;
      return 'dropAfter';
    }
    return isLost && command === 'UID SEARCH' ? { reply: 'NO [SERVERBUG] no' } : undefined;
  };
}

test('a copy that may lie beside the draft that was sent is told', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(inDoubt());
  const sent = await alice.sendDraft(id);
  expect(sent.status).toBe('sent');
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.standing('Drafts')).toHaveLength(1);
  expect(codes(sent)).toContain('draft_not_removed');
});

test('so is what was stored for a mail with a key', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  arm(inDoubt());
  const sent = await alice.send({ ...mail, idempotencyKey: 'stray-1' });
  expect(sent.status).toBe('sent');
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.standing('Drafts')).toHaveLength(1);
  expect(codes(sent)).toContain('draft_not_removed');
});

/** The copy beside the draft comes so late that the message leaves before; only the first removal works. */
function lateCopy(delayMs: number): Faults {
  let removals = 0;
  return ({ command, line }) => {
    if (command === 'UID STORE' && /\+FLAGS\S* \(\$/u.test(line)) return { reply: 'NO [SERVERBUG] no' };
    if (command === 'APPEND' && line.includes('Drafts')) return { delayMs };
    if (command !== 'UID EXPUNGE') return undefined;
    removals += 1;
    return removals > 1 ? { reply: 'NO [SERVERBUG] no' } : undefined;
  };
}

test.each([5_500, 9_500])(
  'a copy that comes %i ms late and stays beside the draft that was sent is told',
  async (delayMs) => {
    const { alice, arm, sandbox } = await faultyOffice();
    const { id } = await alice.draft(mail);
    arm(lateCopy(delayMs));
    const sent = await alice.sendDraft(id);
    expect(sent.status).toBe('sent');
    expect(codes(sent)).toContain('draft_not_removed');
    await alice.restart();
    expect(sandbox.smtp.accepted).toHaveLength(1);
  },
);

test('a copy is removed, too, where the draft could not be noted as being sent', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  let isStored = false;
  arm(({ command, line }) => {
    if (line.includes('MODSEQ)')) return { reply: 'NO [SERVERBUG] no' };
    if (command === 'APPEND' && line.includes('Drafts')) isStored = true;
    if (command === 'APPEND' && line.includes('Sent')) isStored = false;
    return isStored && line.includes('INTERNALDATE') ? { reply: 'NO [SERVERBUG] no' } : undefined;
  });
  expect((await alice.sendDraft(id)).status).toBe('sent');
  expect(sandbox.imap.commands.filter((line) => /APPEND "?Drafts/u.test(line))).toHaveLength(2);
  expect(await alice.standing('Drafts')).toEqual([]);
});
