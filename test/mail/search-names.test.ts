import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, type TestMailbox } from '../support/mailboxes.ts';

/** Header fields From, by a word for each. */
const senders: Record<string, string> = {
  ann: 'Ann <ann@x.org>',
  annLee: 'Ann Lee <lee@x.org>',
  bob: 'Bob Brown <bob@y.org>',
  juergen: '=?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?= <jm@y.org>',
  sons: 'Smith and Sons <office@sons.example>',
  pat: '"Smith, Pat" <p@x.org>',
  firm: 'A OR B GmbH <ab@firm.org>',
  nick: String.raw`"Robert \"Rob\" Stone" <rs@x.org>`,
  encodedNick: '=?UTF-8?Q?Robert_"Rob"_Stone?= <rs@z.org>',
  wide: '"Max  Zwei" <mz@x.org>',
  wideInitial: '"Max  Q. Drei" <md@x.org>',
  vier: 'Max Vier <mv@x.org>',
};

describe.each(mailboxKinds)('names searched on $name', ({ open }) => {
  let box: TestMailbox;
  let account: OpenAccount;
  beforeAll(async () => {
    box = await open();
    account = await openMail(box.env);
    const other = await box.otherClient();
    for (const [subject, from] of Object.entries(senders)) {
      await other.append('INBOX', letter({ from, to: from, subject }));
    }
  });
  afterAll(async () => {
    await account.close();
    await box.close();
  });

  test.each([
    ['Jürgen Müller or Bob Brown <bob@y.org>', ['bob', 'juergen']],
    ['Jürgen Müller | Bob Brown <bob@y.org>', ['bob', 'juergen']],
    ['Jürgen Müller, Bob Brown <bob@y.org>', ['bob', 'juergen']],
    ['Ann Lee and Bob Brown <bob@y.org>', ['annLee', 'bob']],
    ['Ann Lee or Jürgen or Bob Brown <bob@y.org>', ['annLee', 'bob', 'juergen']],
    ['Ann and Bob', ['ann', 'annLee', 'bob']],
    ['Ann & Bob Brown', ['ann', 'annLee', 'bob']],
    ['Ann/Bob', ['ann', 'annLee', 'bob']],
    ['Ann+Bob', ['ann', 'annLee', 'bob']],
    ['Ann Lee\nJürgen', ['annLee', 'juergen']],
    ['"Ann Lee", "Jürgen"', ['annLee', 'juergen']],
    ['Brown, Bob', ['bob']],
    ['Smith and Sons', ['pat', 'sons']],
    ['"Smith and Sons"', ['sons']],
    ['Smith and Sons <office@sons.example>', ['sons']],
    ['"Smith, Pat" <p@x.org>', ['pat']],
    ['Smith, Pat <p@x.org>', ['pat']],
    ['A OR B GmbH <ab@firm.org>', ['firm']],
    ['Ann  Lee', ['annLee']],
    ['Ann\tLee', ['annLee']],
    ['Max Zwei', ['wide']],
    ['Max Q. Drei', ['wideInitial']],
    ['Max  Vier', ['vier']],
    ['Robert "Rob" Stone', ['encodedNick', 'nick']],
    [String.raw`"Robert \"Rob\" Stone"`, ['encodedNick', 'nick']],
    ['["Robert \\"Rob\\" Stone"]', ['encodedNick', 'nick']],
  ])('%s finds %j', async (name, subjects) => {
    for (const field of ['from', 'to']) {
      const { emails } = await account.mail.search({ [field]: name }, context());
      expect(emails.map(({ subject }) => subject).sort()).toEqual(subjects);
    }
  });

  test('everybody is found as lists show him', async () => {
    const { emails } = await account.mail.search({ folder: 'INBOX', limit: 50 }, context());
    expect(emails).toHaveLength(Object.keys(senders).length);
    for (const { from, subject } of emails) {
      const found = (await account.mail.search({ from }, context())).emails;
      expect(found.map((email) => email.subject)).toEqual([subject]);
    }
  });
});
