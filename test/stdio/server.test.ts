import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { letter } from '../support/letters.ts';
import { mailboxKinds, type TestMailbox } from '../support/mailboxes.ts';
import { type McpProcess, startServer } from '../support/mcp-client.ts';

/** The built server, as a client starts it; `npm test` builds it first. */
describe.each(mailboxKinds)('the built server on $name', ({ open }) => {
  let box: TestMailbox;
  let server: McpProcess;
  const downloads = mkdtempSync(join(tmpdir(), 'mbx-stdio-'));
  const call = async <T>(tool: string, args: Record<string, unknown> = {}): Promise<T> => {
    const answer = await server.call(tool, args);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return answer.data as T;
  };

  beforeAll(async () => {
    box = await open();
    const other = await box.otherClient();
    const csv = [
      '--x',
      'Content-Type: text/plain',
      '',
      'see file',
      '--x',
      'Content-Type: text/csv; name="a.csv"',
      'Content-Disposition: attachment; filename="a.csv"',
      '',
      'a,b',
      '--x--',
      '',
    ];
    await other.append(
      'INBOX',
      letter({
        subject: 'Files',
        id: '<f@x>',
        headers: ['Content-Type: multipart/mixed; boundary=x'],
        body: csv.join('\r\n'),
      }),
    );
    await other.append(
      'Sent',
      letter({
        subject: 'Re: Files',
        id: '<r@x>',
        headers: ['References: <f@x>'],
        body: 'Got it.',
        date: 'Tue, 03 Mar 2026 10:00:00 +0100',
      }),
    );
    server = startServer({
      MAILBOX_SMTP_HOST: '127.0.0.1', // where only IMAP runs nobody shall be asked on the network
      MAILBOX_SMTP_PORT: '9',
      ...box.env,
      MAILBOX_DOWNLOAD_DIR: downloads,
      MAILBOX_TIMEZONE: 'Europe/Berlin',
      LOG_LEVEL: 'debug',
    });
    await server.initialize();
  }, 30_000);

  afterAll(async () => {
    server.kill('SIGKILL');
    await box.close();
    rmSync(downloads, { recursive: true });
  });

  test('a day of reading: every tool answers, and its two forms are the same', async () => {
    const { folders } = await call<{ folders: { path: string; total: number }[] }>('get_folders');
    expect(folders.find(({ path }) => path === 'INBOX')).toMatchObject({ total: 1 });
    const { emails } = await call<{ emails: { id: string; subject: string }[] }>('search_emails', {
      query: 'files',
    });
    expect(emails.map(({ subject }) => subject)).toEqual(['Re: Files', 'Files']);
    const id = emails[1]?.id;
    const email = await call<{ body: { text: string }; attachments: { part: string }[] }>('get_email', {
      id,
    });
    expect(email.body.text).toBe('see file');
    const { total } = await call<{ total: number }>('get_email_thread', { id });
    expect(total).toBe(2);
    const part = email.attachments[0]?.part;
    expect(await call('get_attachment', { id, part })).toMatchObject({ name: 'a.csv', text: 'a,b' });
    const { path } = await call<{ path: string }>('download_attachment', { id, part });
    expect(readFileSync(path, 'utf8')).toBe('a,b');
    expect(await call('get_server_status')).toMatchObject({
      accounts: [
        { protocols: [{ protocol: 'imap', reachable: true }, { protocol: 'smtp' }, { protocol: 'caldav' }] },
      ],
    });
  });

  test('a misspelt argument is refused by name', async () => {
    const answer = await server.call('search_emails', { querry: 'x' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input', retryable: false } });
    expect(JSON.stringify(answer)).toContain('query');
  });

  test('a cancelled call ends, and the next one works', async () => {
    const cancelled = new AbortController();
    const asked = server.request(
      'tools/call',
      { name: 'search_emails', arguments: { query: 'nothing' } },
      { signal: cancelled.signal },
    );
    cancelled.abort();
    await expect(asked).rejects.toThrow();
    const { emails } = await call<{ emails: unknown[] }>('search_emails', {});
    expect(emails).toHaveLength(2);
  });

  test('stdin end is a clean exit, and the password is in no line of the log', async () => {
    const { code, ms } = await server.end();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2000);
    const password = box.env.MAILBOX_PASSWORD ?? '';
    expect(server.stderr).toContain('connected');
    expect(server.stderr).not.toContain(password);
    expect(server.stderr).not.toContain(
      Buffer.from(`\0${box.env.MAILBOX_EMAIL}\0${password}`).toString('base64'),
    );
  });
});

test('without credentials it starts, lists its tools, and every call says what to set', async () => {
  const server = startServer({});
  await server.initialize();
  const { tools } = (await server.request('tools/list', {})) as { tools: unknown[] };
  expect(tools).toHaveLength(25);
  expect(await server.call('get_folders', {})).toMatchObject({
    ok: false,
    error: { code: 'auth_failed', hint: expect.stringContaining('MAILBOX_EMAIL') },
  });
  expect(await server.end()).toMatchObject({ code: 0 });
});

test.runIf(mailboxKinds.length > 1)(
  'a certificate nobody vouches for is refused before any password is sent',
  async () => {
    const box = await mailboxKinds[1]?.open();
    if (!box) return;
    const { MAILBOX_CA_FILE: _, ...env } = box.env;
    const server = startServer(env);
    await server.initialize();
    expect(await server.call('get_folders', {})).toMatchObject({
      ok: false,
      error: { code: 'unavailable', message: expect.stringContaining('identity') },
    });
    await server.end();
    await box.close();
  },
);

test('SIGTERM ends it with code 0 while a call runs', async () => {
  const box = await mailboxKinds[0]?.open();
  const server = startServer(box?.env ?? {});
  await server.initialize();
  await server.call('get_folders', {});
  const started = Date.now();
  server.kill('SIGTERM');
  expect(await server.end()).toMatchObject({ code: 0 });
  expect(Date.now() - started).toBeLessThan(2000);
  await box?.close();
});
