import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type CallsOptions, createCalls } from './calls.ts';
import { confirmation } from './confirmation.ts';
import { instructions } from './instructions.ts';
import { listTools } from './list-tools.ts';

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
  mcp.server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
    calls.call(params.name, params.arguments, signal),
  );
  return { mcp, stopCalls: calls.stop };
}
