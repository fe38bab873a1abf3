import { describe, expect, test } from 'vitest';
import { letter } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds } from '../support/mailboxes.ts';

describe.each(mailboxKinds)('a folder with characters in its name that nobody sees, on $name', ({ open }) => {
  const rig = new MailRig(open);
  const name = 'Work\u202eevil\u200b\u{e0041}';
  const path = 'Work\\u{202e}evil\\u{200b}\\u{e0041}';

  test('is shown with them spelled out, in every answer', async () => {
    await rig.other.mailboxCreate(name);
    await rig.other.append(name, letter({ subject: 'In there' }));
    const { folders } = await rig.account.mail.folders({}, context());
    expect(folders).toContainEqual({ path, total: 1, unread: 1 });
    const found = await rig.search({ subject: 'In there' });
    expect(found.searched).toContain(path);
    const [{ id = '' } = {}] = found.emails;
    expect(await rig.read(id)).toMatchObject({ folder: path, subject: 'In there' });
    expect(JSON.stringify([folders, found])).not.toMatch(/[\u202e\u200b\u{e0041}]/u);
  });

  test('is found by that path and by its name', async () => {
    for (const folder of [path, name]) {
      expect(await rig.subjects({ folder })).toEqual(['In there']);
    }
  });
});
