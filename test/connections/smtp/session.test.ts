import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { startProxy } from '../../support/proxy.ts';
import { alice, bob, failing, label, message, SmtpRig } from './rig.ts';

const signal = () => AbortSignal.timeout(5000);

test('the message arrives byte by byte, dots and 8-bit letters included', async () => {
  const rig = await SmtpRig.start();
  const raw = Buffer.from(
    `Subject: x\r\n\r\n.\r\n..\r\nGr\u00fc\u00dfe ${'\u20ac'.repeat(70_000)}\r\n.end\r\n`,
  );
  const outcome = await rig.smtp().submit(message({ raw }), signal());
  expect(outcome).toEqual({ status: 'sent', accepted: [bob], rejected: [] });
  expect(rig.context.accepted).toEqual([{ from: alice, recipients: [bob], raw }]);
  expect(rig.context.commandLog).toContain(`MAIL FROM:<${alice}> BODY=8BITMIME SIZE=${raw.length}`);
  expect(rig.context.commandLog[0]).toBe('EHLO [127.0.0.1]');
});

test('a second mail needs neither a connection nor a login, and two round trips', async () => {
  const rig = await SmtpRig.start();
  const proxy = await startProxy({ targetPort: rig.port });
  onTestFinished(() => proxy.close());
  const smtp = rig.smtp({ port: proxy.port });
  await smtp.submit(message(), signal());
  proxy.reset();
  await smtp.submit(message(), signal());
  expect(proxy.traffic).toMatchObject({ connections: { total: 0 }, turns: 2 });
  expect([rig.count('EHLO'), rig.count('AUTH'), rig.count('MAIL')]).toEqual([1, 1, 2]);
  expect(smtp.pool.status).toMatchObject({ size: 1, created: 1, reconnects: 0 });
});

test.each(['fin', 'rst'] as const)('an idle connection that has died (%s) is replaced', async (how) => {
  const rig = await SmtpRig.start();
  const proxy = await startProxy({ targetPort: rig.port });
  onTestFinished(() => proxy.close());
  const smtp = rig.smtp({ port: proxy.port });
  expect(await label(smtp)).toBe('sent');
  proxy.dropAll(how);
  expect(await label(smtp)).toBe('sent');
  await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.dropAll(how);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await label(smtp)).toBe('sent');
  expect([rig.accepted, rig.count('AUTH')]).toEqual([3, 3]);
});

test.each<[string, Fault]>([
  ['MAIL', 'drop'],
  ['MAIL', { reply: '421 4.4.2 idle for too long' }],
  ['RCPT', 'drop'],
  ['DATA', 'drop'],
  ['DATA', 'dropAfter'],
])('a warm connection lost at %s (%j) is replaced once, for nothing was sent yet', async (command, fault) => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe('sent');
  rig.fault = failing(command, fault, 1);
  expect(await label(smtp)).toBe('sent');
  expect([rig.accepted, rig.connections.total]).toEqual([2, 2]);
  rig.fault = failing(command, fault);
  expect(await label(smtp)).toBe('error unavailable');
  expect([rig.accepted, rig.connections.total]).toEqual([2, 3]);
});

test.each<[string, Fault, string]>([
  ['.', 'drop', 'unknown'],
  ['.', { reply: '451 4.3.0 later' }, 'error unavailable'],
  ['.', { reply: '421 4.3.2 closing' }, 'error unavailable'],
  ['MAIL', { reply: '451 4.3.0 later' }, 'error unavailable'],
  ['RCPT', { reply: '450 4.7.1 greylisted' }, 'error rate_limited'],
  ['MAIL', { reply: '421 4.7.0 too much mail' }, 'error rate_limited'],
])('an answer, and anything after the message, is never tried again: %s %j', async (command, fault, told) => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe('sent');
  rig.fault = failing(command, fault, 1);
  expect(await label(smtp)).toBe(told);
  expect([rig.accepted, rig.count('MAIL')]).toEqual([1, 2]);
});

