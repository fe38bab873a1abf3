import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { AccountOpener } from '../../src/cli/open-account.ts';
import { serve } from '../../src/cli/serve.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import type { CallContext } from '../../src/domain/mail-port.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { fakeServices } from '../tools/services.ts';

const credentials = { MAILBOX_EMAIL: 'alice@rig.test', MAILBOX_PASSWORD: 'alice-pw' };

interface Reply {
  id?: number;
  result?: { isError?: boolean; content?: { text: string }[]; tools?: { name: string }[] };
  error?: { code: number };
}

/** The server on streams of this process: what it writes to stdout must be JSON-RPC, line by line. */
function start(env: Record<string, string>, open?: AccountOpener, args: string[] = []) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const said: Buffer[] = [];
  stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const replies: Reply[] = [];
  let rest = '';
  stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) replies.push(JSON.parse(line));
    stdout.emit('reply');
  });
  let id = 0;
  const send = (method: string, params?: object) => {
    id += 1;
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return id;
  };
  const ask = async (method: string, params?: object) => {
    const asked = send(method, params);
    while (!replies.some((reply) => reply.id === asked)) await once(stdout, 'reply');
    return replies.find((reply) => reply.id === asked) ?? {};
  };
  const call = async (name: string, args: object = {}) => {
    const { result } = await ask('tools/call', { name, arguments: args });
    return JSON.parse(result?.content?.[0]?.text ?? 'null');
  };
  const ended = serve(args, env, { stdin, stdout, stderr }, '1.2.3', open);
  return { stdin, stdout, send, ask, call, ended, replies, stderr: () => Buffer.concat(said).toString() };
}

function opener(services = fakeServices(), close = async () => undefined as undefined) {
  let opened = 0;
  const open: AccountOpener = async () => {
    opened += 1;
    return { ...services, close };
  };
  return { open, opened: () => opened };
}

test('the list comes before any account is opened; calls open it once', async () => {
  const { open, opened } = opener();
  const server = start(credentials, open);
  expect((await server.ask('tools/list')).result?.tools).toHaveLength(catalogue.length);
  expect(opened()).toBe(0);
  await Promise.all([server.call('get_folders'), server.call('get_folders')]);
  expect(await server.call('get_folders')).toMatchObject({ folders: [{ path: 'INBOX' }] });
  expect(opened()).toBe(1);
  server.stdin.end();
  await expect(server.ended).resolves.toBe(0);
});

test('methods this protocol version does not know, and requests before initialize, are answered at once', async () => {
  const server = start({});
  expect((await server.ask('server/discover')).error?.code).toBe(-32601);
  expect((await server.ask('tools/list')).result?.tools).toHaveLength(catalogue.length);
  server.stdin.write('this is no JSON\n');
  expect((await server.ask('ping')).result).toEqual({});
  server.stdin.end();
  await server.ended;
});

test('without credentials every call says how to set them', async () => {
  const server = start({});
  const { error } = await server.call('search_emails');
  expect(error).toMatchObject({ code: 'auth_failed', retryable: false });
  expect(error.hint).toMatch(/MAILBOX_EMAIL and MAILBOX_PASSWORD/u);
  expect(server.stderr()).toMatch(/MAILBOX_EMAIL and MAILBOX_PASSWORD/u);
  server.stdin.end();
  await expect(server.ended).resolves.toBe(0);
});

test('with wrong settings the faults stand on stderr, all in one message, and in every answer', async () => {
  const server = start({ ...credentials, MAILBOX_IMAP_PORT: '0', MAILBOX_TIMEZON: 'UTC' });
  const { error } = await server.call('get_folders');
  expect(error.code).toBe('invalid_input');
  for (const text of [error.message, server.stderr()]) {
    expect(text).toContain('MAILBOX_IMAP_PORT must be a whole number');
    expect(text).toContain('MAILBOX_TIMEZON is not a setting (did you mean MAILBOX_TIMEZONE?)');
  }
  server.stdin.end();
  await expect(server.ended).resolves.toBe(0);
});

