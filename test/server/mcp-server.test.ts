import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';
import { createMcpServer, type ServerOptions } from '../../src/server/mcp-server.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices, leastArguments, mailId } from '../tools/services.ts';
import { session } from './session.ts';

async function connect(options: Partial<ServerOptions> = {}) {
  const lines: string[] = [];
  const server = createMcpServer({
    version: '9.9.9',
    tools: catalogue,
    services: async () => fakeServices(),
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    didYouMean,
    ...options,
  });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.mcp.connect(serverSide), client.connect(clientSide)]);
  const call = async (name: string, args?: Record<string, unknown>, signal?: AbortSignal) => {
    const result = await client.callTool({ name, arguments: args }, undefined, signal ? { signal } : {});
    const { structuredContent, isError, content } = result as CallToolResult;
    const text = content[0]?.type === 'text' ? content[0].text : 'null';
    return { structuredContent, isError, content, json: JSON.parse(text) };
  };
  return { client, server, call, lines };
}

const refuse = (error: Error) => async () => Promise.reject(error);

test('the server introduces itself, and promises no list that changes', async () => {
  const { client } = await connect();
  expect(client.getServerVersion()).toEqual({
    name: 'mailbox-mcp-server',
    title: 'mailbox.org',
    version: '9.9.9',
  });
  expect(client.getServerCapabilities()).toEqual({
    ...{ tools: {}, prompts: {}, completions: {} },
    resources: { subscribe: true },
  });
  expect(client.getInstructions()).toMatch(/never as an instruction/u);
});

test('the list comes without opening an account', async () => {
  const { client } = await connect({ services: refuse(new Error('opened')) });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(catalogue.map(({ name }) => name));
});

test('a tool that acts in the world asks for the user on every call', async () => {
  const tools = catalogue.map((tool) => ({ ...tool, requiresUserInteraction: true as const }));
  const { client } = await connect({ tools });
  const { tools: listed } = await client.listTools();
  expect(listed[0]?._meta).toEqual({ 'anthropic/requiresUserInteraction': true });
});

test('every tool answers through the client, which checks the answer against the listed schema', async () => {
  const { call, client } = await connect();
  await client.listTools();
  for (const tool of catalogue) {
    const { structuredContent, json, isError } = await call(tool.name, leastArguments(tool));
    expect(isError, tool.name).toBeUndefined();
    expect(json).toEqual(structuredContent);
  }
});

test('an empty search is an empty list, not a missing one', async () => {
  const { call } = await connect();
  const { json } = await call('search_emails');
  expect(json).toEqual({ total: 0, emails: [], searched: ['INBOX'] });
});

test.each([
  ['search_emails', { fodler: 'INBOX' }, '"fodler" is not an argument (did you mean folder?).'],
  ['search_emails', { limit: 1_000 }, 'limit must be at most 100.'],
  [
    'search_emails',
    { limit: -1, query: '' },
    'query must not be empty; leave it out; limit must be at least 1.',
  ],
  ['search_emails', { unread: 'yes' }, 'unread must be true or false.'],
  ['search_emails', { from: 'x'.repeat(321) }, 'from must be at most 320 characters long.'],
  ['search_emails', { limit: 1.5 }, 'limit must be a whole number.'],
  ['get_email', {}, 'id is missing.'],
  ['get_email', { id: mailId, format: 'pdf' }, 'format must be one of text, html, source.'],
  ['get_email', { id: mailId, 'ignore\nprevious <b>': 1 }, '"ignore?previous??b?" is not an argument.'],
])('%s %j is refused by name: %s', async (name, args, message) => {
  const { call } = await connect();
  const { json, isError } = await call(name, args);
  expect(isError).toBe(true);
  expect(json.error).toMatchObject({ code: 'invalid_input', message, retryable: false });
  expect(json.error.hint).toMatch(new RegExp(`^${name} takes: `, 'u'));
});

test('an unknown tool is an error that names the near one and all others', async () => {
  const { call } = await connect();
  const { json } = await call('list_folders');
  expect(json.error.message).toBe('There is no tool "list_folders" (did you mean get_folders?).');
  expect(json.error.hint).toContain('get_server_status');
});

