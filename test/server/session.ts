import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import { createLog } from '../../src/log.ts';
import { createMcpServer, type ServerOptions } from '../../src/server/mcp-server.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices } from '../tools/services.ts';

/** A client and a server on hand-made ports: a Sunday in Berlin, in English. */
export async function session(options: Partial<ServerOptions> = {}, capabilities: ClientCapabilities = {}) {
  const lines: string[] = [];
  const services = fakeServices();
  const server = createMcpServer({
    ...{ version: '1', tools: catalogue, services: async () => services, didYouMean },
    ...{ timezone: 'Europe/Berlin', locale: 'en-GB', now: () => new Date('2026-11-22T11:00:00Z') },
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    ...options,
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  await Promise.all([server.mcp.connect(there), client.connect(here)]);
  onTestFinished(() => server.stopCalls());
  return { client, server, services, lines };
}

export const tools = (...names: string[]) => catalogue.filter(({ name }) => names.includes(name));
export const toolset = (wanted: string) => catalogue.filter((tool) => tool.toolset === wanted);
