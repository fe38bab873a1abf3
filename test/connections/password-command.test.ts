import { expect, test } from 'vitest';
import { passwordOf } from '../../src/connections/password-command.ts';

const command = (script: string) => `"${process.execPath}" -e "${script}"`;

test('the first line a command prints is the password, and it runs once', async () => {
  const password = passwordOf({
    kind: 'command',
    command: command("console.log('pa ss'+process.pid);console.log('second')"),
  });
  const first = await password();
  expect(first).toMatch(/^pa ss\d+$/u);
  expect(await password()).toBe(first);
});

test('a command that fails is auth_failed, says what to do and keeps what it printed to itself', async () => {
  const password = passwordOf({
    kind: 'command',
    command: command("console.log('half-secret');process.exit(3)"),
  });
  const error = await password().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'auth_failed',
    hint: expect.stringContaining('MAILBOX_PASSWORD_COMMAND'),
  });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('half-secret');
  expect(String((error as Error).cause)).not.toContain('half-secret');
});

test('an empty first line is no password', async () => {
  const password = passwordOf({ kind: 'command', command: command("console.log('')") });
  await expect(password()).rejects.toMatchObject({ code: 'auth_failed' });
});

test('a refused password has the command run once more, however many protocols were refused with it', async () => {
  const password = passwordOf({ kind: 'command', command: command('console.log(process.pid)') });
  const first = await password();
  const [imap, smtp] = await Promise.all([password(first), password(first)]);
  expect(imap).not.toBe(first);
  expect(smtp).toBe(imap);
  expect(await password(first)).toBe(imap);
  expect(await password()).toBe(imap);
});

test('a password that stands in the configuration stays what it is', async () => {
  const password = passwordOf({ kind: 'value', value: 'fixed' });
  expect([await password(), await password('fixed')]).toEqual(['fixed', 'fixed']);
});
