import type { Imap } from '../connections/imap.ts';
import type { Smtp } from '../connections/smtp.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import type { FilingPort } from '../domain/filing-port.ts';
import type { Log } from '../log.ts';
import { AttachmentSource } from './compose/attachments.ts';
import { ownAddresses } from './compose/own-addresses.ts';
import type { Cursor } from './cursor.ts';
import { Filing } from './filing/filing.ts';
import { FolderDirectory } from './folder-directory.ts';
import { MailService } from './mail-service.ts';
import { MessageStore, type StoredMessage } from './message-store.ts';
import { SendAftermath } from './outbox/aftermath.ts';
import { Appender } from './outbox/appender.ts';
import { Approval } from './outbox/approval.ts';
import { BasisLoader } from './outbox/basis-loader.ts';
import { Composer } from './outbox/composer.ts';
import { Delivery } from './outbox/delivery.ts';
import { DraftReader } from './outbox/draft-reader.ts';
import { Drafts } from './outbox/drafts.ts';
import { Originals } from './outbox/originals.ts';
import { Outbox } from './outbox/outbox.ts';
import type { Outgoing } from './outbox/outgoing.ts';
import { SendGuard } from './outbox/send-guard.ts';
import { SentFolder } from './outbox/sent-folder.ts';

export interface MailRoomOptions {
  imap: Imap;
  smtp: Smtp;
  /** Messages remembered for the session, by mail id. */
  messages: CacheRegion<StoredMessage>;
  /** Cursors of searches, by handle. */
  cursors: CacheRegion<Cursor>;
  /** IANA zone for dates. */
  zone: string;
  /** The account's main address; display name; further addresses it may send from. */
  email: string;
  name: string | undefined;
  aliases: readonly string[];
  authservIds: readonly string[];
  downloadDir: string | undefined;
  attachmentDirs: readonly string[];
  allowedRecipients: readonly string[];
  sendLimit: number;
  /** The person is asked before anything leaves. */
  confirm: boolean;
  log: Log;
}

/** The services of mail, on the same connections, folder names and remembered messages. */
export interface MailRoom {
  mail: MailService;
  filing: FilingPort;
  outbox: Outbox;
}

export function openMailRoom(options: MailRoomOptions): MailRoom {
  const { imap, messages, email, aliases } = options;
  const directory = new FolderDirectory(imap);
  const store = new MessageStore(imap, messages);
  const filing = new Filing({ imap, directory });
  const mail = new MailService({ ...options, directory, store, addresses: [email, ...aliases] });
  return { mail, filing, outbox: openOutbox(options, { directory, store, filing }) };
}

interface Shared {
  directory: FolderDirectory;
  store: MessageStore;
  filing: FilingPort;
}

function openOutbox(options: MailRoomOptions, { directory, store, filing }: Shared): Outbox {
  const { imap, smtp, email, name, aliases, zone, authservIds, log } = options;
  const own = ownAddresses(email, aliases);
  const appender = new Appender(imap, directory);
  const sent = new SentFolder(appender);
  const drafts = new Drafts({ imap, appender, directory, filing });
  const originals = new Originals({ imap, directory, log });
  const guard = new SendGuard({ limit: options.sendLimit });
  const attachments = new AttachmentSource({ imap, store, dirs: options.attachmentDirs });
  const bases = new BasisLoader({ smtp, store, attachments, own, zone, authservIds, log });
  const composer = new Composer({ bases, own, name });
  const delivery = new Delivery({
    ...{ smtp, sent, guard, log, confirm: options.confirm, allowedRecipients: options.allowedRecipients },
    approval: new Approval<Outgoing>(),
    aftermath: new SendAftermath({ sent, drafts, filing, originals, log }),
  });
  const reader = new DraftReader({ store, own });
  return new Outbox({ composer, delivery, drafts, reader, originals, sent, guard, log });
}
