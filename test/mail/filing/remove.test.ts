import { describe, expect, test } from 'vitest';
import { context, mailboxKinds } from '../../support/mailboxes.ts';
import { faultyOffice, once, sharedOffice } from './rig.ts';

describe.each(mailboxKinds)('deleting on $name', ({ open }) => {
  const office = sharedOffice(open);

  test('moves to the trash, with bytes and flags', async () => {
    const { put, filing, standing } = office();
    const id = await put('INBOX', 'old news', ['\\Seen', 'Rechnung']);
    const [before] = await standing('INBOX');
    const result = await filing.remove({ ids: [id] }, context());
    const [after] = await standing('Trash');
    expect(result).toEqual({ trashed: [{ id, newId: after?.id }] });
    expect({ ...after, id }).toEqual({ ...before, id });
    expect(await standing('INBOX')).toEqual([]);
  });

  test('what lies in the trash goes for good, the rest to the trash, also from folders below it, in one call', async () => {
    const { put, filing, subjects, folder } = office();
    const [deep = ''] = await folder('Trash/2025', 'deep');
    const [kept = ''] = await folder('Trashy', 'kept');
    const binned = await put('Trash', 'binned');
    const result = await filing.remove({ ids: [binned, kept, deep] }, context());
    expect(result).toEqual({
      trashed: [kept, deep].map((id) => ({ id, newId: expect.stringMatching(/^Trash\//u) })),
      deleted: [binned],
    });
    expect(await subjects('Trash')).toEqual(expect.arrayContaining(['kept', 'deep']));
    expect(await subjects('Trash')).not.toContain('binned');
    expect(await subjects('Trash/2025')).toEqual([]);
  });

  test('permanent removes exactly these, never what others have marked', async () => {
    const { put, filing, standing, folder } = office();
    await folder('Precise');
    await put('Precise', 'foreign', ['\\Deleted']);
    const ids = [await put('Precise', 'one'), await put('Precise', 'two')];
    await put('Precise', 'kept');
    const gone = `${ids[0]?.replace(/\d+$/u, '')}4711`;
    const result = await filing.remove({ ids: [...ids, gone], permanent: true }, context());
    expect(result).toEqual({ deleted: ids, failed: [{ id: gone, code: 'not_found' }] });
    expect(await standing('Precise')).toMatchObject([
      { subject: 'foreign', flags: ['\\Deleted'] },
      { subject: 'kept', flags: [] },
    ]);
    expect((await standing('Trash')).map(({ subject }) => subject)).not.toContain('one');
  });

  test('without a trash folder nothing is deleted, and the way out is told', async () => {
    const { put, filing, subjects, other } = office();
    const id = await put('INBOX', 'no trash');
    await other.mailboxDelete('Trash').catch(() => undefined);
    if ((await other.list()).some(({ path }) => path === 'Trash')) return; // Dovecot makes it again at once
    await expect(filing.remove({ ids: [id] }, context())).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringMatching(/create_directory.*permanent/u),
    });
    expect(await subjects('INBOX')).toEqual(['no trash']);
    await filing.createFolder({ path: 'Trash' }, context());
    expect(await filing.remove({ ids: [id] }, context())).toMatchObject({ trashed: [{ id }] });
    expect(await subjects('Trash')).toEqual(['no trash']);
  });
});

describe('permanent deletion when something goes wrong', () => {
  test.each(['drop', 'dropAfter'] as const)(
    'cut off (%s) at any command it is told as it stands',
    async (fault) => {
      for (const command of ['SELECT', 'UID FETCH', 'UID STORE', 'UID EXPUNGE']) {
        const { office, arm } = await faultyOffice();
        const ids = await office.folder('Cut', 'one', 'two', 'three');
        const doomed = ids.slice(0, 2);
        await office.filing.mark({ ids, remove: ['flagged'] }, context());
        arm(once(command, fault));
        const { deleted = [], failed = [] } = await office.filing.remove(
          { ids: doomed, permanent: true },
          context(),
        );
        const left = (await office.standing('Cut')).map(({ id }) => id);
        expect(deleted).toEqual(doomed.filter((id) => !left.includes(id)));
        expect(failed).toEqual(
          doomed.filter((id) => left.includes(id)).map((id) => ({ id, code: 'unavailable' })),
        );
        expect(left).toContain(ids[2]);
      }
    },
  );

  test.each([
    ['UID STORE', 'OK done', 'unavailable'],
    ['UID EXPUNGE', 'OK done', 'unavailable'],
    ['UID EXPUNGE', 'NO [NOPERM] not yours', 'forbidden'],
    ['UID STORE', 'NO [READ-ONLY] no', 'forbidden'],
    ['UID EXPUNGE', 'NO [SERVERBUG] sorry', 'unavailable'],
    ['UID EXPUNGE', 'BAD what', 'unavailable'],
  ])('%s answered with %s: the mail is as it was and the answer says so', async (command, reply, code) => {
    const { office, arm } = await faultyOffice();
    const id = await office.put('INBOX', 'stubborn', ['\\Seen']);
    arm(once(command, { reply }));
    expect(await office.filing.remove({ ids: [id], permanent: true }, context())).toEqual({
      failed: [{ id, code }],
    });
    expect(await office.flags(id)).toEqual(['\\Seen']);
  });

  test('a mark that was there before stays', async () => {
    const { office, arm } = await faultyOffice();
    const id = await office.put('INBOX', 'marked before', ['\\Deleted']);
    arm(once('UID EXPUNGE', { reply: 'NO [SERVERBUG] sorry' }));
    await office.filing.remove({ ids: [id], permanent: true }, context());
    expect(await office.flags(id)).toEqual(['\\Deleted']);
  });

  test('when nobody can look any more the outcome is unknown', async () => {
    const { office, arm } = await faultyOffice();
    const id = await office.put('INBOX', 'unknown');
    let stored = false;
    arm((event) => {
      stored ||= event.command === 'UID STORE';
      return stored ? 'drop' : undefined;
    });
    expect(await office.filing.remove({ ids: [id], permanent: true }, context())).toEqual({
      failed: [{ id, code: 'unknown_outcome' }],
    });
  });
});