test('after a refusal the same session takes the next mail; after three in a row there is a new one', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  const nobody = message({ recipients: ['nobody@sandbox.test'] });
  for (const submission of [nobody, nobody, message(), nobody, nobody]) await label(smtp, submission);
  expect([rig.accepted, rig.count('RSET'), rig.connections.total]).toEqual([1, 4, 1]);
  await label(smtp, nobody);
  await expect.poll(() => rig.connections.open).toBe(0);
  expect(rig.count('QUIT')).toBe(1);
  expect(await label(smtp)).toBe('sent');
  expect([rig.accepted, rig.connections.total]).toEqual([2, 2]);
});

test('a session idle for long is checked by RSET, and a dead one replaced', async () => {
  const rig = await SmtpRig.start();
  let now = 1000;
  const smtp = rig.smtp({ now: () => now });
  expect(await label(smtp)).toBe('sent');
  now += 61_000;
  expect(await label(smtp)).toBe('sent');
  expect([rig.count('RSET'), rig.connections.total]).toEqual([1, 1]);
  now += 61_000;
  rig.fault = failing('RSET', 'drop');
  expect(await label(smtp)).toBe('sent');
  expect([rig.accepted, rig.connections.total]).toEqual([3, 2]);
});

test('the third refusal replaces the session, and is no reason to try that mail again', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  rig.fault = failing('MAIL', { reply: '451 4.3.0 later' });
  for (let mail = 1; mail <= 3; mail++) expect(await label(smtp)).toBe('error unavailable');
  expect([rig.count('MAIL'), rig.connections.total]).toEqual([3, 1]);
});

test('without PIPELINING, 8BITMIME and SMTPUTF8: plain mail goes, the rest is refused before anything is sent', async () => {
  const rig = await SmtpRig.start({ without: ['PIPELINING', '8BITMIME', 'SMTPUTF8'] });
  const smtp = rig.smtp();
  expect(await label(smtp)).toBe('sent');
  const foreign = smtp.submit(message({ recipients: [bob, 'jürgen@sandbox.test'] }), signal());
  await expect(foreign).rejects.toMatchObject({
    code: 'unsupported',
    message: 'The mail server takes no addresses with such letters: jürgen@sandbox.test. Nothing was sent.',
  });
  expect(await label(smtp, message({ raw: Buffer.from('Subject: ü\r\n\r\n') }))).toBe('error unsupported');
  expect(rig.count('MAIL')).toBe(1);
});

test('SMTPUTF8: an address in other letters is sent to as it is', async () => {
  const rig = await SmtpRig.start();
  const recipients = ['jürgen@elsewhere.example'];
  expect((await rig.smtp().submit(message({ recipients }), signal())).accepted).toEqual(recipients);
  expect(rig.context.accepted[0]?.recipients).toEqual(recipients);
  expect(rig.context.commandLog.find((line) => line.startsWith('MAIL'))).toContain('SMTPUTF8');
});

test('a message larger than the server takes is refused with both sizes, without a command', async () => {
  const rig = await SmtpRig.start({ maxMessageSize: 1_000_000 });
  const smtp = rig.smtp();
  expect(await smtp.maxMessageBytes(signal())).toBe(1_000_000);
  const sent = smtp.submit(message({ raw: Buffer.alloc(2_500_000, 'x\r\n') }), signal());
  await expect(sent).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'The e-mail is too large: 2.5 MB; the mail server takes 1.0 MB. Nothing was sent.',
  });
  expect(rig.count('MAIL')).toBe(0);
});

test.each(['bob@x\r\nDATA', 'bob@x>', '', 'a\0b@x'])(
  'an address that could speak SMTP is refused: %j',
  async (bad) => {
    const rig = await SmtpRig.start();
    expect(await label(rig.smtp(), message({ recipients: [bad] }))).toBe('error invalid_input');
    expect(await label(rig.smtp(), message({ from: bad }))).toBe('error invalid_input');
    expect(rig.connections.total).toBe(0);
  },
);
