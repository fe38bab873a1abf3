import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { LineReader } from './line-reader.ts';
import { answerDue, messageOf } from './rpc-message.ts';

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
  private readonly onData = (chunk: Buffer) => this.lines.push(chunk);

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
      onTooLong: (head, tail) => this.refuse(invalidRequest, tooLong(maxBytes), idAround(head, tail)),
    });
  }

  async start(): Promise<void> {
    this.stdin.on('data', this.onData);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.write(message);
  }

  async close(): Promise<void> {
    this.stdin.off('data', this.onData).pause();
    this.onclose?.();
  }

  private read(line: string): void {
    if (line.trim() === '') return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      this.refuse(parseError, 'The line is not valid JSON.');
      return;
    }
    const messages: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    if (messages.length === 0) this.refuse(invalidRequest, 'The batch is empty.');
    for (const message of messages) this.take(message);
  }

  private take(given: unknown): void {
    const message = messageOf(given);
    const due = message ? undefined : answerDue(given);
    if (message) this.onmessage?.(message);
    else if (due) this.refuse(invalidRequest, 'The request is not one of JSON-RPC 2.0.', due.id);
    else this.onerror?.(new Error('a message that is not one of JSON-RPC 2.0'));
  }

  /** Without an id where none is known: the schema of MCP has no null there. */
  private refuse(code: number, message: string, id?: RequestId): void {
    this.onerror?.(new Error(message));
    void this.write({ jsonrpc: '2.0', ...(id !== undefined && { id }), error: { code, message } });
  }

  private async write(message: object): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.stdout.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.stdout.once('drain', resolve);
    });
  }
}

/**
 * The id of a message of which only the beginning and the end are known: its first member, but for `jsonrpc`, or its
 * last. Elsewhere an `"id"` may be an argument.
 */
function idAround(head: string, tail: string): RequestId | undefined {
  const [, first] =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+|"[^"\\]*")\s*,/u.exec(head) ?? [];
  const [, last] = /,\s*"id"\s*:\s*(\d+|"[^"\\]*")\s*\}\s*$/u.exec(tail) ?? [];
  const id = first ?? last;
  return id === undefined ? undefined : z.union([z.string(), z.number()]).parse(JSON.parse(id));
}

function tooLong(maxBytes: number): string {
  return `The message is longer than ${Math.floor(maxBytes / 1024 / 1024)} MB and was not read. Attach large files by their path.`;
}
