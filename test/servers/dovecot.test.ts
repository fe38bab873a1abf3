import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Dovecot, dovecotAvailable, startDovecot } from './dovecot.ts';

const letter = 'From: Anna <anna@example.org>\r\nSubject: Hello\r\n\r\nText\r\n';

async function client(dovecot: Dovecot, name: string, password?: string): Promise<ImapFlow> {
  const user = dovecot.user(name);
  const imap = new ImapFlow({
    host: dovecot.host,
    port: dovecot.imapsPort,
    secure: true,
    logger: false,
    auth: { user: user.address, pass: password ?? user.password },
    tls: { ca: readFileSync(dovecot.caFile) },
  });
  imap.on('error', () => {});
  await imap.connect();
  return imap;
}

describe.runIf(dovecotAvailable())('a throw-away Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ maxConnections: 2 });
  });
  afterAll(() => dovecot.stop());

  test('lets a user in over TLS that its CA file vouches for', async () => {
    const imap = await client(dovecot, 'alice');
    expect(imap.secureConnection).toBe(true);
    expect((await imap.list()).map(({ path }) => path).sort()).toEqual([
      'Archive',
      'Drafts',
      'INBOX',
      'Junk',
      'Sent',
      'Trash',
    ]);
    await imap.logout();
  });

  test('refuses a wrong password', async () => {
    await expect(client(dovecot, 'alice', 'wrong')).rejects.toMatchObject({ authenticationFailed: true });
  });

  test('delivers with flags and date into any folder, and tells the UIDs', async () => {
    const date = new Date('2024-02-29T10:00:00Z');
    const flags = ['\\Seen', '$Forwarded'];
    const uid = await dovecot.deliver('flags', 'Büro/Jahr "24"', letter, { flags, date });
    const uids = await dovecot.deliverAll('flags', 'Büro/Jahr "24"', [{ raw: letter }, { raw: letter }]);
    expect(uids).toEqual([uid + 1, uid + 2]);
    const imap = await client(dovecot, 'flags');
    await imap.mailboxOpen('Büro/Jahr "24"');
    const message = await imap.fetchOne(
      String(uid),
      { flags: true, internalDate: true, source: true },
      { uid: true },
    );
    expect(message).toMatchObject({
      flags: new Set([...flags, '\\Recent']),
      internalDate: date,
      source: Buffer.from(letter),
    });
    await imap.logout();
  });

  test('expunges and recreates behind a client', async () => {
    const uid = await dovecot.deliver('changes', 'Work', letter);
    await dovecot.deliver('changes', 'Work', letter);
    await dovecot.expunge('changes', 'Work', [uid]);
    const imap = await client(dovecot, 'changes');
    const before = await imap.status('Work', { messages: true, uidValidity: true });
    expect(before).toMatchObject({ messages: 1 });
    await dovecot.recreateFolder('changes', 'Work');
    const after = await imap.status('Work', { messages: true, uidValidity: true });
    expect(after).toMatchObject({ messages: 0 });
    expect(after && before && after.uidValidity !== before.uidValidity).toBe(true);
    await imap.logout();
  });

  test('refuses more connections of one user than it was told to allow', async () => {
    const open = [await client(dovecot, 'busy'), await client(dovecot, 'busy')];
    await expect(client(dovecot, 'busy')).rejects.toMatchObject({
      responseText: expect.stringMatching(/maximum number of connections/i),
    });
    expect(await dovecot.deliver('busy', 'INBOX', letter)).toBe(1);
    await Promise.all(open.map((imap) => imap.logout()));
  });

  test('comes back on the same ports with its mail', async () => {
    await dovecot.deliver('stays', 'INBOX', letter);
    const { imapsPort } = dovecot;
    const imap = await client(dovecot, 'stays');
    const closed = once(imap, 'close');
    await dovecot.restart();
    await closed;
    expect(dovecot.imapsPort).toBe(imapsPort);
    const again = await client(dovecot, 'stays');
    expect(await again.status('INBOX', { messages: true })).toMatchObject({ messages: 1 });
    await again.logout();
  });
});

describe.runIf(dovecotAvailable())('Dovecot as configured', () => {
  test('stores in sdbox with a dot between folders, within the quota, without TLS and compression', async () => {
    const dovecot = await startDovecot({
      format: 'sdbox',
      separator: '.',
      quota: '10k',
      tls: false,
      compress: false,
    });
    const { address } = dovecot.user('dora');
    await dovecot.deliver('dora', 'Work.Invoices', letter);
    expect(await dovecot.doveadm('mailbox', 'list', '-u', address)).toContain('Work.Invoices');
    await expect(dovecot.deliver('dora', 'INBOX', `${letter}${'x'.repeat(20_000)}`)).rejects.toThrow(
      /OVERQUOTA/,
    );
    expect(dovecot.mailEnv('dora')).toEqual({
      MAILBOX_CALDAV_URL: 'http://127.0.0.1:9/',
      MAILBOX_EMAIL: 'dora@rig.test',
      MAILBOX_PASSWORD: 'dora-pw',
      MAILBOX_IMAP_HOST: 'localhost',
      MAILBOX_SMTP_HOST: 'localhost',
      MAILBOX_IMAP_PORT: String(dovecot.imapPort),
      MAILBOX_IMAP_SECURE: 'false',
    });
    await dovecot.stop();
    expect(existsSync(dovecot.dir)).toBe(false);
  });

  test('ends and leaves nothing when the process that started it is killed', async () => {
    const module = new URL('./dovecot.ts', import.meta.url).href;
    const code = `const { startDovecot } = await import(${JSON.stringify(module)});
      const dovecot = await startDovecot();
      console.log(dovecot.dir);
      setInterval(() => {}, 1000);`;
    const tsx = import.meta.resolve('tsx');
    const owner = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const dir = line.toString().trim();
    await expect.poll(() => existsSync(`${dir}/run/master.pid`)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => existsSync(dir), { timeout: 10_000 }).toBe(false);
  });
});
