import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { withAccounts } from '../../src/tools/account-choice.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices, mailId } from '../tools/services.ts';
import { session, toolset } from './session.ts';

/** What a resource says, and what the services were asked for it. */
async function opened(uri: string, options: Parameters<typeof session>[0] = {}) {
  const { client, services } = await session(options);
  const { contents } = await client.readResource({ uri });
  expect(contents).toHaveLength(1);
  const { mimeType, text, blob }: Record<string, unknown> = contents[0] ?? {};
  return { mimeType, text, blob, asked: services.asked.map(({ method, request }) => ({ method, request })) };
}

const unopened = { services: async () => Promise.reject(new Error('opened')) };

test('the lists come without opening an account, and are the same every time', async () => {
  const { client } = await session(unopened);
  const lists = async () =>
    JSON.stringify([await client.listResources(), await client.listResourceTemplates()], undefined, 1);
  const first = await lists();
  expect(await lists()).toBe(first);
  await expect(`${first}\n`).toMatchFileSnapshot('../__snapshots__/resources-list.json');
});

test('what is switched off is neither listed nor read by another name', async () => {
  const { client, services } = await session({ tools: toolset('mail') });
  const listed = JSON.stringify([await client.listResources(), await client.listResourceTemplates()]);
  expect(listed).toContain('mailbox://mail/{id}');
  expect(listed).not.toMatch(/agenda|calendar/u);
  await expect(client.readResource({ uri: 'mailbox://agenda/today' })).rejects.toMatchObject({
    code: -32002,
  });
  expect(services.asked).toEqual([]);
  const calendar = await session({ tools: toolset('calendar') });
  const { resources } = await calendar.client.listResources();
  expect(resources.map(({ name }) => name)).toEqual(['agenda_today']);
});

test('a mail is what get_email says of it, and stays unread', async () => {
  const { client } = await session();
  const { structuredContent } = await client.callTool({ name: 'get_email', arguments: { id: mailId } });
  const { text, mimeType, asked } = await opened(`mailbox://mail/${encodeURIComponent(mailId)}`);
  expect(JSON.parse(String(text))).toEqual(structuredContent);
  expect(mimeType).toBe('application/json');
  expect(asked.map(({ method }) => method)).toEqual(['read']);
});

test.each([
  ['mailbox://inbox', 'search', { folder: 'inbox', limit: 20 }],
  ['mailbox://folders', 'folders', {}],
  ['mailbox://folder/Kunden%2FM%C3%BCller', 'search', { folder: 'Kunden/Müller', limit: 20 }],
  ['mailbox://agenda/today', 'getEvents', { start: '2026-11-22', end: '2026-11-22' }],
  ['mailbox://agenda/tomorrow', 'getEvents', { start: '2026-11-23', end: '2026-11-23' }],
  ['mailbox://agenda/2026-12-24', 'getEvents', { start: '2026-12-24', end: '2026-12-24' }],
  ['mailbox://calendar/Meine%20Termine', 'getEvents', { start: '2026-11-22', calendar: 'Meine Termine' }],
  [`mailbox://mail/${mailId}`, 'read', { id: mailId, format: 'text', maxChars: 30_000 }],
  [`mailbox://mail/${mailId}/attachment/2.1`, 'attachment', { id: mailId, part: '2.1', maxChars: 30_000 }],
])('%s asks %s', async (uri, method, request) => {
  expect((await opened(uri)).asked).toEqual([{ method, request }]);
});

test('today is the day in the zone of the user', async () => {
  const late = { now: () => new Date('2026-11-22T23:30:00Z') };
  const { asked } = await opened('mailbox://agenda/today', late);
  expect(asked).toMatchObject([{ request: { start: '2026-11-23' } }]);
});

const facts = { name: 'a.csv', type: 'text/csv', size: 3 };

