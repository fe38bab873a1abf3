import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions as Options } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test, vi } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import type { CallContext } from '../../src/domain/mail-port.ts';
import type { Watch } from '../../src/domain/watch-port.ts';
import { fakeServices } from '../tools/services.ts';
import { session, toolset } from './session.ts';

/** A session whose watches are counted and whose inbox changes when told to. */
async function watched(before: (signal: AbortSignal) => Promise<void> = async () => undefined) {
  const seen = { begun: 0, standing: 0, updates: [] as string[], change: () => {} };
  const watch = async (onChange: () => void, { signal }: CallContext): Promise<Watch> => {
    seen.begun += 1;
    await before(signal);
    seen.standing += 1;
    seen.change = onChange;
    return {
      stop: async () => {
        seen.standing -= 1;
      },
    };
  };
  const { client, server } = await session({ services: async () => fakeServices({ watch }), graceMs: 10 });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    seen.updates.push(params.uri);
  });
  return { client, server, seen };
}

const inbox = 'mailbox://inbox';
const folder = 'mailbox://folder/INBOX';

test('a change is told by every URI the client subscribed with, from one watch', async () => {
  const { client, seen } = await watched();
  await Promise.all([client.subscribeResource({ uri: inbox }), client.subscribeResource({ uri: folder })]);
  expect(seen).toMatchObject({ begun: 1, standing: 1, updates: [] });
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([inbox, folder]));
});

test('nobody subscribes, nothing is watched; the last to leave ends it, the next begins anew', async () => {
  const { client, seen } = await watched();
  await client.readResource({ uri: inbox });
  expect(seen.begun).toBe(0);
  for (const uri of [inbox, folder]) await client.subscribeResource({ uri });
  await client.unsubscribeResource({ uri: inbox });
  expect(seen.standing).toBe(1);
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([folder]));
  await client.unsubscribeResource({ uri: folder });
  expect(seen.standing).toBe(0);
  await client.subscribeResource({ uri: inbox });
  expect(seen).toMatchObject({ begun: 2, standing: 1 });
});

test('to unsubscribe from what was never subscribed to is no error', async () => {
  const { client, seen } = await watched();
  await client.unsubscribeResource({ uri: inbox });
  expect(seen.begun).toBe(0);
});

test('a watch that was left while it began does not stay', async () => {
  let go = () => {};
  const { client, seen } = await watched(() => new Promise((resolve) => (go = resolve)));
  const subscribing = client.subscribeResource({ uri: inbox });
  await vi.waitFor(() => expect(seen.begun).toBe(1));
  const leaving = client.unsubscribeResource({ uri: inbox });
  await client.ping();
  go();
  await Promise.all([subscribing, leaving]);
  expect(seen.standing).toBe(0);
});

test('the end of the session ends the watch, also one that only begins', async () => {
  const standing = await watched();
  await standing.client.subscribeResource({ uri: inbox });
  await standing.server.stopCalls();
  expect(standing.seen.standing).toBe(0);

  const beginning = await watched(() => new Promise<never>(() => undefined));
  const failure = beginning.client.subscribeResource({ uri: inbox }).catch((reason: unknown) => reason);
  await vi.waitFor(() => expect(beginning.seen.begun).toBe(1));
  await beginning.server.stopCalls();
  expect(await failure).toMatchObject({ data: { code: 'unavailable' } });
  await expect(beginning.client.subscribeResource({ uri: inbox })).rejects.toThrow(/shutting down/u);
});

test('a watch that cannot begin is an error, and the next try a new one', async () => {
  let fails = true;
  const { client, seen } = await watched(async () => {
    if (fails) throw new MailboxError('auth_failed', 'The password was refused.', { hint: 'Set it.' });
  });
  await expect(client.subscribeResource({ uri: inbox })).rejects.toMatchObject({
    ...{ code: -32603, data: { uri: inbox, code: 'auth_failed' } },
    message: expect.stringContaining('The password was refused. Set it.'),
  });
  fails = false;
  await client.subscribeResource({ uri: inbox });
  expect(seen).toMatchObject({ begun: 2, standing: 1 });
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([inbox]));
});

