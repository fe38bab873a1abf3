import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';
import { beforeChangeMs, unlessSilent } from '../first-word.ts';
import { capability, noop, select } from './commands.ts';
import { lostConnection, stalled, throttling } from './errors.ts';
import { folderRefusals } from './missing.ts';
import { type FolderView, folderView } from './replies.ts';
import type { ImapCommand, ImapReply, ImapToken, ImapWire } from './wire.ts';

/** No answer for this long means the server is stalled; below the 45 s every call has. */
const commandTimeoutMs = 20_000;
/** Dovecot reports progress of a long SEARCH every ten seconds, others stay silent. */
export const searchTimeoutMs = 35_000;
/** So long a selected folder is taken for the one that bears its name. */
const trustMs = 5000;
/** Answered at once, whatever follows: the first byte tells that the line is alive. */
const promptCommands = /^(?:CAPABILITY|LIST|NOOP|SELECT|STATUS|UNSELECT)$/u;

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
  private doubted = false;
  private heardAt = Number.NEGATIVE_INFINITY;

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

  /** To be called when a line that was open before is used again: it may have died since, and the server must speak soon. */
  doubt(): void {
    this.doubted = true;
  }

  /** Silence says nothing any more: it may be that of a server which still does what it was told. */
  trust(): void {
    this.doubted = false;
  }

  /** Asks whether the line is alive, if that is in doubt: before what must not be sent twice. @throws as `run` */
  async prove(signal: AbortSignal): Promise<void> {
    const isRecent = performance.now() - this.heardAt <= beforeChangeMs;
    if (this.doubted && !isRecent) await this.run([noop()], { signal });
    this.doubted = false;
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
      const replies = await abortable(this.answers(commands), { signal, timeoutMs, onTimeout: stalled });
      this.heardAt = performance.now();
      return replies;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** A search may think for long before its first word: on a line in doubt a command goes ahead that is answered at once. */
  private async answers(commands: readonly ImapCommand[]): Promise<ImapReply[]> {
    const [first] = commands;
    if (!this.doubted || !first) return await this.sendAll(commands);
    this.doubted = false;
    const ahead = promptCommands.test(first.name) ? [] : [capability()];
    const received = () => this.wire.stats().received;
    const replies = this.sendAll([...ahead, ...commands]);
    return (await unlessSilent(replies, received, silent)).slice(ahead.length);
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
    const refusals = new Map<string, ImapReply | undefined>();
    for (const job of ordered) {
      const answer = job.folder === open?.folder ? undefined : replies.shift();
      const own = replies.splice(0, job.commands.length);
      const view = job.folder === open?.folder ? open : opened(job.folder, answer);
      if (view) results.set(job, { view, replies: own });
      else refusals.set(job.folder, answer);
    }
    await this.again(ordered[0], open, results, options);
    const errors = await folderRefusals(this, 'open a folder', refusals, options);
    return jobs.flatMap((job) => results.get(job) ?? errors.get(job.folder) ?? []);
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

function opened(folder: string, reply: ImapReply | undefined): FolderView | undefined {
  return reply?.status === 'OK' ? folderView(folder, reply) : undefined;
}

function silent(): MailboxError {
  return lostConnection(new Error('not a byte came on a line that was open before'));
}

function hasLiteral(tokens: readonly ImapToken[]): boolean {
  return tokens.some((token) => (Array.isArray(token) ? hasLiteral(token) : token.type === 'LITERAL'));
}
