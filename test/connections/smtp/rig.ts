import { onTestFinished } from 'vitest';
import { Smtp, type SmtpSettings, type Submission } from '../../../src/connections/smtp.ts';
import type { MailboxError } from '../../../src/domain/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { TlsKeys } from '../../../src/sandbox/connections.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import { type SmtpContext, startSmtpServer } from '../../../src/sandbox/smtp-server.ts';
import { Store } from '../../../src/sandbox/store.ts';

export const alice = 'alice@sandbox.test';
export const bob = 'bob@sandbox.test';
export const password = 'a secret pass, ä';

/** A submission server with two users that ends with the test, and what it saw. */
export class SmtpRig {
  readonly context: SmtpContext;
  port = 0;
  /** Armed by the test; asked at every command. */
  fault: ((event: FaultEvent) => Fault | undefined) | undefined;
  connections: Readonly<{ open: number; total: number }> = { open: 0, total: 0 };
  /** Everything our side logged. */
  readonly logged: string[] = [];

  constructor(changes: Partial<SmtpContext>) {
    const users = [alice, bob].map((email) => ({ email, password }));
    this.context = {
      store: new Store(users, () => new Date()),
      intercept: (event) => this.fault?.(event),
      commandLog: [],
      maxMessageSize: 50_000_000,
      domains: new Set(['sandbox.test']),
      accepted: [],
      ...changes,
    };
  }

  static async start(changes: Partial<SmtpContext> = {}, tls?: TlsKeys): Promise<SmtpRig> {
    const rig = new SmtpRig(changes);
    const server = await startSmtpServer(rig.context, '127.0.0.1', tls);
    rig.port = server.port;
    rig.connections = server.connections;
    onTestFinished(() => server.close());
    return rig;
  }

  /** Our side, with limits that do not make tests wait. */
  smtp(changes: Partial<SmtpSettings> = {}): Smtp {
    const smtp = new Smtp({
      host: '127.0.0.1',
      port: this.port,
      secure: false,
      username: alice,
      password: async () => password,
      ca: undefined,
      pool: { max: 2, min: 0, timeoutMs: 1000, idleTimeoutMs: 60_000, healthCheckMs: 60_000 },
      log: createLog({ level: 'debug', write: (line) => this.logged.push(line) }),
      limits: { commandMs: 150, acceptMs: 150, lastWordMs: 50 },
      ...changes,
    });
    onTestFinished(() => smtp.pool.close());
    return smtp;
  }

  /** Commands received, by name. */
  count(name: string): number {
    return this.context.commandLog.filter((line) => line.toUpperCase().startsWith(name)).length;
  }

  get accepted(): number {
    return this.context.accepted.length;
  }
}

export function message(changes: Partial<Submission> = {}): Submission {
  const raw = Buffer.from(`Subject: Hi\r\n\r\nNobody else's business.\r\n.dot\r\n`);
  return { from: alice, recipients: [bob], raw, ...changes };
}

/** One command goes wrong, every time or only the first so many times. */
export function failing(command: string, fault: Fault, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return (event: FaultEvent) => (event.command === command && left-- > 0 ? fault : undefined);
}

/** `sent`, `unknown`, or the error. */
export async function label(smtp: Smtp, submission = message()): Promise<string> {
  try {
    return (await smtp.submit(submission, AbortSignal.timeout(10_000))).status;
  } catch (error) {
    const { code, message: text } = error as MailboxError;
    return text.endsWith('Nothing was sent.') ? `error ${code}` : `unclear: ${text}`;
  }
}
