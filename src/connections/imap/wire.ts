import { ImapFlow } from 'imapflow';
import compile from 'imapflow/lib/handler/imap-compiler.js';
import type { WireLine, WireResponse } from './imapflow-internals.d.ts';
import { correlator, dataKind, has, joined, nonSynchronizing, parsed, readable } from './lines.ts';
import {
  allAnswered,
  type Collectors,
  type ImapReply,
  keep,
  newsKinds,
  observed,
  type Running,
  refusal,
} from './running.ts';

export type { WireResponse } from './imapflow-internals.d.ts';
export type { ImapReply } from './running.ts';

/** A token as imapflow's compiler takes it; arrays are parenthesised lists. */
export type ImapToken =
  | { type: 'ATOM' | 'STRING' | 'SEQUENCE'; value: string; section?: ImapToken[]; partial?: number[] }
  | { type: 'LITERAL'; value: Buffer }
  | ImapToken[];

export interface ImapCommand {
  name: string;
  args: readonly ImapToken[];
  /** Untagged responses that answer this command, e.g. `['SORT', 'ESEARCH']`. All others are news. */
  answers: readonly string[];
  /** The folder a SELECT opens, as the user spells it. */
  folder?: string;
  /** Leaves no folder selected. */
  deselects?: true;
  /** Takes each answer as it comes, instead of the reply; reading on waits for it. What it throws fails the pipeline. */
  consume?(response: WireResponse): Promise<void>;
}

export interface PipelineObserver {
  /** A command is complete; called in the order the server completes them. */
  completed(index: number, reply: ImapReply): void;
  /** Something nobody asked for: EXISTS, EXPUNGE, VANISHED or FETCH of the selected folder. */
  news(kind: string): void;
}

const stragglerMs = 2000;
const maxCopiedBytes = 256 * 1024;

/**
 * imapflow with pipelining (RFC 9051 §5.5): several commands in one write, one round trip. imapflow itself
 * keeps one command in flight, so all but the last travel ahead of it in the same chunk under tags of our own;
 * imapflow reports those through `countUnknownTag`. Dovecot may delay a tagged line past later commands'
 * data, so data is matched to commands by kind, not by position.
 */
export class ImapWire extends ImapFlow {
  private running: Running | undefined;
  private counter = 0;

  /** Login in as few round trips as the server allows: no ID, NAMESPACE, COMPRESS or ENABLE. */
  override async startSession(): Promise<void> {
    await this.run('CAPABILITY');
    await this.upgradeToSTARTTLS();
    await this.authenticate();
    this.usable = true;
  }

  override write(chunk: string | Buffer): void {
    let part = this.withLead(chunk);
    // imapflow waits for the server before a literal over 4 kB although LITERAL+ (RFC 7888) spares that round trip.
    while (this.capabilities.has('LITERAL+') && this.commandParts.length > 0) {
      const announced = nonSynchronizing(part);
      const [literal = ''] = this.commandParts;
      // In one segment where it is small: two would wait for each other's acknowledgement somewhere on the way.
      if (literal.length > maxCopiedBytes) super.write(announced);
      this.commandParts.shift();
      part = literal.length > maxCopiedBytes ? literal : joined(announced, literal);
    }
    super.write(part);
  }

  private withLead(chunk: string | Buffer): string | Buffer {
    const lead = this.running?.lead;
    if (!this.running || !lead?.length) return chunk;
    this.running.lead = undefined;
    return joined(lead, chunk);
  }

  /**
   * Answers of a pipeline go straight to their command: imapflow would write every line again for its log, which
   * costs more than reading it. A line that cannot be parsed is imapflow's to deal with.
   */
  override async handleResponse(data: WireLine): Promise<boolean> {
    const line = readable(data);
    const kind = dataKind(line.payload);
    const collect = kind === undefined ? undefined : this.running?.collectors[kind];
    const response = collect && (await parsed(line));
    if (!response) return await super.handleResponse(line);
    await collect(response);
    return true;
  }

  override countUnknownTag(tag: string): void {
    const index = this.running?.tags.indexOf(tag) ?? -1;
    if (index < 0 || !this.running) {
      super.countUnknownTag(tag);
      return;
    }
    this.complete(index, this.running.status.response, this.running.status.code);
  }

  private observer: PipelineObserver | undefined;

