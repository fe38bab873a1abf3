import { MailboxError } from '../domain/errors.ts';
import { abortable } from './abortable.ts';
import { noop, select } from './imap-commands.ts';
import { lostConnection, refused, throttling } from './imap-errors.ts';
import { type FolderView, folderView } from './imap-replies.ts';
import type { ImapCommand, ImapReply, ImapToken, ImapWire } from './imap-wire.ts';

/** No answer for this long means the server is stalled; below the 45 s every call has. */
const commandTimeoutMs = 20_000;
/** Dovecot reports progress of a long SEARCH every ten seconds, others stay silent. */
export const searchTimeoutMs = 35_000;
/** So long a selected folder is taken for the one that bears its name. */
const trustMs = 5000;

export interface RunOptions {
  signal: AbortSignal;
  timeoutMs?: number;
}

/**
 * How new the folder must be seen. A selected folder may have been deleted, renamed or replaced under its name, and
 * Dovecot tells of it neither by NOOP nor by STATUS: only a new SELECT shows what bears the name now. INBOX alone
 * cannot be replaced; NOOP brings it up to date, which spares the server 0.2 s where it holds 100,000 messages.
 * - `anew`: selected again, for answers that speak of the whole folder.
 * - `synced`: a recent selection will do, but what changed in it is taken in, for reading by id.
 * - `any`: as it is, for details of what has just been found; the caller compares UIDVALIDITY.
 */
export type Freshness = 'anew' | 'synced' | 'any';

export interface FolderOptions extends RunOptions {
  freshness: Freshness;
  /** Commands that need no folder and travel in the same round trip. */
  ahead?: { commands: readonly ImapCommand[]; take(replies: ImapReply[]): void };
}

export interface FolderJob {
  folder: string;
  commands: readonly ImapCommand[];
}

export interface FolderRun {
  view: FolderView;
  replies: ImapReply[];
}

export type FolderResult = FolderRun | MailboxError;

/** Told that the server was asked too much. @param waitMs how long it wants to be left alone, where it says so */
export type OnThrottled = (waitMs: number | undefined) => void;

/** One logged-in IMAP connection with at most one folder selected. Used by one call at a time. */
export class ImapSession {
  /** The selected folder as SELECT told it, or undefined. */
  view: FolderView | undefined;
  private readonly wire: ImapWire;
  private readonly onThrottled: OnThrottled;
  private broken: unknown;

  constructor(wire: ImapWire, onThrottled: OnThrottled = () => {}) {
    this.wire = wire;
    this.onThrottled = onThrottled;
    wire.on('error', (error) => {
      this.broken = error;
    });
  }

  get usable(): boolean {
    return this.broken === undefined && this.wire.usable;
  }

  /** After login; `true` for those this server advertises (RFC 9051 §7.2.2), e.g. `SORT`. */
  supports(capability: string): boolean {
    return this.wire.capabilities.has(capability);
  }

  get capabilities(): string[] {
    return [...this.wire.capabilities.keys()].sort();
  }

