import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CallContext } from '../../src/domain/mail-port.ts';
import { openMail } from '../support/mailboxes.ts';
import { fakeServices } from '../tools/services.ts';
import { session } from './session.ts';

type Session = Awaited<ReturnType<typeof session>>;

/** Servers that take connections and say nothing, with the mailbox of somebody whose servers they are. */
async function silentMailbox() {
  const open = new Set<Socket>();
  let opened = 0;
  const server = createServer((socket) => {
    open.add(socket);
    opened += 1;
    // Read, or its end is never seen.
    socket.resume();
    socket.on('error', () => undefined);
    for (const event of ['end', 'close']) socket.on(event, () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const account = await openMail({
    ...{ MAILBOX_EMAIL: 'alice@silent.test', MAILBOX_PASSWORD: 'pw' },
    ...{ MAILBOX_IMAP_HOST: '127.0.0.1', MAILBOX_IMAP_PORT: String(port), MAILBOX_IMAP_SECURE: 'false' },
    ...{ MAILBOX_CALDAV_URL: `http://127.0.0.1:${port}/` },
  });
  onTestFinished(() => account.close());
  return { services: async () => account, open: () => open.size, opened: () => opened };
}

/** A completion as a client asks for it that may take it back. */
function ask({ client }: Session, uri: string, name: string) {
  const stop = new AbortController();
  const params = { ref: { type: 'ref/resource' as const, uri }, argument: { name, value: '' } };
  const answer = client.complete(params, { signal: stop.signal }).then(
    ({ completion }) => completion.values,
    () => 'cancelled',
  );
  return { answer, cancel: () => stop.abort() };
}

const folder = ['mailbox://folder/{path}', 'path'] as const;
const calendar = ['mailbox://calendar/{calendar}', 'calendar'] as const;

test.each([
  ['folder', folder],
  ['calendar', calendar],
])('a %s completion that is taken back frees its connection', async (_kind, [uri, name]) => {
  const { services, open } = await silentMailbox();
  const typing = await session({ services, completionMs: 20_000 });
  const one = ask(typing, uri, name);
  await vi.waitFor(() => expect(open()).toBe(1), 5_000);
  one.cancel();
  expect(await one.answer).toBe('cancelled');
  await vi.waitFor(() => expect(open()).toBe(0), 1_500);
});

test('a question two have asked ends with the second who takes it back, and not before', async () => {
  const { services, open, opened } = await silentMailbox();
  const typing = await session({ services, completionMs: 20_000 });
  const [first, second] = [ask(typing, ...folder), ask(typing, ...folder)];
  await vi.waitFor(() => expect(open()).toBe(1), 5_000);
  first.cancel();
  await sleep(300);
  expect([open(), opened()]).toEqual([1, 1]);
  second.cancel();
  await vi.waitFor(() => expect(open()).toBe(0), 1_500);
});

/** Folders that are there when a test says so, with the signals of who asked for them. */
async function slowFolders() {
  const signals: AbortSignal[] = [];
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const folders = async (_request: object, { signal }: CallContext) => {
    signals.push(signal);
    await Promise.race([answered, new Promise((_end, fail) => signal.addEventListener('abort', fail))]);
    return { folders: [{ path: 'Post', total: 1, unread: 0 }] };
  };
  const services = async () => fakeServices({ folders });
  return { services, signals, answer };
}

test('what was taken back is asked anew by the next, at once', async () => {
  const { services, signals, answer } = await slowFolders();
  const typing = await session({ services, completionMs: 2_000 });
  const first = ask(typing, ...folder);
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  first.cancel();
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  const second = ask(typing, ...folder);
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  answer();
  expect(await second.answer).toEqual(['Post']);
  expect(typing.lines.join('')).not.toContain('nothing to complete from');
});

test('who types on shares the question of the key before', async () => {
  const { services, signals, answer } = await slowFolders();
  const typing = await session({ services, completionMs: 2_000 });
  const first = ask(typing, ...folder);
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  first.cancel();
  const second = ask(typing, ...folder);
  answer();
  expect(await second.answer).toEqual(['Post']);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

test('one who was answered before the answer came wants it for the next key: another takes nothing back', async () => {
  const { services, signals, answer } = await slowFolders();
  const typing = await session({ services, completionMs: 50 });
  expect(await ask(typing, ...folder).answer).toEqual([]);
  const other = ask(typing, ...folder);
  await typing.client.ping();
  other.cancel();
  await sleep(50);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  answer();
  await sleep(5);
  expect(await ask(typing, ...folder).answer).toEqual(['Post']);
});
