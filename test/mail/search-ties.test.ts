import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { SearchRequest } from '../../src/domain/mail-port.ts';
import { letter } from '../support/letters.ts';
import { context, mailboxKinds, openMail, type TestMailbox } from '../support/mailboxes.ts';

const date = 'Mon, 02 Mar 2026 10:00:00 +0000';
/** Seconds after the first arrival, and where. Several of the same second. */
const arrivals: [number, string][] = [
  ...[0, 0, 0, 0, 0, 9, 9, 4, 4].map((at): [number, string] => [at, 'INBOX']),
  ...[2, 2, 7, 11].map((at): [number, string] => [at, 'Other']),
];

describe.each(mailboxKinds)('mails of the same date on $name', ({ open }) => {
  let box: TestMailbox;
  let account: OpenAccount;
  const arrived = new Map<string, number>();
  beforeAll(async () => {
    box = await open();
    account = await openMail(box.env);
    const other = await box.otherClient();
    await other.mailboxCreate('Other');
    for (const [index, [at, folder]] of arrivals.entries()) {
      const subject = `mail ${index}`;
      arrived.set(subject, at);
      await other.append(folder, letter({ subject, date }), [], new Date(Date.UTC(2026, 2, 2, 10, 1, at)));
    }
  });
  afterAll(async () => {
    await account.close();
    await box.close();
  });

  async function pages(request: SearchRequest): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await account.mail.search({ ...request, ...(cursor ? { cursor } : {}) }, context());
      found.push(...page.emails.map(({ subject }) => subject));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  test.each([1, 2, 4, 50])('the last to arrive comes first, on pages of %i', async (limit) => {
    const inbox = [6, 5, 8, 7, 4, 3, 2, 1, 0].map((index) => `mail ${index}`);
    expect(await pages({ folder: 'INBOX', limit })).toEqual(inbox);
  });

  test.each([2, 50])('so it does in several folders, on pages of %i', async (limit) => {
    const found = await pages({ folder: 'all', limit });
    expect(found).toHaveLength(arrivals.length);
    expect(found.map((subject) => arrived.get(subject))).toEqual([11, 9, 9, 7, 4, 4, 2, 2, 0, 0, 0, 0, 0]);
  });
});
