import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answers } from '../../../src/cli/setup/answers.ts';
import { Cancelled } from '../../../src/cli/setup/asker.ts';
import { providerById } from '../../../src/cli/setup/providers.ts';
import { askKeeping, keep, keepForHand } from '../../../src/cli/setup/secrets.ts';
import { computerWithTool } from './keychain-tools.ts';
import { cancel, type Line, Scripted } from './scripted.ts';

/** A second `setup` for an address whose passwords are in the keyring already, where clients read them. */

const answers: Answers = {
  ...{ email: 'you@mailbox.org', provider: providerById('mailbox.org'), settings: {} },
  ...{ password: 'new-mail', calendarPassword: 'new-calendar' },
};
const where = /Where shall the password/u;
const key = (service: string) => `service ${service} account you@mailbox.org`;
const [mail, calendar] = [key('mailbox-mcp-server'), key('mailbox-mcp-server-calendar')];
const former = { [mail]: 'old-mail', [calendar]: 'old-calendar' };
const onPosix = process.platform !== 'win32';

/** A secret-tool whose storing is told what to do by `refuses(key, secret)`. */
const tool = (refuses: string) => `
  const key = args.filter((word) => !word.startsWith('--')).slice(1).join(' ');
  const refuses = ${refuses};
  if (mode === 'store') { const secret = stdin(); if (refuses(key, secret)) process.exit(1); keep(key, secret); }
  else if (mode === 'clear') keep(key, undefined);
  else if (kept()[key] === undefined) process.exit(1);
  else process.stdout.write(kept()[key]);`;

async function keepWith(refuses: string, held: object, script: readonly Line[]) {
  const computer = await computerWithTool('linux', 'secret-tool', tool(refuses));
  const ring = join(computer.bin, 'store.json');
  await writeFile(ring, JSON.stringify(held));
  const ask = new Scripted([[where, 'keychain'], ...script]);
  const keeping = await askKeeping(ask, computer, answers);
  const kept = await keep(ask, computer, answers, keeping).catch((error: unknown) => error);
  return { kept, ask, computer, ring: async () => JSON.parse(await readFile(ring, 'utf8')) };
}

test.runIf(onPosix)('given up after a keyring failed, the former passwords are all there', async () => {
  const { kept, ring } = await keepWith(`(key) => key.includes('calendar')`, former, [[where, cancel]]);
  expect(kept).toMatchObject({ name: 'Cancelled', left: undefined });
  expect(await ring()).toEqual(former);
});

test.runIf(onPosix)('kept elsewhere after a keyring failed, the former passwords are all there', async () => {
  const { kept, ring } = await keepWith(`(key) => key.includes('calendar')`, former, [[where, 'entry']]);
  expect(kept).toMatchObject({ settings: { MAILBOX_PASSWORD: 'new-mail' } });
  expect(await ring()).toEqual(former);
});

test.runIf(onPosix)('a former password that cannot be put back is told, to the last word', async () => {
  const refuses = `(key, secret) => key.includes('calendar') || secret.startsWith('old')`;
  const { kept, ask } = await keepWith(refuses, former, [[where, cancel]]);
  expect(kept).toBeInstanceOf(Cancelled);
  expect(kept).toMatchObject({ left: expect.stringContaining('could not be put back') });
  expect(ask.screen.join('\n')).toContain('could not be put back');
});

test.runIf(onPosix)('a keyring that stays locked is not cleared', async () => {
  const { computer } = await keepWith('() => true', {}, [[where, 'entry']]);
  expect(await computer.calls()).not.toContain('"clear"');
});

test.runIf(onPosix)(
  'a run that wrote no entry puts a replaced password back and leaves a new one',
  async () => {
    const some = await keepWith('() => false', { [mail]: 'old-mail' }, []);
    expect(await some.ring()).toEqual({ [mail]: 'new-mail', [calendar]: 'new-calendar' });
    if (!(some.kept instanceof Object && 'undo' in some.kept && typeof some.kept.undo === 'function'))
      throw new Error('not kept');
    expect(await some.kept.undo()).toContain('The former password is in');
    expect(await some.ring()).toEqual({ [mail]: 'old-mail', [calendar]: 'new-calendar' });
    expect(some.ask.screen.join('\n')).not.toMatch(/old-|new-/u);
  },
);

test.runIf(onPosix)('given up while a keyring is asked, the former passwords are all there', async () => {
  const computer = await computerWithTool('linux', 'secret-tool', tool('() => false'));
  const ring = join(computer.bin, 'store.json');
  await writeFile(ring, JSON.stringify({ [mail]: 'old-mail' }));
  const ask = new Scripted([[where, 'keychain']]);
  const keeping = await askKeeping(ask, computer, answers);
  ask.wait = async (_message, work) => {
    await work;
    throw new Cancelled();
  };
  await expect(keep(ask, computer, answers, keeping)).rejects.toMatchObject({ left: undefined });
  expect(JSON.parse(await readFile(ring, 'utf8'))).toEqual({ [mail]: 'old-mail' });
});

const another = /Another password for you@mailbox\.org is in the keyring.*Replace it\?/u;
test.runIf(onPosix).each([
  ['another password stays unless one says otherwise', former, [[another, undefined]], former],
  [
    'another password makes room when one says so',
    { [mail]: 'old-mail' },
    [[another, true]],
    { [mail]: 'new-mail', [calendar]: 'new-calendar' },
  ],
  ['a first one is stored without asking', {}, [], { [mail]: 'new-mail', [calendar]: 'new-calendar' }],
] as const)('for an entry to be copied by hand %s', async (_promise, held, script, after) => {
  const computer = await computerWithTool('linux', 'secret-tool', tool('() => false'));
  const ring = join(computer.bin, 'store.json');
  await writeFile(ring, JSON.stringify(held));
  const ask = new Scripted([[where, 'keychain'], ...script]);
  const kept = await keepForHand(ask, computer, answers, await askKeeping(ask, computer, answers));
  expect(kept.settings).toHaveProperty('MAILBOX_PASSWORD_COMMAND');
  expect(JSON.parse(await readFile(ring, 'utf8'))).toEqual(after);
});
