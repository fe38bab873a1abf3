import { deepStrictEqual } from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { splitLines } from './lines.ts';

export const repoRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerOptions {
  /** Script to run; default the built server. */
  entry?: string;
  args?: readonly string[];
  cwd?: string;
  /** Milliseconds a request may take before it fails; default 60,000. */
  timeoutMs?: number;
}

type Json = Record<string, unknown>;

/** A JSON-RPC error the server answered with. */
export class RpcError extends Error {
  readonly code: number;

  constructor(error: { code: number; message: string }) {
    super(error.message);
    this.code = error.code;
  }
}

export interface ToolError {
  code: string;
  message: string;
  hint?: string;
  retryable?: boolean;
}

/** What a tool answered; `content` holds the blocks as they came. */
export type ToolOutcome<T> =
  | { ok: true; data: T; content: Json[] }
  | { ok: false; error: ToolError; content: Json[] };

interface Waiting {
  resolve: (result: Json) => void;
  reject: (error: Error) => void;
}

/** Starts a server over stdio with nothing in its environment but PATH, HOME and `env`. */
export function startServer(env: Readonly<Record<string, string>>, options: ServerOptions = {}): McpProcess {
  const { entry = `${repoRoot}dist/main.js`, args = [], cwd = repoRoot, timeoutMs = 60_000 } = options;
  const inherited = ['PATH', 'HOME', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new McpProcess(child, timeoutMs);
}

/**
 * One running server and the client's end of its stdio, by hand: nothing between a test and the wire.
 * A line on stdout that is not JSON-RPC 2.0 fails every request from then on, and `end()`.
 */
export class McpProcess {
  /** Everything the server wrote to stderr. */
  stderr = '';
  /** Notifications of the server, in order. */
  readonly notifications: Json[] = [];
  /** What this client answers when the server asks it, by method; declare the capability in `initialize`. */
  readonly answers = new Map<string, (params: Json) => Json | Promise<Json>>();
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #timeoutMs: number;
  readonly #exit: Promise<number | null>;
  readonly #killAtExit: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #violation: Error | undefined;

  constructor(child: ChildProcessWithoutNullStreams, timeoutMs: number) {
    this.#child = child;
    this.#timeoutMs = timeoutMs;
    this.pid = child.pid ?? 0;
    this.#killAtExit = () => child.kill('SIGKILL');
    process.once('exit', this.#killAtExit);
    this.#exit = once(child, 'close').then(([code]) => this.#ended(code as number | null));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    child.stdin.on('error', () => {}); // `close` tells it
    child.stdout.setEncoding('utf8').on(
      'data',
      splitLines((line) => this.#received(line)),
    );
  }

  /** The handshake of MCP. Resolves to the server's answer to `initialize`. */
  async initialize(capabilities: Json = {}): Promise<Json> {
    const result = await this.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities,
      clientInfo: { name: 'mailbox-mcp-server tests', version: '0' },
    });
    this.notify('notifications/initialized');
    return result;
  }

  /** @throws RpcError when the server answers with an error; AbortError after cancelling by `signal`. */
  async request(method: string, params: Json = {}, options: { signal?: AbortSignal } = {}): Promise<Json> {
    if (this.#violation) throw this.#violation;
    const id = ++this.#lastId;
    const { signal } = options;
    let stopWaiting = () => {};
    try {
      return await new Promise<Json>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const cancel = () => {
          this.notify('notifications/cancelled', { requestId: id });
          reject(new DOMException(`${method} was cancelled`, 'AbortError'));
        };
        const late = () =>
          reject(new Error(`No answer to ${method} in ${this.#timeoutMs} ms.\n${this.stderr}`));
        const timer = setTimeout(late, this.#timeoutMs);
        signal?.addEventListener('abort', cancel);
        stopWaiting = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', cancel);
        };
        this.#send({ id, method, params });
      });
    } finally {
      stopWaiting();
      this.#waiting.delete(id);
    }
  }

  notify(method: string, params: Json = {}): void {
    this.#send({ method, params });
  }

  /** Bytes on stdin as they are, for what no client of good will sends. */
  write(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** Calls a tool and checks that text and structured content say the same (design: "Result", "Error"). */
  async call<T = Json>(
    tool: string,
    args: Json = {},
    options: { signal?: AbortSignal } = {},
  ): Promise<ToolOutcome<T>> {
    const result = await this.request('tools/call', { name: tool, arguments: args }, options);
    const content = result.content as Json[];
    const data: unknown = JSON.parse(String(content[0]?.text));
    if (result.isError === true) {
      return { ok: false, error: (data as { error: ToolError }).error, content };
    }
    deepStrictEqual(data, result.structuredContent, `${tool}: text and structuredContent differ`);
    return { ok: true, data: data as T, content };
  }

  /** Resident memory, in bytes. */
  rssBytes(): number {
    const status = `/proc/${this.pid}/status`;
    const kibibytes = existsSync(status)
      ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(this.pid)], { encoding: 'utf8' });
    return Number(kibibytes) * 1024;
  }

  /** Closes stdin, as a client does that goes away, and waits. `code` is null when a signal ended it. */
  async end(): Promise<{ code: number | null; ms: number }> {
    const start = performance.now();
    this.#child.stdin.end();
    const code = await this.#exit;
    if (this.#violation) throw this.#violation;
    return { code, ms: performance.now() - start };
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
    const start = performance.now();
    this.#child.kill(signal);
    return { code: await this.#exit, ms: performance.now() - start };
  }

  #send(message: Json): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #received(line: string): void {
    const message = parseMessage(line);
    if (!message) this.#violated(`stdout holds a line that is not JSON-RPC: ${line.slice(0, 200)}`);
    else if (typeof message.method === 'string') this.#called(message);
    else this.#answered(message);
  }

  #answered({ id, result, error }: Json): void {
    const waiting = this.#waiting.get(id as number);
    if (error) waiting?.reject(new RpcError(error as { code: number; message: string }));
    else waiting?.resolve(result as Json);
  }

  /** A request or notification of the server. Without `answers` this client offers no method but ping. */
  #called({ id, method, params }: Json): void {
    const answer = this.answers.get(String(method));
    if (id === undefined) this.notifications.push({ method, params });
    else if (answer) void this.#answer(id, answer, (params ?? {}) as Json);
    else if (method === 'ping') this.#send({ id, result: {} });
    else this.#send({ id, error: { code: -32601, message: 'Method not found' } });
  }

  async #answer(id: unknown, answer: (params: Json) => Json | Promise<Json>, params: Json): Promise<void> {
    this.#send({ id, result: await answer(params) });
  }

  #violated(reason: string): void {
    this.#violation ??= new Error(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#violation);
  }

  #ended(code: number | null): number | null {
    process.removeListener('exit', this.#killAtExit);
    const error = new Error(`The server ended (exit code ${code}).\n${this.stderr}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    return code;
  }
}

/** A JSON-RPC 2.0 message, or undefined when the line is none. */
function parseMessage(line: string): Json | undefined {
  try {
    const message = JSON.parse(line) as Json | null;
    const known =
      message?.jsonrpc === '2.0' && ('method' in message || 'result' in message || 'error' in message);
    return known ? message : undefined;
  } catch {
    return undefined;
  }
}
