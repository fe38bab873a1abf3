import { onTestFinished } from 'vitest';
import { type McpProcess, startServer, type ToolError } from '../support/mcp-client.ts';

type Args = Record<string, unknown>;

export const readingTools = [
  ...['get_calendar_events', 'get_event', 'get_free_busy', 'list_calendars', 'search_calendar'],
];
export const writingTools = ['create_event', 'delete_event', 'respond_to_invitation', 'update_event'];

export interface CalendarDesk {
  server: McpProcess;
  /** What the tool returns. @throws Error when it is an error */
  call<T>(tool: string, args?: Args): Promise<T>;
  /** The error the tool returns. @throws Error when it is none */
  refused(tool: string, args?: Args): Promise<ToolError>;
  /** Sorted names of tools/list. */
  tools(): Promise<string[]>;
}

export interface DeskOptions {
  /** What the client declares in the handshake. */
  capabilities?: Args;
}

/** The built server with these settings, started as a client starts it. */
export async function openDesk(
  env: Record<string, string>,
  options: DeskOptions = {},
): Promise<CalendarDesk> {
  const server = startServer({ MAILBOX_TIMEZONE: 'Europe/Berlin', LOG_LEVEL: 'debug', ...env });
  await server.initialize(options.capabilities);
  return {
    server,
    async call<T>(tool: string, args: Args = {}) {
      const outcome = await server.call<T>(tool, args);
      if (!outcome.ok) throw new Error(`${tool}: ${JSON.stringify(outcome.error)}\n${server.stderr}`);
      return outcome.data;
    },
    async refused(tool, args = {}) {
      const outcome = await server.call(tool, args);
      if (outcome.ok) throw new Error(`${tool} was not refused: ${JSON.stringify(outcome.data)}`);
      return outcome.error;
    },
    async tools() {
      const { tools } = (await server.request('tools/list')) as { tools: { name: string }[] };
      return tools.map(({ name }) => name).sort();
    },
  };
}

/** One that is gone with the test. */
export async function deskForTest(env: Record<string, string>, options?: DeskOptions): Promise<CalendarDesk> {
  const desk = await openDesk(env, options);
  onTestFinished(async () => void (await desk.server.kill('SIGKILL')));
  return desk;
}
