import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeletedMail, MarkedMail, MovedMail } from '../../src/domain/filing.ts';
import type { Email, EmailThread, FolderList, SearchResult } from '../../src/domain/mail.ts';
import type { Draft, SentMail } from '../../src/domain/outbox.ts';
import { header } from '../stdio/writing-rig.ts';
import { letter } from '../support/letters.ts';
import { LiveAccount } from './live-account.ts';
import type { Settings } from './live-settings.ts';
import type { Subject } from './mark.ts';

/** What any mailbox has to show through the built server; the same for the sandbox, for Dovecot and for mailbox.org. */
export function mailContract(open: () => Promise<Settings>): void {
  let live: LiveAccount;
  const call = <T>(tool: string, args: Record<string, unknown> = {}) => live.desk.call<T>(tool, args);
  const subject = (words: Subject) => `${words} ${live.mark}`;
  const find = async (words: string, folder = live.folder) => {
    const { emails } = await call<SearchResult>('search_emails', {
      folder,
      subject: `${words} ${live.mark}`,
    });
    return emails.map(({ id }) => id);
  };

  beforeAll(async () => {
    live = await LiveAccount.open(await open());
    await call('create_directory', { path: live.folder });
    const plain = { to: live.account.email, from: 'Bob <bob@example.org>' };
    await live.append(
      letter({ ...plain, subject: subject('Küche'), id: `<1.${live.mark}@example.org>` }).toString(),
    );
    const answer = {
      headers: [`In-Reply-To: <1.${live.mark}@example.org>`],
      id: `<2.${live.mark}@example.org>`,
    };
    const date = 'Tue, 03 Mar 2026 10:00:00 +0100';
    await live.append(letter({ ...plain, ...answer, date, subject: subject('Re: Küche') }).toString());
  }, 60_000);
  afterAll(async () => await live?.close(), 60_000);

  test('the folder made is listed, with what is in it', async () => {
    const { folders } = await call<FolderList>('get_folders');
    expect(folders).toContainEqual(expect.objectContaining({ path: live.folder, total: 2, unread: 2 }));
    expect(folders.map(({ role }) => role)).toContain('inbox');
  });

  test('mails are found by words, umlauts too, newest first, and nothing that is not there', async () => {
    const { emails, total } = await call<SearchResult>('search_emails', {
      folder: live.folder,
      query: 'küche',
    });
    expect(emails.map((email) => email.subject)).toEqual([subject('Re: Küche'), subject('Küche')]);
    expect(total ?? 2).toBe(2);
    expect(await find('Keller')).toEqual([]);
  });

  test('reading shows the text and leaves the mail unread', async () => {
    const [, id] = await find('Küche');
    const email = await call<Email>('get_email', { id });
    expect(email).toMatchObject({ subject: subject('Küche'), body: { text: 'Hello Alice.' } });
    expect((await live.standing()).flatMap(({ flags }) => flags)).not.toContain('\\Seen');
  });

  test('a conversation is whole, oldest first', async () => {
    const [id] = await find('Re: Küche');
    const { emails } = await call<EmailThread>('get_email_thread', { id });
    expect(emails.map((email) => email.subject)).toEqual([subject('Küche'), subject('Re: Küche')]);
  });

  test('marks are set and taken away, as another mail program sees them', async () => {
    const ids = await find('Küche');
    const { updated } = await call<MarkedMail>('mark_email', { ids, add: ['read', 'flagged'] });
    expect(updated).toHaveLength(2);
    for (const { flags } of await live.standing()) expect(flags).toEqual(['\\Flagged', '\\Seen']);
    await call('mark_email', { ids, remove: ['flagged'] });
    for (const { flags } of await live.standing()) expect(flags).toEqual(['\\Seen']);
  });

  test('a mail moved is there and no more here; its old id is refused, its new one works', async () => {
    const target = `${live.folder} 2`;
    await call('create_directory', { path: target });
    const [id = ''] = await find('Re: Küche');
    const { moved } = await call<MovedMail>('move_email', { ids: [id], folder: target });
    expect(moved).toMatchObject([{ id }]);
    expect([(await live.standing()).length, (await live.standing(target)).length]).toEqual([1, 1]);
    expect((await live.desk.refused('get_email', { id })).code).toMatch(/^(?:not_found|stale_reference)$/u);
    const [newId] = await find('Re: Küche', target);
    expect(moved[0]?.newId ?? newId).toBe(newId);
  });

  test('a draft is stored as composed, changed, and thrown away', async () => {
    const text = 'Grüße aus der Küche.';
    const to = [live.account.email];
    const first = await call<Draft>('create_draft', { to, subject: subject('Entwurf'), text: 'Erst so.' });
    const second = await call<Draft>('create_draft', { replaces: first.id, text });
    const stored = await live.standing(second.folder);
    expect(stored).toHaveLength(1);
    expect(header(stored[0]?.source ?? '', 'Message-ID')).toBe(second.messageId);
    expect((await call<Email>('get_email', { id: second.id })).body.text).toBe(text);
    const { trashed = [] } = await call<DeletedMail>('delete_email', { ids: [second.id] });
    expect(trashed).toMatchObject([{ id: second.id }]);
    expect(await live.standing(second.folder)).toEqual([]);
  });

  test('a mail to oneself is sent once, arrives, and its copy is in Sent', async () => {
    const mail = { to: [live.account.email], subject: subject('An mich'), text: 'Kommt an.' };
    const sent = await call<SentMail>('send_email', mail);
    expect(sent).toMatchObject({ status: 'sent', accepted: [live.account.email] });
    expect(header(await live.arrived('INBOX'), 'Message-ID')).toBe(sent.messageId);
    expect(await live.standing(sent.savedTo ?? '')).toHaveLength(1);
    expect(await live.desk.refused('send_email', mail)).toMatchObject({ code: 'conflict' });
    expect(await live.standing('INBOX')).toHaveLength(1);
  }, 90_000);

  test('nothing of the passwords is in the log', async () => {
    for (const password of await live.passwords()) expect(live.desk.server.stderr).not.toContain(password);
  });
}
