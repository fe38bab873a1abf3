import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { clients } from '../../../src/cli/setup/clients.ts';
import { setupOptions } from '../../../src/cli/setup/options.ts';
import { printedEntries } from '../../../src/cli/setup/print.ts';
import { setup } from '../../../src/cli/setup.ts';
import { readConfig } from '../../../src/config/read-config.ts';

const entry = fileURLToPath(import.meta.url);

async function print(args: string[], env: Record<string, string>) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await setup(['--print', ...args], env, io, { version: '0', entry, platform: 'linux' });
  return { code, out: String(io.stdout.read() ?? ''), err: String(io.stderr.read() ?? '') };
}

test.each([
  [[], { MAILBOX_CALDAV_URL: 'https://alice:hunter2@dav.example.org/' }, 'MAILBOX_CALDAV_URL'],
  [[], { MAILBOX_IMAP_PORT: 'hunter2' }, 'MAILBOX_IMAP_PORT'],
  [[], { MAILBOX_REDONLY: 'hunter2' }, 'did you mean MAILBOX_READ_ONLY'],
  [['--email', 'no address'], {}, 'MAILBOX_EMAIL'],
  [['--email='], {}, '--email needs a value'],
  [['--email', 'a@mailbox.org', '--email', 'b@mailbox.org'], {}, '--email is there twice'],
  [[], { mailbox_read_only: 'hunter2' }, 'did you mean MAILBOX_READ_ONLY'],
  [[], { MAILBOX_PASSWORD_COMMAND: `cat \${HOME}/hunter2` }, 'MAILBOX_PASSWORD_COMMAND: Many programs'],
  [['--email', 'a@mailbox.org'], { MAILBOX_ACCOUNTS: 'work' }, 'MAILBOX_EMAIL belongs to no account'],
])('--print %j with %j prints no entry, no value, and what is wrong', async (args, env, fault) => {
  const { code, out, err } = await print(args, env);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(fault);
  expect(err).not.toContain('hunter2');
});

test('--print leaves out what says nothing', async () => {
  const { code, out } = await print([], {
    ...{ MAILBOX_NAME: ' ', MAILBOX_READ_ONLY: `\${user_config.read_only}`, MAILBOX_EMAIL: ' a@mailbox.org' },
  });
  expect(code).toBe(0);
  const { env } = JSON.parse(out).mcpServers.mailbox;
  expect(Object.keys(env)).toEqual(['MAILBOX_EMAIL', 'MAILBOX_PASSWORD', 'MAILBOX_DAV_PASSWORD']);
  expect(env.MAILBOX_EMAIL).toBe('a@mailbox.org');
});

test('--print knows several accounts, without their passwords', async () => {
  const { code, out } = await print([], {
    ...{ MAILBOX_ACCOUNTS: 'work,home', MAILBOX_READ_ONLY: 'true' },
    ...{ MAILBOX_WORK_EMAIL: 'w@fastmail.com', MAILBOX_WORK_PASSWORD: 'hunter2' },
    ...{ MAILBOX_HOME_EMAIL: 'h@mailbox.org', MAILBOX_HOME_PASSWORD_COMMAND: 'pass home' },
  });
  expect(code).toBe(0);
  expect(out).not.toContain('hunter2');
  const { env } = JSON.parse(out).mcpServers.mailbox;
  expect(env).toMatchObject({
    ...{ MAILBOX_READ_ONLY: 'true', MAILBOX_WORK_IMAP_HOST: 'imap.fastmail.com' },
    MAILBOX_HOME_PASSWORD_COMMAND: 'pass home',
  });
  const emails = readConfig([], env).accounts.map(({ email }) => email);
  expect(emails).toEqual(['w@fastmail.com', 'h@mailbox.org']);
});

test('--client twice means both', () => {
  const options = setupOptions(['--client=cursor', '--client', 'zed']);
  if (typeof options === 'string') throw new Error(options);
  expect(options.clients?.map(({ id }) => id)).toEqual(['cursor', 'zed']);
});

test('one entry for each client that was asked for', () => {
  const machine = { platform: 'linux', env: {} } as const;
  const printed = printedEntries(clients, 'a@mailbox.org', { command: 'node', args: [] }, machine);
  expect(printed).toHaveLength(clients.length);
});
