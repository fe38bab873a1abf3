import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { isAbout } from '../servers/imap-fetch.ts';
import { postfixAvailable, startPostfix } from '../servers/postfix.ts';
import { logIn } from './other-client.ts';

export type Correspondent = 'alice' | 'bob';

/** Running mail servers with two empty mailboxes whose owners write to each other. */
export interface PostOffice {
  /** The settings with which our server is this user: address, one alias, IMAP and SMTP. */
  env(user: Correspondent): Record<string, string>;
  /** Another mail program of the user, logged in; ended by `close`. */
  otherClient(user: Correspondent): Promise<ImapFlow>;
  /** The first message with this subject or Message-ID (`<…>`), awaited for 5 seconds. Folder: INBOX. */
  arrived(user: Correspondent, subjectOrId: string, folder?: string): Promise<Buffer>;
  /** All such messages, once nothing is on its way any more: none means that none will come. */
  copies(user: Correspondent, subjectOrId: string, folder?: string): Promise<Buffer[]>;
  close(): Promise<void>;
}

export interface PostOfficeOptions {
  /** What SMTP accepts, and says so as SIZE. */
  maxMessageBytes?: number;
  /** Room for each user's mail. */
  quotaBytes?: number;
  /** Between the levels of folder names; default `/`. */
  separator?: '/' | '.';
}

export interface PostOfficeKind {
  name: string;
  open(options?: PostOfficeOptions): Promise<PostOffice>;
}

/** Everything mail is sent through in tests: our sandbox always, Dovecot with Postfix where they can run. */
export const postOffices: PostOfficeKind[] = [
  { name: 'sandbox', open: openSandboxPostOffice },
  ...(postfixAvailable() ? [{ name: 'dovecot+postfix', open: openRealPostOffice }] : []),
];

/** The sandbox with alice and bob, and what only a sandbox can do: faults, a clock, its traffic. */
export async function openSandboxPostOffice({
  maxMessageBytes,
  quotaBytes,
  ...options
}: PostOfficeOptions & SandboxOptions = {}): Promise<PostOffice & { sandbox: Sandbox }> {
  const users = ['alice', 'bob'].map((name) => ({
    email: `${name}@sandbox.test`,
    password: `${name}-pw`,
    aliases: [`${name}.alias@sandbox.test`],
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
  }));
  const size = maxMessageBytes === undefined ? {} : { maxMessageSize: maxMessageBytes };
  const sandbox = await startSandbox({ seed: false, users, ...size, ...options });
  const copies = async (user: Correspondent, subjectOrId: string, folder = 'INBOX') => {
    const messages = sandbox.store.account(`${user}@sandbox.test`).find(folder)?.messages ?? [];
    return messages.map(({ content }) => content.raw).filter((raw) => isAbout(raw, subjectOrId));
  };
  const arrived = async (user: Correspondent, subjectOrId: string, folder = 'INBOX') => {
    for (let waited = 0; waited < 5000; waited += 10) {
      const [raw] = await copies(user, subjectOrId, folder);
      if (raw) return raw;
      await sleep(10);
    }
    throw new Error(`${subjectOrId} did not reach ${folder} of ${user}.`);
  };
  const env = (user: Correspondent) => sandbox.env(`${user}@sandbox.test`);
  return { ...withClients(env, () => sandbox.close()), arrived, copies, sandbox };
}

async function openRealPostOffice(options: PostOfficeOptions = {}): Promise<PostOffice> {
  const { maxMessageBytes, quotaBytes, separator = '/' } = options;
  const quota = quotaBytes === undefined ? {} : { quota: `${quotaBytes}B` };
  const dovecot = await startDovecot({ mta: true, separator, ...quota });
  const size = maxMessageBytes === undefined ? {} : { maxMessageBytes };
  const postfix = await startPostfix({ dovecot, ...size });
  return {
    ...withClients(
      (user) => postfix.mailEnv(user),
      () => postfix.stop(),
    ),
    arrived: (user, subjectOrId, folder = 'INBOX') => postfix.arrived(user, subjectOrId, { folder }),
    async copies(user, subjectOrId, folder = 'INBOX') {
      await postfix.settled();
      return dovecot.copies(user, subjectOrId, folder);
    },
  };
}

/** The part of a post office that is the same everywhere. */
function withClients(
  env: PostOffice['env'],
  stop: () => Promise<void>,
): Pick<PostOffice, 'env' | 'otherClient' | 'close'> {
  const clients: ImapFlow[] = [];
  return {
    env,
    async otherClient(user) {
      const client = await logIn(env(user));
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      await stop();
    },
  };
}
