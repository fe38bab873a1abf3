import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { entry } from './server.ts';

export const protocols = ['imap', 'smtp', 'caldav'] as const;
export type Protocol = (typeof protocols)[number];

/** What the server's machine shows it; absent: as it is. */
export interface Machine {
  /** The wall clock, moved by so many milliseconds. */
  clockMs?: number;
  /** What name servers say of `localhost`: addresses, or the code of an error. */
  names?: readonly string[] | string;
}

export interface OutageDeskOptions {
  env?: Record<string, string>;
  sandbox?: SandboxOptions;
  /** The host the server is told; default 127.0.0.1. */
  host?: 'localhost' | '127.0.0.1';
}

type Args = Record<string, unknown>;
export type Answer = ToolOutcome<Args>;

export const alice = 'alice@sandbox.test';
const machinePreload = fileURLToPath(new URL('./preload/machine.mjs', import.meta.url));

/** Alice's built server over stdio on a machine that can be lied to, with a proxy on its line to each of its servers. */
export class OutageDesk {
  /** Asked at every command of IMAP and SMTP. */
  faults: ((event: FaultEvent) => Fault | undefined) | undefined;
  readonly sandbox: Sandbox;
  readonly lines: Readonly<Record<Protocol, TcpProxy>>;
  server!: McpProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'outage-desk-'));
  private readonly env: Record<string, string>;
  private mails = 0;

  private constructor(sandbox: Sandbox, lines: OutageDesk['lines'], options: OutageDeskOptions) {
    const { host = '127.0.0.1', env = {} } = options;
    this.sandbox = sandbox;
    this.lines = lines;
    this.env = {
      ...sandbox.env(alice),
      MAILBOX_IMAP_HOST: host,
      MAILBOX_SMTP_HOST: host,
      MAILBOX_IMAP_PORT: String(lines.imap.port),
      MAILBOX_SMTP_PORT: String(lines.smtp.port),
      MAILBOX_CALDAV_URL: `http://${host}:${lines.caldav.port}/`,
      MAILBOX_TIMEZONE: 'Europe/Berlin',
      MAILBOX_RATE_LIMIT: '0',
      MAILBOX_SEND_LIMIT: '10000',
      MAILBOX_PREFETCH: 'false',
      MAILBOX_DOWNLOAD_DIR: join(this.folder, 'downloads'),
      NODE_OPTIONS: `--import ${machinePreload}`,
      MACHINE: join(this.folder, 'machine.json'),
      ...env,
    };
  }

  static async open(options: OutageDeskOptions = {}): Promise<OutageDesk> {
    let opened: OutageDesk | undefined;
    const intercept = (event: FaultEvent) => opened?.faults?.(event);
    const sandbox = await startSandbox({ ...options.sandbox, intercept });
    const lines = {
      imap: await startProxy({ targetPort: sandbox.imapPort }),
      smtp: await startProxy({ targetPort: sandbox.smtpPort }),
      caldav: await startProxy({ targetPort: Number(new URL(sandbox.caldavUrl).port) }),
    };
    opened = new OutageDesk(sandbox, lines, options);
    await opened.start();
    return opened;
  }

  /** Our server anew: nothing remembered, its machine as it is. */
  async start(changes: Record<string, string> = {}): Promise<void> {
    await this.server?.end();
    this.machine({}, false);
    this.server = startServer(defined({ ...this.env, ...changes }), { entry });
    await this.server.initialize();
  }

  /** From now on the server's machine is like this. */
  machine(machine: Machine, tell = true): void {
    writeFileSync(join(this.folder, 'machine.json'), JSON.stringify(machine));
    if (tell) process.kill(this.server.pid, 'SIGUSR2');
  }

  /** One piece of work for that server: the mail of a send is `Mail <n>`. */
  async ask(protocol: Protocol): Promise<Answer> {
    const subject = `Mail ${++this.mails}`;
    const work: Record<Protocol, readonly [string, Args]> = {
      imap: ['search_emails', { folder: 'INBOX', limit: 1, subject: 'e' }],
      smtp: ['send_email', { to: ['bob@sandbox.test'], subject, text: subject }],
      caldav: ['get_calendar_events', { start: '2026-03-01', end: '2026-03-02' }],
    };
    return await this.server.call(...work[protocol]);
  }

  /** How often that mail was accepted. */
  accepted(subject: string): number {
    return this.sandbox.smtp.accepted.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)).length;
  }

  /** The subject of the last send. */
  get lastSubject(): string {
    return `Mail ${this.mails}`;
  }

  async close(): Promise<void> {
    await this.server.end();
    await Promise.all(Object.values(this.lines).map((line) => line.close()));
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An empty setting counts as none. */
function defined(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

/** Runs with a desk of its own and tidies up. */
export async function atOutage<T>(
  options: OutageDeskOptions,
  work: (desk: OutageDesk) => Promise<T>,
): Promise<T> {
  const desk = await OutageDesk.open(options);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
