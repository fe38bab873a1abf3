import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keychainOf } from '../../../src/cli/setup/keychain.ts';
import { firstLineOf } from '../../../src/cli/setup/tools.ts';
import { passwordOf } from '../../../src/connections/password-command.ts';
import { computerWithTool } from './keychain-tools.ts';
import { machine } from './machine.ts';

const both = [
  ['darwin', 'security'],
  ['linux', 'secret-tool'],
] as const;
const onPosix = process.platform !== 'win32';
const secrets = ['abcd-efgh-ijkl', `a "quoted" 'one' \\ $HOME \`id\` %PATH% ;&| #`, 'käse €'];

test
  .runIf(onPosix)
  .each(both.flatMap(([platform, tool]) => secrets.map((secret) => [platform, tool, secret] as const)))(
  'on %s %s gives back the password %j, and no list of processes has shown it',
  async (platform, tool, secret) => {
    const computer = await computerWithTool(platform, tool);
    const keychain = keychainOf(computer)!;
    const email = "o'neil+$(touch pwned)@mailbox.org";
    expect(await keychain.store(secret, email, 'mail')).toBe(true);
    expect(await keychain.store('of the calendar', email, 'calendar')).toBe(true);
    expect(await firstLineOf(keychain.command(email, 'mail'), computer.env)).toBe(secret);
    expect(await firstLineOf(keychain.command(email, 'calendar'), computer.env)).toBe('of the calendar');
    expect(await computer.calls()).not.toContain(secret.slice(0, 8));
    await keychain.forget(email, 'mail');
    expect(await firstLineOf(keychain.command(email, 'mail'), computer.env)).toBeUndefined();
  },
);

test.runIf(onPosix).each(both)(
  'on %s the server itself reads the password from %s',
  async (platform, tool) => {
    const computer = await computerWithTool(platform, tool);
    const keychain = keychainOf(computer)!;
    await keychain.store('abcd', 'you@mailbox.org', 'mail');
    const command = keychain.command('you@mailbox.org', 'mail');
    const path = process.env.PATH;
    process.env.PATH = computer.env.PATH;
    const password = await passwordOf({ kind: 'command', command })();
    process.env.PATH = path;
    expect(password).toBe('abcd');
    expect(command).not.toContain('${');
  },
);

test.runIf(onPosix).each([
  ['fails', 'process.exit(1)'],
  ['does not read', 'process.exit(0)'],
])('a tool that %s is noticed, whatever it says', async (_what, code) => {
  const computer = await computerWithTool('linux', 'secret-tool', code);
  const keychain = keychainOf(computer)!;
  const stored = await keychain.store('x'.repeat(200_000), 'you@mailbox.org', 'mail');
  const back = await firstLineOf(keychain.command('you@mailbox.org', 'mail'), computer.env);
  expect(stored && back !== undefined && back !== '').toBe(false);
});

test.each(both)('on %s no keychain is offered without a program called %s', async (platform, tool) => {
  const { env, bin } = await machine(platform);
  const bare = { platform, env: { ...env, PATH: bin } };
  expect(keychainOf(bare)).toBeUndefined();
  mkdirSync(join(bin, tool));
  expect(keychainOf(bare)).toBeUndefined();
});

test('the keyring is found without the environment of the desktop, which clients do not hand down', async () => {
  const computer = await computerWithTool('linux', 'secret-tool');
  const commandWith = (address: string) =>
    keychainOf({ platform: 'linux', env: { ...computer.env, DBUS_SESSION_BUS_ADDRESS: address } })!.command(
      'you@mailbox.org',
      'mail',
    );
  expect(commandWith('unix:path=/run/user/1000/bus,guid=5')).toBe(
    'DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus secret-tool lookup service mailbox-mcp-server account you@mailbox.org',
  );
  expect(commandWith('unix:abstract=/tmp/dbus-x;id')).toMatch(/^secret-tool /u);
});

test("Windows' command empties PSModulePath, quotes the folder and writes bytes", async () => {
  const env = {
    LOCALAPPDATA: "C:/Users/O'Neil ‘x’/AppData/Local",
    PSModulePath: 'C:/Program Files/PowerShell/7',
  };
  const command = keychainOf({ platform: 'win32', env })!.command('you+a|b@mailbox.org', 'mail');
  expect(command).toMatch(/^set "PSModulePath=" & powershell -NoProfile -NonInteractive -Command "[^"]*"$/u);
  expect(command).toMatch(/O''Neil ‘‘x’’.*you_a_b@mailbox\.org\.mail\.txt'/u);
  expect(command).not.toContain('${');
});
