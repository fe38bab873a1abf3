import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test, vi } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import { createLog } from '../../src/log.ts';
import { createMcpServer } from '../../src/server/mcp-server.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices, mailId } from '../tools/services.ts';

const path = resolve('Übersicht 100%.pdf');

/** The blocks of the answer to a client of that version of MCP. */
async function blocks(protocolVersion: string) {
  const download = async () => ({ path, size: 3, sha256: 'x' });
  const server = createMcpServer({
    ...{ version: '1', tools: catalogue, didYouMean, log: createLog({ level: 'error', write: () => {} }) },
    services: async () => fakeServices({ download }),
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  const answers: JSONRPCMessage[] = [];
  here.onmessage = (message) => void answers.push(message);
  await Promise.all([server.mcp.connect(there), here.start()]);
  const ask = async (id: number, method: string, params: object) => {
    await here.send({ jsonrpc: '2.0', id, method, params: { ...params } });
    return await vi.waitFor(() => {
      const answer = answers.find((message) => 'id' in message && message.id === id);
      expect(answer).toHaveProperty('result');
      return answer;
    });
  };
  await ask(1, 'initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'x', version: '1' } });
  await here.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return await ask(2, 'tools/call', { name: 'download_attachment', arguments: { id: mailId, part: '2' } });
}

test.each(['2025-06-18', '2025-11-25'])(
  'a client of %s gets a link to the file that was saved',
  async (version) => {
    expect(await blocks(version)).toMatchObject({
      result: {
        content: [
          { type: 'text' },
          { type: 'resource_link', name: basename(path), uri: expect.stringMatching(/^file:/u) },
        ],
      },
    });
    const uri = /"uri":"([^"]+)"/u.exec(JSON.stringify(await blocks(version)))?.[1] ?? '';
    expect(fileURLToPath(uri)).toBe(path);
  },
);

test.each(['2024-11-05', '2025-03-26'])(
  'a client of %s, which knows no links, gets none',
  async (version) => {
    const answer = await blocks(version);
    expect(answer).toMatchObject({ result: { structuredContent: { path } } });
    expect(JSON.stringify(answer)).not.toContain('resource_link');
  },
);
