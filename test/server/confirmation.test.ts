import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { type CallToolResult, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test, vi } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import type { SendContext } from '../../src/domain/outbox-port.ts';
import { createLog } from '../../src/log.ts';
import { Approval } from '../../src/mail/outbox/approval.ts';
import { createMcpServer } from '../../src/server/mcp-server.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices } from '../tools/services.ts';
import { session } from './session.ts';

const sent = {
  ...{ status: 'sent' as const, messageId: '<a@x>', from: 'a@x', to: ['b@x'], accepted: ['b@x'] },
};

/** Asks the person as a service would, and reports what came back in `messageId`. */
async function decision(capabilities: object, answer?: () => object): Promise<CallToolResult> {
  const send = async (_request: unknown, { confirm }: SendContext) => ({
    ...sent,
    messageId: confirm ? String(await confirm('Send it?', new AbortController().signal)) : 'cannot ask',
  });
  const server = createMcpServer({
    ...{ version: '1', tools: catalogue, didYouMean, log: createLog({ level: 'error', write: () => {} }) },
    services: async () => fakeServices({ send }),
  });
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  if (answer) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      expect(params.message).toBe('Send it?');
      return answer() as { action: 'accept' };
    });
  }
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.mcp.connect(there), client.connect(here)]);
  return (await client.callTool({ name: 'send_email', arguments: { text: 'Hi' } })) as CallToolResult;
}

test.each([
  ['accept', { action: 'accept', content: {} }, 'true'],
  ['decline', { action: 'decline' }, 'false'],
  ['cancel', { action: 'cancel' }, 'false'],
])('the answer %s is taken as the person meant it', async (_name, answer, expected) => {
  const { structuredContent } = await decision({ elicitation: {} }, () => answer);
  expect(structuredContent).toMatchObject({ messageId: expected });
});

test('a client that does not declare elicitation is never asked', async () => {
  const { structuredContent } = await decision({});
  expect(structuredContent).toMatchObject({ messageId: 'cannot ask' });
});

test('a client that fails while asking is an error that says nothing was sent', async () => {
  const { isError, content } = await decision({ elicitation: {} }, () => {
    throw new Error('window closed');
  });
  expect(isError).toBe(true);
  expect(JSON.stringify(content)).toContain('Nothing was sent.');
});

test('a cancelled call takes its question off the screen, and a late yes does not let the next one go', async () => {
  const questions: AbortSignal[] = [];
  const approval = new Approval<string>();
  const send = async (_request: unknown, context: SendContext) => ({
    ...sent,
    messageId: await approval.obtain('a', { shown: '<a@x>', text: 'Send it?' }, context),
  });
  const { client } = await session({ services: async () => fakeServices({ send }) }, { elicitation: {} });
  let accept: (answer: { action: 'accept' }) => void = () => undefined;
  const late = new Promise<{ action: 'accept' }>((resolve) => (accept = resolve));
  client.setRequestHandler(ElicitRequestSchema, (_request, { signal }) => {
    questions.push(signal);
    return questions.length === 1 ? late : { action: 'decline' };
  });
  const call = { name: 'send_email', arguments: { text: 'Hi' } };
  const stop = new AbortController();
  const cancelled = client.callTool(call, undefined, { signal: stop.signal }).catch(() => 'cancelled');
  await vi.waitFor(() => expect(questions).toHaveLength(1));
  stop.abort();
  expect(await cancelled).toBe('cancelled');
  await vi.waitFor(() => expect(questions[0]?.aborted).toBe(true));
  accept({ action: 'accept' });
  const next = await client.callTool(call);
  expect(questions).toHaveLength(2);
  expect(next.isError).toBe(true);
});
