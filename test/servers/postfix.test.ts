import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startDovecot } from './dovecot.ts';
import { type Postfix, postfixAvailable, startPostfix } from './postfix.ts';
import { failingRecipients } from './postfix-config.ts';

interface Login {
  name?: string;
  password?: string;
  security?: 'tls' | 'starttls';
}

/** nodemailer as that user, by the settings our server would get; ends with the test. */
function transport(postfix: Postfix, { name = 'alice', password, security = 'tls' }: Login = {}) {
  const env = postfix.mailEnv(name, security);
  const mailer = createTransport({
    host: env.MAILBOX_SMTP_HOST,
    port: Number(env.MAILBOX_SMTP_PORT),
    secure: env.MAILBOX_SMTP_SECURE === 'true',
    requireTLS: security === 'starttls',
    auth: { user: env.MAILBOX_EMAIL, pass: password ?? env.MAILBOX_PASSWORD },
    tls: { ca: readFileSync(env.MAILBOX_CA_FILE ?? '') },
  });
  onTestFinished(() => mailer.close());
  return mailer;
}

const from = 'alice@rig.test';
const to = 'bob@rig.test';
const text = 'Hello';

/** Processes that work in this folder, as every process of Postfix does. */
function processesIn(dir: string): string[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && workingFolder(entry).startsWith(dir));
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // gone, or a zombie
  }
}

describe.runIf(postfixAvailable())('a throw-away Postfix', () => {
  let postfix: Postfix;
  beforeAll(async () => {
    postfix = await startPostfix();
  });
  afterAll(() => postfix.stop());

  test.each(['tls', 'starttls'] as const)(
    'takes mail by %s and hands it to the reader as sent',
    async (security) => {
      const subject = `Grüße über ${security}`;
      const mail = { from, to, subject, text: 'Schöne Grüße\nAlice', messageId: `<${security}@rig.test>` };
      await transport(postfix, { security }).sendMail(mail);
      const raw = await postfix.arrived('bob', subject);
      expect(raw.toString()).toMatch(/^Return-Path: <alice@rig.test>\r\nDelivered-To: bob@rig.test\r\n/);
      expect(raw.toString()).toContain('\r\n\r\nSch=C3=B6ne Gr=C3=BC=C3=9Fe\r\nAlice\r\n');
      expect(await postfix.arrived('bob', mail.messageId)).toEqual(raw);
    },
  );

  test('offers no login and takes no mail without encryption', async () => {
    const socket = connect(postfix.submissionPort, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let answers = '';
    socket.on('data', (chunk) => {
      answers += chunk.toString();
    });
    socket.write('EHLO test\r\nMAIL FROM:<alice@rig.test>\r\nQUIT\r\n');
    await once(socket, 'close');
    expect(answers).toContain('250-STARTTLS\r\n');
    expect(answers).not.toContain('AUTH');
    expect(answers).toContain('\r\n530 5.7.0 Must issue a STARTTLS command first\r\n');
  });

  test('refuses a wrong password, and mail without a login', async () => {
    const wrong = transport(postfix, { password: 'wrong' });
    await expect(wrong.verify()).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 });
    const tls = { ca: readFileSync(postfix.dovecot.caFile) };
    const nobody = createTransport({ host: postfix.host, port: postfix.smtpsPort, secure: true, tls });
    await expect(nobody.sendMail({ from, to, text })).rejects.toMatchObject({ responseCode: 554 });
  });

  test('lets a user send from the own addresses only', async () => {
    const mailer = transport(postfix);
    for (const own of [from, 'alice.alias@rig.test', 'alice+shop@rig.test', 'ALICE@rig.test']) {
      expect((await mailer.sendMail({ from: own, to, subject: own, text })).accepted).toEqual([to]);
    }
    for (const foreign of [to, 'bob.alias@rig.test', 'alice@example.org']) {
      await expect(mailer.sendMail({ from: foreign, to, text })).rejects.toThrow(
        /553 5\.7\.1 .*not owned by user/,
      );
    }
  });

  test('delivers to the alias and to plus addresses', async () => {
    const mailer = transport(postfix);
    for (const address of ['bob.alias@rig.test', 'bob+shop@rig.test', 'bob.alias+shop@rig.test']) {
      await mailer.sendMail({ from, to: address, subject: `To ${address}`, text });
      await postfix.arrived('bob', `To ${address}`);
    }
  });

  test.each(Object.entries(failingRecipients))('refuses %s: %s', async (address, answer) => {
    const [code = '', ...words] = answer.split(' ');
    const sending = transport(postfix).sendMail({ from, to: address, subject: address, text });
    await expect(sending).rejects.toMatchObject({
      responseCode: Number(code),
      message: expect.stringContaining(words.slice(1).join(' ')),
    });
  });

  test('takes mail for those recipients it does not refuse', async () => {
    const mail = { from, to: [to, 'reject@rig.test', 'unknown@rig.test'], subject: 'Partly', text };
    const { accepted, rejected } = await transport(postfix).sendMail(mail);
    expect({ accepted, rejected }).toEqual({
      accepted: [to],
      rejected: ['reject@rig.test', 'unknown@rig.test'],
    });
    await postfix.settled();
    expect(await postfix.dovecot.copies('bob', 'Partly')).toHaveLength(1);
  });

  test('takes mail to elsewhere and lets nothing leave the machine', async () => {
    const info = await transport(postfix).sendMail({ from, to: 'joe@example.org', subject: 'Out', text });
    expect(info.accepted).toEqual(['joe@example.org']);
    await postfix.settled();
    expect(postfix.log()).toMatch(/to=<joe@example.org>, relay=none, .*no mail leaves this machine/);
  });

  test('says what did not arrive', async () => {
    await expect(postfix.arrived('bob', 'Never sent', { timeoutMs: 50 })).rejects.toThrow(
      /^Never sent did not reach INBOX of bob/,
    );
    expect(await postfix.dovecot.copies('bob', 'Never sent', 'No such folder')).toEqual([]);
  });
});

