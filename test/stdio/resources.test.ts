import { expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type McpProcess, RpcError, startServer } from '../support/mcp-client.ts';

const user = 'alice@sandbox.test';

async function house(env: Record<string, string> = {}): Promise<McpProcess> {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const server = startServer({ ...sandbox.env(user), MAILBOX_TIMEZONE: 'Europe/Berlin', ...env });
  onTestFinished(async () => void (await server.end()));
  await server.initialize();
  return server;
}

interface Contents {
  contents: { uri: string; mimeType: string; text: string }[];
}

async function open<T>(server: McpProcess, uri: string): Promise<T> {
  const { contents } = (await server.request('resources/read', { uri })) as unknown as Contents;
  expect(contents[0]?.uri).toBe(uri);
  return JSON.parse(contents[0]?.text ?? 'null') as T;
}

test('resources over stdio say what the tools say, and reading a mail leaves it unread', async () => {
  const server = await house();
  const { emails } = await open<{ emails: { id: string; flags?: string[] }[] }>(server, 'mailbox://inbox');
  const unread = emails.find(({ flags }) => flags?.includes('unread'));
  expect(unread).toBeDefined();
  const id = unread?.id ?? '';
  const mail = await open(server, `mailbox://mail/${encodeURIComponent(id)}`);
  expect(await open(server, `mailbox://mail/${id}`)).toEqual(mail);
  expect(await server.call('get_email', { id })).toMatchObject({ ok: true, data: mail });
  expect(mail).toMatchObject({ id, flags: expect.arrayContaining(['unread']) });

  const folders = await open<{ folders: { path: string }[] }>(server, 'mailbox://folders');
  expect(folders.folders.length).toBeGreaterThan(3);
  const day = await open<{ timezone: string }>(server, 'mailbox://agenda/today');
  expect(day).toMatchObject({ timezone: 'Europe/Berlin', events: expect.any(Array) });
  const calendars = await server.call<{ calendars: { name: string }[] }>('list_calendars');
  const name = calendars.ok ? (calendars.data.calendars[0]?.name ?? '') : '';
  await open(server, `mailbox://calendar/${encodeURIComponent(name)}`);

  const gone = server.request('resources/read', { uri: `mailbox://mail/${id.replace(/-\d+$/u, '-999999')}` });
  await expect(gone).rejects.toMatchObject({ code: -32002, constructor: RpcError });
});

test('completions over stdio know the folders of the mailbox and the people of its mails', async () => {
  const server = await house();
  const complete = async (ref: Record<string, unknown>, name: string, value: string) => {
    const { completion } = await server.request('completion/complete', { ref, argument: { name, value } });
    return (completion as { values: string[] }).values;
  };
  // The first time the account may open for longer than somebody who types waits.
  await server.call('search_emails');
  const folder = { type: 'ref/resource', uri: 'mailbox://folder/{path}' };
  expect(await complete(folder, 'path', 'in')).toContain('inbox');
  const people = await complete({ type: 'ref/prompt', name: 'find_a_time' }, 'with', '');
  expect(people.length).toBeGreaterThan(3);
  for (const person of people) expect(person).toMatch(/^\S+@\S+$/u);
});

test('a client that subscribed to the inbox is told when something in it changes', async () => {
  const server = await house();
  const uri = 'mailbox://inbox';
  const { emails } = await open<{ emails: { id: string }[] }>(server, uri);
  expect(await server.request('resources/subscribe', { uri })).toEqual({});
  await server.call('mark_email', { ids: [emails[0]?.id], add: ['flagged'] });
  const updated = { method: 'notifications/resources/updated', params: { uri } };
  await vi.waitFor(() => expect(server.notifications).toEqual([updated]), 15_000);
  await server.request('resources/unsubscribe', { uri });
});

test('lists and prompts over stdio need no mailbox, and speak the language of the system', async () => {
  const server = startServer({ LC_ALL: 'de_DE.UTF-8' });
  onTestFinished(async () => void (await server.end()));
  await server.initialize();
  const { prompts } = await server.request('prompts/list');
  expect(prompts).toHaveLength(7);
  const { resources } = await server.request('resources/list');
  expect(resources).toHaveLength(3);
  const { messages } = await server.request('prompts/get', { name: 'inbox_triage' });
  // Windows and macOS have settings of their own beside the environment.
  const first = process.platform === 'linux' ? /Hilf mir, den Ordner/u : /Hilf mir|Help me/u;
  expect(JSON.stringify(messages)).toMatch(first);
  const inbox = server.request('resources/read', { uri: 'mailbox://inbox' });
  await expect(inbox).rejects.toMatchObject({ code: -32603, message: expect.stringContaining('No mailbox') });
});
