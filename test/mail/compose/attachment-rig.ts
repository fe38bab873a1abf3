import { readFileSync } from 'node:fs';
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import { Imap } from '../../../src/connections/imap.ts';
import { ContentReader } from '../../../src/content/worker/content-reader.ts';
import { formatMailId } from '../../../src/domain/mail-id.ts';
import { createLog } from '../../../src/log.ts';
import { AttachmentSource } from '../../../src/mail/compose/attachments.ts';
import { MessageStore, type StoredMessage } from '../../../src/mail/message-store.ts';
import type { MailboxKind, TestMailbox } from '../../support/mailboxes.ts';

export const limits = { maxTotalBytes: 50 * 1024 * 1024 };
export const within = (ms = 20_000) => AbortSignal.timeout(ms);

/** One mailbox for a file's tests, the store and the attachments on it, and another mail program beside them. */
export class AttachmentRig {
  readonly content = new ContentReader();
  box!: TestMailbox;
  other!: ImapFlow;
  imap!: Imap;
  store!: MessageStore;
  source!: AttachmentSource;

  constructor(open: MailboxKind['open'], dirs: readonly string[] = []) {
    beforeAll(async () => {
      this.box = await open();
      this.other = await this.box.otherClient();
      const {
        accounts: [account],
        pool,
      } = readConfig([], this.box.env);
      if (!account) throw new Error('no account');
      const { MAILBOX_CA_FILE: ca, MAILBOX_PASSWORD: password = '' } = this.box.env;
      this.imap = new Imap({
        ...account.imap,
        username: account.username,
        password: async () => password,
        ca: ca ? readFileSync(ca, 'utf8') : undefined,
        pool,
        log: createLog({ level: 'error', write: () => undefined }),
      });
      this.store = new MessageStore(this.imap, new Map<string, StoredMessage>());
      this.source = new AttachmentSource({ imap: this.imap, store: this.store, dirs });
    }, 30_000);
    afterAll(async () => {
      await this.content.close();
      await this.imap.pool.close();
      await this.box.close();
    });
  }

  /** Stores a mail, unread, and gives its id. */
  readonly put = async (raw: Buffer, folder = 'INBOX'): Promise<string> => {
    const { uid, uidValidity } = (await this.other.append(folder, raw, [])) || {};
    if (!uid || !uidValidity) throw new Error('not stored');
    return formatMailId({ folder, uidValidity, uid });
  };

  /** Flags as the other program sees them. */
  readonly flags = async (id: string, folder = 'INBOX'): Promise<string[]> => {
    const lock = await this.other.getMailboxLock(folder);
    try {
      const found = await this.other.fetchOne(id.split('-').at(-1) ?? '', { flags: true }, { uid: true });
      return found ? [...(found.flags ?? [])].filter((flag) => flag !== '\\Recent') : ['gone'];
    } finally {
      lock.release();
    }
  };
}
