import { expect, test } from 'vitest';
import { alice, imapClient, mail, rawImap, sandboxForTest } from './clients.ts';

test('folders are listed with roles, umlauts and counts in one round trip', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'Projekte/Küche', mail('eins'));
  sandbox.deliver(alice, 'Projekte/Küche', mail('zwei'), { flags: ['\\Seen'] });
  const client = await imapClient(sandbox);
  const before = sandbox.imap.commands.length;
  const folders = await client.list({ statusQuery: { messages: true, unseen: true, uidValidity: true } });
  expect(sandbox.imap.commands.slice(before).filter((line) => !line.startsWith('LIST'))).toEqual([]);
  const kitchen = folders.find((folder) => folder.path === 'Projekte/Küche');
  expect(kitchen?.status).toMatchObject({ messages: 2, unseen: 1 });
  expect(folders.find((folder) => folder.path === 'Sent')?.specialUse).toBe('\\Sent');
  expect(folders.find((folder) => folder.path === 'Projekte')?.flags.has('\\NonExistent')).toBe(true);
});

test('folders are made, renamed with their children, subscribed and deleted', async () => {
  const sandbox = await sandboxForTest();
  const client = await imapClient(sandbox);
  await client.mailboxCreate('Büro/Ämter');
  await client.mailboxRename('Büro', 'Arbeit');
  expect((await client.list()).map(({ path }) => path)).toContain('Arbeit/Ämter');
  await client.mailboxSubscribe('Arbeit/Ämter');
  expect(sandbox.store.account(alice).find('Arbeit/Ämter')?.subscribed).toBe(true);
  await client.mailboxDelete('Arbeit/Ämter');
  expect((await client.list()).map(({ path }) => path)).not.toContain('Arbeit/Ämter');
  await expect(client.mailboxDelete('Nix')).rejects.toMatchObject({ serverResponseCode: 'NONEXISTENT' });
  await expect(client.mailboxOpen('Nix')).rejects.toThrow();
});

test('a folder called NIL is listed by its name', async () => {
  const sandbox = await sandboxForTest();
  const client = await imapClient(sandbox);
  await client.mailboxCreate('NIL');
  expect((await client.list()).map(({ path }) => path)).toContain('NIL');
});

test('wildcards: * spans levels, % does not', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'A/B/C', mail('x'));
  const raw = await rawImap(sandbox);
  raw.send('1 LIST "" "A/%"\r\n2 LIST "" "A*"\r\n');
  const answer = await raw.until(/2 OK.*\r\n/u);
  expect(answer.match(/"\/" (\S+)/gu)).toEqual(['"/" A/B', '"/" Archive', '"/" A', '"/" A/B', '"/" A/B/C']);
});

test('SELECT tells what a client must know, EXAMINE is read-only', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', mail('eins'), { flags: ['Rechnung'] });
  const client = await imapClient(sandbox);
  const box = await client.mailboxOpen('INBOX');
  expect(box).toMatchObject({ exists: 1, uidNext: 2, readOnly: false });
  expect(box.permanentFlags?.has('\\*')).toBe(true);
  expect(box.flags.has('Rechnung')).toBe(true);
  expect(box.highestModseq).toBe(2n);
  expect((await client.mailboxOpen('INBOX', { readOnly: true })).readOnly).toBe(true);
  await client.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
  expect([...(sandbox.store.account(alice).find('INBOX')?.messages[0]?.flags ?? [])]).toEqual(['Rechnung']);
});

test('a rebuilt folder has another UIDVALIDITY, and a session that has it open is thrown out', async () => {
  const sandbox = await sandboxForTest();
  const client = await imapClient(sandbox);
  const before = (await client.mailboxOpen('Archive')).uidValidity;
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT Archive\r\n');
  await raw.until(/1 OK/u);
  sandbox.store.account(alice).rebuild('Archive');
  raw.send('2 NOOP\r\n');
  expect(await raw.untilClosed()).toContain('* BYE');
  const second = await imapClient(sandbox);
  expect((await second.mailboxOpen('Archive')).uidValidity).not.toBe(before);
});

test('without a capability its command and its answers are gone', async () => {
  const sandbox = await sandboxForTest({ capabilities: ['IMAP4rev1', 'LITERAL+'] });
  sandbox.deliver(alice, 'INBOX', mail('eins'));
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 UID MOVE 1 Trash\r\n3 UID SORT (DATE) UTF-8 ALL\r\n4 UID FETCH 1 MODSEQ\r\n');
  raw.send(
    '5 UID SEARCH RETURN (COUNT) ALL\r\n6 LIST "" % RETURN (STATUS (MESSAGES))\r\n7 UID COPY 1 Trash\r\n',
  );
  const answer = await raw.until(/7 OK.*\r\n/u);
  expect(answer).not.toContain('HIGHESTMODSEQ');
  expect(answer).not.toContain('COPYUID');
  for (const tag of [2, 3, 4, 5, 6]) expect(answer).toContain(`\r\n${tag} BAD`);
});
