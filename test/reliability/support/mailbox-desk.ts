import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatMailId } from '../../../src/domain/mail-id.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { Mailbox } from '../../../src/sandbox/mailbox.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Account } from '../../../src/sandbox/store.ts';
import { type Letter, letter } from '../../support/letters.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { entry } from './server.ts';

export interface MailboxDeskOptions {
  env?: Record<string, string>;
  sandbox?: SandboxOptions;
}

type Args = Record<string, unknown>;

/** A mail as it stands in the store. */
export interface Standing {
  folder: string;
  subject: string;
  flags: readonly string[];
}

/** All mails of the user by id. */
export type Picture = ReadonlyMap<string, Standing>;

export const alice = 'alice@sandbox.test';

const patient = {
  MAILBOX_TIMEZONE: 'Europe/Berlin',
  MAILBOX_RATE_LIMIT: '0',
  MAILBOX_PREFETCH: 'false',
  POOL_TIMEOUT_MS: '2000',
};

/** Alice's built server over stdio, the sandbox that keeps her mail, and a proxy on the line between them. */
export class MailboxDesk {
  /** Asked at every IMAP command. */
  faults: ((event: FaultEvent) => Fault | undefined) | undefined;
  /** What our server gets instead of what IMAP said. */
  rewrite: ((text: string) => string) | undefined;
  sandbox!: Sandbox;
  line!: TcpProxy;
  server!: McpProcess;
  /** Nothing but what the server saved is in there. */
  readonly downloads = mkdtempSync(join(tmpdir(), 'mailbox-desk-'));
  private readonly options: MailboxDeskOptions;

  private constructor(options: MailboxDeskOptions) {
    this.options = options;
  }

  static async open(options: MailboxDeskOptions = {}): Promise<MailboxDesk> {
    const desk = new MailboxDesk(options);
    const intercept = (event: FaultEvent) => (event.protocol === 'imap' ? desk.faults?.(event) : undefined);
    desk.sandbox = await startSandbox({ seed: false, ...options.sandbox, intercept });
    const rewrite = (piece: Buffer) =>
      desk.rewrite ? Buffer.from(desk.rewrite(piece.toString('latin1')), 'latin1') : piece;
    desk.line = await startProxy({ targetPort: desk.sandbox.imapPort, rewrite });
    await desk.start();
    return desk;
  }

  private async start(): Promise<void> {
    const own = { MAILBOX_IMAP_PORT: String(this.line.port), MAILBOX_DOWNLOAD_DIR: this.downloads };
    const env = { ...this.sandbox.env(alice), ...patient, ...own, ...this.options.env };
    this.server = startServer(env, { entry });
    await this.server.initialize();
  }

  /** Our server anew: nothing remembered. */
  async restart(): Promise<void> {
    await this.server.end();
    await this.start();
  }

  get account(): Account {
    return this.sandbox.store.account(alice);
  }

  folder(path: string): Mailbox {
    return this.account.find(path) ?? this.account.create(path);
  }

  /** Stores a mail; gives its id. */
  put(path: string, parts: Letter | Buffer, flags: readonly string[] = []): string {
    const raw = Buffer.isBuffer(parts) ? parts : letter(parts);
    const { uid } = this.sandbox.deliver(alice, path, raw, { flags });
    return idIn(this.folder(path), uid);
  }

  picture(): Picture {
    const standing = [...this.account.folders.values()].flatMap((mailbox) =>
      mailbox.messages.map(({ uid, content, flags }) => {
        const mail = { folder: mailbox.name, subject: subjectOf(content.raw), flags: [...flags].sort() };
        return [idIn(mailbox, uid), mail] as const;
      }),
    );
    return new Map(standing);
  }

  /** Takes all mails away, and all folders that are not there from the start. */
  clear(): void {
    for (const mailbox of [...this.account.folders.values()]) {
      mailbox.expunge(mailbox.messages);
      if (mailbox.name !== 'INBOX' && !mailbox.specialUse) this.account.folders.delete(mailbox.name);
    }
  }

  readonly call = <T = Args>(tool: string, args: Args = {}, signal?: AbortSignal): Promise<ToolOutcome<T>> =>
    this.server.call<T>(tool, args, signal ? { signal } : {});

  /** What the tool returns. @throws Error when it is an error: the case itself needs it */
  readonly ask = async <T = Args>(tool: string, args: Args = {}): Promise<T> => {
    const outcome = await this.call<T>(tool, args);
    if (!outcome.ok) throw new Error(`${tool} ${JSON.stringify(args)}: ${JSON.stringify(outcome.error)}`);
    return outcome.data;
  };

  /** Ends all faults; what is wrong when the server does not work again within the time. */
  async heals(withinMs = 15_000): Promise<string | undefined> {
    this.faults = undefined;
    this.rewrite = undefined;
    this.line.cutAfterBytes(Number.POSITIVE_INFINITY);
    const until = performance.now() + withinMs;
    for (;;) {
      const answer = await this.call('search_emails', { folder: 'INBOX', limit: 1 });
      if (answer.ok && !('stale' in answer.data)) return undefined;
      const told = answer.ok ? 'a stale answer' : answer.error.code;
      if (performance.now() > until) return `${told} long after everything was well again`;
      await sleep(100);
    }
  }

  async close(): Promise<void> {
    await this.server.end();
    await this.line.close();
    await this.sandbox.close();
    rmSync(this.downloads, { recursive: true, force: true });
  }
}

/** Runs with a desk of its own and tidies up. */
export async function atMailbox<T>(
  options: MailboxDeskOptions,
  work: (desk: MailboxDesk) => Promise<T>,
): Promise<T> {
  const desk = await MailboxDesk.open(options);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

/** A fault for the nth command of that name, once. */
export function once(command: string, fault: Fault, nth = 1): (event: FaultEvent) => Fault | undefined {
  let seen = 0;
  return (event) => (event.command === command && ++seen === nth ? fault : undefined);
}

export function idIn({ name, uidValidity }: Mailbox, uid: number): string {
  return formatMailId({ folder: name, uidValidity: BigInt(uidValidity), uid });
}

function subjectOf(raw: Buffer): string {
  return /^Subject: (.*)\r?$/mu.exec(raw.toString('latin1', 0, 4096))?.[1] ?? '';
}
