import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { type MailboxError, toMailboxError } from '../domain/errors.ts';
import type { Confirm } from '../domain/outbox-port.ts';
import type { Log } from '../log.ts';
import type { Services, Tool } from '../tools/define-tool.ts';
import { type DidYouMean, inputError, unknownTool } from './input-error.ts';
import { presentError, presentResult } from './present.ts';
import { createRunning, type RunningOptions } from './running.ts';

export interface CallsOptions extends RunningOptions {
  tools: readonly Tool[];
  /** The ports; opened by the first call. Throws what every call is to answer while there are none. */
  services: () => Promise<Services>;
  /** Asks the person at the client; undefined when this client cannot. */
  confirm: () => Confirm | undefined;
  log: Log;
  didYouMean: DidYouMean;
}

export interface Calls {
  /** Never rejects: what goes wrong is an answer, too. */
  call(name: string, args: unknown, cancelled: AbortSignal): Promise<CallToolResult>;
  /** Ends everything that runs and resolves when it has its answer. */
  stop(): Promise<void>;
}

/** Runs tools: finds the tool, checks the arguments, catches once. */
export function createCalls(options: CallsOptions): Calls {
  const { log } = options;
  const running = createRunning(options);
  return {
    async call(name, args, cancelled) {
      const started = performance.now();
      try {
        const result = await running.run(cancelled, (signal) => callTool(options, name, args, signal));
        log.debug('call answered', { tool: name, ms: Math.round(performance.now() - started) });
        return result;
      } catch (error) {
        const failure = toMailboxError(error);
        logFailure(log, name, failure);
        return presentError(failure);
      }
    },
    stop: running.stop,
  };
}

async function callTool(
  { tools, services, confirm, didYouMean }: CallsOptions,
  name: string,
  args: unknown,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw unknownTool(name, tools, didYouMean);
  const ports = await services();
  const input = tool.input.safeParse(args ?? {}, { reportInput: true });
  if (!input.success) throw inputError(tool, input.error, didYouMean);
  signal.throwIfAborted();
  return presentResult(tool, await tool.handler(input.data, { ...ports, signal, confirm: confirm() }));
}

function logFailure(log: Log, tool: string, { code, message, cause }: MailboxError): void {
  const fields = { tool, code, reason: message, ...(cause !== undefined && { cause }) };
  if (code === 'internal') log.error('call failed', fields);
  else log.warn('call failed', fields);
}
