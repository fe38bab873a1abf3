import { setTimeout as sleep } from 'node:timers/promises';
import type { SentMail } from '../../../src/domain/outbox.ts';
import type { TlsKeys } from '../../../src/sandbox/connections.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts';
import {
  type SmtpContext,
  type SubmittedMessage,
  startSmtpServer,
} from '../../../src/sandbox/smtp-server.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { entry } from './server.ts';

export interface SendingDeskOptions {
  env?: Record<string, string>;
  sandbox?: SandboxOptions;
  /** Submission offers STARTTLS with these keys, which `caFile` vouches for. */
  startTls?: TlsKeys & { caFile: string };
  /** What the client declares in the handshake. */
  capabilities?: Record<string, unknown>;
}

type Args = Record<string, unknown>;

export const alice = 'alice@sandbox.test';
export const bob = 'bob@sandbox.test';

const patient = {
  MAILBOX_TIMEZONE: 'Europe/Berlin',
  MAILBOX_SEND_LIMIT: '10000',
  MAILBOX_RATE_LIMIT: '0',
  POOL_TIMEOUT_MS: '2000',
  LOG_LEVEL: 'debug',
};

/** Alice's built server over stdio, the sandbox it sends through, and a proxy on the line to submission. */
export class SendingDesk {
  /** Asked at every command of SMTP and IMAP. */
  faults: ((event: FaultEvent) => Fault | undefined) | undefined;
  /** Told with all bytes sent to submission so far, before the last of them go on. */
  onSent: ((bytesUp: number) => void) | undefined;
  sandbox!: Sandbox;
  line!: TcpProxy;
  server!: McpProcess;
  accepted: readonly SubmittedMessage[] = [];
  private readonly options: SendingDeskOptions;
  private readonly closing: (() => Promise<unknown>)[] = [];

  private constructor(options: SendingDeskOptions) {
    this.options = options;
  }

  static async open(options: SendingDeskOptions = {}): Promise<SendingDesk> {
    const desk = new SendingDesk(options);
    const users = ['alice', 'bob'].map((name) => ({
      email: `${name}@sandbox.test`,
      password: `${name}-pw`,
      aliases: [`${name}.alias@sandbox.test`],
    }));
    const intercept = (event: FaultEvent) => desk.faults?.(event);
    desk.sandbox = await startSandbox({ seed: false, users, ...options.sandbox, intercept });
    desk.closing.unshift(() => desk.sandbox.close());
    const targetPort = await desk.submission(intercept);
    desk.line = await startProxy({ targetPort, onSent: (bytes) => desk.onSent?.(bytes) });
    desk.closing.unshift(() => desk.line.close());
    await desk.start();
    return desk;
  }

  /** The port mail is submitted at: the sandbox's own, or one of a server with STARTTLS on the same mailboxes. */
  private async submission(intercept: SmtpContext['intercept']): Promise<number> {
    const { store, host, smtpPort, smtp } = this.sandbox;
    const { startTls } = this.options;
    this.accepted = smtp.accepted;
    if (!startTls) return smtpPort;
    const accepted: SubmittedMessage[] = [];
    const domains = new Set(['sandbox.test']);
    const context = {
      store,
      intercept,
      commandLog: [],
      maxMessageSize: 50_000_000,
      domains,
      accepted,
      startTls,
    };
    const server = await startSmtpServer(context, host);
    this.closing.unshift(() => server.close());
    this.accepted = accepted;
    return server.port;
  }

  private async start(): Promise<void> {
    const { env, startTls, capabilities } = this.options;
    const own = {
      ...patient,
      MAILBOX_SMTP_PORT: String(this.line.port),
      ...(startTls ? { MAILBOX_CA_FILE: startTls.caFile } : {}),
    };
    this.server = startServer({ ...this.sandbox.env(alice), ...own, ...env }, { entry });
    await this.server.initialize(capabilities);
  }

  /** Our server anew: nothing remembered. */
  async restart(how: 'end' | 'SIGKILL' = 'end'): Promise<void> {
    await (how === 'end' ? this.server.end() : this.server.kill(how));
    await this.start();
  }

  readonly send = (args: Args, signal?: AbortSignal): Promise<ToolOutcome<SentMail>> =>
    this.server.call<SentMail>('send_email', args, signal ? { signal } : {});

  /** What the tool returns. @throws Error when it is an error: the case itself needs it */
  readonly call = async <T>(tool: string, args: Args): Promise<T> => {
    const outcome = await this.server.call<T>(tool, args);
    if (!outcome.ok) throw new Error(`${tool}: ${JSON.stringify(outcome.error)}`);
    return outcome.data;
  };

  /** What lies in a folder of alice, as bytes. */
  standing(folder: string): Buffer[] {
    const messages = this.sandbox.store.account(alice).find(folder)?.messages ?? [];
    return messages.map(({ content }) => content.raw);
  }

  /** Resolves when no command has come for a while: what goes on behind the answers is done. */
  async quiet(ms = 60): Promise<void> {
    const heard = () => this.sandbox.imap.commands.length + this.line.traffic.bytesUp;
    for (let before = -1; before !== heard(); ) {
      before = heard();
      await sleep(ms);
    }
  }

  async close(): Promise<void> {
    await this.server.end();
    for (const close of this.closing) await close();
  }
}

/** Runs with a desk of its own and tidies up. */
export async function atDesk<T>(
  options: SendingDeskOptions,
  work: (desk: SendingDesk) => Promise<T>,
): Promise<T> {
  const desk = await SendingDesk.open(options);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
