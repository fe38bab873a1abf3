import { expect, test } from 'vitest';
import type { SandboxUser } from '../../src/sandbox/store.ts';
import { alice, imapClient, mail, rawImap, sandboxForTest } from './clients.ts';

const user = (more: Partial<SandboxUser> = {}): SandboxUser => ({
  email: alice,
  password: 'alice-pw',
  ...more,
});

async function answers(options: Parameters<typeof sandboxForTest>[0], ...commands: string[]) {
  const sandbox = await sandboxForTest(options);
  sandbox.deliver(alice, 'INBOX', mail('In'));
  sandbox.deliver(alice, 'Locked', mail('Kept'));
  const client = await rawImap(sandbox);
  const replies: string[] = [];
  for (const [index, command] of commands.entries()) {
    client.send(`${index} ${command}\r\n`);
    replies.push(await client.until(new RegExp(`^${index} .*\r\n`, 'mu')));
  }
  const subjects = (folder: string) =>
    sandbox.store
      .account(alice)
      .find(folder)
      ?.messages.map(({ content }) => content.header('subject')?.trim());
  return {
    replies: replies.map((reply) => reply.trim().split('\r\n').at(-1)),
    all: replies,
    subjects,
    sandbox,
  };
}

test('a full mailbox takes no more, but lets mail be moved, as Dovecot does', async () => {
  const text = mail('New', 'x'.repeat(300));
  const { replies, subjects } = await answers(
    { users: [user({ quotaBytes: 300 })] },
    'SELECT INBOX',
    `APPEND Drafts {${text.length}+}\r\n${text}`,
    'UID COPY 1 Archive',
    'UID MOVE 1 Trash',
  );
  expect(replies.slice(1)).toEqual([
    '1 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)',
    '2 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)',
    '3 OK Move completed.',
  ]);
  expect(['INBOX', 'Drafts', 'Archive', 'Trash'].map(subjects)).toEqual([[], [], [], ['In']]);
});

test('a mailbox takes exactly what its quota holds', async () => {
  const sandbox = await sandboxForTest({ users: [user({ quotaBytes: 1000 })] });
  const client = await imapClient(sandbox);
  await client.append('INBOX', Buffer.alloc(900, 'x'));
  await expect(client.append('INBOX', Buffer.alloc(101, 'x'))).rejects.toMatchObject({
    serverResponseCode: 'OVERQUOTA',
  });
  expect(await client.append('INBOX', Buffer.alloc(100, 'x'))).toMatchObject({ uid: 2 });
});

test('what an ACL of lr does not allow is refused or, with STORE and EXPUNGE, left undone without a word', async () => {
  const { replies, all, subjects, sandbox } = await answers(
    { users: [user({ readOnlyFolders: ['Locked'] })] },
    'SELECT Locked',
    'UID STORE 1 +FLAGS (\\Flagged \\Deleted)',
    'UID EXPUNGE 1',
    'UID MOVE 1 INBOX',
    'UID COPY 1 INBOX',
    'APPEND Locked {3+}\r\nabc',
    'DELETE Locked',
    'RENAME Locked Open',
    'CREATE Locked/Sub',
    'SELECT INBOX',
    'UID MOVE 1 Locked',
    'UID COPY 1 Locked',
  );
  expect(all[0]).toContain('PERMANENTFLAGS ()');
  expect(replies.map((reply) => reply?.replace(/^\d+ /u, '').split(' ').slice(0, 2).join(' '))).toEqual([
    'OK [READ-ONLY]',
    'OK Store',
    'OK Expunge',
    'NO [NOPERM]',
    'OK [COPYUID',
    'NO [NOPERM]',
    'NO [NOPERM]',
    'NO [NOPERM]',
    'NO [NOPERM]',
    'OK [READ-WRITE]',
    'NO [NOPERM]',
    'NO [NOPERM]',
  ]);
  expect([subjects('Locked'), subjects('INBOX')]).toEqual([['Kept'], ['In', 'Kept']]);
  expect([...(sandbox.store.account(alice).find('Locked')?.messages[0]?.flags ?? [])]).toEqual([]);
});

test('folders nest with a dot where the server has it so', async () => {
  const sandbox = await sandboxForTest({ separator: '.' });
  sandbox.deliver(alice, 'Work.Invoices.2026', mail('Bill'));
  const client = await imapClient(sandbox);
  const folders = await client.list();
  const work = folders.filter(({ path }) => path.startsWith('Work'));
  expect(work.map(({ path, name, delimiter }) => [path, name, delimiter])).toEqual([
    ['Work', 'Work', '.'],
    ['Work.Invoices', 'Invoices', '.'],
    ['Work.Invoices.2026', '2026', '.'],
  ]);
  await client.mailboxRename('Work.Invoices', 'Done');
  expect(await client.status('Done.2026', { messages: true })).toMatchObject({ messages: 1 });
  await client.mailboxCreate(['a/b', 'c']);
  const raw = await rawImap(sandbox);
  raw.send('1 LIST "" %\r\n2 NAMESPACE\r\n3 CREATE inbox.Sub\r\n4 LIST "" INBOX.*\r\n');
  const list = await raw.until(/4 OK .*\r\n/u);
  expect(list).toContain('* LIST (\\Noselect \\HasChildren) "." a/b\r\n');
  expect(list).not.toContain('Done.2026');
  expect(list).toContain('* NAMESPACE (("" ".")) NIL NIL\r\n');
  expect(list).toContain('"." INBOX.Sub\r\n');
});

test('an address is owned in any case and with any detail, by one user only', async () => {
  const { store, env } = await sandboxForTest({
    users: [
      user({ aliases: ['a.smith@sandbox.test', 'Alice@Own.Test'] }),
      { email: 'bob@sandbox.test', password: 'b' },
    ],
  });
  for (const address of [
    'ALICE@sandbox.test',
    'alice+shop@sandbox.test',
    'a.smith+x@sandbox.test',
    'alice@own.test',
  ]) {
    expect(store.owns(alice, address), address).toBe(true);
    expect(store.owns('bob@sandbox.test', address), address).toBe(false);
    expect(store.recipient(address)?.email).toBe(alice);
  }
  for (const address of ['alice@example.org', 'alice', '', '+x@sandbox.test', 'malice@sandbox.test']) {
    expect(store.owns(alice, address), address).toBe(false);
    expect(store.recipient(address), address).toBeUndefined();
  }
  expect(env(alice)).toMatchObject({ MAILBOX_ALIASES: 'a.smith@sandbox.test,Alice@Own.Test' });
  expect(env('bob@sandbox.test')).not.toHaveProperty('MAILBOX_ALIASES');
});
