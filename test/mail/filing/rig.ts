import { readFileSync } from 'node:fs';
import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import type { ImapSession } from '../../../src/connections/imap/session.ts';
import { Imap } from '../../../src/connections/imap.ts';
import { passwordOf } from '../../../src/connections/password-command.ts';
import { formatMailId, parseMailId } from '../../../src/domain/mail-id.ts';
import { createLog } from '../../../src/log.ts';
import { Filing } from '../../../src/mail/filing/filing.ts';
import { FolderDirectory } from '../../../src/mail/folder-directory.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { type DovecotOptions, startDovecot } from '../../servers/dovecot.ts';
import { letter } from '../../support/letters.ts';
import { type MailboxKind, openSandbox, type TestMailbox } from '../../support/mailboxes.ts';
import { logIn } from '../../support/other-client.ts';

/** What stands in a folder, as another mail program sees it. */
export interface Standing {
  id: string;
  subject: string;
  flags: string[];
  date: string;
  source: string;
}

/** A mailbox with our Filing on it and another mail program beside it. */
export class Office {
  readonly box: TestMailbox;
  readonly other: ImapFlow;
  readonly imap: Imap;
  readonly filing: Filing;
  private arrivals = 0;

  constructor(box: TestMailbox, other: ImapFlow, imap = imapOf(box.env)) {
    this.box = box;
    this.other = other;
    this.imap = imap;
    this.filing = new Filing({ imap, directory: new FolderDirectory(imap) });
  }

  static async at(box: TestMailbox, makeImap = imapOf): Promise<Office> {
    return new Office(box, await box.otherClient(), makeImap(box.env));
  }

  async close(): Promise<void> {
    await this.imap.pool.close();
    await this.box.close();
  }

  /** Stores a mail, each a minute after the one before; gives its id. */
  readonly put = async (folder: string, subject: string, flags: string[] = []): Promise<string> => {
    const date = new Date(Date.UTC(2026, 2, 1, 9, this.arrivals++));
    const before = await this.other.status(folder, { uidNext: true, uidValidity: true });
    const raw = letter({ subject, body: `Body of ${subject}` });
    await this.other.append(folder, raw, flags, date);
    if (!before) throw new Error(`there is no ${folder}`);
    return formatMailId({ folder, uidValidity: before.uidValidity ?? 0n, uid: before.uidNext ?? 0 });
  };

  /** A new folder with such mails; gives their ids. */
  readonly folder = async (path: string, ...subjects: string[]): Promise<string[]> => {
    if (path !== 'INBOX') await this.other.mailboxCreate(path);
    const ids: string[] = [];
    for (const subject of subjects) ids.push(await this.put(path, subject));
    return ids;
  };

  readonly standing = async (folder: string): Promise<Standing[]> => {
    const { uidValidity, exists } = await this.other.mailboxOpen(folder);
    const items = { envelope: true, flags: true, internalDate: true, source: true } as const;
    const messages = exists === 0 ? [] : await this.other.fetchAll('1:*', items);
    // A server throws out whoever has a folder open that is renamed or deleted.
    await this.other.mailboxOpen('INBOX');
    return messages.map((message) => ({
      id: formatMailId({ folder, uidValidity, uid: message.uid }),
      subject: message.envelope?.subject ?? '',
      flags: [...(message.flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
      date: new Date(message.internalDate ?? 0).toISOString(),
      source: message.source?.toString() ?? '',
    }));
  };

  readonly subjects = async (folder: string): Promise<string[]> =>
    (await this.standing(folder)).map(({ subject }) => subject).sort();

  readonly flags = async (id: string): Promise<string[] | undefined> =>
    (await this.standing(parseMailId(id).folder)).find((mail) => mail.id === id)?.flags;

  readonly paths = async (): Promise<string[]> => (await this.other.list()).map(({ path }) => path).sort();

  readonly expunge = async (id: string): Promise<void> => {
    const { folder, uid } = parseMailId(id);
    const lock = await this.other.getMailboxLock(folder);
    await this.other.messageDelete(String(uid), { uid: true });
    lock.release();
  };
}

/** One mailbox for all tests of a `describe`. */
export function sharedOffice(open: MailboxKind['open']): () => Office {
  let office: Office;
  beforeAll(async () => {
    office = await Office.at(await open());
  }, 30_000);
  afterAll(() => office.close());
  return () => office;
}

/** A sandbox of one test, in which commands can go wrong. */
export async function faultyOffice(options: SandboxOptions = {}) {
  let fault: ((event: FaultEvent) => Fault | undefined) | undefined;
  const box = await openSandbox({ ...options, intercept: (event) => fault?.(event) });
  const office = await Office.at(box);
  onTestFinished(() => office.close());
  const arm = (next: typeof fault) => {
    fault = next;
  };
  return { office, sandbox: box.sandbox, arm };
}

/** A Dovecot of one test. */
export async function dovecotOffice(options: DovecotOptions = {}, makeImap = imapOf) {
  const dovecot = await startDovecot(options);
  onTestFinished(() => dovecot.stop());
  const env = dovecot.mailEnv('alice');
  const other = await logIn(env);
  const box = { env, otherClient: () => logIn(env), close: async () => other.close() };
  const office = new Office(box, other, makeImap(env));
  onTestFinished(() => office.close());
  return { office, dovecot };
}

/** The fault once, at this command. */
export function once(command: string, fault: Fault) {
  let fired = false;
  return (event: FaultEvent) => {
    if (fired || event.command !== command) return undefined;
    fired = true;
    return fault;
  };
}

export function imapOf(env: Record<string, string>): Imap {
  const {
    accounts: [account],
    pool,
  } = readConfig([], env);
  if (!account) throw new Error('no account');
  return new Imap({
    ...account.imap,
    username: account.username,
    password: passwordOf(account.password),
    ca: account.caFile ? readFileSync(account.caFile, 'utf8') : undefined,
    pool,
    log: createLog({ level: 'error', write: () => undefined }),
  });
}

/** A server with these capabilities hidden from us. */
export function imapWithout(...hidden: string[]) {
  return imapWith((session) => {
    const supports = session.supports.bind(session);
    session.supports = (capability) => !hidden.includes(capability) && supports(capability);
  });
}

/** A server that opens every folder for reading only. */
export const imapReadOnly = imapWith((session) => {
  const run = session.run.bind(session);
  session.run = (commands, options) =>
    run(
      commands.map((command) => (command.name === 'SELECT' ? { ...command, name: 'EXAMINE' } : command)),
      options,
    );
});

function imapWith(adapt: (session: ImapSession) => void) {
  return (env: Record<string, string>): Imap => {
    const imap = imapOf(env);
    const change = imap.change.bind(imap);
    const adapted = new WeakSet<ImapSession>();
    imap.change = (folders, signal, work) =>
      change(folders, signal, (session, commit) => {
        if (!adapted.has(session)) adapt(session);
        adapted.add(session);
        return work(session, commit);
      });
    return imap;
  };
}