  /**
   * Sends the commands in one write and resolves when the last is complete. A refused command is a reply
   * with status NO or BAD, never a rejection; it rejects only when the connection fails.
   */
  async pipeline(commands: readonly ImapCommand[], observer: PipelineObserver): Promise<ImapReply[]> {
    const last = commands.at(-1);
    if (!last) return [];
    const tags = commands.map((_, index) => (index === commands.length - 1 ? '' : `P${++this.counter}`));
    const replies = commands.map((): ImapReply => ({ status: 'OK', code: undefined, untagged: [] }));
    const running: Running = {
      tags,
      replies,
      done: commands.map(() => false),
      lead: await this.compileLead(commands.slice(0, -1), tags),
      collectors: this.collectors(commands),
      status: { response: 'OK', code: undefined },
    };
    this.running = running;
    this.observer = observer;
    const onResponse = ({ response, code }: { response: string; code?: string }) => {
      running.status = { response, code };
    };
    this.on('response', onResponse);
    try {
      await this.execLast(last, running);
      await this.rest(running);
    } finally {
      this.off('response', onResponse);
      this.running = undefined;
      this.observer = undefined;
    }
    if (running.failure !== undefined) throw running.failure;
    return replies;
  }

  private async execLast(last: ImapCommand, running: Running): Promise<void> {
    const index = running.replies.length - 1;
    const reply = running.replies[index];
    try {
      const result = await this.exec(last.name, last.args, { untagged: running.collectors });
      if (reply && result.response) reply.tagged = result.response;
      // imapflow takes a NO for some codes, such as EXPUNGEISSUED, for success.
      this.complete(index, running.status.response, running.status.code);
      result.next();
    } catch (error) {
      const status = refusal(error);
      if (!status) throw error;
      if (reply) reply.cause = error;
      this.complete(index, status, running.status.code);
    }
  }

  private complete(index: number, status: string, code: string | undefined): void {
    const reply = this.running?.replies[index];
    if (!this.running || !reply || this.running.done[index]) return;
    reply.status = status.toUpperCase() === 'OK' ? 'OK' : status.toUpperCase() === 'NO' ? 'NO' : 'BAD';
    reply.code = code?.toUpperCase();
    this.running.done[index] = true;
    this.observer?.completed(index, reply);
    if (!this.running.done.includes(false)) this.running.allDone?.();
  }

  /**
   * A server may complete commands out of order (RFC 9051 §5.5); Dovecot does when the last is quick. One that is still
   * not answered a while after the last counts as refused: its caller looks what has become of it.
   */
  private async rest(running: Running): Promise<void> {
    if (!running.done.includes(false)) return;
    await allAnswered(running, this, stragglerMs);
    for (const index of running.done.keys()) this.complete(index, 'BAD', undefined);
  }

  private collectors(commands: readonly ImapCommand[]): Collectors {
    const collect = (kind: string) => async (response: WireResponse) => {
      const index = this.claimant(commands, kind, response);
      if (index >= 0) await this.take(index, commands[index], response);
      if (newsKinds.has(kind) && !this.answers(index, kind, response)) this.observer?.news(kind);
    };
    return Object.fromEntries(observed.map((kind) => [kind, collect(kind)]));
  }

  private async take(index: number, command: ImapCommand | undefined, response: WireResponse): Promise<void> {
    const { running } = this;
    if (!running || running.failure !== undefined) return;
    if (!command?.consume) {
      keep(running, index, response);
      return;
    }
    try {
      await command.consume(response);
    } catch (error) {
      running.failure = error;
    }
  }

  /** A FETCH without UID, or with a MODSEQ nobody asked for, tells of a flag change (RFC 7162 §3.2). */
  private answers(index: number, kind: string, response: WireResponse): boolean {
    if (index < 0) return false;
    return kind !== 'FETCH' || (has(response, 'UID') && !has(response, 'MODSEQ'));
  }

  /**
   * The first unfinished command that such data answers; SELECT only when nothing runs before it. ESEARCH names
   * its command by tag (RFC 4466 §2.6.2), the last command's tag being imapflow's own.
   */
  private claimant(commands: readonly ImapCommand[], kind: string, response: WireResponse): number {
    if (kind === 'ESEARCH') {
      const named = this.running?.tags.indexOf(correlator(response)) ?? -1;
      return named < 0 ? commands.length - 1 : named;
    }
    const done = this.running?.done ?? [];
    const first = done.indexOf(false);
    return commands.findIndex(
      (command, index) =>
        !done[index] && command.answers.includes(kind) && (command.name !== 'SELECT' || index === first),
    );
  }

  private async compileLead(commands: readonly ImapCommand[], tags: readonly string[]): Promise<Buffer> {
    const lines: Buffer[] = [];
    for (const [index, command] of commands.entries()) {
      const line = { tag: tags[index] ?? '', command: command.name, attributes: [...command.args] };
      lines.push(
        ...(await compile(line as never, { asArray: true, literalPlus: true })),
        Buffer.from('\r\n'),
      );
    }
    return Buffer.concat(lines);
  }
}
