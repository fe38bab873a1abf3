import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { LineReader } from './line-reader.ts';
import { answerDue, answerDueAround, type Due, messageOf } from './rpc-message.ts';

/** JSON-RPC 2.0 §5.1. */
const parseError = -32700;
const invalidRequest = -32600;

/** More than an e-mail of the size providers take has, its attachments as Base64 (RFC 4648) included. */
const usualLineBytes = 48 * 1024 * 1024;

/**
 * Messages as lines on a pair of streams (MCP "Transports", stdio). Unlike the SDK's it outlives a line it cannot take:
 * that one is answered with an error, under its id where it has one, and the next is read. Takes the batches of
 * 2025-03-26, each message answered by itself.
 */
export class StdioTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onerror?: Transport['onerror'];
  onclose?: Transport['onclose'];
  private readonly stdin: Readable;
  private readonly stdout: Writable;
  private readonly lines: LineReader;
  private drained: Promise<void> | undefined;
  private readonly onData = (chunk: Buffer) => this.lines.push(chunk);
  private readonly onEnd = () => this.lines.end();

  constructor(
    stdin: Readable,
    stdout: Writable,
    { maxLineBytes: maxBytes = usualLineBytes }: { maxLineBytes?: number } = {},
  ) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.lines = new LineReader({
      maxBytes,
      onLine: (line) => this.read(line.replace(/^\uFEFF/u, '')),
      onTooLong: (head, tail) => this.refuse(invalidRequest, tooLong(maxBytes), answerDueAround(head, tail)),
    });
  }

  async start(): Promise<void> {
    this.stdin.on('data', this.onData).on('end', this.onEnd);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.write(message);
  }

  async close(): Promise<void> {
    this.stdin.off('data', this.onData).off('end', this.onEnd).pause();
    this.onclose?.();
  }

  /** Settles when all that was sent has been taken, or nobody takes it any more. */
  async flushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.stdout.once('close', resolve).write('', () => resolve());
    });
  }

  private read(line: string): void {
    if (line.trim() === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      this.refuse(parseError, 'The line is not valid JSON.', {});
      return;
    }
    const messages: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    if (messages.length === 0) this.refuse(invalidRequest, 'The batch is empty.', {});
    for (const message of messages) this.take(message);
  }

  private take(given: unknown): void {
    const message = messageOf(given);
    if (message) this.onmessage?.(message);
    else this.refuse(invalidRequest, 'The message is not one of JSON-RPC 2.0.', answerDue(given));
  }

  /** @param due undefined where no answer is. Without an id where none is known: MCP has no null there. */
  private refuse(code: number, message: string, due: Due | undefined): void {
    this.onerror?.(new Error(message));
    if (due) void this.write({ jsonrpc: '2.0', ...due, error: { code, message } });
  }

  private async write(message: object): Promise<void> {
    if (this.stdout.write(`${JSON.stringify(message)}\n`)) return;
    this.drained ??= new Promise<void>((resolve) => {
      this.stdout.once('drain', resolve).once('close', resolve);
    }).finally(() => {
      this.drained = undefined;
    });
    await this.drained;
  }
}

function tooLong(maxBytes: number): string {
  return `The message is longer than ${Math.floor(maxBytes / 1024 / 1024)} MB and was not read. Attach large files by their path.`;
}
