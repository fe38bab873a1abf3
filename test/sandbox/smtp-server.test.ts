import { expect, test } from 'vitest';
import type { FaultEvent } from '../../src/sandbox/faults.ts';
import { alice, RawClient, sandboxForTest } from './clients.ts';

const auth = Buffer.from(`\0${alice}\0alice-pw`).toString('base64');
const envelope = `MAIL FROM:<${alice}>\r\nRCPT TO:<bob@sandbox.test>\r\nDATA\r\n`;

/** A logged-in raw SMTP connection. */
async function rawSmtp(port: number): Promise<RawClient> {
  const client = new RawClient(port);
  await client.until(/220 .*\r\n/u);
  client.send(`EHLO x\r\nAUTH PLAIN ${auth}\r\n`);
  await client.until(/235 .*\r\n/u);
  return client;
}

test('EHLO announces what clients use', async () => {
  const sandbox = await sandboxForTest({ maxMessageSize: 1234 });
  const client = new RawClient(sandbox.smtpPort);
  await client.until(/220 .*\r\n/u);
  client.send('EHLO x\r\n');
  const answer = await client.until(/250 .*\r\n/u);
  for (const name of ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'AUTH PLAIN LOGIN', 'SIZE 1234']) {
    expect(answer).toContain(name);
  }
  expect(answer).not.toContain('STARTTLS');
});

test('pipelined commands are answered in order, and each is one event', async () => {
  const events: FaultEvent[] = [];
  const sandbox = await sandboxForTest({ intercept: (event) => void events.push(event) });
  const client = await rawSmtp(sandbox.smtpPort);
  client.send(envelope);
  await client.until(/250 .*\r\n250 .*\r\n354 .*\r\n/u);
  client.send('Subject: x\r\n\r\n..\r\n.\r\nMAIL FROM:<x@y>\r\nRSET\r\nQUIT\r\n');
  await client.until(/250 .*\r\n250 .*\r\n250 .*\r\n221 .*\r\n/u);
  expect(events.map(({ command }) => command).join(' ')).toBe(
    'GREETING EHLO AUTH MAIL RCPT DATA . MAIL RSET QUIT',
  );
  expect(sandbox.smtp.accepted[0]?.raw.toString()).toBe('Subject: x\r\n\r\n.\r\n');
});

test('a fault at one pipelined command leaves the others their course', async () => {
  const sandbox = await sandboxForTest({
    intercept: ({ command }) => (command === 'RCPT' ? { reply: '450 4.2.0 later' } : undefined),
  });
  const client = await rawSmtp(sandbox.smtpPort);
  client.send(envelope);
  expect(await client.until(/503 .*\r\n/u)).toMatch(/250 .*\r\n450 4\.2\.0 later\r\n503 .*\r\n/u);
});

test('421 is the last thing said, whatever was pipelined behind it', async () => {
  const sandbox = await sandboxForTest({
    intercept: ({ command }) => (command === 'MAIL' ? { reply: '421 4.3.2 closing' } : undefined),
  });
  const client = await rawSmtp(sandbox.smtpPort);
  client.send(envelope);
  expect(await client.untilClosed()).toBe('421 4.3.2 closing\r\n');
});

test('dropAfter at the end of a message: accepted and delivered, and never answered', async () => {
  const sandbox = await sandboxForTest({
    intercept: ({ command }) => (command === '.' ? 'dropAfter' : undefined),
  });
  const client = await rawSmtp(sandbox.smtpPort);
  client.send(envelope);
  await client.until(/354 .*\r\n/u);
  client.send('Subject: x\r\n\r\n.\r\n');
  expect(await client.untilClosed()).toBe('');
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(sandbox.store.account('bob@sandbox.test').find('INBOX')?.messages).toHaveLength(1);
});
