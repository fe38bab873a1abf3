import type { ImapFlow } from 'imapflow';
import { assemble, type OpenAccount } from '../../src/cli/account.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createLog } from '../../src/log.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { dovecotAvailable, startDovecot } from '../servers/dovecot.ts';
import { logIn } from './other-client.ts';

/** A running mail server with one empty mailbox, and what a test does to it from outside. */
export interface TestMailbox {
  env: Record<string, string>;
  /** Another mail program of the same user, logged in; ended by `close`. */
  otherClient(): Promise<ImapFlow>;
  close(): Promise<void>;
}

export interface MailboxKind {
  name: string;
  open(): Promise<TestMailbox>;
}

/** Everything that has to keep the promises: our sandbox always, Dovecot where it is installed. */
export const mailboxKinds: MailboxKind[] = [
  { name: 'sandbox', open: async () => sandboxMailbox(await startSandbox({ seed: false })) },
  ...(dovecotAvailable() ? [{ name: 'dovecot', open: dovecotMailbox }] : []),
];

export async function openSandbox(options: SandboxOptions = {}): Promise<TestMailbox & { sandbox: Sandbox }> {
  const sandbox = await startSandbox({ seed: false, ...options });
  return { ...sandboxMailbox(sandbox), sandbox };
}

function sandboxMailbox(sandbox: Sandbox): TestMailbox {
  return mailbox(sandbox.env('alice@sandbox.test'), () => sandbox.close());
}

async function dovecotMailbox(): Promise<TestMailbox> {
  const dovecot = await startDovecot();
  return mailbox(dovecot.mailEnv('alice'), () => dovecot.stop());
}

function mailbox(env: Record<string, string>, stop: () => Promise<void>): TestMailbox {
  const clients: ImapFlow[] = [];
  return {
    env,
    async otherClient() {
      const client = await logIn(env);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      await stop();
    },
  };
}

/** Our services against that mailbox, put together as the server does it. */
export async function openMail(env: Record<string, string>, logged: string[] = []): Promise<OpenAccount> {
  const config = readConfig([], { MAILBOX_TIMEZONE: 'Europe/Berlin', ...env });
  const log = createLog({ level: 'debug', write: (line) => logged.push(line) });
  const [account] = config.accounts;
  if (!account) throw new Error(`no account: ${config.missing}`);
  return await assemble(account, config, log, '0.0.0');
}

export const context = (ms = 20_000) => ({ signal: AbortSignal.timeout(ms) });
