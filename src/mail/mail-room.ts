import type { Imap } from '../connections/imap.ts';
import type { Smtp } from '../connections/smtp.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import type { FilingPort } from '../domain/filing-port.ts';
import type { Announcement, InvitationSource, ItipPort } from '../domain/itip-port.ts';
import type { OwnWrites } from '../domain/own-writes.ts';
import type { Log } from '../log.ts';
import { AttachmentSource } from './compose/attachments.ts';
import { ownAddresses } from './compose/own-addresses.ts';
import type { Cursor } from './cursor.ts';
import { Filing } from './filing/filing.ts';
import { FolderDirectory } from './folder-directory.ts';
import { InboxWatch } from './inbox-watch.ts';
import { MailedInvitations } from './invitation-source.ts';
import { MailService } from './mail-service.ts';
import { MessageStore, type StoredMessage } from './message-store.ts';
import { SendAftermath } from './outbox/aftermath.ts';
import { Appender } from './outbox/appender.ts';
import { Approval } from './outbox/approval.ts';
import { BasisLoader } from './outbox/basis-loader.ts';
import { Clearance, patienceMs } from './outbox/clearance.ts';
import { Composer } from './outbox/composer.ts';
import { Delivery } from './outbox/delivery.ts';
import { DraftReader } from './outbox/draft-reader.ts';
import { Drafts } from './outbox/drafts.ts';
import { ItipMailer } from './outbox/itip-mailer.ts';
import { LateCopies } from './outbox/late-copies.ts';
import { MessageIdLook } from './outbox/message-id-look.ts';
import { Originals } from './outbox/originals.ts';
import { Outbox } from './outbox/outbox.ts';
import type { Outgoing } from './outbox/outgoing.ts';
import { PendingDrafts } from './outbox/pending-draft.ts';
import { RepeatLook } from './outbox/repeat-look.ts';
import { SendGuard } from './outbox/send-guard.ts';
import { SentFolder } from './outbox/sent-folder.ts';
import { Prefetch } from './prefetch.ts';

export interface MailRoomOptions {
  content: ContentReader;
  imap: Imap;
  smtp: Smtp;
  /** Messages remembered for the session, by mail id. */
  messages: CacheRegion<StoredMessage>;
  messageTtlMs: number;
  writes: OwnWrites;
  /** Texts of found mail are fetched before they are asked for. */
  prefetch: boolean;
  /** Cursors of searches, by handle. */
  cursors: CacheRegion<Cursor>;
  /** IANA zone for dates. */
  zone: string;
  /** The account's main address; display name; further addresses it may send from. */
  email: string;
  name: string | undefined;
  aliases: readonly string[];
  /** Addresses of the person's other accounts. */
  elsewhere: readonly string[];
  authservIds: readonly string[];
  downloadDir: string | undefined;
  attachmentDirs: readonly string[];
  allowedRecipients: readonly string[];
  sendLimit: number;
  /** The person is asked before anything leaves. */
  confirm: boolean;
  /** Nothing leaves. */
  draftsOnly: boolean;
  log: Log;
}

/** The services of mail, on the same connections, folder names and remembered messages. */
export interface MailRoom {
  mail: MailService;
  filing: FilingPort;
  outbox: Outbox;
  /** Mail about events, and the invitations in mail. */
  itip: ItipPort;
  invitations: InvitationSource;
  watch: InboxWatch;
}

export function openMailRoom(options: MailRoomOptions): MailRoom {
  const { imap, messages, messageTtlMs: ttlMs, writes, email, aliases } = options;
  const directory = new FolderDirectory(imap);
  const store = new MessageStore(imap, messages, { ttlMs, writes });
  const filing = new Filing({ imap, directory });
  const prefetch = options.prefetch ? new Prefetch(imap, messages) : undefined;
  const mail = new MailService({ ...options, directory, store, prefetch, addresses: [email, ...aliases] });
  const invitations = new MailedInvitations(store, options);
  const watch = new InboxWatch({ imap, log: options.log.scope('watch') });
  return { mail, filing, invitations, watch, ...openOutbox(options, { directory, store, filing }) };
}

interface Shared {
  directory: FolderDirectory;
  store: MessageStore;
  filing: FilingPort;
}

function openOutbox(
  options: MailRoomOptions,
  { directory, store, filing }: Shared,
): Pick<MailRoom, 'outbox' | 'itip'> {
  const { content, imap, smtp, email, name, aliases, zone, authservIds, log } = options;
  const own = ownAddresses(email, aliases, options.elsewhere);
  const appender = new Appender(imap, directory);
  const sent = new SentFolder(appender, new LateCopies({ appender, filing, log }));
  const drafts = new Drafts({ imap, appender, directory, filing });
  const originals = new Originals({ imap, directory, log });
  const guard = new SendGuard({ limit: options.sendLimit });
  const attachments = new AttachmentSource({ imap, store, dirs: options.attachmentDirs });
  const bases = new BasisLoader({ content, smtp, store, attachments, own, zone, authservIds, log });
  const composer = new Composer({ bases, own, name });
  const ids = new MessageIdLook(appender, drafts);
  const clearance = new Clearance({ repeats: new RepeatLook({ imap, directory, sent }), ids, log });
  const pendingDrafts = new PendingDrafts({ drafts, log, patienceMs });
  const { confirm, draftsOnly, allowedRecipients } = options;
  const aftermath = new SendAftermath({ sent, drafts, filing, originals, log });
  const approval = new Approval<Outgoing>();
  const sending = {
    ids,
    clearance,
    pendingDrafts,
    smtp,
    sent,
    guard,
    log,
    allowedRecipients,
    approval,
    aftermath,
  };
  const delivery = new Delivery({ ...sending, confirm });
  const reader = new DraftReader({ content, store, own });
  const rules = { guard, confirm, draftsOnly, allowedRecipients, name };
  return {
    outbox: new Outbox({ composer, clearance, delivery, drafts, reader, originals, sent, guard, log }),
    itip: new ItipMailer({
      ...rules,
      delivery: new Delivery({ ...sending, confirm: false }),
      approval: new Approval<Announcement>(),
    }),
  };
}