  /**
   * Runs the commands in one round trip. A refused command is a reply with NO or BAD.
   * @throws MailboxError `unavailable` when the connection breaks, `timeout` when the server stalls or the call
   * is cancelled; the connection is then closed, because its state is unknown.
   */
  async run(
    commands: readonly ImapCommand[],
    { signal, timeoutMs = commandTimeoutMs }: RunOptions,
  ): Promise<ImapReply[]> {
    try {
      return await abortable(this.sendAll(commands), { signal, timeoutMs, onTimeout: stalled });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Runs each job's commands with its folder selected, all in one round trip. The results stand in the order of the
   * jobs; a folder that cannot be opened is an error in its place.
   */
  async inFolders(jobs: readonly FolderJob[], options: FolderOptions): Promise<FolderResult[]> {
    const open = this.trusted(options.freshness);
    const ahead = options.ahead?.commands ?? [];
    const ordered = [...jobs].sort(
      (a, b) => Number(b.folder === open?.folder) - Number(a.folder === open?.folder),
    );
    const condstore = this.supports('CONDSTORE');
    const commands = ordered.flatMap((job) =>
      job.folder === open?.folder ? job.commands : [select(job.folder, condstore), ...job.commands],
    );
    const last = options.freshness !== 'any' && open ? [noop()] : [];
    const replies = await this.run([...ahead, ...commands, ...last], options);
    options.ahead?.take(replies.splice(0, ahead.length));
    const results = new Map<FolderJob, FolderResult>();
    for (const job of ordered) {
      const view = job.folder === open?.folder ? open : opened(job.folder, replies.shift());
      const own = replies.splice(0, job.commands.length);
      results.set(job, view instanceof MailboxError ? view : { view, replies: own });
    }
    await this.again(ordered[0], open, results, options);
    return jobs.flatMap((job) => results.get(job) ?? []);
  }

  /** News of a selected folder came after its answer: it is asked once more, so that no reply is older than the call. */
  private async again(
    job: FolderJob | undefined,
    open: FolderView | undefined,
    results: Map<FolderJob, FolderResult>,
    { signal, timeoutMs = commandTimeoutMs, freshness }: FolderOptions,
  ): Promise<void> {
    if (freshness === 'any' || !job || job.folder !== open?.folder || open.news === 0) return;
    const [result] = await this.inFolders([job], { signal, timeoutMs, freshness: 'anew' });
    if (result) results.set(job, result);
  }

  private trusted(freshness: Freshness): FolderView | undefined {
    const { view } = this;
    if (!view || view.news > 0) return undefined;
    if (view.folder === 'INBOX') return view;
    const recent = performance.now() - view.openedAt <= trustMs;
    return freshness !== 'anew' && recent ? view : undefined;
  }

  /** Only LITERAL+ (RFC 7888) lets a literal travel ahead; without it such commands go one by one. */
  private async sendAll(commands: readonly ImapCommand[]): Promise<ImapReply[]> {
    const literalAhead = commands.slice(0, -1).some(({ args }) => hasLiteral(args));
    if (!literalAhead || this.supports('LITERAL+')) return await this.send(commands);
    const replies: ImapReply[] = [];
    for (const command of commands) replies.push(...(await this.send([command])));
    return replies;
  }

  private async send(commands: readonly ImapCommand[]): Promise<ImapReply[]> {
    if (!this.usable) throw lostConnection(this.broken);
    try {
      return await this.wire.pipeline(commands, {
        completed: (index, reply) => this.completed(commands[index], reply),
        news: () => {
          if (this.view) this.view.news++;
        },
      });
    } catch (error) {
      this.watch(throttling(undefined, { code: undefined, cause: error }));
      throw error instanceof MailboxError ? error : lostConnection(error);
    }
  }

  private completed(command: ImapCommand | undefined, reply: ImapReply): void {
    if (reply.status !== 'OK') this.watch(throttling(command?.name, reply));
    if (command?.deselects && reply.status === 'OK') this.view = undefined;
    if (command?.folder === undefined) return;
    this.view = reply.status === 'OK' ? folderView(command.folder, reply) : undefined;
  }

  private watch(throttled: { waitMs: number | undefined } | undefined): void {
    if (throttled) this.onThrottled(throttled.waitMs);
  }

  /** Says goodbye, for at most a second: a dead server must not delay anyone. */
  async logout(): Promise<void> {
    const timer = setTimeout(() => this.wire.close(), 1000);
    try {
      if (this.wire.usable) await this.wire.logout();
    } catch (error) {
      this.broken = error;
    } finally {
      clearTimeout(timer);
      this.wire.close();
    }
  }

  close(): void {
    this.broken ??= 'closed';
    this.wire.close();
  }
}

function opened(folder: string, reply: ImapReply | undefined): FolderView | MailboxError {
  if (reply?.status === 'OK') return folderView(folder, reply);
  return refused('open a folder', reply?.code ?? 'NONEXISTENT', reply?.cause);
}

function stalled(): MailboxError {
  return new MailboxError('timeout', 'The mail server did not answer in time.', {
    hint: 'Try again; a narrower search (folder, since, subject) asks less of the server.',
  });
}

function hasLiteral(tokens: readonly ImapToken[]): boolean {
  return tokens.some((token) => (Array.isArray(token) ? hasLiteral(token) : token.type === 'LITERAL'));
}