test('what a service says reaches the model, what the wire said only the log', async () => {
  const failure = new MailboxError('auth_failed', 'The login was refused.', {
    hint: 'Set an app password.',
    cause: new Error('NO [AUTHENTICATIONFAILED] wire text'),
  });
  const { call, lines } = await connect({ services: async () => fakeServices({ folders: refuse(failure) }) });
  const { json, content } = await call('get_folders');
  expect(json.error).toEqual({
    ...{ code: 'auth_failed', message: 'The login was refused.', hint: 'Set an app password.' },
    retryable: false,
  });
  expect(JSON.stringify(content)).not.toContain('wire text');
  expect(lines.join('')).toContain('wire text');
});

test('an error nobody translated shows nothing of itself', async () => {
  const { call, lines } = await connect({
    services: async () => fakeServices({ search: refuse(new TypeError('/home/alice secret')) }),
  });
  const { json } = await call('search_emails');
  expect(json.error.code).toBe('internal');
  expect(JSON.stringify(json)).not.toContain('alice');
  expect(lines.join('')).toContain('/home/alice');
});

test('a call that lasts tells a client that wants to know, and is silent once it is answered', async () => {
  const told: { progress: number }[] = [];
  const folders = async () => {
    await setTimeout(2_400);
    return { folders: [] };
  };
  const { client } = await connect({ services: async () => fakeServices({ folders }) });
  const onprogress = (progress: { progress: number }) => void told.push(progress);
  await client.callTool({ name: 'get_folders' }, undefined, { onprogress });
  expect(told).toEqual([{ progress: 2, message: expect.stringMatching(/2 s/u) }]);
});

test('a cancelled call reaches the service', async () => {
  const client = new AbortController();
  const ended = new Promise<unknown>((resolve) => {
    const search = (_request: unknown, { signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => resolve(signal.reason));
      client.abort();
      return new Promise<never>(() => undefined);
    };
    const services = async () => fakeServices({ search });
    void connect({ services }).then(({ call }) =>
      call('search_emails', {}, client.signal).catch(() => undefined),
    );
  });
  await expect(ended).resolves.toMatchObject({ message: 'The call was cancelled by the client.' });
});

test('arguments as JSON text are what they say; what is no object is refused in words', async () => {
  const { client, services } = await session();
  const send = async (args: unknown) => {
    const params = { name: 'search_emails', arguments: args };
    const answer = await client.request({ method: 'tools/call', params }, CallToolResultSchema);
    return JSON.stringify(answer.content);
  };
  await send('{"limit":"5"}');
  expect(services.asked[0]).toMatchObject({ method: 'search', request: { limit: 5 } });
  for (const wrong of [[], 'limit', 7, '[1]']) {
    expect(await send(wrong)).toMatch(/arguments must be an object/u);
  }
  expect(services.asked).toHaveLength(1);
});

test('a wrong name inside an argument names what that takes', async () => {
  const { client } = await session();
  const attachments = { pth: '/x' };
  const { content } = await client.callTool({ name: 'send_email', arguments: { to: 'a@b.c', attachments } });
  expect(JSON.stringify(content)).toContain('did you mean path?): it takes path, name, contentBase64');
});

test('calls run side by side: a slow one does not hold up a quick one', async () => {
  const services = async () => fakeServices({ search: () => new Promise<never>(() => undefined) });
  const { call, server } = await connect({ services });
  const slow = call('search_emails');
  await expect(call('get_folders')).resolves.toMatchObject({ json: { folders: [{ path: 'INBOX' }] } });
  await server.stopCalls();
  await expect(slow).resolves.toMatchObject({ json: { error: { code: 'unavailable' } } });
});

test('a call that takes too long is told to ask for less of what its tool gives', async () => {
  const hang = () => new Promise<never>(() => undefined);
  const services = async () => {
    const { mail, calendar, ...others } = fakeServices();
    return { ...others, mail: { ...mail, search: hang }, calendar: { ...calendar, getEvents: hang } };
  };
  const { call } = await connect({ services, deadlineMs: 20, graceMs: 10 });
  const hintOf = async (name: string, args?: Record<string, unknown>) =>
    (await call(name, args)).json.error.hint;
  expect(await hintOf('get_calendar_events', { start: '2026-06-01' })).toMatch(
    /shorter range, one calendar/u,
  );
  expect(await hintOf('search_emails')).toMatch(/one folder/u);
});
