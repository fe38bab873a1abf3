import { describe, expect, test } from 'vitest';
import { dovecotAvailable } from '../../servers/dovecot.ts';
import { context, mailboxKinds } from '../../support/mailboxes.ts';
import { dovecotOffice, sharedOffice } from './rig.ts';

describe.each(mailboxKinds)('folders on $name', ({ open }) => {
  const office = sharedOffice(open);
  const subscribed = async () =>
    (await office().other.list()).filter((folder) => folder.subscribed).map(({ path }) => path);

  test.each([
    'Projekte',
    'Büro/Ämter/2026',
    '日本語/メール',
    '🦊 & Co',
    'Quote "x" \\ back',
    'a*b',
    '50%',
    'NIL',
    'INBOX/Unten',
  ])('%s is made as written, shown by other programs, and subscribed', async (path) => {
    const { filing, paths, put, subjects } = office();
    expect(await filing.createFolder({ path }, context())).toEqual({ path });
    expect(await paths()).toContain(path);
    expect(await subscribed()).toContain(path);
    const id = await put('Drafts', `to ${path}`);
    expect(await filing.move({ ids: [id], folder: path }, context())).toMatchObject({ moved: [{ id }] });
    expect(await subjects(path)).toHaveLength(1);
  });

  test('a name in NFD is made in NFC', async () => {
    const { filing, paths } = office();
    expect(await filing.createFolder({ path: 'U\u0308bung' }, context())).toEqual({ path: 'Übung' });
    expect(await paths()).toContain('Übung');
  });

  test('a folder is made below a parent that is named in NFD, and no second one that looks the same', async () => {
    const { filing, folder, paths } = office();
    await folder('Mu\u0308ll');
    const parent = (await paths()).find((path) => path.normalize('NFC') === 'M\u00fcll');
    const made = await filing.createFolder({ path: `${parent}/Neu` }, context());
    expect(made).toEqual({ path: `${parent}/Neu` });
    const alike = (await paths()).filter((path) => path.normalize('NFC').startsWith('M\u00fcll'));
    expect(alike).toEqual([parent, `${parent}/Neu`]);
  });

  test('a name with characters that nobody sees is refused, and nothing is made or renamed', async () => {
    const { filing, folder, paths } = office();
    await folder('Zu sehen');
    const before = await paths();
    const refusal = { code: 'invalid_input', hint: 'Without them it is "Fragen".' };
    const [path, newPath] = ['Zu sehen', 'Fra\u00adgen\u200b'];
    await expect(filing.createFolder({ path: newPath }, context())).rejects.toMatchObject(refusal);
    await expect(filing.renameFolder({ path, newPath }, context())).rejects.toMatchObject(refusal);
    expect(await paths()).toEqual(before);
  });

  test('a folder that has such a name can be filled, renamed and deleted by the path it is listed with', async () => {
    const { filing, folder, paths } = office();
    await folder('Un\u200bseen');
    const path = 'Un\\u{200b}seen';
    expect(await filing.createFolder({ path: `${path}/Neu` }, context())).toEqual({ path: `${path}/Neu` });
    expect(await paths()).toContain('Un\u200bseen/Neu');
    const renamed = await filing.renameFolder({ path, newPath: `Moved/${path}` }, context());
    expect(renamed).toEqual({ path: `Moved/${path}` });
    expect(await paths()).toEqual(expect.arrayContaining(['Moved/Un\u200bseen', 'Moved/Un\u200bseen/Neu']));
    await filing.renameFolder({ path: `Moved/${path}`, newPath: 'Moved/Unseen' }, context());
    await filing.deleteFolder({ path: 'Moved/Unseen/Neu' }, context());
    expect((await paths()).filter((name) => name.startsWith('Moved/'))).toEqual(['Moved/Unseen']);
  });

  test.each(['projekte', 'büro', 'Büro/ÄMTER/2026', 'INBOX', 'inbox', 'sent', 'TRASH', 'all'])(
    '%s is taken',
    async (path) => {
      const { filing, paths } = office();
      const before = await paths();
      await expect(filing.createFolder({ path }, context())).rejects.toMatchObject({ code: 'conflict' });
      expect(await paths()).toEqual(before);
    },
  );

  test('a folder is renamed with what is in it, its children and its subscriptions', async () => {
    const { filing, folder, paths, subjects, other } = office();
    await folder('Alt', 'inside');
    await folder('Alt/Kind', 'deep');
    await other.mailboxSubscribe('Alt');
    await other.mailboxSubscribe('Alt/Kind');
    const result = await filing.renameFolder({ path: 'alt', newPath: 'Fehlt/noch/Neu' }, context());
    expect(result).toEqual({ path: 'Fehlt/noch/Neu' });
    expect(await subjects('Fehlt/noch/Neu')).toEqual(['inside']);
    expect(await subjects('Fehlt/noch/Neu/Kind')).toEqual(['deep']);
    expect((await paths()).filter((path) => path.startsWith('Alt'))).toEqual([]);
    const all = await subscribed();
    expect(all).toEqual(expect.arrayContaining(['Fehlt/noch/Neu', 'Fehlt/noch/Neu/Kind']));
    expect(all).not.toContain('Alt');
    expect(await filing.renameFolder({ path: 'Fehlt/noch/Neu', newPath: 'FEHLT/neu' }, context())).toEqual({
      path: 'FEHLT/neu',
    });
  });

  test('renaming overwrites nothing and leaves roles in peace', async () => {
    const { filing, folder, paths, subjects } = office();
    await folder('Eins', 'one');
    await folder('Zwei', 'two');
    await folder('Drei/Kind');
    const before = await paths();
    const rename = (path: string, newPath: string) => filing.renameFolder({ path, newPath }, context());
    for (const target of ['Zwei', 'zwei', 'Drei', 'sent', 'INBOX']) {
      await expect(rename('Eins', target)).rejects.toMatchObject({ code: 'conflict' });
    }
    for (const target of ['Eins', 'Eins/unten', 'a//b', '']) {
      await expect(rename('Eins', target)).rejects.toMatchObject({ code: 'invalid_input' });
    }
    for (const path of ['INBOX', 'inbox', 'Sent', 'trash']) {
      await expect(rename(path, 'Anders')).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(rename('Fehlt ganz', 'Anders')).rejects.toMatchObject({ code: 'not_found' });
    expect(await paths()).toEqual(before);
    expect(await subjects('Eins')).toEqual(['one']);
    expect(await subjects('Zwei')).toEqual(['two']);
  });

  test('an empty folder is deleted and no longer subscribed, also one that was just read', async () => {
    const { filing, folder, paths } = office();
    const [id = ''] = await folder('Weg damit', 'last one');
    await filing.createFolder({ path: 'Weg damit/Kind' }, context());
    await filing.mark({ ids: [id], add: ['read'] }, context());
    await filing.remove({ ids: [id], permanent: true }, context());
    await filing.deleteFolder({ path: 'Weg damit/Kind' }, context());
    expect(await filing.deleteFolder({ path: 'weg damit' }, context())).toEqual({ path: 'Weg damit' });
    expect((await paths()).filter((path) => path.startsWith('Weg'))).toEqual([]);
    expect((await subscribed()).filter((path) => path.startsWith('Weg'))).toEqual([]);
  });

  test('a folder that holds anything stays, and the refusal says how much', async () => {
    const { filing, folder, paths, put, subjects } = office();
    const [id = ''] = await folder('Voll', 'one');
    await folder('Voll/Kind');
    await filing.mark({ ids: [id], add: ['read'] }, context());
    await put('Voll', 'arrives while it is selected');
    await expect(filing.deleteFolder({ path: 'Voll' }, context())).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/2 e-mails and 1 folder\./u),
    });
    for (const path of ['INBOX', 'Sent', 'junk']) {
      await expect(filing.deleteFolder({ path }, context())).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await paths()).toEqual(expect.arrayContaining(['Voll', 'Voll/Kind', 'Sent', 'Junk']));
    expect(await subjects('Voll')).toHaveLength(2);
  });
});

