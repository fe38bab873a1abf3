import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MailboxMcpServer } from '../../src/server/mcp-server.ts';

/** Our server over HTTP, for test suites that know nothing else. Of no use to anybody but them: no session, no login. */
export interface HttpWrapper {
  url: string;
  close(): Promise<void>;
}

/** Serves on loopback, every request by a server of its own, and only to who calls it by a name of loopback. */
export async function serveHttp(createServerFor: () => MailboxMcpServer): Promise<HttpWrapper> {
  let port = 0;
  const http = createServer((request, response) => {
    answer(createServerFor(), port, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  port = (http.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function answer(
  { mcp, stopCalls }: MailboxMcpServer,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  const transport = new StreamableHTTPServerTransport({
    enableDnsRebindingProtection: true,
    allowedHosts: names,
    allowedOrigins: names.map((name) => `http://${name}`),
  });
  response.on('close', () => void stopCalls().then(() => mcp.close()));
  await mcp.connect(asTransport(transport));
  await transport.handleRequest(request, response);
}

/** What the SDK's class is; only that under exactOptionalPropertyTypes its types do not fit its own interface. */
function asTransport(http: StreamableHTTPServerTransport): Transport {
  const transport: Transport = {
    start: () => {
      http.onmessage = transport.onmessage;
      http.onclose = transport.onclose;
      http.onerror = transport.onerror;
      return http.start();
    },
    send: (message, { relatedRequestId } = {}) =>
      http.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }),
    close: () => http.close(),
  };
  return transport;
}
