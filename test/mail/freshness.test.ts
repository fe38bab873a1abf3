import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { SearchRequest } from '../../src/domain/mail-port.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, type TestMailbox } from '../support/mailboxes.ts';

const at = (day: string) => new Date(`2026-${day}T09:00:00Z`);
const dated = (day: string) => `${at(day).toUTCString().replace('GMT', '+0000')}`;

describe.each(mailboxKinds)('freshness on $name', ({ open }) => {
  let box: TestMailbox;
  let other: ImapFlow;
  let account: OpenAccount;

  const put = async (
    folder: string,
    day: string,
    parts: Parameters<typeof letter>[0],
    flags: string[] = ['\\Seen'],
  ) => {
    await other.append(folder, letter({ date: dated(day), ...parts }), flags, at(day));
  };
  const search = (request: SearchRequest) => account.mail.search(request, context());
  const subjects = async (request: SearchRequest) =>
    (await search(request)).emails.map(({ subject }) => subject);

  beforeAll(async () => {
    box = await open();
    other = await box.otherClient();
    account = await openMail(box.env);
    for (const folder of ['Projekte', 'Projekte/Küche & Bad']) await other.mailboxCreate(folder);
    await put(
      'INBOX',
      '03-01',
      {
        subject: '=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=',
        from: '=?UTF-8?Q?J=C3=B6rg?= <joerg@example.org>',
      },
      [],
    );
    await put(
      'INBOX',
      '03-03',
      { subject: 'Invoice 4711', body: 'The sum is due on Friday. Kennwort Zitrone.' },
      ['\\Seen', '\\Flagged', 'Wichtig'],
    );
    await put('INBOX', '03-02', {
      subject: 'Invoice 4712',
      to: 'Team <team@example.org>',
      headers: ['Cc: Carla <carla@example.net>'],
    });
    await put('Sent', '03-04', {
      subject: 'Re: Invoice 4711',
      from: 'alice@example.org',
      to: 'bob@example.org',
    });
    await put('Projekte/Küche & Bad', '02-10', {
      subject: 'Fliesen',
      body: 'Die Fliesen kommen am Dienstag.',
    });
    await put('Junk', '03-05', { subject: 'Invoice for you' });
    await put('Trash', '03-06', { subject: 'Invoice thrown away' });
  }, 30_000);

  afterAll(async () => {
    await account.close();
    await box.close();
  });

  test('a repeated search is answered from memory, but never older than the mailbox', async () => {
    await other.mailboxCreate('Fresh');
    await put('Fresh', '01-01', { subject: 'one' });
    const hits = async () => (await account.status.status(context())).accounts[0]?.cache.hits ?? 0;
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
    const before = await hits();
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
    expect(await hits()).toBeGreaterThan(before);
    await put('Fresh', '01-02', { subject: 'two' });
    expect(await subjects({ folder: 'Fresh' })).toEqual(['two', 'one']);
    const lock = await other.getMailboxLock('Fresh');
    await other.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
    expect((await search({ folder: 'Fresh' })).emails.map(({ flags }) => flags)).toEqual([
      undefined,
      ['flagged'],
    ]);
    await other.messageDelete('2', { uid: true });
    lock.release();
    expect(await subjects({ folder: 'Fresh' })).toEqual(['one']);
  });

  test('a new folder is noticed by a search over all, a deleted one is not found', async () => {
    expect(await subjects({ subject: 'Zauberwort' })).toEqual([]);
    await other.mailboxCreate('Neu');
    await put('Neu', '01-01', { subject: 'Zauberwort' });
    expect(await subjects({ subject: 'Zauberwort' })).toEqual(['Zauberwort']);
    expect(await subjects({ folder: 'Neu' })).toEqual(['Zauberwort']);
    await other.mailboxDelete('Neu');
    await expect(search({ folder: 'Neu' })).rejects.toMatchObject({ code: 'not_found' });
    const after = await search({ subject: 'Zauberwort' });
    expect(after).toMatchObject({ emails: [], total: 0 });
    expect(after.incomplete).toBeUndefined();
    expect(after.searched).not.toContain('Neu');
  });

  test('mail that arrives in an empty folder is found, also when that folder was the last one looked at', async () => {
    await other.mailboxCreate('Leer');
    expect(await subjects({ folder: 'Leer' })).toEqual([]);
    await put('Leer', '01-01', { subject: 'Erstling' });
    expect(await subjects({ subject: 'Erstling' })).toEqual(['Erstling']);
    await other.mailboxCreate('Leer 2');
    expect(await subjects({ folder: 'Leer 2' })).toEqual([]);
    await put('Leer 2', '01-01', { subject: 'Zweitling' });
    const { folders } = await account.mail.folders(context());
    expect(folders.find(({ path }) => path === 'Leer 2')).toMatchObject({ total: 1 });
    expect(await subjects({ subject: 'Zweitling' })).toEqual(['Zweitling']);
  });

  test('a folder replaced under its name is never taken for the old one', async () => {
    await other.mailboxCreate('Work');
    await put('Work', '01-01', { subject: 'old' });
    expect(await subjects({ folder: 'Work' })).toEqual(['old']);
    expect(await subjects({ folder: 'Work' })).toEqual(['old']);
    await other.mailboxRename('Work', 'Done');
    await other.mailboxCreate('Work');
    await put('Work', '01-02', { subject: 'new' });
    expect(await subjects({ folder: 'Work' })).toEqual(['new']);
    expect(await subjects({ folder: 'Work', unread: false })).toEqual(['new']);
    expect(await subjects({ subject: 'old' })).toEqual(['old']);
    await other.mailboxDelete('Work');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await other.mailboxCreate('Work');
    const { folders } = await account.mail.folders(context());
    expect(folders.find(({ path }) => path === 'Work')).toMatchObject({ total: 0 });
    expect(await subjects({ folder: 'Work' })).toEqual([]);
  });

  test('folder names mean what the server lists: neighbours of Trash, other cases, other forms of an umlaut', async () => {
    const nfd = 'U\u0308berweisung';
    for (const folder of ['Trash 2019', 'sent', nfd]) {
      await other.mailboxCreate(folder);
      await put(folder, '01-01', { subject: `in ${folder.length}` });
    }
    const { searched, incomplete } = await search({ subject: 'in' });
    expect(searched).toEqual(expect.arrayContaining(['Trash 2019', 'sent']));
    expect(incomplete).toBeUndefined();
    expect(await subjects({ folder: 'sent', subject: 'in' })).toEqual(['in 4']);
    const listed = (await account.mail.folders(context())).folders.find(({ path }) =>
      path.endsWith('berweisung'),
    );
    expect(await subjects({ folder: listed?.path })).toEqual([`in ${nfd.length}`]);
    expect(await subjects({ folder: 'Überweisung' })).toEqual([`in ${nfd.length}`]);
  });
});
