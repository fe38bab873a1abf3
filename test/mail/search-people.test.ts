import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, type TestMailbox } from '../support/mailboxes.ts';

describe.each(mailboxKinds)('people searched on $name', ({ open }) => {
  let box: TestMailbox;
  let account: OpenAccount;
  beforeAll(async () => {
    box = await open();
    account = await openMail(box.env);
    const other = await box.otherClient();
    for (const from of [
      'Jo <jm@xn--bcher-kva.example>',
      'Ann <ann@x.org>',
      '"DE | Shop" <v@shop.de>',
      'Zed <z@o.de>',
    ]) {
      await other.append('INBOX', letter({ from, subject: from }));
    }
  });
  afterAll(async () => {
    await account.close();
    await box.close();
  });

  test('a domain is found as it is shown and as it is sent', async () => {
    const listed = (await account.mail.search({ from: 'Jo' }, context())).emails;
    expect(listed).toMatchObject([{ from: 'Jo <jm@bücher.example>' }]);
    const asked = ['jm@bücher.example', 'bücher.example', '@BÜCHER.example', listed[0]?.from ?? ''];
    for (const from of [...asked, 'jm@xn--bcher-kva.example']) {
      expect((await account.mail.search({ from }, context())).emails).toEqual(listed);
    }
    expect((await account.mail.search({ query: 'bücher.example' }, context())).emails).toEqual(listed);
  });

  test('a name with a bar finds its own mail only, phrases in parentheses are found', async () => {
    const listed = (await account.mail.search({ subject: 'shop' }, context())).emails;
    expect(listed).toMatchObject([{ from: 'DE | Shop <v@shop.de>' }]);
    expect((await account.mail.search({ from: listed[0]?.from ?? '' }, context())).emails).toEqual(listed);
    const query = '("v@shop.de" OR "nobody there") -(zed OR ann)';
    expect((await account.mail.search({ query }, context())).emails).toEqual(listed);
  });

  test('an operator in the subject is refused as in the query', async () => {
    await expect(account.mail.search({ subject: 'in:inbox Shop' }, context())).rejects.toMatchObject({
      message: expect.stringContaining('subject does not know in:'),
    });
  });
});
