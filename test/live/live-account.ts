import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { AccountConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { passwordOf } from '../../src/connections/password-command.ts';
import { type CalendarDesk, openDesk } from '../stdio/calendar-rig.ts';

/** How long mail to oneself may be on its way. */
const deliveryMs = 60_000;

export type Settings = Record<string, string>;

/**
 * An account whose owner keeps their mail and calendars in it: everything a test makes carries `mark`, stands in a folder
 * and a calendar of its own, and is gone at the end, whatever happened.
 */
export class LiveAccount {
  /** In every subject and title; of no other run. */
  readonly mark = `mcp-test-${randomBytes(5).toString('hex')}`;
  readonly folder = `MCP test ${this.mark.slice(-10)}`;
  readonly env: Settings;
  readonly account: AccountConfig;
  readonly desk: CalendarDesk;
  readonly #imap: ImapFlow;

  static async open(env: Settings): Promise<LiveAccount> {
    const config = readConfig([], env);
    const [account] = config.accounts;
    if (!account) throw new Error(config.missing);
    const imap = await logInTo(account);
    // Without it nobody can remove the test's mails and be sure to remove no other (RFC 4315).
    if (!imap.capabilities.has('UIDPLUS')) throw new Error('The server has no UIDPLUS: nothing was tested.');
    try {
      return new LiveAccount(env, account, await openDesk(env), imap);
    } catch (error) {
      imap.close();
      throw error;
    }
  }

  constructor(env: Settings, account: AccountConfig, desk: CalendarDesk, imap: ImapFlow) {
    this.env = env;
    this.account = account;
    this.desk = desk;
    this.#imap = imap;
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
   * Removes what carries the mark from every folder it may be in, and the test's own folders.
   * @throws Error when anything is left
   */
  async close(): Promise<void> {
    await this.desk.server.kill('SIGTERM');
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
    if (left.flat().length + folders.length > 0) throw new Error(`Left behind in ${left.flat()} ${folders}`);
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
  const client = new ImapFlow({
    ...account.imap,
    auth: { user: account.username, pass: await passwordOf(account.password)() },
    ...(account.caFile ? { tls: { ca: readFileSync(account.caFile) } } : {}),
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