test.each([
  'mailbox://folders',
  'mailbox://folder/Archive',
  'mailbox://agenda/today',
  'https://example.org/',
])('%s cannot be subscribed to, and the answer says what can', async (uri) => {
  const { client, seen } = await watched();
  await expect(client.subscribeResource({ uri })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(/mailbox:\/\/inbox or mailbox:\/\/folder\/inbox/u),
  });
  expect(seen.begun).toBe(0);
});

test.each([
  [
    'heeds it',
    (signal: AbortSignal) => new Promise<void>((_end, fail) => signal.addEventListener('abort', fail)),
  ],
  ['stands too late', () => sleep(60)],
])('a cancelled request to subscribe leaves nothing behind: a watch that %s', async (_name, before) => {
  const { client, seen } = await watched((signal) => (seen.begun === 1 ? before(signal) : Promise.resolve()));
  const stop = new AbortController();
  const cancelled = client
    .subscribeResource({ uri: inbox }, { signal: stop.signal })
    .catch(() => 'cancelled');
  await vi.waitFor(() => expect(seen.begun).toBe(1));
  stop.abort();
  expect(await cancelled).toBe('cancelled');
  await sleep(100);
  expect(seen.standing).toBe(0);
  await client.subscribeResource({ uri: folder });
  expect(seen).toMatchObject({ begun: 2, standing: 1 });
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([folder]));
});

test('who cancels takes nothing from another who waits for the same', async () => {
  let go = () => {};
  const { client, seen } = await watched(() => new Promise((resolve) => (go = resolve)));
  const stop = new AbortController();
  const others = [inbox, folder].map((uri) => client.subscribeResource({ uri }));
  const cancelled = client
    .subscribeResource({ uri: inbox }, { signal: stop.signal })
    .catch(() => 'cancelled');
  await client.ping();
  stop.abort();
  expect(await cancelled).toBe('cancelled');
  await client.ping();
  go();
  await Promise.all(others);
  expect(seen).toMatchObject({ begun: 1, standing: 1 });
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([inbox, folder]));
});

test('a watch that fails late takes nothing from the next one', async () => {
  const fails: ((reason: Error) => void)[] = [];
  const { client, seen } = await watched(async () => {
    if (seen.begun === 1) await new Promise((_resolve, reject) => fails.push(reject));
  });
  const first = client.subscribeResource({ uri: inbox });
  await vi.waitFor(() => expect(fails).toHaveLength(1));
  const left = client.unsubscribeResource({ uri: inbox });
  const second = client.subscribeResource({ uri: inbox });
  await client.ping();
  fails[0]?.(new Error('lost'));
  await Promise.all([first, left, second]);
  expect(seen.standing).toBe(1);
  seen.change();
  await vi.waitFor(() => expect(seen.updates).toEqual([inbox]));
});

test('without mail tools nothing can be subscribed to, and nothing else is promised', async () => {
  const { client } = await session({ tools: toolset('calendar') });
  expect(client.getServerCapabilities()?.resources).toEqual({ subscribe: false });
  await expect(client.subscribeResource({ uri: inbox })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringMatching(/mail tools are switched off/u),
  });
});

test.each([
  ['to subscribe', (client: Client, on: Options) => client.subscribeResource({ uri: inbox }, on)],
  ['to read', (client: Client, on: Options) => client.readResource({ uri: inbox }, on)],
])('a request %s that takes long says so, again and again', async (_name, request) => {
  const told: (number | undefined)[] = [];
  const slow = async () => await sleep(5_400);
  const search = async () => {
    await slow();
    return { emails: [], searched: ['INBOX'] };
  };
  const watch = async (): Promise<Watch> => {
    await slow();
    return { stop: async () => undefined };
  };
  const { client } = await session({ services: async () => fakeServices({ watch, search }) });
  await request(client, { onprogress: ({ progress }) => void told.push(progress) });
  expect(told).toEqual([2, 5]);
});
