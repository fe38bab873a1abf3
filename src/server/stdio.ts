import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { Log } from '../log.ts';
import type { MailboxMcpServer } from './mcp-server.ts';
import { StdioTransport } from './stdio-transport.ts';

export interface StdioOptions {
  stdin: Readable;
  stdout: Writable;
  log: Log;
  /** Logs out and frees what the services hold. */
  close(): Promise<void>;
  /** How long `close` may take. The process must be gone 2 s after its end was asked for. */
  closeMs?: number;
}

/** The process is left within 200 ms more. */
const lastLinesMs = 1_700;
const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Serves one client on a pair of streams and resolves when it is over: stdin ended (the SDK does not listen
 * for that), stdout broke, a signal came, or the transport gave up. By then calls are ended and logged out.
 */
export async function serveStdio(server: MailboxMcpServer, options: StdioOptions): Promise<void> {
  const { stdin, stdout, log, closeMs = 1_500 } = options;
  const { promise: ended, end, release } = untilTheEnd(stdin, stdout);
  server.mcp.server.onclose = () => end('transport closed');
  const transport = new StdioTransport(stdin, stdout);
  await server.mcp.connect(transport);

  log.info('stopping', { reason: await ended });
  const began = performance.now();
  const logout = options.close().catch((error: unknown) => log.warn('closing failed', { cause: error }));
  await within(closeMs, Promise.all([server.stopCalls(), logout]));
  // The SDK writes an answer some ticks after it has it, and none any more once it is closed.
  await setImmediate();
  await server.mcp.close();
  // A reader that is slow gets whole lines while there is time.
  await within(Math.max(0, lastLinesMs - (performance.now() - began)), transport.flushed());
  release();
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function untilTheEnd(stdin: Readable, stdout: Writable) {
  let end: (reason: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => {
    end = resolve;
  });
  const onEnd = () => end('stdin ended');
  const onBroken = () => end('stdout broke');
  stdin.once('end', onEnd).once('close', onEnd).once('error', onEnd);
  // Stays for good: after EPIPE every later write fails again, and an unheard error ends the process.
  stdout.on('error', onBroken);
  for (const signal of signals) process.once(signal, end);
  const release = () => {
    stdin.off('end', onEnd).off('close', onEnd).off('error', onEnd);
    for (const signal of signals) process.off(signal, end);
  };
  return { promise, end, release };
}
