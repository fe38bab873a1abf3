import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { alice, imapClient, mail, RawClient, rawImap, sandboxForTest } from './clients.ts';

/** A sandbox in which one command goes wrong. */
function faulty(command: string, fault: Fault): Promise<Sandbox> {
  return sandboxForTest({ intercept: (event) => (event.command === command ? fault : undefined) });
}

function inboxOf(sandbox: Sandbox) {
  return sandbox.store
    .account(alice)
    .find('INBOX')
    ?.messages.map(({ uid }) => uid);
}

test('reply: the answer is given and nothing done', async () => {
  const sandbox = await faulty('UID MOVE', { reply: 'NO [OVERQUOTA] full' });
  sandbox.deliver(alice, 'INBOX', mail('eins'));
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 UID MOVE 1 Trash\r\n3 NOOP\r\n');
  expect(await raw.until(/3 OK.*\r\n/u)).toContain('2 NO [OVERQUOTA] full\r\n');
  expect(inboxOf(sandbox)).toEqual([1]);
});

test('reply BYE: the connection ends with it', async () => {
  const sandbox = await faulty('NOOP', { reply: '* BYE Server shutting down' });
  const raw = await rawImap(sandbox);
  raw.send('1 NOOP\r\n');
  expect(await raw.untilClosed()).toMatch(/\* BYE Server shutting down\r\n$/u);
});

test('drop: closed before the command is done; dropAfter: done, then closed without answer', async () => {
  const before = await faulty('UID MOVE', 'drop');
  before.deliver(alice, 'INBOX', mail('eins'));
  const first = await rawImap(before);
  first.send('1 SELECT INBOX\r\n2 UID MOVE 1 Trash\r\n');
  expect(await first.untilClosed()).not.toContain('2 OK');
  expect(inboxOf(before)).toEqual([1]);

  const after = await faulty('UID MOVE', 'dropAfter');
  after.deliver(alice, 'INBOX', mail('eins'));
  const second = await rawImap(after);
  second.send('1 SELECT INBOX\r\n2 UID MOVE 1 Trash\r\n');
  expect(await second.untilClosed()).not.toContain('COPYUID');
  expect(inboxOf(after)).toEqual([]);
});

test('stall: no answer, and the connection stays', async () => {
  const sandbox = await faulty('NOOP', 'stall');
  const raw = await rawImap(sandbox);
  raw.send('1 NOOP\r\n2 CAPABILITY\r\n');
  expect(await raw.until(/2 OK/u)).not.toContain('1 OK');
  expect(raw.closed).toBe(false);
});

test('delayMs: the answer comes later', async () => {
  const sandbox = await faulty('NOOP', { delayMs: 80 });
  const client = await imapClient(sandbox);
  const start = performance.now();
  await client.noop();
  expect(performance.now() - start).toBeGreaterThanOrEqual(75);
});

test('before and raw: any bytes on the wire', async () => {
  const sandbox = await faulty('UID SEARCH', { before: '* 7 GARBAGE (((\r\n' });
  const raw = await rawImap(sandbox);
  raw.send('1 SELECT INBOX\r\n2 UID SEARCH ALL\r\n');
  expect(await raw.until(/2 OK/u)).toContain('* 7 GARBAGE (((\r\n* SEARCH\r\n');
  const garbage = await faulty('NOOP', { raw: '* 1 FETCH (BODY[] {4294967296}\r\n' });
  const client = await imapClient(garbage);
  await client.noop();
  await expect.poll(() => client.usable).toBe(false);
});

test('cutAfter: the answer breaks at the given byte', async () => {
  for (const bytes of [0, 1, 17]) {
    const sandbox = await faulty('UID FETCH', { cutAfter: bytes });
    sandbox.deliver(alice, 'INBOX', mail('eins', 'x'.repeat(500)));
    const raw = await rawImap(sandbox);
    raw.send('1 SELECT INBOX\r\n');
    await raw.until(/1 OK.*\r\n/u);
    raw.send('2 UID FETCH 1 BODY.PEEK[]\r\n');
    expect(await raw.untilClosed()).toHaveLength(bytes);
  }
});

test('GREETING: a server that refuses at the door', async () => {
  const sandbox = await faulty('GREETING', { reply: '* BYE too busy' });
  const client = await imapClient(sandbox, { connect: false });
  await expect(client.connect()).rejects.toThrow();
});

test('SMTP: what is lost at which stage, and what was accepted all the same', async () => {
  const stages: [string, Fault, number][] = [
    ['GREETING', 'drop', 0],
    ['EHLO', 'drop', 0],
    ['AUTH', { reply: '454 4.7.0 Temporary failure' }, 0],
    ['MAIL', { reply: '451 4.7.1 Later' }, 0],
    ['RCPT', { reply: '552 5.2.2 Full' }, 0],
    ['DATA', 'drop', 0],
    ['.', 'drop', 0],
    ['.', { reply: '554 5.7.1 Spam' }, 0],
    ['.', 'dropAfter', 1],
    ['.', { cutAfter: 4 }, 1],
  ];
  for (const [command, fault, accepted] of stages) {
    const sandbox = await sandboxForTest({
      intercept: (event) => (event.protocol === 'smtp' && event.command === command ? fault : undefined),
    });
    const transport = createTransport({
      host: sandbox.host,
      port: sandbox.smtpPort,
      secure: false,
      auth: { user: alice, pass: 'alice-pw' },
    });
    const label = `${command} ${JSON.stringify(fault)}`;
    await expect(
      transport.sendMail({ from: alice, to: 'bob@sandbox.test', text: 'x' }),
      label,
    ).rejects.toThrow();
    expect(sandbox.smtp.accepted, label).toHaveLength(accepted);
  }
});

test('SMTP: a message broken off in the middle is not accepted', async () => {
  const sandbox = await sandboxForTest();
  const raw = new RawClient(sandbox.smtpPort);
  const auth = Buffer.from(`\0${alice}\0alice-pw`).toString('base64');
  await raw.until(/220 .*\r\n/u);
  for (const line of [
    'EHLO x',
    `AUTH PLAIN ${auth}`,
    `MAIL FROM:<${alice}>`,
    'RCPT TO:<bob@sandbox.test>',
    'DATA',
  ]) {
    raw.send(`${line}\r\n`);
    await raw.until(/^(?:[235]\d\d-.*\r\n)*[235]\d\d .*\r\n/u);
  }
  raw.send('Subject: half\r\n\r\nhalf a mes');
  raw.socket.end();
  await raw.untilClosed();
  await expect.poll(() => sandbox.smtp.connections.open).toBe(0);
  expect(sandbox.smtp.accepted).toHaveLength(0);
});
