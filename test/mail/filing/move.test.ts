import { describe, expect, onTestFinished, test } from 'vitest';
import { parseMailId } from '../../../src/domain/mail-id.ts';
import { context, mailboxKinds } from '../../support/mailboxes.ts';
import { imapWithout, Office, sharedOffice } from './rig.ts';

describe.each(mailboxKinds)('moving on $name', ({ open }) => {
  const office = sharedOffice(open);

  test('a mail stands in the target with its bytes, flags and date, and nowhere else', async () => {
    const { put, standing, filing, folder } = office();
    await folder('Whole');
    const id = await put('INBOX', 'Whole mail', ['\\Seen', '\\Flagged', '$cl_3', 'Rechnung']);
    const [before] = await standing('INBOX');
    const { moved, failed } = await filing.move({ ids: [id], folder: 'Whole' }, context());
    const [after] = await standing('Whole');
    expect(moved).toEqual([{ id, newId: after?.id }]);
    expect(failed).toBeUndefined();
    expect({ ...after, id }).toEqual({ ...before, id });
    expect(await standing('INBOX')).toEqual([]);
  });

  test('mails of several folders go together, by role, and ids given twice once', async () => {
    const { folder, filing, subjects } = office();
    const a = await folder('Source A', 'a1', 'a2', 'a3');
    const b = await folder('Source/B Ä', 'b1');
    const ids = [...a.slice(0, 2), ...b, ...a.slice(0, 1)];
    const { moved, failed } = await filing.move({ ids, folder: 'archive' }, context());
    expect(moved.map(({ id }) => id)).toEqual([...a.slice(0, 2), ...b]);
    expect(failed).toBeUndefined();
    expect(await subjects('Archive')).toEqual(['a1', 'a2', 'b1']);
    expect(await subjects('Source A')).toEqual(['a3']);
    expect(moved.map(({ newId }) => parseMailId(newId ?? '').folder)).toEqual(Array(3).fill('Archive'));
  });

  test('a mail another program took away fails alone', async () => {
    const { folder, filing, subjects, expunge } = office();
    const [gone = '', kept = ''] = await folder('Raced', 'gone', 'kept');
    await folder('Raced target');
    await expunge(gone);
    const { moved, failed } = await filing.move({ ids: [gone, kept], folder: 'Raced target' }, context());
    expect(moved.map(({ id }) => id)).toEqual([kept]);
    expect(failed).toEqual([{ id: gone, code: 'not_found' }]);
    expect(await subjects('Raced target')).toEqual(['kept']);
  });

  test('into the folder it is in already nothing happens', async () => {
    const { folder, filing, subjects } = office();
    const [id = ''] = await folder('Same', 'same');
    expect(await filing.move({ ids: [id], folder: 'Same' }, context())).toEqual({
      moved: [{ id, newId: id }],
    });
    expect(await subjects('Same')).toEqual(['same']);
  });

  test('a target that is not there is told before anything happens, also one that has just gone', async () => {
    const { folder, filing, subjects, other } = office();
    const [id = ''] = await folder('Stays', 'stays');
    await folder('Short lived');
    const error = { code: 'not_found', hint: expect.stringContaining('create_directory') };
    await expect(filing.move({ ids: [id], folder: 'Nowhere' }, context())).rejects.toMatchObject(error);
    await filing.move({ ids: [id], folder: 'Short lived' }, context());
    const [{ id: moved = '' } = {}] = await office().standing('Short lived');
    await filing.move({ ids: [moved], folder: 'Stays' }, context());
    const [{ id: back = '' } = {}] = await office().standing('Stays');
    await other.mailboxDelete('Short lived');
    await expect(filing.move({ ids: [back], folder: 'Short lived' }, context())).rejects.toMatchObject(error);
    expect(await subjects('Stays')).toEqual(['stays']);
  });

  test('ids of a folder that is gone, or was replaced under its name, are refused each for its reason', async () => {
    const { folder, filing, subjects, other, put } = office();
    const [gone = ''] = await folder('Gone folder', 'gone');
    const [stale = ''] = await folder('Replaced', 'old');
    const [good = ''] = await folder('Good', 'good');
    await other.mailboxDelete('Gone folder');
    await other.mailboxDelete('Replaced');
    await new Promise((resolve) => setTimeout(resolve, 1100)); // Dovecot's UIDVALIDITY counts seconds
    await other.mailboxCreate('Replaced');
    await put('Replaced', 'innocent');
    await folder('For the rest');
    const { moved, failed } = await filing.move(
      { ids: [gone, stale, good], folder: 'For the rest' },
      context(),
    );
    expect(moved.map(({ id }) => id)).toEqual([good]);
    expect(failed).toEqual([
      { id: gone, code: 'not_found' },
      { id: stale, code: 'stale_reference' },
    ]);
    expect(await subjects('Replaced')).toEqual(['innocent']);
    expect(await filing.move({ ids: [stale], folder: 'Good' }, context())).toEqual({
      moved: [],
      failed: [{ id: stale, code: 'stale_reference' }],
    });
  });

  test('one malformed id refuses the whole call', async () => {
    const { folder, filing, subjects } = office();
    const [id = ''] = await folder('Untouched', 'untouched');
    for (const bad of ['INBOX', 'INBOX/x-0', '', 'INBOX\r\n/s44we8-1']) {
      await expect(filing.move({ ids: [id, bad], folder: 'archive' }, context())).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
    expect(await subjects('Untouched')).toEqual(['untouched']);
  });

  test('after a move the source is never taken for unchanged', async () => {
    const { put, filing, imap, folder } = office();
    await folder('Away');
    const id = await put('INBOX', 'leaves');
    const exists = () =>
      imap.read(['INBOX'], context().signal, async (session) => {
        const [run] = await session.inFolders([{ folder: 'INBOX', commands: [] }], {
          ...context(),
          freshness: 'anew',
        });
        return run && 'view' in run ? run.view.exists : undefined;
      });
    expect(await exists()).toBe(1);
    await filing.move({ ids: [id], folder: 'Away' }, context());
    expect(await exists()).toBe(0);
  });
});

describe.each(mailboxKinds)('two programs at once on $name', ({ open }) => {
  test('no mail is lost, and what either is told is true', async () => {
    const office = await Office.at(await open());
    onTestFinished(() => office.close());
    const rival = new Office(office.box, office.other);
    onTestFinished(() => rival.imap.pool.close());
    for (const target of ['Left', 'Right']) await office.folder(target);
    for (let round = 0; round < 12; round++) {
      const names = [1, 2, 3, 4].map((n) => `mail ${round}.${n}`);
      const ids: string[] = [];
      for (const name of names) ids.push(await office.put('INBOX', name));
      const [left, right] = await Promise.all([
        office.filing.move({ ids, folder: 'Left' }, context()),
        rival.filing.move({ ids: ids.slice(round % 3), folder: 'Right' }, context()),
      ]);
      const stands = [...(await office.standing('Left')), ...(await office.standing('Right'))];
      expect(await office.standing('INBOX')).toEqual([]);
      expect(stands.map(({ subject }) => subject)).toEqual(expect.arrayContaining(names));
      for (const { moved, failed = [] } of [left, right]) {
        expect(stands.map(({ id }) => id)).toEqual(expect.arrayContaining(moved.map(({ newId }) => newId)));
        expect(failed.map(({ code }) => code)).toEqual(failed.map(() => 'not_found'));
      }
    }
  });
});

describe.each(mailboxKinds)('moving without MOVE on $name', ({ open }) => {
  test('copies, removes exactly the originals, and keeps what others have marked as deleted', async () => {
    const office = await Office.at(await open(), imapWithout('MOVE'));
    onTestFinished(() => office.close());
    const { put, filing, standing, subjects } = office;
    await put('INBOX', 'foreign', ['\\Deleted']);
    const id = await put('INBOX', 'mine', ['\\Seen', 'Rechnung']);
    const before = (await standing('INBOX')).find(({ subject }) => subject === 'mine');
    const { moved, failed } = await filing.move({ ids: [id], folder: 'archive' }, context());
    const [after] = await standing('Archive');
    expect(moved).toEqual([{ id, newId: after?.id }]);
    expect(failed).toBeUndefined();
    expect({ ...after, id }).toEqual({ ...before, id });
    expect(await subjects('INBOX')).toEqual(['foreign']);
  });

  test('and without UIDPLUS nothing is touched', async () => {
    const office = await Office.at(await open(), imapWithout('MOVE', 'UIDPLUS'));
    onTestFinished(() => office.close());
    const id = await office.put('INBOX', 'stays');
    await expect(office.filing.move({ ids: [id], folder: 'archive' }, context())).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(office.filing.remove({ ids: [id], permanent: true }, context())).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(await office.standing('INBOX')).toMatchObject([{ id, flags: [] }]);
    expect(await office.subjects('Archive')).toEqual([]);
  });
});
