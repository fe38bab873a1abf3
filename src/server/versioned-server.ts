import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** The first version of MCP that knows `resource_link`; clients of older ones refuse a block they do not know. */
const firstWithLinks = '2025-06-18';

/** Knows which version of MCP was agreed on, of which the SDK tells a server nothing: from its answer to `initialize`. */
export class VersionedServer extends McpServer {
  private version = '';

  /** Versions are dates: they sort as text. */
  get takesLinks(): boolean {
    return this.version >= firstWithLinks;
  }

  override async connect(transport: Transport): Promise<void> {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      this.version = agreedIn(message) ?? this.version;
      return send(message, options);
    };
    await super.connect(transport);
  }
}

function agreedIn(message: JSONRPCMessage): string | undefined {
  const version = 'result' in message ? message.result.protocolVersion : undefined;
  return typeof version === 'string' ? version : undefined;
}
