import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a tool answered, as the model would get it. */
export interface ToolAnswer {
  data: unknown;
  isError: boolean;
  /** The text block: what the answer costs a model is measured on it. */
  text: string;
  milliseconds: number;
}

interface Reply {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

const deadline = 60_000;

/**
 * An MCP client of the few messages the demo needs, over stdio like any desktop client's. Its own, so that the
 * demo reads the very bytes a client reads, and cli/ stays free of the SDK.
 */
export class DemoClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #stderr = '';

  /** Starts `entry` with Node and exactly this environment, so that no setting of the user's gets in. */
  constructor(entry: string, env: Record<string, string>) {
    this.#child = spawn(process.execPath, [entry], { env, stdio: 'pipe' });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
    });
    this.#child.once('error', (error) => this.#failAll(error));
    this.#child.once('close', (code) =>
      this.#failAll(new Error(`The server ended (${code}). ${this.#stderr}`)),
    );
    // A server that has gone is reported by `close`.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(line));
  }

  /** The handshake; returns the names of the tools. */
  async connect(): Promise<string[]> {
    await this.#request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'demo', version: '1' },
    });
    this.#send({ method: 'notifications/initialized' });
    const { tools } = await this.#request('tools/list', {});
    return Array.isArray(tools) ? tools.map((tool: { name: string }) => tool.name) : [];
  }

  async call(name: string, args: Record<string, unknown>): Promise<ToolAnswer> {
    const start = performance.now();
    const result = await this.#request('tools/call', { name, arguments: args });
    const milliseconds = performance.now() - start;
    const blocks = Array.isArray(result.content) ? result.content : [];
    const text = blocks.map((block: { text?: string }) => block.text ?? '').join('');
    return { data: result.structuredContent, isError: result.isError === true, text, milliseconds };
  }

  /** Closes the server's stdin, as clients do, and waits for its end. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill(), 5000);
    await this.#ended;
    clearTimeout(timer);
  }

  async #request(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No answer to ${method} within ${deadline} ms`)),
        deadline,
      );
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          end(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#send({ id, method, params });
    });
    if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result ?? {};
  }

  #send(message: Record<string, unknown>): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #receive(line: string): void {
    const reply = JSON.parse(line) as Reply;
    if (reply.id === undefined) return;
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