test.each([
  [{ MAILBOX_TOOLSETS: 'mial' }, /MAILBOX_TOOLSETS .*did you mean mail/u],
  [{ MAILBOX_TOOLSET: 'mail' }, /did you mean MAILBOX_TOOLSETS/u],
  [{ MAILBOX_TOOLS: 'search_email' }, /no tool "search_email" \(did you mean search_emails/u],
  [{ MAILBOX_TOOLS: 'search-emails' }, /no tool "search-emails" \(did you mean search_emails/u],
  [{ MAILBOX_TOOLS: 'search emails,get_email' }, /"search emails" \(did you mean search_emails.*Commas/u],
  [
    { MAILBOX_TOOLS: 'serch_emails', POOL_MAX_CONNECTIONS: 'x' },
    /^MAILBOX_TOOLS: there is no tool "serch_emails".*^POOL_MAX_CONNECTIONS must/msu,
  ],
  [{ MAILBOX_TOOLS_EXCLUDE: 'get_email,send_mail' }, /no tool "send_mail" \(did you mean send_email/u],
])(
  '%j stops the start, for any list of tools may be one too many, and names the near ones',
  async (env, said) => {
    const server = start({ ...credentials, ...env });
    await expect(server.ended).resolves.toBe(2);
    expect(server.stderr()).toMatch(said);
  },
);

test('only the tools that are allowed are listed, without those excluded', async () => {
  const env = { MAILBOX_TOOLS: 'search_emails, get_email, send_email', MAILBOX_TOOLS_EXCLUDE: 'get_email' };
  const server = start({ ...credentials, ...env, MAILBOX_READ_ONLY: 'true' }, opener().open);
  const names = (await server.ask('tools/list')).result?.tools?.map(({ name }) => name);
  expect(names).toEqual(['search_emails']);
  server.stdin.end();
  await server.ended;
});

test.each([
  [{ MAILBOX_TOOLS: 'send_email', MAILBOX_READ_ONLY: 'true' }, 0, /leave no tool.*names send_email, which/su],
  [{ MAILBOX_TOOLS: ' , ', MAILBOX_TOOLSETS: ',' }, catalogue.length, /^$/u],
])('%j lists %i tools, and says so where that may surprise', async (env, count, said) => {
  const server = start({ ...credentials, ...env }, opener().open);
  expect((await server.ask('tools/list')).result?.tools).toHaveLength(count);
  expect(server.stderr()).toMatch(said);
  server.stdin.end();
  await server.ended;
});

test('with mail elsewhere and no CalDAV server a line says how to hide the calendar tools', async () => {
  const hosts = { MAILBOX_IMAP_HOST: 'imap.a.example', MAILBOX_SMTP_HOST: 'smtp.a.example' };
  const server = start({ ...credentials, ...hosts }, opener().open);
  const names = (await server.ask('tools/list')).result?.tools?.map(({ name }) => name);
  expect(names).toContain('search_emails');
  expect(names).toContain('list_calendars');
  expect(server.stderr()).toContain('MAILBOX_TOOLSETS=mail,server hides their tools');
  server.stdin.end();
  await server.ended;
});

test('a setting of an account whose name begins like that of tools does not stop the start', async () => {
  const server = start({ MAILBOX_ACCOUNTS: 'toolshed,home', MAILBOX_TOOLSHED_EMAIL: 'nope' });
  expect((await server.ask('ping')).result).toEqual({});
  server.stdin.end();
  await expect(server.ended).resolves.toBe(0);
});

test('read-only mode lists no tool that writes, and does not know it when called', async () => {
  const server = start(credentials, opener().open, ['--read-only']);
  const names = (await server.ask('tools/list')).result?.tools?.map(({ name }) => name);
  expect(names).not.toContain('download_attachment');
  expect((await server.call('download_attachment')).error.code).toBe('invalid_input');
  server.stdin.end();
  await server.ended;
});

test('an account that could not be opened is tried again by the next call', async () => {
  let attempts = 0;
  const { open } = opener();
  const server = start(credentials, async (...args) => {
    attempts += 1;
    if (attempts === 1) throw new MailboxError('unavailable', 'The server cannot be reached.');
    return open(...args);
  });
  expect((await server.call('get_folders')).error.code).toBe('unavailable');
  expect(await server.call('get_folders')).toHaveProperty('folders');
  server.stdin.end();
  await server.ended;
});

test('at the end running calls get an answer, and a logout that hangs does not keep the server', async () => {
  const search = () => new Promise<never>(() => undefined);
  const { open } = opener(fakeServices({ search }), () => new Promise<never>(() => undefined));
  const server = start(credentials, open);
  await server.call('get_folders');
  const id = server.send('tools/call', { name: 'search_emails', arguments: {} });
  await server.ask('ping');
  const began = performance.now();
  server.stdin.end();
  await expect(server.ended).resolves.toBe(0);
  expect(performance.now() - began).toBeLessThan(1_900);
  const reply = server.replies.find((candidate) => candidate.id === id);
  expect(reply?.result?.content?.[0]?.text).toContain('"unavailable"');
});

test('a call that ends together with the server is still answered', async () => {
  const search = (_request: unknown, { signal }: CallContext) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const server = start(credentials, opener(fakeServices({ search })).open);
  const id = server.send('tools/call', { name: 'search_emails', arguments: {} });
  await server.ask('ping');
  server.stdin.end();
  await server.ended;
  expect(server.replies.map((reply) => reply.id)).toContain(id);
});

test('the server ends when its reader is gone', async () => {
  const { open } = opener();
  const stdin = new PassThrough();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  const ended = serve([], credentials, { stdin, stdout, stderr: new PassThrough() }, '1.2.3', open);
  stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  await expect(ended).resolves.toBe(0);
});

test('what a library prints goes to stderr, and a password in it is not shown by the log', async () => {
  const services = fakeServices({
    folders: async () => {
      globalThis.console.log('a library was here');
      throw new MailboxError('auth_failed', 'Refused.', { cause: new Error('bad password alice-pw') });
    },
  });
  const server = start(credentials, opener(services).open);
  await server.call('get_folders');
  expect(server.stderr()).toContain('a library was here');
  expect(server.stderr()).toContain('bad password [redacted]');
  expect(server.stderr()).not.toContain('alice-pw');
  server.stdin.end();
  await server.ended;
});
