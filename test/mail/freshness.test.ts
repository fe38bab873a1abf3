import { describe, expect, test } from 'vitest';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds } from '../support/mailboxes.ts';

describe.each(mailboxKinds)('freshness on $name', ({ open }) => {
  const rig = new MailRig(open);
  const { put, search, subjects } = rig;

  test('a repeated search is answered from memory, but never older than the mailbox', async () => {
    await rig.other.mailboxCreate('Fresh');
    await put('Fresh', '01-01', { subject: 'one' });
    const hits = async () => (await rig.account.status.status(context())).accounts[0]?.cache.hits ?? 0;
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
    const before = await hits();
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
    expect(await hits()).toBeGreaterThan(before);
    await put('Fresh', '01-02', { subject: 'two' });
    expect(await subjects({ folder: 'Fresh' })).toEqual(['two', 'one']);
    const lock = await rig.other.getMailboxLock('Fresh');
    await rig.other.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
    expect((await search({ folder: 'Fresh' })).emails.map(({ flags }) => flags)).toEqual([
      undefined,
      ['flagged'],
    ]);
    await rig.other.messageDelete('2', { uid: true });
    lock.release();
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
  });

  test('a new folder is noticed by a search over all, a deleted one is not found', async () => {
    expect(await subjects({ subject: 'Zauberwort' })).toEqual([]);
    await rig.other.mailboxCreate('Neu');
    await put('Neu', '01-01', { subject: 'Zauberwort' });
    expect(await subjects({ subject: 'Zauberwort' })).toEqual(['Zauberwort']);
    expect(await subjects({ folder: 'Neu' })).toEqual(['Zauberwort']);
    await rig.other.mailboxDelete('Neu');
    await expect(search({ folder: 'Neu' })).rejects.toMatchObject({ code: 'not_found' });
    const after = await search({ subject: 'Zauberwort' });
    expect(after).toMatchObject({ emails: [], total: 0 });
    expect(after.incomplete).toBeUndefined();
    expect(after.searched).not.toContain('Neu');
  });

  test('mail that arrives in an empty folder is found, also when that folder was the last one looked at', async () => {
    await rig.other.mailboxCreate('Leer');
    expect(await subjects({ folder: 'Leer' })).toEqual([]);
    await put('Leer', '01-01', { subject: 'Erstling' });
    expect(await subjects({ subject: 'Erstling' })).toEqual(['Erstling']);
    await rig.other.mailboxCreate('Leer 2');
    expect(await subjects({ folder: 'Leer 2' })).toEqual([]);
    await put('Leer 2', '01-01', { subject: 'Zweitling' });
    const { folders } = await rig.account.mail.folders({}, context());
    expect(folders.find(({ path }) => path === 'Leer 2')).toMatchObject({ total: 1 });
    expect(await subjects({ subject: 'Zweitling' })).toEqual(['Zweitling']);
  });

  test('a folder replaced under its name is never taken for the old one', async () => {
    await rig.other.mailboxCreate('Work');
    await put('Work', '01-01', { subject: 'old' });
    expect(await subjects({ folder: 'Work' })).toEqual(['old']);
    expect(await subjects({ folder: 'Work' })).toEqual(['old']);
    await rig.other.mailboxRename('Work', 'Done');
    await rig.other.mailboxCreate('Work');
    await put('Work', '01-02', { subject: 'new' });
    expect(await subjects({ folder: 'Work' })).toEqual(['new']);
    expect(await subjects({ folder: 'Work', unread: false })).toEqual(['new']);
    expect(await subjects({ subject: 'old' })).toEqual(['old']);
    await rig.other.mailboxDelete('Work');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await rig.other.mailboxCreate('Work');
    const { folders } = await rig.account.mail.folders({}, context());
    expect(folders.find(({ path }) => path === 'Work')).toMatchObject({ total: 0 });
    expect(await subjects({ folder: 'Work' })).toEqual([]);
  });

  test('folder names mean what the server lists: neighbours of Trash, other cases, other forms of an umlaut', async () => {
    const nfd = 'U\u0308berweisung';
    for (const folder of ['Trash 2019', 'sent', nfd]) {
      await rig.other.mailboxCreate(folder);
      await put(folder, '01-01', { subject: `in ${folder.length}` });
    }
    const { searched, incomplete } = await search({ subject: 'in' });
    expect(searched).toEqual(expect.arrayContaining(['Trash 2019', 'sent']));
    expect(incomplete).toBeUndefined();
    expect(await subjects({ folder: 'sent', subject: 'in' })).toEqual(['in 4']);
    const listed = (await rig.account.mail.folders({}, context())).folders.find(({ path }) =>
      path.endsWith('berweisung'),
    );
    expect(await subjects({ folder: listed?.path })).toEqual([`in ${nfd.length}`]);
    expect(await subjects({ folder: 'Überweisung' })).toEqual([`in ${nfd.length}`]);
  });
});