describe.runIf(dovecotAvailable())('with another separator', () => {
  test.each(['maildir', 'sdbox'] as const)(
    'both ways of writing lead to the same folder in %s',
    async (format) => {
      const { office } = await dovecotOffice({ separator: '.', format });
      const { filing, paths, put, subjects } = office;
      expect(await filing.createFolder({ path: 'Büro/Ämter' }, context())).toEqual({ path: 'Büro.Ämter' });
      expect(await filing.createFolder({ path: 'Büro.Pläne' }, context())).toEqual({ path: 'Büro.Pläne' });
      await expect(filing.createFolder({ path: 'büro/ämter' }, context())).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await filing.renameFolder({ path: 'Büro/Ämter', newPath: 'Amt/2026' }, context())).toEqual({
        path: 'Amt.2026',
      });
      const id = await put('INBOX', 'dotted');
      const { moved } = await filing.move({ ids: [id], folder: 'Amt.2026' }, context());
      expect(moved[0]?.newId).toMatch(/^Amt\.2026\//u);
      expect(await subjects('Amt.2026')).toEqual(['dotted']);
      await filing.remove({ ids: [moved[0]?.newId ?? ''], permanent: true }, context());
      expect(await filing.deleteFolder({ path: 'Amt/2026' }, context())).toEqual({ path: 'Amt.2026' });
      expect(await paths()).not.toContain('Amt.2026');
    },
  );
});

test.runIf(dovecotAvailable())('a dot is kept where the server takes it, else refused', async () => {
  const { office } = await dovecotOffice({ format: 'sdbox' });
  expect(await office.filing.createFolder({ path: 'v1.2' }, context())).toEqual({ path: 'v1.2' });
  const maildir = await dovecotOffice();
  await expect(maildir.office.filing.createFolder({ path: 'v1.2' }, context())).rejects.toMatchObject({
    code: 'invalid_input',
  });
});