test.each([
  ['whole', { ...facts, text: 'a,b', totalChars: 3 }, 'text/csv', 'a,b'],
  ['read out', { ...facts, type: 'text/html', text: 'a', totalChars: 1 }, 'text/plain', 'a'],
  ['cut', { ...facts, text: 'a', totalChars: 3, nextOffset: 1 }, 'application/json', undefined],
  [
    'with a warning',
    { ...facts, text: 'a', warnings: [{ code: 'malformed' as const, detail: 'x' }] },
    'application/json',
    undefined,
  ],
  ['unreadable', facts, 'application/json', undefined],
])('an attachment that is %s', async (_name, content, mimeType, plain) => {
  const services = async () => fakeServices({ attachment: async () => ({ content }) });
  const read = await opened(`mailbox://mail/${mailId}/attachment/2`, { services });
  expect(read.mimeType).toBe(mimeType);
  expect(plain ?? JSON.parse(String(read.text))).toEqual(plain === undefined ? content : read.text);
});

test('an image comes as itself', async () => {
  const image = { data: Buffer.from([1, 2, 3]), mimeType: 'image/png' };
  const attachment = async () => ({ content: { name: 'a.png', type: 'image/png', size: 3 }, image });
  const read = await opened(`mailbox://mail/${mailId}/attachment/2`, {
    services: async () => fakeServices({ attachment }),
  });
  expect(read).toMatchObject({ mimeType: 'image/png', blob: 'AQID' });
});

test.each([
  ['not_found', -32002],
  ['stale_reference', -32002],
  ['invalid_input', -32602],
  ['unavailable', -32603],
  ['auth_failed', -32603],
] as const)('%s is the error %i, with our sentence and hint, once', async (code, expected) => {
  const error = new MailboxError(code, 'It did not work.', {
    hint: 'Do this.',
    cause: new Error('NO hunter2'),
  });
  const { client } = await session({
    services: async () => fakeServices({ read: () => Promise.reject(error) }),
  });
  const uri = `mailbox://mail/${mailId}`;
  const failure = await client.readResource({ uri }).catch((reason: unknown) => reason);
  expect(failure).toMatchObject({ code: expected, data: { uri, code } });
  // The prefix is that of the client's SDK.
  expect(String(failure)).toMatch(/^McpError: MCP error -\d+: It did not work\. Do this\.$/u);
});

test.each([
  ['mailbox://nothing/here', -32002, /mailbox:\/\/mail\/\{id\}/u],
  ['https://example.org/', -32002, /There is no resource/u],
  ['mailbox://mail/', -32002, /There is no resource/u],
  ['mailbox://agenda/2026-02-31', -32602, /ISO date, today or tomorrow/u],
  ['mailbox://agenda/2026-11-22T10:00', -32602, /ISO date/u],
  ['mailbox://mail/a%0Ab', -32602, /id is not valid/u],
])('%s is refused, and nobody is asked', async (uri, code, message) => {
  const { client, services } = await session();
  const failure = await client.readResource({ uri }).catch((reason: unknown) => reason);
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(services.asked).toEqual([]);
});

test('more than an answer may have is an error that says how to ask for less', async () => {
  const emails = Array.from({ length: 20 }, () => ({
    ...{ id: mailId, date: '2026-11-22T10:00:00+01:00', from: 'a@x' },
    subject: 'x'.repeat(2_500),
  }));
  const services = async () => fakeServices({ search: async () => ({ emails, searched: ['INBOX'] }) });
  const { client } = await session({ services });
  await expect(client.readResource({ uri: 'mailbox://inbox' })).rejects.toThrow(/at most 40000/u);
});

test('a read that hangs ends when the server does', async () => {
  const services = async () => fakeServices({ search: () => new Promise<never>(() => undefined) });
  const { client, server } = await session({ services, tools: catalogue, graceMs: 10 });
  const read = client.readResource({ uri: 'mailbox://inbox' }).catch((reason: unknown) => reason);
  await client.listResources();
  await server.stopCalls();
  expect(await read).toMatchObject({ data: { code: 'unavailable', retryable: true } });
});

test.each([
  ['mailbox://inbox', 'all'],
  ['mailbox://folder/Archive', 'all'],
  ['mailbox://agenda/today', 'all'],
  ['mailbox://calendar/Team', 'all'],
  ['mailbox://folders', 'all'],
  [`mailbox://mail/${mailId}`, undefined],
])('with several accounts %s is of the account %s', async (uri, expected) => {
  const named: (string | undefined)[] = [];
  const services = async (account?: string) => {
    named.push(account);
    return fakeServices();
  };
  await opened(uri, { tools: withAccounts(catalogue, ['work', 'home']), services });
  expect(named).toEqual([expected]);
});
