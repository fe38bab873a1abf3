import type { McpProcess } from '../../support/mcp-client.ts';
import type { TcpProxy } from '../../support/proxy.ts';
import { tokens, traffic } from '../measure.ts';
import type { Call } from './peer.ts';

/** What became of a task. */
export type Verdict =
  | { kind: 'right' }
  | { kind: 'wrong'; findings: readonly string[] }
  | { kind: 'failed'; reason: string }
  /** The server does not offer it. */
  | { kind: 'unclaimed' };

export interface Cost {
  /** Turns of the client, and one for each connection opened. */
  roundTrips: number;
  bytesDown: number;
  /** Opened for the task: as many logins. */
  connections: number;
  /** Of the answer. */
  tokens: number;
  ms: number;
}

export interface Result {
  task: string;
  server: string;
  verdict: Verdict;
  /** Absent when there was no answer. */
  cost?: Cost;
}

/** What is wrong about an answer. Throws when it cannot be read. */
export type Judge = (answer: string) => readonly string[];

/** One run of a server under test, and its only client, which counts what each task costs. */
export class Session {
  /** What it answered to the first call. */
  firstAnswer = '';
  readonly #label: string;
  readonly #spawn: () => McpProcess;
  readonly #proxy: TcpProxy;
  #server: McpProcess | undefined;

  constructor(label: string, spawn: () => McpProcess, proxy: TcpProxy) {
    this.#label = label;
    this.#spawn = spawn;
    this.#proxy = proxy;
  }

  /** From nothing to the first answer, which has to come and is not judged. Counted as tokens is the list of tools. */
  async begin(task: string, first: Call): Promise<Result> {
    return await this.#measure(
      task,
      async () => {
        this.#server = this.#spawn();
        await this.#server.initialize();
        const { tools } = await this.#server.request('tools/list');
        this.firstAnswer = await this.#ask(this.#server, first);
        return JSON.stringify(tools);
      },
      () => [],
    );
  }

  /** Does the task, counts, and has the answer judged: what is wrong about it. */
  async attempt(task: string, call: Call | undefined, judge: Judge): Promise<Result> {
    const server = this.#server;
    if (call === undefined || server === undefined) return this.#result(task, { kind: 'unclaimed' });
    return await this.#measure(task, () => this.#ask(server, call), judge);
  }

  /** The result of a task that could not be given. */
  failed(task: string, reason: string): Result {
    return this.#result(task, { kind: 'failed', reason });
  }

  async end(): Promise<void> {
    await this.#server?.kill('SIGKILL'); // some stay when stdin ends
  }

  /** The text of an answer. Throws the server's words when it answers with an error. */
  async #ask(server: McpProcess, { tool, args }: Call): Promise<string> {
    const { content, isError } = await server.request('tools/call', { name: tool, arguments: args });
    const blocks = (content ?? []) as { text?: string }[];
    const text = blocks.map((block) => block.text ?? '').join('\n');
    if (isError === true) throw new Error(text);
    return text;
  }

  async #measure(task: string, work: () => Promise<string>, judge: Judge): Promise<Result> {
    try {
      const { value, ms, roundTrips, bytesDown } = await traffic(this.#proxy, work);
      const connections = this.#proxy.traffic.connections.total;
      const cost = { roundTrips, bytesDown, connections, ms, tokens: tokens(Buffer.byteLength(value)) };
      return this.#result(task, this.#verdict(value, judge), cost);
    } catch (error) {
      return this.failed(task, reasonOf(error));
    }
  }

  #verdict(answer: string, judge: Judge): Verdict {
    try {
      const findings = judge(answer);
      return findings.length === 0 ? { kind: 'right' } : { kind: 'wrong', findings };
    } catch (error) {
      // Ours may be the fault: then nothing is said about theirs.
      return { kind: 'failed', reason: `answer not understood (${reasonOf(error)}): ${excerpt(answer)}` };
    }
  }

  #result(task: string, verdict: Verdict, cost?: Cost): Result {
    return { task, server: this.#label, verdict, ...(cost ? { cost } : {}) };
  }
}

export function reasonOf(error: unknown): string {
  return excerpt(error instanceof Error ? error.message : String(error));
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)} …` : line;
}
