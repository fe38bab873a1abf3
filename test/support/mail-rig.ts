import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { SearchRequest } from '../../src/domain/mail-port.ts';
import { type Letter, letter, subjectOf } from './letters.ts';
import { context, type MailboxKind, openMail, type TestMailbox } from './mailboxes.ts';

/** One mailbox for a file's tests, our services on it, and another mail program beside them. */
export class MailRig {
  box!: TestMailbox;
  other!: ImapFlow;
  account!: OpenAccount;

  /** Registers start and end with vitest; the fields are there in the tests. */
  constructor(open: MailboxKind['open'], env: Record<string, string> = {}) {
    beforeAll(async () => {
      this.box = await open();
      this.other = await this.box.otherClient();
      this.account = await openMail({ ...this.box.env, ...env });
    }, 30_000);
    afterAll(async () => {
      await this.account.close();
      await this.box.close();
    });
  }

  /** A mail sent and arrived at nine on that day of 2026, `MM-DD`. */
  readonly put = async (folder: string, day: string, parts: Letter, flags: string[] = ['\\Seen']) => {
    const date = new Date(`2026-${day}T09:00:00Z`);
    const sent = date.toUTCString().replace('GMT', '+0000');
    await this.other.append(folder, letter({ date: sent, ...parts }), flags, date);
  };

  /** Stores a mail as it is and gives its id, found by its subject. */
  readonly store = async (raw: Buffer, folder = 'INBOX') => {
    await this.other.append(folder, raw);
    const { emails } = await this.search({ folder, limit: 1, subject: subjectOf(raw) });
    return emails[0]?.id ?? '';
  };

  readonly search = (request: SearchRequest) => this.account.mail.search(request, context());
  readonly subjects = async (request: SearchRequest) =>
    (await this.search(request)).emails.map(({ subject }) => subject);
  readonly read = (id: string, more = {}) => this.account.mail.read({ id, ...more }, context());
}
