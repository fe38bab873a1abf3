import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { OpenAccount } from '../../../src/cli/account.ts';
import { type Headers, parseHeaders } from '../../../src/content/headers.ts';
import type { EmailSummary } from '../../../src/domain/mail.ts';
import { formatMailId } from '../../../src/domain/mail-id.ts';
import type { Draft, SentMail } from '../../../src/domain/outbox.ts';
import type { Confirm, DraftRequest, SendContext, SendRequest } from '../../../src/domain/outbox-port.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { openMail } from '../../support/mailboxes.ts';
import {
  type Correspondent,
  openSandboxPostOffice,
  type PostOffice,
  type PostOfficeKind,
  type PostOfficeOptions,
} from '../../support/post-office.ts';

export const context = (confirm?: Confirm, ms = 20_000): SendContext => ({
  signal: AbortSignal.timeout(ms),
  confirm,
});

/** A message as another mail program finds it. */
export interface Standing {
  uid: number;
  subject: string;
  flags: string[];
  raw: Buffer;
  headers: Headers;
}

/** One user with our server, and another mail program beside it. */
export class Desk {
  readonly address: string;
  readonly alias: string;
  readonly log: string[] = [];
  account: OpenAccount;
  private readonly office: PostOffice;
  private readonly user: Correspondent;
  private other: ImapFlow | undefined;
  /** Logging out takes its time. */
  private readonly closing: Promise<void>[] = [];

  private constructor(office: PostOffice, user: Correspondent, account: OpenAccount) {
    const { MAILBOX_EMAIL = '', MAILBOX_ALIASES = '' } = office.env(user);
    this.office = office;
    this.user = user;
    this.account = account;
    this.address = MAILBOX_EMAIL;
    this.alias = MAILBOX_ALIASES;
  }

  static async of(office: PostOffice, user: Correspondent, env: Record<string, string> = {}): Promise<Desk> {
    const log: string[] = [];
    const desk = new Desk(office, user, await openMail({ ...office.env(user), ...env }, log));
    return Object.assign(desk, { log });
  }

  /** Our server anew: nothing remembered, other settings. */
  async restart(env: Record<string, string> = {}): Promise<void> {
    this.closing.push(this.account.close());
    this.account = await openMail({ ...this.office.env(this.user), ...env }, this.log);
  }

  async close(): Promise<void> {
    await Promise.all([...this.closing, this.account.close()]);
  }

  send(request: SendRequest, confirm?: Confirm): Promise<SentMail> {
    return this.account.outbox.send(request, context(confirm));
  }

  draft(request: DraftRequest): Promise<Draft> {
    return this.account.outbox.createDraft(request, context());
  }

  sendDraft(id: string, confirm?: Confirm): Promise<SentMail> {
    return this.account.outbox.sendDraft({ id }, context(confirm));
  }

  /** As our server lists it, once it has come. */
  async received(subject: string, folder = 'INBOX'): Promise<EmailSummary> {
    await this.office.arrived(this.user, subject, folder);
    const { emails } = await this.account.mail.search({ folder }, context());
    const found = emails.find((mail) => mail.subject === subject);
    if (!found) throw new Error(`${subject} is not listed in ${folder}: ${JSON.stringify(emails)}`);
    return found;
  }

  async client(): Promise<ImapFlow> {
    this.other ??= await this.office.otherClient(this.user);
    return this.other;
  }

  /** Everything in the folder, oldest first. */
  async standing(folder: string): Promise<Standing[]> {
    const client = await this.client();
    const { exists } = await client.mailboxOpen(folder);
    const all = exists === 0 ? [] : await client.fetchAll('1:*', { flags: true, source: true });
    await client.mailboxClose();
    return all.map(({ uid, flags, source }) => {
      const raw = source ?? Buffer.alloc(0);
      const headers = parseHeaders(raw);
      const shown = [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
      return { uid, raw, headers, flags: shown, subject: headers.first('subject') ?? '' };
    });
  }

  async about(folder: string, subject: string): Promise<Standing[]> {
    return (await this.standing(folder)).filter((mail) => mail.subject === subject);
  }

  /** Exactly one message of that subject. */
  async only(folder: string, subject: string): Promise<Standing> {
    const [found, ...more] = await this.about(folder, subject);
    if (!found || more.length > 0)
      throw new Error(`${found ? more.length + 1 : 0} × ${subject} in ${folder}`);
    return found;
  }

  /** Puts a message there with another mail program; gives its id for our server. */
  async put(folder: string, raw: string | Buffer, flags: string[] = []): Promise<string> {
    const client = await this.client();
    const stored = await client.append(folder, Buffer.from(raw), flags);
    if (!stored || stored.uid === undefined) throw new Error(`nothing was put into ${folder}`);
    return formatMailId({ folder, uidValidity: stored.uidValidity ?? 0n, uid: stored.uid });
  }
}

export interface Correspondence {
  office: PostOffice;
  alice: Desk;
  bob: Desk;
}

/** Alice and bob on one office for all tests of a `describe`. */
export function correspondence(open: PostOfficeKind['open'], env: Record<string, string> = {}) {
  let people: Correspondence | undefined;
  beforeAll(async () => {
    people = await meet(await open(), env);
  }, 30_000);
  afterAll(async () => {
    if (people) await part(people);
  });
  return (): Correspondence => {
    if (!people) throw new Error('before its time');
    return people;
  };
}

async function meet(office: PostOffice, env: Record<string, string>): Promise<Correspondence> {
  return { office, alice: await Desk.of(office, 'alice', env), bob: await Desk.of(office, 'bob') };
}

async function part({ office, alice, bob }: Correspondence): Promise<void> {
  await Promise.all([alice.close(), bob.close()]);
  await office.close();
}

export type Faults = (event: FaultEvent) => Fault | undefined;

/** A sandbox of one test, in which commands can go wrong. */
export async function faultyOffice(
  options: PostOfficeOptions & SandboxOptions = {},
  env: Record<string, string> = {},
) {
  let faults: Faults | undefined;
  const office = await openSandboxPostOffice({ ...options, intercept: (event) => faults?.(event) });
  const people = await meet(office, { POOL_TIMEOUT_MS: '2000', ...env });
  onTestFinished(() => part(people));
  const arm = (next: Faults | undefined) => {
    faults = next;
  };
  return { ...people, sandbox: office.sandbox, arm };
}

/** The fault at the nth such command, and never again. */
export function at(command: string, fault: Fault, nth = 1): Faults {
  let seen = 0;
  return (event) => (event.command === command && ++seen === nth ? fault : undefined);
}

const transport = new Set(['return-path', 'delivered-to', 'received', 'x-original-to']);

/** The bytes without the fields named: what servers add on the way, or a sender leaves out. */
export function without(raw: Buffer, names: ReadonlySet<string> = transport): string {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const fields = text.slice(0, end).split(/\r\n(?![ \t])/u);
  const kept = fields.filter((field) => !names.has(field.slice(0, field.indexOf(':')).toLowerCase()));
  return kept.join('\r\n') + text.slice(end);
}

export const onTheWire = (raw: Buffer) => without(raw, new Set([...transport, 'bcc']));

export const codes = ({ warnings = [] }: Pick<SentMail, 'warnings'>) => warnings.map(({ code }) => code);

let counter = 0;
/** A subject nobody has used. */
export const fresh = (what: string) => `${what} ${++counter}`;
