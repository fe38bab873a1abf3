import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answers } from '../../../src/cli/setup/answers.ts';
import { Cancelled } from '../../../src/cli/setup/asker.ts';
import { keep } from '../../../src/cli/setup/keep.ts';
import { providerById } from '../../../src/cli/setup/providers.ts';
import { askKeeping } from '../../../src/cli/setup/secrets.ts';
import { computerWithTool } from './keychain-tools.ts';
import { cancel, type Line, Scripted } from './scripted.ts';

/** A second `setup` for an address whose passwords are in the keyring already, where clients read them. */

const answers: Answers = {
  ...{ email: 'you@mailbox.org', provider: providerById('mailbox.org'), settings: {} },
  ...{ password: 'new-mail', calendarPassword: 'new-calendar', isProven: true },
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

const another = /Another password for you@mailbox\.org is in the keyring.*Replace it\?/u;

/** @param held what is in the keyring already; the questions about it come after that for the place */
async function keepWith(code: string, held: object, script: readonly Line[], isProven = true) {
  const computer = await computerWithTool('linux', 'secret-tool', code);
  const store = join(computer.bin, 'store.json');
  await writeFile(store, JSON.stringify(held));
  const ask = new Scripted([[where, 'keychain'], ...script]);
  const keeping = await askKeeping(ask, computer, answers);
  const kept = await keep(ask, computer, { ...answers, isProven }, keeping).catch((error: unknown) => error);
  return { kept, ask, computer, ring: async () => JSON.parse(await readFile(store, 'utf8')) };
}

async function undo(kept: unknown): Promise<unknown> {
  if (!(kept instanceof Object && 'undo' in kept && typeof kept.undo === 'function'))
    throw new Error('not kept');
  return await kept.undo();
}

const refusesCalendar = tool(`(key) => key.includes('calendar')`);
test.runIf(onPosix)('given up after a keyring failed, the former passwords are all there', async () => {
  const script: Line[] = [
    [another, true],
    [where, cancel],
  ];
  const { kept, ring } = await keepWith(refusesCalendar, former, script);
  expect(kept).toMatchObject({ name: 'Cancelled', left: undefined });
  expect(await ring()).toEqual(former);
});

test.runIf(onPosix)('kept elsewhere after a keyring failed, the former passwords are all there', async () => {
  const script: Line[] = [
    [another, true],
    [where, 'entry'],
  ];
  const { kept, ring } = await keepWith(refusesCalendar, former, script);
  expect(kept).toMatchObject({ settings: { MAILBOX_PASSWORD: 'new-mail' } });
  expect(await ring()).toEqual(former);
});

test.runIf(onPosix)('a former password that cannot be put back is told, to the last word', async () => {
  const refuses = `(key, secret) => key.includes('calendar') || secret.startsWith('old')`;
  const script: Line[] = [
    [another, true],
    [where, cancel],
  ];
  const { kept, ask } = await keepWith(tool(refuses), former, script);
  expect(kept).toBeInstanceOf(Cancelled);
  expect(kept).toMatchObject({ left: expect.stringContaining('could not be put back') });
  expect(ask.screen.join('\n')).toContain('could not be put back');
});

test.runIf(onPosix)('a keyring that stays locked is not cleared', async () => {
  const { computer } = await keepWith(tool('() => true'), {}, [[where, 'entry']]);
  expect(await computer.calls()).not.toContain('"clear"');
});

test.runIf(onPosix)(
  'a run that wrote no entry puts a replaced password back and leaves a new one',
  async () => {
    const held = { [mail]: 'old-mail' };
    const { kept, ring, ask } = await keepWith(tool('() => false'), held, [[another, true]]);
    expect(await ring()).toEqual({ [mail]: 'new-mail', [calendar]: 'new-calendar' });
    expect(await undo(kept)).toContain('The former password is in');
    expect(await ring()).toEqual({ [mail]: 'old-mail', [calendar]: 'new-calendar' });
    expect(ask.screen.join('\n')).not.toMatch(/old-|new-/u);
  },
);

test.runIf(onPosix).each(['Looking into', 'Putting the'])(
  'given up at "%s" the keyring, all is as it was, and nobody can give that up',
  async (moment) => {
    const computer = await computerWithTool('linux', 'secret-tool', tool('() => false'));
    const ring = join(computer.bin, 'store.json');
    await writeFile(ring, JSON.stringify({ [mail]: 'old-mail' }));
    const ask = new Scripted([
      [where, 'keychain'],
      [another, true],
    ]);
    const keeping = await askKeeping(ask, computer, answers);
    const finished: string[] = [];
    ask.finish = (message, work) => {
      finished.push(message);
      return work;
    };
    ask.wait = async (message, work) => {
      if (!message.startsWith(moment)) return await work;
      throw new Cancelled();
    };
    await expect(keep(ask, computer, answers, keeping)).rejects.toMatchObject({ left: undefined });
    expect(JSON.parse(await readFile(ring, 'utf8'))).toEqual({ [mail]: 'old-mail' });
    expect(finished).toEqual(['Putting back what was there …']);
  },
);

const both = { [mail]: 'new-mail', [calendar]: 'new-calendar' };
test.runIf(onPosix).each([
  ['another password stays when the new one is not proven and one only presses Enter', false, former, former],
  ['another password makes room for one that is proven', true, former, both],
  [
    'beside another one that stays what is missing is stored',
    false,
    { [mail]: 'old-mail' },
    { ...both, [mail]: 'old-mail' },
  ],
])('%s', async (_promise, isProven, held, after) => {
  const { kept, ring } = await keepWith(tool('() => false'), held, [[another, undefined]], isProven);
  expect(kept).toHaveProperty('settings.MAILBOX_PASSWORD_COMMAND');
  expect(await ring()).toEqual(after);
});

test.runIf(onPosix)('a first password is stored without asking and without a trace of a trial', async () => {
  const { ring } = await keepWith(tool('() => false'), {}, [], false);
  expect(await ring()).toEqual(both);
});

const locked = `if (mode === 'store') keep('opened', 'yes');
  if (mode === 'lookup' && !kept().opened) process.exit(1);`;
test.runIf(onPosix)('a keyring is opened before anything in it counts as missing', async () => {
  const code = locked + tool('() => false');
  const { kept, ring } = await keepWith(code, former, [[another, true]]);
  expect(await undo(kept)).toContain('The former password is in');
  expect(await ring()).toMatchObject(former);
});

test.runIf(onPosix)('a keyring that prints nothing to the server loses nothing', async () => {
  const code = `if (mode === 'lookup') process.exit(1);${tool('() => false')}`;
  const { ring, ask } = await keepWith(code, former, [[where, 'entry']]);
  expect(await ring()).toEqual(former);
  expect(ask.screen.join('\n')).toContain('did not come back');
});

/** Whoever may not read it may be asked to write over it all the same. */
const guarded = `
  const words = mode === '-i' ? stdin().trim().replaceAll('"', '').split(' ') : args;
  const key = words[words.indexOf('-s') + 1];
  if (words[0].startsWith('add')) keep(key, Buffer.from(words.at(-1), 'hex').toString());
  else if (words[0].startsWith('delete')) keep(key, undefined);
  else if (kept()[key] === undefined) process.exit(44);
  else if (kept()[key].startsWith('old') && args.includes('-w')) process.exit(128);
  else if (args.includes('-w')) process.stdout.write(kept()[key]);`;
const unreadable = /What is in the keychain.* cannot be read, so it could not be put back\. Replace it\?/u;

async function keepGuarded(script: readonly Line[]) {
  const computer = await computerWithTool('darwin', 'security', guarded);
  const store = join(computer.bin, 'store.json');
  await writeFile(store, JSON.stringify({ 'mailbox-mcp-server': 'old-mail' }));
  const ask = new Scripted([
    [where, 'keychain'],
    [unreadable, script.length > 0 ? undefined : true],
    ...script,
  ]);
  const kept = await keep(ask, computer, answers, await askKeeping(ask, computer, answers));
  return { kept, ring: async () => JSON.parse(await readFile(store, 'utf8')) };
}

test.runIf(onPosix)('what cannot be read is replaced only when one says so', async () => {
  const { kept, ring } = await keepGuarded([[where, 'entry']]);
  expect(kept.settings).toHaveProperty('MAILBOX_PASSWORD');
  expect(await ring()).toEqual({ 'mailbox-mcp-server': 'old-mail' });
});

test.runIf(onPosix)('what could not be read is not forgotten, and its loss is told', async () => {
  const { kept, ring } = await keepGuarded([]);
  expect(await kept.undo()).toContain('could not be put back');
  expect(await ring()).toMatchObject({ 'mailbox-mcp-server': 'new-mail' });
});
