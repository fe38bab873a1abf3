import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { type CallsOptions, createCalls } from './calls.ts';
import { confirmation } from './confirmation.ts';
import { instructions } from './instructions.ts';
import { listTools } from './list-tools.ts';
import type { Report } from './progress.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface ServerOptions extends Omit<CallsOptions, 'confirm'> {
  version: string;
}

export interface MailboxMcpServer {
  mcp: McpServer;
  /** Ends the running calls; resolves when each has its answer. */
  stopCalls(): Promise<void>;
}

/** The MCP side of the house; answers `initialize` and `tools/list` without asking anything of anyone. */
export function createMcpServer({ version, ...options }: ServerOptions): MailboxMcpServer {
  const mcp = new McpServer({ name: 'mailbox-mcp-server', title: 'mailbox.org', version }, { instructions });
  // Declared here and not above, where the SDK would promise list changes: the list never changes.
  mcp.server.registerCapabilities({ tools: {} });
  const calls = createCalls({ ...options, confirm: () => confirmation(mcp.server) });
  const tools = listTools(options.tools);
  mcp.server.onerror = (error) => options.log.warn('protocol error', { cause: error });
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  mcp.server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    calls.call(params.name, params.arguments, extra.signal, reportTo(extra)),
  );
  return { mcp, stopCalls: calls.stop };
}

/** Tells the client, if it wants to know, that a call is still at work. */
function reportTo({ _meta, sendNotification }: Extra): Report | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (seconds) => {
    const params = { progressToken, progress: seconds, message: `Still working after ${seconds} s.` };
    // A client that is gone is noticed elsewhere.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