describe.runIf(postfixAvailable())('Postfix as configured', () => {
  test('runs beside another one, each with its own users, size limit and quota', async () => {
    const dovecot = await startDovecot({ mta: true, quota: '10k' });
    const [small, other] = await Promise.all([
      startPostfix({ dovecot, maxMessageBytes: 50_000 }),
      startPostfix(),
    ]);
    const large = { from, to, subject: 'Large', text: 'x'.repeat(60_000) };
    await expect(transport(small).sendMail(large)).rejects.toMatchObject({ responseCode: 552 });
    await transport(other).sendMail(large);
    await other.arrived('bob', 'Large');
    await transport(small).sendMail({ from, to, subject: 'Fills it', text: 'x'.repeat(20_000) });
    expect((await small.arrived('alice', 'Undelivered Mail Returned to Sender')).toString()).toContain(
      'Quota exceeded',
    );
    await Promise.all([small.stop(), other.stop()]);
  });

  test('ends and leaves nothing when it is told to', async () => {
    const postfix = await startPostfix();
    await transport(postfix).sendMail({ from, to, subject: 'Last', text });
    expect(processesIn(postfix.dir).length).toBeGreaterThan(3);
    await postfix.stop();
    await expect.poll(() => processesIn(postfix.dir)).toEqual([]);
    expect([postfix.dir, postfix.dovecot.dir].filter(existsSync)).toEqual([]);
  });

  test('ends and leaves nothing when the process that started it is killed', async () => {
    const module = new URL('./postfix.ts', import.meta.url).href;
    const code = `const { startPostfix } = await import(${JSON.stringify(module)});
      const postfix = await startPostfix();
      console.log(postfix.dir);
      setInterval(() => {}, 1000);`;
    const tsx = import.meta.resolve('tsx');
    const owner = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    onTestFinished(() => void owner.kill('SIGKILL'));
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const dir = line.toString().trim();
    await expect.poll(() => processesIn(dir).length).toBeGreaterThan(0);
    owner.kill('SIGKILL');
    await expect.poll(() => processesIn(dir), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => existsSync(dir), { timeout: 10_000 }).toBe(false);
  });
});
