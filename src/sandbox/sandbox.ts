import { type CaldavOptions, type CaldavServer, startCaldavServer } from './caldav/caldav-server.ts';
import type { ConnectionCounters, TlsKeys } from './connections.ts';
import type { Intercept } from './faults.ts';
import { defaultCapabilities, startImapServer } from './imap-server.ts';
import type { Message } from './mailbox.ts';
import { seedDemoCalendars } from './seed/calendar.ts';
import { seedDemoMailbox } from './seed/seed.ts';
import { type SubmittedMessage, startSmtpServer } from './smtp-server.ts';
import { type DeliverOptions, type SandboxUser, type Separator, Store } from './store.ts';

export interface SandboxOptions {
  /** Default: alice@sandbox.test and bob@sandbox.test, password `<name>-pw`. */
  users?: readonly SandboxUser[];
  /** Fill the first user's mailbox and calendars with the demo's mail and events. Default true. */
  seed?: boolean;
  /** The time of everything: new mail, UIDVALIDITY, the seed's dates. Default: the system clock. */
  clock?: () => Date;
  /** What IMAP advertises; commands of other capabilities do not exist. Default: much like Dovecot's. */
  capabilities?: readonly string[];
  /** Between the levels of folder names, in IMAP as in `deliver`. Default `/`. */
  separator?: Separator;
  /** Simultaneous IMAP logins a user may have, then `NO [LIMIT]`. Default 10, as Dovecot. */
  maxConnectionsPerUser?: number;
  /** Bytes SMTP accepts for a message. Default 50 MB. */
  maxMessageSize?: number;
  /** How the CalDAV server behaves. */
  caldav?: CaldavOptions;
  /** All servers speak TLS from the first byte with this certificate. Default: plain text. */
  tls?: TlsKeys;
  /** Asked at every command of both mail protocols; its answer makes that command go wrong. */
  intercept?: Intercept;
}

export interface ServerTraffic {
  readonly connections: Readonly<ConnectionCounters>;
  /** Every command received, oldest first, with arguments, without credentials. */
  readonly commands: string[];
}

/** Real IMAP, SMTP and CalDAV servers in this process, on loopback, with their own mail and calendars. */
export interface Sandbox {
  readonly host: string;
  readonly imapPort: number;
  readonly smtpPort: number;
  readonly caldavUrl: string;
  readonly store: Store;
  readonly imap: ServerTraffic;
  readonly smtp: ServerTraffic & { readonly accepted: readonly SubmittedMessage[] };
  /** Calendars to fill and look at, requests received, messages the server sent, faults to plan. */
  readonly caldav: CaldavServer;
  /** Puts a message into a folder, which is made when missing. Without date it arrives now, unread. */
  deliver(user: string, folder: string, raw: string | Buffer, options?: DeliverOptions): Message;
  /** The `MAILBOX_*` settings with which our server is this user. */
  env(user: string): Record<string, string>;
  close(): Promise<void>;
}

const host = '127.0.0.1';
const defaultUsers: readonly SandboxUser[] = ['alice', 'bob'].map((name) => ({
  email: `${name}@sandbox.test`,
  password: `${name}-pw`,
}));

/** Starts the servers on free ports. Nothing outlives `close()`. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? (() => new Date());
  const intercept = options.intercept ?? (() => undefined);
  const users = options.users ?? defaultUsers;
  const store = new Store(users, clock, options.separator);
  const [first] = users;
  if (first && options.seed !== false) seedDemoMailbox(store, first.email, clock());
  const imapLog: string[] = [];
  const imap = await startImapServer(
    {
      store,
      capabilities: new Set(options.capabilities ?? defaultCapabilities),
      clock,
      intercept,
      commandLog: imapLog,
      maxConnectionsPerUser: options.maxConnectionsPerUser ?? 10,
    },
    host,
    options.tls,
  );
  const smtpContext = smtpContextOf(store, users, options);
  const smtp = await startSmtpServer(smtpContext, host, options.tls);
  const caldav = await startCaldavServer(store, clock, options.caldav ?? {}, host, options.tls);
  if (first && options.seed !== false) seedDemoCalendars(caldav.calendars, first.email, clock());
  const secure = String(options.tls !== undefined);
  const caldavUrl = `${options.tls ? 'https' : 'http'}://${host}:${caldav.port}/`;
  return {
    host,
    imapPort: imap.port,
    smtpPort: smtp.port,
    caldavUrl,
    caldav,
    store,
    imap: { connections: imap.connections, commands: imapLog },
    smtp: { connections: smtp.connections, commands: smtpContext.commandLog, accepted: smtpContext.accepted },
    deliver: (user, folder, raw, deliverOptions) => store.deliver(user, folder, raw, deliverOptions),
    env: (user) => ({
      ...environment(store, user, imap.port, smtp.port, secure),
      ...caldavEnvironment(caldavUrl, options.caldav?.passwords?.[store.account(user).email]),
    }),
    close: async () => {
      await Promise.all([imap.close(), smtp.close(), caldav.close()]);
    },
  };
}

function smtpContextOf(store: Store, users: readonly SandboxUser[], options: SandboxOptions) {
  return {
    store,
    intercept: options.intercept ?? (() => undefined),
    commandLog: [] as string[],
    maxMessageSize: options.maxMessageSize ?? 50_000_000,
    domains: new Set(users.map(({ email }) => email.slice(email.lastIndexOf('@') + 1).toLowerCase())),
    accepted: [] as SubmittedMessage[],
  };
}

function environment(
  store: Store,
  user: string,
  imapPort: number,
  smtpPort: number,
  secure: string,
): Record<string, string> {
  const { email, password, aliases } = store.account(user);
  return {
    MAILBOX_EMAIL: email,
    MAILBOX_PASSWORD: password,
    MAILBOX_IMAP_HOST: host,
    MAILBOX_IMAP_PORT: String(imapPort),
    MAILBOX_IMAP_SECURE: secure,
    MAILBOX_SMTP_HOST: host,
    MAILBOX_SMTP_PORT: String(smtpPort),
    MAILBOX_SMTP_SECURE: secure,
    ...(aliases.length > 0 ? { MAILBOX_ALIASES: aliases.join(',') } : {}),
  };
}

function caldavEnvironment(url: string, password: string | undefined): Record<string, string> {
  return {
    MAILBOX_CALDAV_URL: url,
    ...(password === undefined ? {} : { MAILBOX_DAV_PASSWORD: password }),
  };
}
