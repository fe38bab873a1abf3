import { beforeAll, describe, expect, test } from 'vitest';
import { letter } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { mailboxKinds } from '../support/mailboxes.ts';

const at = (day: string) => new Date(`2026-${day}T09:00:00Z`);

describe.each(mailboxKinds)('searching on $name', ({ open }) => {
  const rig = new MailRig(open);
  const { put, search, subjects } = rig;

  beforeAll(async () => {
    for (const folder of ['Projekte', 'Projekte/Küche & Bad']) await rig.other.mailboxCreate(folder);
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
  });

  test('all folders but Junk and Trash are searched, newest first', async () => {
    const { emails, searched, total } = await search({});
    expect(emails.map(({ subject }) => subject)).toEqual([
      'Re: Invoice 4711',
      'Invoice 4711',
      'Invoice 4712',
      'Grüße aus Köln',
      'Fliesen',
    ]);
    expect(total).toBe(5);
    expect(searched).toEqual(expect.arrayContaining(['INBOX', 'Sent', 'Projekte/Küche & Bad']));
    expect(searched).not.toEqual(expect.arrayContaining(['Junk']));
    expect(searched).not.toEqual(expect.arrayContaining(['Trash']));
  });

  test("a hit tells date, people and flags in the user's terms", async () => {
    const [hit] = (await search({ subject: '4711', folder: 'inbox' })).emails;
    expect(hit).toMatchObject({
      date: '2026-03-03T10:00:00+01:00',
      from: 'Bob <bob@example.org>',
      subject: 'Invoice 4711',
    });
    expect(hit?.flags).toEqual(expect.arrayContaining(['flagged', 'Wichtig']));
    expect(hit?.id).toMatch(/^INBOX\/[0-9a-z]+-\d+$/u);
  });

  test('umlauts are found in subject, sender, text and folder names', async () => {
    expect(await subjects({ subject: 'grüße' })).toEqual(['Grüße aus Köln']);
    expect(await subjects({ query: 'Köln' })).toEqual(['Grüße aus Köln']);
    expect(await subjects({ from: 'Jörg' })).toEqual(['Grüße aus Köln']);
    expect(await subjects({ folder: 'Projekte/Küche & Bad' })).toEqual(['Fliesen']);
  });

  test('a name with an apostrophe is found, and nobody else whose name has its pieces', async () => {
    await rig.other.mailboxCreate('Irish');
    await put('Irish', '01-01', { subject: 'hello', from: "Pat O'Brien <pat@example.org>" });
    await put('Irish', '01-02', { subject: 'bye', from: 'Pat Smith <smith@example.org>' });
    await put('Irish', '01-03', { subject: 'other', from: 'Brienne Otto <otto@example.org>' });
    expect(await subjects({ folder: 'Irish', from: 'O’Brien' })).toEqual(['hello']);
    for (const request of [{ from: "O'Brien" }, { query: "O'Brien" }, { query: 'O’Brien', from: 'pat' }]) {
      expect(await subjects({ folder: 'Irish', ...request })).toEqual(['hello']);
    }
    expect(await subjects({ folder: 'Irish', query: "-O'Brien" })).toEqual(['other', 'bye']);
  });

  test('a word with an apostrophe is found wherever it stands and however it is written', async () => {
    await rig.other.mailboxCreate('Signs');
    const letters = [
      { subject: 'quoted', from: `"O'Hara, Pat" <pat@example.org>` },
      { subject: 'encoded', from: '=?UTF-8?Q?J=C3=B6rg_O=E2=80=99Hara?= <jo@example.org>' },
      { subject: 'address', from: "o'hara@example.org" },
      { subject: 'receiver', to: "Pat O'Hara <pat@example.org>" },
      { subject: 'text', body: "Dear O'Hara, all is well." },
      { subject: "from O'Hara to all" },
      { subject: 'its pieces', from: 'Hara O <hara@example.org>' },
    ];
    for (const [nth, each] of letters.entries()) await put('Signs', `02-0${nth + 1}`, each);
    const all = letters.map(({ subject }) => subject).reverse();
    for (const query of ["O'Hara", 'o’hara']) {
      expect(await subjects({ folder: 'Signs', query })).toEqual(all.slice(1));
      expect(await subjects({ folder: 'Signs', query: `-${query}` })).toEqual(['its pieces']);
    }
    expect(await search({ folder: 'Signs', query: "O'Hara" })).toMatchObject({ total: 6 });
    expect(await subjects({ folder: 'Signs', from: "O'Hara" })).toEqual(['address', 'encoded', 'quoted']);
  });

  test('a sender as lists show it is found by its address', async () => {
    await rig.other.mailboxCreate('Shown');
    await put('Shown', '02-01', { subject: 'one', from: '"Smith, Pat" <smith@example.org>' });
    await put('Shown', '02-02', { subject: 'other', from: 'Pat Smith <pat.smith@example.net>' });
    for (const { from, subject } of (await search({ folder: 'Shown' })).emails) {
      expect(await subjects({ folder: 'Shown', from })).toEqual([subject]);
    }
  });

  test('several people are any of them, however the list is written', async () => {
    const both = ['Invoice 4711', 'Invoice 4712', 'Grüße aus Köln'];
    for (const from of [
      'joerg@example.org, bob@example.org',
      'Jörg <joerg@example.org>; Bob <bob@example.org>',
      '["joerg@example.org","bob@example.org"]',
      'joerg@example.org OR Bob',
    ]) {
      expect(await subjects({ folder: 'INBOX', from })).toEqual(both);
    }
    expect(await subjects({ to: 'carla@example.net, nobody@example.net' })).toEqual(['Invoice 4712']);
  });

  test('every criterion restricts', async () => {
    expect(await subjects({ from: 'bob@example.org', unread: true })).toEqual([]);
    expect(await subjects({ unread: true })).toEqual(['Grüße aus Köln']);
    expect(await subjects({ unread: false, folder: 'INBOX' })).toEqual(['Invoice 4711', 'Invoice 4712']);
    expect(await subjects({ flagged: true })).toEqual(['Invoice 4711']);
    expect(await subjects({ keyword: 'Wichtig' })).toEqual(['Invoice 4711']);
    expect(await subjects({ to: 'carla' })).toEqual(['Invoice 4712']);
    expect(await subjects({ largerThan: 1_000_000 })).toEqual([]);
    expect(await subjects({ folder: 'sent' })).toEqual(['Re: Invoice 4711']);
    expect(await subjects({ folder: 'junk' })).toEqual(['Invoice for you']);
  });

  test('the query language: all words, phrases, exclusion, alternatives', async () => {
    expect(await subjects({ query: 'invoice friday' })).toEqual(['Invoice 4711']);
    expect(await subjects({ query: '"due on friday"' })).toEqual(['Invoice 4711']);
    expect(await subjects({ query: '"friday due"' })).toEqual([]);
    expect(await subjects({ query: 'invoice -Zitrone', folder: 'INBOX' })).toEqual(['Invoice 4712']);
    expect(await subjects({ query: 'Zitrone OR Fliesen' })).toEqual(['Invoice 4711', 'Fliesen']);
  });

  test("since includes its day, before excludes it, both in the user's zone", async () => {
    expect(await subjects({ since: '2026-03-02', before: '2026-03-04' })).toEqual([
      'Invoice 4711',
      'Invoice 4712',
    ]);
    expect(
      await subjects({ since: '2026-03-03T10:00:00+01:00', before: '2026-03-03T10:00:01+01:00' }),
    ).toEqual(['Invoice 4711']);
    expect(await subjects({ since: '2026-03-03T10:00:01+01:00', folder: 'inbox' })).toEqual([]);
  });

  test('pages follow each other without gap or repetition, though mail arrives and leaves meanwhile', async () => {
    await rig.other.mailboxCreate('Pages');
    for (let n = 1; n <= 9; n++)
      await put('Pages', `01-${String(n).padStart(2, '0')}`, { subject: `page ${n}` });
    const first = await search({ folder: 'Pages', limit: 3 });
    expect(first.emails.map(({ subject }) => subject)).toEqual(['page 9', 'page 8', 'page 7']);
    expect(first.total).toBe(9);
    await put('Pages', '01-20', { subject: 'new' });
    const lock = await rig.other.getMailboxLock('Pages');
    await rig.other.messageDelete('8,9', { uid: true });
    lock.release();
    const second = await search({ folder: 'Pages', limit: 3, ...cursorOf(first) });
    expect(second.emails.map(({ subject }) => subject)).toEqual(['page 6', 'page 5', 'page 4']);
    const third = await search({ folder: 'Pages', limit: 3, ...cursorOf(second) });
    expect(third.emails.map(({ subject }) => subject)).toEqual(['page 3', 'page 2', 'page 1']);
    expect(third.nextCursor).toBeUndefined();
    await expect(search({ folder: 'Pages', subject: 'other', ...cursorOf(first) })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  test('a date that cannot be does not come before the newest', async () => {
    await rig.other.mailboxCreate('Dates');
    const future = letter({ subject: 'from the future', date: 'Mon, 01 Feb 2038 10:00:00 +0000' });
    await rig.other.append('Dates', future, [], at('01-01'));
    await put('Dates', '01-05', { subject: 'newest' });
    await put('Dates', '01-03', { subject: 'older' });
    const first = await search({ folder: 'Dates', limit: 1 });
    expect(first.emails.map(({ subject }) => subject)).toEqual(['newest']);
    const second = await search({ folder: 'Dates', limit: 1, ...cursorOf(first) });
    expect(second.emails.map(({ subject }) => subject)).toEqual(['older']);
    const third = await search({ folder: 'Dates', limit: 1, ...cursorOf(second) });
    expect(third.emails.map(({ subject, date }) => [subject, date.slice(0, 10)])).toEqual([
      ['from the future', '2026-01-01'],
    ]);
    expect(third.nextCursor).toBeUndefined();
  });

  test('the words shown as flags are keywords to search by', async () => {
    await rig.other.mailboxCreate('Flags');
    await put('Flags', '01-01', { subject: 'one' }, ['\\Seen', '\\Answered', '$Forwarded']);
    await put('Flags', '01-02', { subject: 'two' }, []);
    for (const keyword of ['answered', 'forwarded', '\\Answered'])
      expect(await subjects({ folder: 'Flags', keyword })).toEqual(['one']);
    expect(await subjects({ folder: 'Flags', keyword: 'unread' })).toEqual(['two']);
  });

  test('attachments are counted and searched by', async () => {
    await rig.other.mailboxCreate('Post');
    const mixed = 'Content-Type: multipart/mixed; boundary=x';
    const body = [
      '--x',
      'Content-Type: text/plain',
      '',
      'see file',
      '--x',
      'Content-Type: text/csv; name="a.csv"',
      'Content-Disposition: attachment; filename="a.csv"',
      '',
      'a,b',
      '--x--',
      '',
    ].join('\r\n');
    await put('Post', '01-02', { subject: 'with', headers: [mixed], body });
    await put('Post', '01-03', { subject: 'without' });
    expect(await subjects({ folder: 'Post', hasAttachment: true })).toEqual(['with']);
    expect(await subjects({ folder: 'Post', hasAttachment: false })).toEqual(['without']);
    const [, hit] = (await search({ folder: 'Post', preview: true })).emails;
    expect(hit).toMatchObject({ attachments: 1, preview: 'see file' });
  });

  test('what would find nothing without a word of it is refused with the way', async () => {
    for (const [query, written, parameter] of [
      ['from:joerg', 'from:', 'from'],
      ['rent -is:unread', 'is:', 'unread'],
      ['From:"Jörg Müller" rent', 'From:', 'from'],
      ['has:attachment', 'has:', 'hasAttachment'],
    ]) {
      await expect(search({ query })).rejects.toMatchObject({
        code: 'invalid_input',
        message: `query does not know ${written}`,
        hint: expect.stringContaining(parameter ?? ''),
      });
    }
    await expect(search({ from: 'Bob <bob>' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(search({ keyword: 'a,b' })).rejects.toMatchObject({ code: 'invalid_input' });
    for (const keyword of ['read', 'Seen', '\\Seen']) {
      const hint = expect.stringContaining('unread: false');
      await expect(search({ keyword })).rejects.toMatchObject({ code: 'invalid_input', hint });
    }
    for (const query of ['"from:joerg"', 'Re: from: https://in:8 is:']) {
      expect(await subjects({ query })).toEqual([]);
    }
  });

  test('what cannot be meant is refused by name', async () => {
    await expect(search({ since: 'yesterday' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'since is not a date.',
    });
    await expect(search({ since: '2026-02-31' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(search({ folder: 'Nirgends' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(search({ query: ' "" ' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await subjects({ folder: 'inbox', since: '0001-01-01', before: '9999-12-31' })).toHaveLength(3);
    await expect(search({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(search({ subject: 'a\u0000b LOGOUT' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await subjects({ subject: '"quoted" \\ {5}' })).toEqual([]);
  });
});

function cursorOf({ nextCursor }: { nextCursor?: string | undefined }): { cursor?: string } {
  return nextCursor === undefined ? {} : { cursor: nextCursor };
}
