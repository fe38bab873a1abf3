import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { Draft, SentMail } from '../../src/domain/outbox.ts';
import { type McpProcess, startServer, type ToolError } from '../support/mcp-client.ts';
import type { Correspondent, PostOffice } from '../support/post-office.ts';

type Args = Record<string, unknown>;

/** A mail as another mail program sees it. */
export interface Standing {
  subject: string;
  flags: string[];
  source: string;
}

export interface DeskOptions {
  env?: Record<string, string>;
  /** What the client declares in the handshake. */
  capabilities?: Args;
}

/** The built server of one user, started as a client starts it, and another mail program of the same user. */
export class Desk {
  readonly user: Correspondent;
  readonly address: string;
  readonly server: McpProcess;
  readonly other: ImapFlow;

  static async open(office: PostOffice, user: Correspondent, options: DeskOptions = {}): Promise<Desk> {
    const server = startServer({
      ...office.env(user),
      MAILBOX_TIMEZONE: 'Europe/Berlin',
      LOG_LEVEL: 'debug',
      ...options.env,
    });
    await server.initialize(options.capabilities);
    return new Desk(user, office, server, await office.otherClient(user));
  }

  constructor(user: Correspondent, office: PostOffice, server: McpProcess, other: ImapFlow) {
    this.user = user;
    this.address = office.env(user).MAILBOX_EMAIL ?? '';
    this.server = server;
    this.other = other;
  }

  /** What the tool returns. @throws Error when it is an error */
  readonly call = async <T>(tool: string, args: Args = {}): Promise<T> => {
    const outcome = await this.server.call<T>(tool, args);
    if (!outcome.ok) throw new Error(`${tool}: ${JSON.stringify(outcome.error)}\n${this.server.stderr}`);
    return outcome.data;
  };

  /** The error the tool returns. @throws Error when it is none */
  readonly refused = async (tool: string, args: Args = {}): Promise<ToolError> => {
    const outcome = await this.server.call(tool, args);
    if (outcome.ok) throw new Error(`${tool} was not refused: ${JSON.stringify(outcome.data)}`);
    return outcome.error;
  };

  readonly send = (args: Args) => this.call<SentMail>('send_email', args);
  readonly draft = (args: Args) => this.call<Draft>('create_draft', args);

  readonly tools = async (): Promise<string[]> => {
    const { tools } = (await this.server.request('tools/list')) as { tools: { name: string }[] };
    return tools.map(({ name }) => name);
  };

  /** The id of a mail in that folder, by its subject; awaited, for mail takes a moment to arrive. */
  readonly find = async (subject: string, folder = 'INBOX'): Promise<string> => {
    for (let attempt = 0; attempt < 50; attempt++) {
      const { emails } = await this.call<{ emails: { id: string; subject: string }[] }>('search_emails', {
        folder,
      });
      const found = emails.find((email) => email.subject === subject);
      if (found) return found.id;
      await sleep(50);
    }
    throw new Error(`${this.user} finds no ${subject} in ${folder}.`);
  };

  readonly standing = async (folder: string): Promise<Standing[]> => {
    const { exists } = await this.other.mailboxOpen(folder);
    const items = { envelope: true, flags: true, source: true } as const;
    const mails = exists === 0 ? [] : await this.other.fetchAll('1:*', items);
    await this.other.mailboxClose(); // whoever has a folder open is thrown out when it is deleted
    return mails.map(({ envelope, flags, source }) => ({
      subject: envelope?.subject ?? '',
      flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
      source: source?.toString('latin1') ?? '',
    }));
  };

  /** The mails there with this subject. */
  readonly about = async (subject: string, folder: string): Promise<Standing[]> =>
    (await this.standing(folder)).filter((mail) => mail.subject === subject);

  /** The client goes away, and so does the other mail program: a user has only so many connections. */
  readonly close = async (): Promise<{ code: number | null; ms: number }> => {
    this.other.close();
    return await this.server.end();
  };

  readonly paths = async (): Promise<string[]> => (await this.other.list()).map(({ path }) => path);
}

/** The value of a header field on one line, or undefined. */
export function header(source: string | Buffer, name: string): string | undefined {
  const [head = ''] = source.toString('latin1').split('\r\n\r\n');
  const field = new RegExp(`^${name}:[ \\t]*(.*(?:\\r\\n[ \\t].*)*)`, 'imu').exec(head)?.[1];
  return field?.replace(/\r\n\s+/gu, ' ').trim();
}

/** Without the fields that servers put on top and Bcc, which never travels. */
export function asSent(source: string): string {
  const own = source.replace(/^(?:(?:Return-Path|Delivered-To|Received):.*\r\n(?:[ \t].*\r\n)*)+/iu, '');
  return own.replace(/^Bcc:.*\r\n(?:[ \t].*\r\n)*/imu, '');
}
