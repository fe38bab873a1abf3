import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import { createTransport, type Transporter } from 'nodemailer';
import type { OpenAccount } from '../../src/cli/account.ts';
import { type Dovecot, startDovecot } from '../servers/dovecot.ts';
import { type Postfix, startPostfix } from '../servers/postfix.ts';
import { letter } from '../support/letters.ts';
import { openMail } from '../support/mailboxes.ts';
import { type McpProcess, startServer } from '../support/mcp-client.ts';
import { logIn } from '../support/other-client.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

const user = 'bench';
/** The folder whose mails are moved and marked, and where they are moved to. */
export const pile = { folder: 'Pile', target: 'Filed', mails: 2000, batch: 500 };
/** Where copies by hand are filed: in Sent they would be news that ours has to take in. */
export const byHandFolder = 'By hand';

type Names = 'imap' | 'smtp' | 'bareImap' | 'bareSmtp';

/** What the cases of writing measure on: Dovecot and Postfix behind counting proxies, and a server that is warm. */
export class PostRig {
  /** Ours go through `imap` and `smtp`, those of the floor through the others. */
  readonly proxies: Readonly<Record<Names, TcpProxy>>;
  readonly server: McpProcess;
  /** The same services in this process: what they cost without stdio and a second process. */
  readonly account: OpenAccount;
  /** imapflow and nodemailer and nothing else, both warm: what one would write by hand. */
  readonly bare: { imap: ImapFlow; smtp: Transporter; address: string };
  /** UIDs of the pile in order. */
  readonly uids: readonly number[];
  readonly #postfix: Postfix;

  /**
   * @param roundTripMs how far away the servers are; for the floor just as far.
   * @param direct without the proxies, which run in this process and so cost ours more than the floor.
   */
  static async open({ roundTripMs = 0, direct = false } = {}): Promise<PostRig> {
    const dovecot = await startDovecot({ mta: true });
    const postfix = await startPostfix({ dovecot });
    const uids = await fill(dovecot);
    const proxy = (targetPort: number) => startProxy({ targetPort, roundTripMs });
    const proxies = {
      imap: await proxy(dovecot.imapsPort),
      bareImap: await proxy(dovecot.imapsPort),
      smtp: await proxy(postfix.smtpsPort),
      bareSmtp: await proxy(postfix.smtpsPort),
    };
    const env = (imap: TcpProxy, smtp: TcpProxy): Record<string, string> => ({
      ...postfix.mailEnv(user),
      ...(direct ? {} : { MAILBOX_IMAP_PORT: String(imap.port), MAILBOX_SMTP_PORT: String(smtp.port) }),
      MAILBOX_SEND_LIMIT: '10000',
    });
    const bareEnv = env(proxies.bareImap, proxies.bareSmtp);
    const bare = { imap: await logIn(bareEnv), smtp: mailer(bareEnv), address: bareEnv.MAILBOX_EMAIL ?? '' };
    const server = startServer(env(proxies.imap, proxies.smtp));
    await server.initialize();
    const account = await openMail(env(proxies.imap, proxies.smtp));
    return new PostRig(postfix, proxies, { server, account }, bare, uids);
  }

  constructor(
    postfix: Postfix,
    proxies: PostRig['proxies'],
    { server, account }: { server: McpProcess; account: OpenAccount },
    bare: PostRig['bare'],
    uids: readonly number[],
  ) {
    this.#postfix = postfix;
    this.proxies = proxies;
    this.server = server;
    this.account = account;
    this.bare = bare;
    this.uids = uids;
  }

  /** Round trips of `work` on each of these connections, once they are quiet. */
  async roundTrips<N extends Names>(names: readonly N[], work: () => Promise<unknown>) {
    await sleep(50);
    for (const name of names) this.proxies[name].reset();
    await work();
    const counted = names.map((name) => {
      const { turns, connections } = this.proxies[name].traffic;
      return [name, turns + connections.total] as const;
    });
    return Object.fromEntries(counted) as Record<N, number>;
  }

  async close(): Promise<void> {
    this.bare.smtp.close();
    this.bare.imap.close();
    await this.server.end();
    await this.account.close();
    for (const proxy of Object.values(this.proxies)) await proxy.close();
    await this.#postfix.settled();
    await this.#postfix.stop();
  }
}

async function fill(dovecot: Dovecot): Promise<number[]> {
  for (const folder of ['Sent', 'Drafts', byHandFolder, pile.target])
    await dovecot.createFolder(user, folder);
  const mails = Array.from({ length: pile.mails }, (_, index) => ({
    raw: letter({ subject: `Mail ${index}`, body: `Text ${index}.\r\n`.repeat(20) }),
  }));
  return await dovecot.deliverAll(user, pile.folder, mails);
}

/** One warm connection, as nodemailer's own pool keeps it. */
function mailer(env: Readonly<Record<string, string | undefined>>): Transporter {
  return createTransport({
    pool: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
    host: env.MAILBOX_SMTP_HOST,
    port: Number(env.MAILBOX_SMTP_PORT),
    secure: true,
    auth: { user: env.MAILBOX_EMAIL, pass: env.MAILBOX_PASSWORD },
    tls: { ca: readFileSync(env.MAILBOX_CA_FILE ?? '') },
  });
}
