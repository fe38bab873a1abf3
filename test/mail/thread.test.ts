import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, type TestMailbox } from '../support/mailboxes.ts';

describe.each(mailboxKinds)('conversations on $name', ({ open }) => {
  let box: TestMailbox;
  let other: ImapFlow;
  let account: OpenAccount;

  const put = async (
    folder: string,
    id: string,
    day: number,
    refs: string[],
    body: string,
    subject = 'Re: Flat',
  ) => {
    const headers =
      refs.length > 0 ? [`In-Reply-To: ${refs.at(-1)}`, `References: ${refs.join('\r\n ')}`] : [];
    const date = new Date(Date.UTC(2026, 2, day, 9));
    await other.append(
      folder,
      letter({ id, subject, headers, body, date: date.toUTCString() }),
      ['\\Seen'],
      date,
    );
  };
  const idOf = async (folder: string, text: string) =>
    (await account.mail.search({ folder, query: text }, context())).emails[0]?.id ?? '';
  const thread = (id: string, more = {}) => account.mail.thread({ id, ...more }, context());

  beforeAll(async () => {
    box = await open();
    other = await box.otherClient();
    account = await openMail(box.env);
    await other.mailboxCreate('Wohnung');
    await put('INBOX', '<a@x>', 1, [], 'Is the flat free?', 'Flat');
    await put('Sent', '<b@x>', 2, ['<a@x>'], 'Yes.\r\n\r\nOn Mon, Bob wrote:\r\n> Is the flat free?');
    await put('Archive', '<c@x>', 3, ['<a@x>', '<b@x>'], 'When can I see it?');
    await put('Wohnung', '<d@x>', 4, ['<a@x>', '<b@x>', '<c@x>'], 'On Friday at ten.');
    await put('Sent', '<d@x>', 4, ['<a@x>', '<b@x>', '<c@x>'], 'On Friday at ten.');
    await put('INBOX', '<e@x>', 5, ['<d@x>'], 'Thanks, see you.');
    await put('INBOX', '<other@x>', 6, [], 'Same subject, other story.', 'Re: Flat');
  }, 30_000);

  afterAll(async () => {
    await account.close();
    await box.close();
  });

  test('the whole conversation across folders, oldest first, copies once, never by subject', async () => {
    const result = await thread(await idOf('Wohnung', 'Friday'));
    expect(result.emails.map(({ text }) => text)).toEqual([
      'Is the flat free?',
      'Yes.',
      'When can I see it?',
      'On Friday at ten.',
      'Thanks, see you.',
    ]);
    expect(result.emails.map(({ folder }) => folder)).toEqual([
      'INBOX',
      'Sent',
      'Archive',
      'Wohnung',
      'INBOX',
    ]);
    expect(result).toMatchObject({ subject: 'Flat', total: 5 });
    expect(result.incomplete).toBeUndefined();
  });

  test('from the last message, which names only its parent, the same conversation is found', async () => {
    const result = await thread(await idOf('INBOX', 'see you'));
    expect(result.total).toBe(5);
  });

  test('a message of its own is a conversation of one', async () => {
    const result = await thread(await idOf('INBOX', 'other story'));
    expect(result).toMatchObject({ total: 1, emails: [{ text: 'Same subject, other story.' }] });
  });

  test('limit and offset page through the messages', async () => {
    const id = await idOf('INBOX', 'free');
    const first = await thread(id, { limit: 2 });
    expect(first).toMatchObject({ total: 5, nextOffset: 2 });
    const last = await thread(id, { limit: 3, offset: 2 });
    expect(last.emails.map(({ text }) => text)).toEqual([
      'When can I see it?',
      'On Friday at ten.',
      'Thanks, see you.',
    ]);
    expect(last.nextOffset).toBeUndefined();
  });

  test('a text cut to its share says how much there is and where it goes on', async () => {
    const { emails } = await thread(await idOf('INBOX', 'free'), { maxChars: 40 });
    const cut = emails.filter(({ nextOffset }) => nextOffset !== undefined);
    expect(cut.length).toBeGreaterThan(0);
    for (const { text, totalChars, nextOffset } of cut) {
      expect(nextOffset).toBe(text.length);
      expect(totalChars).toBeGreaterThan(text.length);
    }
  });

  test('a question from years before its answer belongs to it', async () => {
    const year = (value: number) => new Date(Date.UTC(value, 0, 5, 9));
    const old = letter({
      id: '<old@x>',
      subject: 'Archive',
      body: 'Old question.',
      date: year(2019).toUTCString(),
    });
    await other.append('Archive', old, ['\\Seen'], year(2019));
    const headers = ['In-Reply-To: <old@x>', 'References: <old@x>'];
    const date = year(2026).toUTCString();
    await other.append(
      'INBOX',
      letter({ id: '<new@x>', subject: 'Re: Archive', body: 'New reply.', headers, date }),
      [],
      year(2026),
    );
    const { emails } = await thread(await idOf('INBOX', 'New reply'));
    expect(emails.map(({ text }) => text)).toEqual(['Old question.', 'New reply.']);
  });

  test('a long chain that only names the parent is followed to its end', async () => {
    for (let n = 1; n <= 13; n++) {
      const folder = n % 2 ? 'INBOX' : 'Sent';
      const headers = n > 1 ? [`In-Reply-To: <chain${n - 1}@x>`] : [];
      await other.append(
        folder,
        letter({ id: `<chain${n}@x>`, subject: 'Chain', headers, body: `link ${n} chained` }),
      );
    }
    const { total, incomplete } = await thread(await idOf('INBOX', '"link 7 chained"'));
    expect(total).toBe(13);
    expect(incomplete).toBeUndefined();
  });

  test('an answer that arrives later is in the next reading', async () => {
    const id = await idOf('INBOX', 'other story');
    expect((await thread(id)).total).toBe(1);
    await put('Sent', '<late@x>', 7, ['<other@x>'], 'An answer.');
    expect((await thread(id)).total).toBe(2);
  });
});
