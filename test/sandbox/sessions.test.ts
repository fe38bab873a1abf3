import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { alice, imapClient, mail, RawClient, rawImap, sandboxForTest } from './clients.ts';

async function selected(sandbox: Sandbox): Promise<RawClient> {
  const raw = await rawImap(sandbox);
  raw.send('s SELECT INBOX\r\n');
  await raw.until(/s OK.*\r\n/u);
  return raw;
}

test('new mail, flags and expunges of others arrive while a client idles', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', mail('eins'));
  const watcher = await imapClient(sandbox);
  await watcher.mailboxOpen('INBOX');
  const events: string[] = [];
  watcher.on('exists', ({ count }) => events.push(`exists ${count}`));
  watcher.on('flags', ({ seq }) => events.push(`flags ${seq}`));
  watcher.on('expunge', ({ seq }) => events.push(`expunge ${seq}`));
  const idling = watcher.idle();
  await expect.poll(() => sandbox.imap.commands.at(-1)).toBe('IDLE');
  const other = await imapClient(sandbox);
  await other.mailboxOpen('INBOX');
  sandbox.deliver(alice, 'INBOX', mail('zwei'));
  await expect.poll(() => events).toEqual(['exists 2']);
  await other.messageFlagsAdd('1', ['\\Seen']);
  await expect.poll(() => events.at(-1)).toBe('flags 1');
  await other.messageDelete('1', { uid: true });
  await expect.poll(() => events.at(-1)).toBe('expunge 1');
  await watcher.noop();
  await idling;
});

test('a session keeps its view until it is told: numbers hold, STATUS and SEARCH lag behind', async () => {
  const sandbox = await sandboxForTest();
  for (const subject of ['eins', 'zwei', 'drei']) sandbox.deliver(alice, 'INBOX', mail(subject));
  const raw = await selected(sandbox);
  const inbox = sandbox.store.account(alice).find('INBOX');
  inbox?.expunge(inbox.messages.slice(1, 2));
  sandbox.deliver(alice, 'INBOX', mail('vier'));
  raw.send('1 STATUS INBOX (MESSAGES)\r\n2 FETCH 3 UID\r\n');
  const before = await raw.until(/2 OK.*\r\n/u);
  expect(before).toContain('MESSAGES 3');
  expect(before).toContain('* 3 FETCH (UID 3)');
  expect(before).not.toContain('EXPUNGE\r\n');
  raw.send('3 FETCH 2 BODY.PEEK[]\r\n');
  expect(await raw.until(/3 OK.*\r\n/u)).toMatch(/BODY\[\] NIL\)\r\n3 OK \[EXPUNGEISSUED\]/u);
  raw.send('4 NOOP\r\n');
  expect(await raw.until(/4 OK.*\r\n/u)).toMatch(/^\* 2 EXPUNGE\r\n/u);
});

test('CHANGEDSINCE fetches only what changed, and pushes carry MODSEQ once CONDSTORE is on', async () => {
  const sandbox = await sandboxForTest();
  for (const subject of ['eins', 'zwei']) sandbox.deliver(alice, 'INBOX', mail(subject));
  const raw = await selected(sandbox);
  const inbox = sandbox.store.account(alice).find('INBOX');
  const since = inbox?.highestModseq;
  const [, second] = inbox?.messages ?? [];
  if (second) inbox?.setFlags(second, ['\\Flagged']);
  raw.send(`1 UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${since})\r\n`);
  const answer = await raw.until(/1 OK.*\r\n/u);
  expect(answer).toContain('UID 2 FLAGS (\\Flagged \\Recent) MODSEQ (4)');
  expect(answer).not.toContain('UID 1 ');
  if (second) inbox?.setFlags(second, []);
  raw.send('2 NOOP\r\n');
  expect(await raw.until(/2 OK.*\r\n/u)).toContain('* 2 FETCH (MODSEQ (5) FLAGS (\\Recent))');
});

test('commands of one segment are answered in order', async () => {
  const sandbox = await sandboxForTest();
  sandbox.deliver(alice, 'INBOX', mail('eins'));
  const raw = new RawClient(sandbox.imapPort);
  raw.send(
    `1 LOGIN {18+}\r\n${alice} alice-pw\r\n2 EXAMINE INBOX\r\n3 UID SEARCH ALL\r\n4 UID FETCH 1 UID\r\n5 NOOP\r\n6 LOGOUT\r\n`,
  );
  const answer = await raw.untilClosed();
  expect(answer.match(/^\d (?:OK|BAD)/gmu)).toEqual(['1 OK', '2 OK', '3 OK', '4 OK', '5 OK', '6 OK']);
});

test('broken lines are refused and the session goes on', async () => {
  const sandbox = await sandboxForTest();
  const raw = await selected(sandbox);
  raw.send('1 FETCH (\r\n2 FETCH 9 UID\r\n3 STORE 1 FLAGS (\\Foo)\r\n\r\n4 FOO\r\n5 SELECT "a\r\n6 NOOP\r\n');
  const answer = await raw.until(/6 OK.*\r\n/u);
  for (const tag of [1, 2, 3, 4, 5]) expect(answer).toContain(`${tag} BAD`);
});

test('a wrong password, a user of another mailbox and one login too many', async () => {
  const sandbox = await sandboxForTest({ maxConnectionsPerUser: 1 });
  const wrong = await imapClient(sandbox, { password: 'nein', connect: false });
  await expect(wrong.connect()).rejects.toMatchObject({ authenticationFailed: true });
  sandbox.deliver('bob@sandbox.test', 'INBOX', mail('für Bob'));
  const first = await imapClient(sandbox);
  expect(await first.status('INBOX', { messages: true })).toMatchObject({ messages: 0 });
  const second = await imapClient(sandbox, { connect: false });
  await expect(second.connect()).rejects.toMatchObject({ serverResponseCode: 'LIMIT' });
  await first.logout();
  for (const client of [wrong, second]) client.close();
  await expect.poll(() => sandbox.imap.connections.open).toBe(0);
  await imapClient(sandbox);
  expect(sandbox.imap.connections).toMatchObject({ open: 1, total: 4 });
  expect(sandbox.imap.commands.join('\n')).not.toMatch(/alice-pw|nein/u);
});

test('SMTP authenticates, delivers into the inbox and refuses unknown recipients', async () => {
  const sandbox = await sandboxForTest();
  const options = { host: sandbox.host, port: sandbox.smtpPort, secure: false };
  const transport = createTransport({ ...options, auth: { user: alice, pass: 'alice-pw' } });
  const sent = await transport.sendMail({
    from: alice,
    to: ['bob@sandbox.test', 'nobody@sandbox.test', 'far@elsewhere.example'],
    subject: 'Grüße',
    text: 'Hallo',
  });
  expect(sent.accepted).toEqual(['bob@sandbox.test', 'far@elsewhere.example']);
  expect(sent.rejected).toEqual(['nobody@sandbox.test']);
  const [delivered] = sandbox.store.account('bob@sandbox.test').find('INBOX')?.messages ?? [];
  expect(delivered?.content.text).toMatch(/^Return-Path: <alice@sandbox\.test>/u);
  expect(sandbox.smtp.accepted).toHaveLength(1);
  const stranger = createTransport({ ...options, auth: { user: alice, pass: 'nein' } });
  await expect(stranger.sendMail({ from: alice, to: alice, text: '' })).rejects.toMatchObject({
    responseCode: 535,
  });
  expect(sandbox.smtp.commands.filter((line) => line.startsWith('AUTH'))).toEqual(['AUTH', 'AUTH']);
});
