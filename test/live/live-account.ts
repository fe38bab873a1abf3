import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { AccountConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { passwordOf } from '../../src/connections/password-command.ts';
import { type CalendarDesk, openDesk } from '../stdio/calendar-rig.ts';
import { whenInterrupted } from './interrupted.ts';
import { sweepMail } from './leftovers.ts';
import { LiveCalendar, sweepCalendars } from './live-calendar.ts';
import { liveSettings, type Settings } from './live-settings.ts';
import { folderOf, newMark } from './mark.ts';

/** How long mail to oneself may be on its way. */
const deliveryMs = 60_000;

/** Runs the mail part alone: vitest selects by the names in account.live.ts. */
const mailAlone = 'npm run test:live -- -t "mail contract"';

/**
 * An account whose owner keeps their mail and calendars in it: everything a test makes carries `mark`, stands in a folder
 * and a calendar of its own, and is gone at the end, whatever happened.
 */
export class LiveAccount {
  /** In every subject and title; of no other run. */
  readonly mark: string;
  readonly folder: string;
  readonly account: AccountConfig;
  readonly desk: CalendarDesk;
  readonly #imap: ImapFlow;
  readonly #now: number;
  readonly #finished: () => void;
  #calendar: LiveCalendar | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Sweeps first what an interrupted run left.
   * @param now in milliseconds since 1970
   * @throws Error that says which setting or server is in the way
   */
  static async open(given: Settings, now = Date.now()): Promise<LiveAccount> {
    const config = readConfig([], given);
    const [account] = config.accounts;
    if (!account) throw new Error(config.missing);
    const env = liveSettings(given);
    const imap = await logInTo(account);
    try {
      // Without it nobody can remove the test's mails and be sure to remove no other (RFC 4315).
      if (!imap.capabilities.has('UIDPLUS'))
        throw new Error('The server has no UIDPLUS: nothing was tested.');
      tell(await sweepMail(imap, now));
      return new LiveAccount(account, await openDesk(env), imap, now);
    } catch (error) {
      imap.close();
      throw error;
    }
  }

  constructor(account: AccountConfig, desk: CalendarDesk, imap: ImapFlow, now: number) {
    this.account = account;
    this.desk = desk;
    this.#imap = imap;
    this.#now = now;
    this.mark = newMark(now);
    this.folder = folderOf(this.mark);
    this.#finished = whenInterrupted(() => this.close());
  }

  /**
   * The calendar of this test, gone with it.
   * @throws Error that says how to do without, when the account has none or the server makes none
   */
  async ownCalendar(): Promise<LiveCalendar> {
    try {
      tell(await sweepCalendars(this.account, this.#now));
      this.#calendar = await LiveCalendar.make(this.account, this.mark);
      return this.#calendar;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}\nAn account without calendars is tested by: ${mailAlone}`, { cause: error });
    }
  }

  /** Both passwords, also when a command gives them. */
  async passwords(): Promise<string[]> {
    const { password, davPassword } = this.account;
    return await Promise.all([password, davPassword].map(async (source) => await passwordOf(source)()));
  }

  /** Another mail program puts a mail there. */
  async append(raw: string): Promise<void> {
    await this.#imap.append(this.folder, raw);
  }

  /** Source and flags of all mails there that carry the mark, as another mail program sees them. */
  async standing(folder = this.folder): Promise<{ source: string; flags: string[] }[]> {
    const lock = await this.#imap.getMailboxLock(folder);
    try {
      const found = await this.#imap.search({ header: { subject: this.mark } }, { uid: true });
      const uids = found || [];
      if (uids.length === 0) return [];
      const mails = await this.#imap.fetchAll(uids, { source: true, flags: true }, { uid: true });
      return mails.map(({ source, flags }) => ({
        source: source?.toString('latin1') ?? '',
        flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
      }));
    } finally {
      lock.release();
    }
  }

  /** Once a mail to oneself has come. @throws Error when it does not within a minute */
  async arrived(folder: string): Promise<string> {
    for (const start = performance.now(); performance.now() - start < deliveryMs; await sleep(500)) {
      const [mail] = await this.standing(folder);
      if (mail) return mail.source;
    }
    throw new Error(`Nothing came to ${folder} within ${deliveryMs} ms.`);
  }

  /**
   * Removes the calendar, what carries the mark from every folder it may be in, and the test's own folders.
   * @throws Error when anything is left
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.desk.server.kill('SIGTERM');
      const [calendar, mail] = await Promise.allSettled([this.#calendar?.remove(), this.#removeMail()]);
      for (const end of [mail, calendar]) if (end.status === 'rejected') throw end.reason;
    } finally {
      this.#finished();
    }
  }

  async #removeMail(): Promise<void> {
    const all = await this.#imap.list();
    const usual = all.filter(({ specialUse, path }) => specialUse || path === 'INBOX');
    for (const { path } of usual) await this.#removeMarked(path);
    const own = all.filter(({ path }) => path.includes(this.folder));
    for (const { path } of own.toReversed()) await this.#imap.mailboxDelete(path);
    const left = await Promise.all(
      usual.map(async ({ path }) => (await this.standing(path)).map(() => path)),
    );
    const folders = (await this.#imap.list()).filter(({ path }) => path.includes(this.folder));
    await this.#imap.logout();
    if (left.flat().length + folders.length > 0) {
      throw new Error(`Left behind in ${[...left.flat(), ...folders.map(({ path }) => path)].join(', ')}`);
    }
  }

  async #removeMarked(path: string): Promise<void> {
    const lock = await this.#imap.getMailboxLock(path);
    try {
      const found = await this.#imap.search({ header: { subject: this.mark } }, { uid: true });
      if (found && found.length > 0) await this.#imap.messageDelete(found, { uid: true });
    } finally {
      lock.release();
    }
  }
}

async function logInTo(account: AccountConfig): Promise<ImapFlow> {
  const { imap, username, caFile } = account;
  const client = new ImapFlow({
    ...imap,
    auth: { user: username, pass: await passwordOf(account.password)() },
    ...(caFile ? { tls: { ca: readFileSync(caFile) } } : {}),
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    // Of a refused login imapflow says only "Command failed".
    const refused = error instanceof Error && 'authenticationFailed' in error && error.authenticationFailed;
    const what = refused
      ? `refused the login of ${username}: the password of MAILBOX_PASSWORD (or MAILBOX_PASSWORD_COMMAND) is not right for it`
      : `could not be reached (${error instanceof Error ? error.message : String(error)})`;
    throw new Error(`${imap.host}:${imap.port} ${what}.`, { cause: error });
  }
  return client;
}

function tell(removed: readonly string[]): void {
  if (removed.length > 0) console.info(`Removed what an interrupted run had left: ${removed.join(', ')}.`);
}
