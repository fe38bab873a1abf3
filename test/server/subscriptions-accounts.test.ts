import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { withAccounts } from '../../src/tools/account-choice.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { addressOf, type Name, names, openTwo, startTwo } from '../accounts/rig.ts';
import { letter } from '../support/letters.ts';
import { session, tools } from './session.ts';

/** Two accounts on servers of their own. */
let sandboxes: Record<Name, Sandbox>;

beforeAll(async () => {
  sandboxes = await startTwo();
});
afterAll(async () => {
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

async function ofTwo() {
  const two = openTwo(sandboxes);
  const updates: string[] = [];
  const { client, server } = await session({
    tools: withAccounts(catalogue, names),
    services: async (account) => two.services(account),
  });
  onTestFinished(async () => {
    await server.stopCalls();
    await two.close();
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    updates.push(params.uri);
  });
  const subscribe = async (...uris: string[]) => {
    for (const uri of uris) await client.subscribeResource({ uri });
  };
  return { client, updates, subscribe };
}

const deliver = (name: Name) =>
  sandboxes[name].deliver(addressOf(name), 'INBOX', letter({ subject: `To ${name}` }));
/** Connections that stand: who watches keeps one. */
const standing = () => names.map((name) => sandboxes[name].imap.connections.open);
const all = 'mailbox://inbox';

test.each(['mailbox://folder/home%3AINBOX', 'mailbox://folder/home:inbox', 'mailbox://folder/Home:Inbox'])(
  'the inbox of one account is told by %s, and only that one is watched',
  async (uri) => {
    const { client, updates, subscribe } = await ofTwo();
    await subscribe(uri);
    expect(standing()).toEqual([0, 1]);
    deliver('work');
    deliver('home');
    await vi.waitFor(() => expect(updates).toEqual([uri]), 10_000);
    await client.unsubscribeResource({ uri });
    await vi.waitFor(() => expect(standing()).toEqual([0, 0]), 5_000);
  },
);

test('each account and all of them are told apart, with one connection to each', async () => {
  const { client, updates, subscribe } = await ofTwo();
  const [work, home] = ['mailbox://folder/work:INBOX', 'mailbox://folder/home:INBOX'];
  await subscribe(home, all, work);
  expect(standing()).toEqual([1, 1]);
  deliver('home');
  await vi.waitFor(() => expect([...updates].sort()).toEqual([home, all].sort()), 10_000);
  await client.unsubscribeResource({ uri: home });
  expect(standing()).toEqual([1, 1]);
  updates.length = 0;
  deliver('home');
  deliver('work');
  await vi.waitFor(() => expect(new Set(updates)).toEqual(new Set([all, work])), 10_000);
  await client.unsubscribeResource({ uri: all });
  await vi.waitFor(() => expect(standing()).toEqual([1, 0]), 5_000);
});

test.each(['mailbox://folder/home:Archive', 'mailbox://folder/club:INBOX', 'mailbox://folder/home:'])(
  '%s cannot be subscribed to, and the answer says what can',
  async (uri) => {
    const { client } = await ofTwo();
    await expect(client.subscribeResource({ uri })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/mailbox:\/\/inbox .*one account: mailbox:\/\/folder\/work:inbox/u),
    });
  },
);

test('with one account a path that looks like another account’s is no inbox', async () => {
  const { client } = await session();
  await expect(client.subscribeResource({ uri: 'mailbox://folder/home:INBOX' })).rejects.toMatchObject({
    message: expect.not.stringContaining('account'),
  });
});

test('where some mail tools are there and the inbox is not, the answer names the tool that shows it', async () => {
  const { client } = await session({ tools: tools('get_email') });
  await expect(client.subscribeResource({ uri: all })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(/search_emails, which shows the inbox, is switched off/u),
  });
});
