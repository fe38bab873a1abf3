import { expect, test } from 'vitest';
import { fakeServices } from '../tools/services.ts';
import { session } from './session.ts';

/** What a call with such arguments is answered. */
async function refusal(name: string, args: Record<string, unknown>): Promise<string> {
  const { client } = await session({ services: async () => fakeServices() });
  const { content, isError } = await client.callTool({ name, arguments: args });
  expect(isError).toBe(true);
  return JSON.stringify(content);
}

test.each([
  ['create_directory', { path: '' }, /path must not be empty\. ?\\?"/u],
  ['mark_email', { ids: [''], add: ['read'] }, /ids\.0 must not be empty\. ?\\?"/u],
  ['search_emails', { query: '' }, /query must not be empty; leave it out/u],
  ['mark_email', { ids: null }, /ids is missing/u],
  ['create_directory', { path: null }, /path is missing/u],
  ['mark_email', { ids: 'INBOX/x-1 and INBOX/x-2' }, /ids must be a list/u],
])('%s %j is told what is wrong with it', async (name, args, message) => {
  expect(await refusal(name, args)).toMatch(message);
});

test('a word that may be left out and is empty was left out, in any tool', async () => {
  const { client, services } = await session();
  const { isError } = await client.callTool({
    name: 'get_email',
    arguments: { id: 'INBOX/x-1', format: '' },
  });
  expect(isError).toBeUndefined();
  expect(services.asked).toMatchObject([{ request: { format: 'text' } }]);
});
