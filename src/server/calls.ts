import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { type MailboxError, toMailboxError } from '../domain/errors.ts';
import type { Confirm } from '../domain/outbox-port.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import type { Tool, Toolset } from '../tools/define-tool.ts';
import { coerceArguments } from './coerce.ts';
import { type DidYouMean, inputError, unknownTool } from './input-error.ts';
import { presentError, presentResult } from './present.ts';
import { type Report, reporting } from './progress.ts';
import { createRunning, type RunningOptions } from './running.ts';

export interface CallsOptions extends RunningOptions {
  tools: readonly Tool[];
  /**
   * The ports, of the account a call names; opened by the first call. Throws what every call is to answer while there
   * are none.
   */
  services: (account?: string) => Promise<Services>;
  /** Asks the person at the client; undefined when this client cannot. */
  confirm: () => Confirm | undefined;
  /** Whether this client knows `resource_link`. */
  takesLinks?: () => boolean;
  log: Log;
  didYouMean: DidYouMean;
}

export interface Calls {
  /** Never rejects: what goes wrong is an answer, too. */
  call(name: string, args: unknown, cancelled: AbortSignal, report?: Report): Promise<CallToolResult>;
  /** Ends everything that runs and resolves when it has its answer. */
  stop(): Promise<void>;
}

/** Runs tools: finds the tool, checks the arguments, catches once. */
export function createCalls(options: CallsOptions): Calls {
  const { log } = options;
  const running = createRunning(options);
  return {
    async call(name, args, cancelled, report) {
      const started = performance.now();
      const tool = options.tools.find((candidate) => candidate.name === name);
      try {
        if (!tool) throw unknownTool(name, options.tools, options.didYouMean);
        const work = (signal: AbortSignal) => callTool(options, tool, args, signal);
        const result = await reporting(report, running.run(cancelled, work, lateHints[tool.toolset]));
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

/** What takes less time, as the tools of each set would be asked for it. */
const lateHints: Record<Toolset, string> = {
  mail: 'Ask for less: a narrower search, one folder, a smaller limit.',
  calendar: 'Ask for less: a shorter range, one calendar.',
  server: 'Try again later.',
};

async function callTool(
  { services, confirm, takesLinks, didYouMean }: CallsOptions,
  tool: Tool,
  args: unknown,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const parsed = tool.input.safeParse(coerceArguments(tool.input, args ?? {}), { reportInput: true });
  // No handler knows of accounts: the ports it gets are those of the one the call names.
  const { account, ...input } = parsed.data ?? {};
  const ports = await services(typeof account === 'string' ? account : undefined);
  if (!parsed.success) throw inputError(tool, parsed.error, didYouMean);
  signal.throwIfAborted();
  const result = await tool.handler(input, { ...ports, signal, confirm: confirm() });
  return presentResult(tool, result, takesLinks?.());
}

function logFailure(log: Log, tool: string, { code, message, cause }: MailboxError): void {
  const fields = { tool, code, reason: message, ...(cause !== undefined && { cause }) };
  if (code === 'internal') log.error('call failed', fields);
  else log.warn('call failed', fields);
}
