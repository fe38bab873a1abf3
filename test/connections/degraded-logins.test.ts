import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { MailboxError } from '../../src/domain/errors.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { context, mailboxKinds, openMail, openSandbox } from '../support/mailboxes.ts';

/** A command that prints one of these after the other, the last for ever, as a key ring does whose entry is changed. */
function keyRing(...passwords: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'key-ring-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const [list, script] = [join(dir, 'list'), join(dir, 'next.cjs')];
  writeFileSync(list, passwords.join('\n'));
  const lines = `require('fs').readFileSync(${JSON.stringify(list)}, 'utf8').split('\\n')`;
  const keep = `require('fs').writeFileSync(${JSON.stringify(list)}, rest.length ? rest.join('\\n') : first)`;
  writeFileSync(script, `const [first, ...rest] = ${lines}; ${keep}; console.log(first);`);
  return `"${process.execPath}" "${script}"`;
}

async function house(changes: Record<string, string>, arm: () => Fault | undefined = () => undefined) {
  const box = await openSandbox({
    intercept: ({ protocol, command }) => (protocol === 'smtp' && command === 'GREETING' ? arm() : undefined),
  });
  const env: Record<string, string> = { ...box.env, ...changes };
  if (changes.MAILBOX_PASSWORD_COMMAND !== undefined) delete env.MAILBOX_PASSWORD;
  if (changes.MAILBOX_DAV_PASSWORD_COMMAND !== undefined) delete env.MAILBOX_DAV_PASSWORD;
  const account = await openMail(env);
  onTestFinished(async () => {
    await account.close();
    await box.close();
  });
  return { account, sandbox: box.sandbox };
}

/** Logins the servers saw, right or wrong. */
const logins = (sandbox: Sandbox) => ({
  imap: sandbox.imap.commands.filter((line) => /^(?:\S+ )?(?:AUTHENTICATE|LOGIN)\b/u.test(line)).length,
  smtp: sandbox.smtp.commands.filter((line) => line.startsWith('AUTH')).length,
  refusedDav: sandbox.caldav.requests.filter(({ status }) => status === 401).length,
});

const send = (account: OpenAccount, subject: string) =>
  account.outbox.send(
    { to: ['bob@sandbox.test'], subject, text: 'Hi' },
    { ...context(), confirm: undefined },
  );
const search = (account: OpenAccount) => account.mail.search({}, context());
const calendars = (account: OpenAccount) => account.calendar.listCalendars({}, context());
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it worked'),
    (error: MailboxError) => error,
  );

describe('a password that was changed in the key ring', () => {
  test('logs in within the same call, for mail and for the calendar, with two tries each', async () => {
    const right = 'alice-pw';
    const { account, sandbox } = await house({
      MAILBOX_PASSWORD_COMMAND: keyRing('old', right),
      MAILBOX_DAV_PASSWORD_COMMAND: keyRing('old', right),
    });
    expect((await search(account)).emails).toEqual([]);
    expect((await calendars(account)).calendars.length).toBeGreaterThan(0);
    expect(logins(sandbox)).toEqual({ imap: 2, smtp: 0, refusedDav: 1 });
    expect((await send(account, 'changed')).status).toBe('sent');
    // What IMAP found out is known to SMTP, which has the same password.
    expect(logins(sandbox).smtp).toBe(1);
  });

  test('heals a calendar connection in use, too, and a write on it is done once', async () => {
    const { account, sandbox } = await house({ MAILBOX_DAV_PASSWORD_COMMAND: keyRing('alice-pw') });
    await calendars(account);
    sandbox.caldav.faults.plan({ method: 'PUT' }, { status: 401, headers: { 'WWW-Authenticate': 'Basic' } });
    const event = { title: 'Once', start: '2026-03-02T09:00', end: '2026-03-02T10:00' };
    await account.schedule.createEvent(event, { ...context(), confirm: undefined });
    const put = sandbox.caldav.requests.filter(({ method }) => method === 'PUT');
    expect(put.map(({ status }) => status)).toEqual([401, 201]);
  });
});

test('a fixed password that is wrong is tried once by each protocol, and every call says what to do and when', async () => {
  const { account, sandbox } = await house({ MAILBOX_PASSWORD: 'wrong', MAILBOX_DAV_PASSWORD: 'wrong' });
  for (let round = 0; round < 3; round++) {
    const errors = await Promise.all([
      failure(search(account)),
      failure(search(account)),
      failure(send(account, `r${round}`)),
      failure(calendars(account)),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'auth_failed', retryable: false });
      expect(error.hint).toMatch(/^Check .*MAILBOX_.*tried again in 60 minutes at the earliest; restart/u);
    }
  }
  expect(logins(sandbox)).toEqual({ imap: 1, smtp: 1, refusedDav: 1 });
});

test('a wrong calendar password leaves mail whole, and a wrong mail password the calendar', async () => {
  const withMail = await house({ MAILBOX_DAV_PASSWORD: 'wrong' });
  expect(await failure(calendars(withMail.account))).toMatchObject({ code: 'auth_failed' });
  expect((await search(withMail.account)).emails).toEqual([]);
  expect((await send(withMail.account, 'whole')).status).toBe('sent');
  const withCalendar = await house({ MAILBOX_PASSWORD: 'wrong', MAILBOX_DAV_PASSWORD: 'alice-pw' });
  expect(await failure(search(withCalendar.account))).toMatchObject({ code: 'auth_failed' });
  expect((await calendars(withCalendar.account)).calendars.length).toBeGreaterThan(0);
});

test('an account that may not send is read-only with the reason, reads on, and heals when the server accepts', async () => {
  let blocked = true;
  const { account } = await house({}, () => (blocked ? { reply: '554 5.7.1 blocked' } : undefined));
  expect(await failure(send(account, 'blocked'))).toMatchObject({ code: 'forbidden' });
  const mode = async () => (await account.status.status(context())).accounts[0];
  expect(await mode()).toMatchObject({ mode: 'read-only', reason: expect.stringContaining('no connection') });
  expect((await search(account)).emails).toEqual([]);
  blocked = false;
  expect((await send(account, 'healed')).status).toBe('sent');
  expect(await mode()).toMatchObject({ mode: 'read-write' });
});

const real = mailboxKinds.find(({ name }) => name !== 'sandbox');

test.runIf(real)('Dovecot lets in who brings the right password after the wrong one', async () => {
  const box = await real?.open();
  if (!box) return;
  const { MAILBOX_PASSWORD: right = '', ...env } = box.env;
  const account = await openMail({ ...env, MAILBOX_PASSWORD_COMMAND: keyRing('old', right) });
  onTestFinished(async () => {
    await account.close();
    await box.close();
  });
  expect((await search(account)).emails).toEqual([]);
});
