import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMailId } from '../../../src/domain/mail-id.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type Dovecot, dovecotAvailable, startDovecot } from '../../servers/dovecot.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { entry } from './server.ts';

export const reader = 'reader@rig.test';

type Args = Record<string, unknown>;

/**
 * The built server over stdio for one who reads strangers' mail, kept by Dovecot where there is one, and events, kept by
 * the sandbox.
 */
export class ReadingDesk {
  /** Whoever keeps the mail. */
  readonly keeper: 'Dovecot' | 'sandbox';
  /** Nothing but what the server saved is in there. */
  readonly downloads: string;
  readonly sandbox: Sandbox;
  readonly env: Readonly<Record<string, string>>;
  server!: McpProcess;
  private readonly dovecot: Dovecot | undefined;

  static async open(env: Record<string, string> = {}): Promise<ReadingDesk> {
    const dovecot = dovecotAvailable() ? await startDovecot() : undefined;
    const password = dovecot?.user('reader').password ?? 'reader-pw';
    const users = [
      { email: reader, password },
      { email: 'other@rig.test', password },
    ];
    const desk = new ReadingDesk(await startSandbox({ seed: false, users }), dovecot, env);
    await desk.start();
    return desk;
  }

  private constructor(sandbox: Sandbox, dovecot: Dovecot | undefined, env: Record<string, string>) {
    this.sandbox = sandbox;
    this.dovecot = dovecot;
    this.keeper = dovecot ? 'Dovecot' : 'sandbox';
    this.downloads = mkdtempSync(join(tmpdir(), 'mailbox-saved-'));
    this.env = {
      ...sandbox.env(reader),
      ...dovecot?.mailEnv('reader'),
      MAILBOX_CALDAV_URL: sandbox.caldavUrl,
      MAILBOX_TIMEZONE: 'Europe/Berlin',
      MAILBOX_RATE_LIMIT: '0',
      MAILBOX_PREFETCH: 'false',
      MAILBOX_DOWNLOAD_DIR: this.downloads,
      ...env,
    };
  }

  private async start(): Promise<void> {
    this.server = startServer(this.env, { entry });
    await this.server.initialize();
  }

  /** Puts messages into the inbox. Resolves to their mail ids, in their order. */
  async store(raws: readonly Buffer[]): Promise<string[]> {
    if (!this.dovecot) {
      const stored = raws.map((raw) => this.sandbox.deliver(reader, 'INBOX', raw));
      const inbox = this.sandbox.store.account(reader).find('INBOX');
      return stored.map(({ uid }) => mailId(BigInt(inbox?.uidValidity ?? 0), uid));
    }
    const uids = await this.dovecot.deliverAll(
      'reader',
      'INBOX',
      raws.map((raw) => ({ raw })),
    );
    const status = await this.dovecot.doveadm(
      ...['-f', 'flow', 'mailbox', 'status', '-u', reader, 'uidvalidity', 'INBOX'],
    );
    const validity = BigInt(/uidvalidity=(\d+)/u.exec(status)?.[1] ?? 0);
    return uids.map((uid) => mailId(validity, uid));
  }

  /** Puts an event into the calendar, as somebody else's program would. */
  storeEvent(name: string, ics: string): void {
    this.sandbox.caldav.calendars.user(reader).collection('Kalender').put(name, ics);
  }

  readonly call = <T = Args>(tool: string, args: Args = {}): Promise<ToolOutcome<T>> =>
    this.server.call<T>(tool, args);

  /** What the tool returns. @throws Error when it is an error: the case itself needs it */
  readonly ask = async <T = Args>(tool: string, args: Args = {}): Promise<T> => {
    const outcome = await this.server.call<T>(tool, args);
    if (!outcome.ok) throw new Error(`${tool} ${JSON.stringify(args)}: ${JSON.stringify(outcome.error)}`);
    return outcome.data;
  };

  async close(): Promise<void> {
    await this.server.end();
    await Promise.all([this.sandbox.close(), this.dovecot?.stop()]);
    rmSync(this.downloads, { recursive: true, force: true });
  }
}

function mailId(uidValidity: bigint, uid: number): string {
  return formatMailId({ folder: 'INBOX', uidValidity, uid });
}

/** Runs with a desk of its own and tidies up. */
export async function atReadingDesk<T>(
  env: Record<string, string>,
  work: (desk: ReadingDesk) => Promise<T>,
): Promise<T> {
  const desk = await ReadingDesk.open(env);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
