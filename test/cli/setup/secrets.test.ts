import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answers } from '../../../src/cli/setup/answers.ts';
import { keep } from '../../../src/cli/setup/keep.ts';
import { providerById } from '../../../src/cli/setup/providers.ts';
import { askKeeping } from '../../../src/cli/setup/secrets.ts';
import { computerWithTool } from './keychain-tools.ts';
import { machine } from './machine.ts';
import { cancel, type Line, Scripted } from './scripted.ts';

const answers: Answers = {
  ...{ email: 'you@mailbox.org', provider: providerById('mailbox.org'), settings: {} },
  ...{ password: 'abcd', calendarPassword: 'efgh', isProven: true },
};
const where = /Where shall the password/u;
const onPosix = process.platform !== 'win32';
const print = (text: string) => `node -e "process.stdout.write('${text}')"`;

test.runIf(onPosix)('the keychain is the first choice, and the entry then holds only commands', async () => {
  const computer = await computerWithTool('darwin', 'security');
  const ask = new Scripted([[where, undefined]]);
  const keeping = await askKeeping(ask, computer, answers);
  expect(keeping.kind).toBe('keychain');
  expect((await keep(ask, computer, answers, keeping)).settings).toEqual({
    MAILBOX_PASSWORD_COMMAND: 'security find-generic-password -s mailbox-mcp-server -a you@mailbox.org -w',
    MAILBOX_DAV_PASSWORD_COMMAND:
      'security find-generic-password -s mailbox-mcp-server-calendar -a you@mailbox.org -w',
  });
});

/** Stores, forgets, and has always forgotten. */
const bad = `
  const key = args[args.indexOf('service') + 1];
  if (mode === 'store') keep(key, stdin());
  else if (mode === 'clear') keep(key, undefined);`;
test.runIf(onPosix)(
  'a keyring that does not give the password back is emptied, and another place asked for',
  async () => {
    const computer = await computerWithTool('linux', 'secret-tool', bad);
    const ask = new Scripted([
      [where, 'keychain'],
      [where, 'entry'],
    ]);
    const { settings } = await keep(ask, computer, answers, await askKeeping(ask, computer, answers));
    expect(settings).toEqual({ MAILBOX_PASSWORD: 'abcd', MAILBOX_DAV_PASSWORD: 'efgh' });
    expect(await readFile(join(computer.bin, 'store.json'), 'utf8')).toBe('{}');
    expect(ask.screen.join('\n')).toContain('did not come back');
  },
);

test.runIf(onPosix)('who stops then has left no password behind', async () => {
  const computer = await computerWithTool('linux', 'secret-tool', bad);
  const ask = new Scripted([
    [where, 'keychain'],
    [where, cancel],
  ]);
  const keeping = await askKeeping(ask, computer, answers);
  await expect(keep(ask, computer, answers, keeping)).rejects.toThrow('Cancelled');
  expect(await readFile(join(computer.bin, 'store.json'), 'utf8')).toBe('{}');
});

test("a command of one's own is taken when it prints what was typed, and only then", async () => {
  const computer = await machine('linux');
  const script: Line[] = [
    ...([
      [where, 'command'],
      [/password for mail/u, print('other')],
    ] as const),
    ...([
      [where, 'command'],
      [/password for mail/u, 'exit 3'],
    ] as const),
    ...([
      [where, 'command'],
      [/password for mail/u, print('abcd')],
      [/for calendar/u, print('efgh')],
    ] as const),
  ];
  const ask = new Scripted(script);
  const keeping = await askKeeping(
    ask,
    { ...computer, env: { ...computer.env, PATH: process.env.PATH } },
    answers,
  );
  expect((await keep(ask, computer, answers, keeping)).settings).toEqual({
    MAILBOX_PASSWORD_COMMAND: print('abcd'),
    MAILBOX_DAV_PASSWORD_COMMAND: print('efgh'),
  });
  const screen = ask.screen.join('\n');
  expect(screen).toContain('not the password you typed');
  expect(screen).toContain('failed or printed nothing');
  expect(screen).toContain('anyone who can read that file, or a copy of it, can read your mail');
});

const filledIn = { ...answers, password: `a\${HOME}b` };

test('a password that programs would change is not offered to stand in their files', async () => {
  const computer = await machine('linux');
  const ask = new Scripted([
    [where, undefined],
    [/command that prints the password for mail/u, `printf "%s" \${HOME}`],
    [/command that prints the password for mail/u, cancel],
  ]);
  const keeping = askKeeping(ask, { ...computer, env: { ...computer.env, PATH: computer.bin } }, filledIn);
  await expect(keeping).rejects.toThrow('Cancelled');
  const screen = ask.screen.join('\n');
  expect(screen).not.toContain("In your client's settings file");
  expect(screen).toContain('A password with "${" in it');
  expect(screen).toContain('put something of their own in the place of "${"');
});
