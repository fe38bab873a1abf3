import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownOf } from '../../../src/cli/setup/known.ts';
import { askAccount, askRights } from '../../../src/cli/setup/questions.ts';
import { client, machine, put } from './machine.ts';
import { type Line, Scripted } from './scripted.ts';

const email = 'you@mailbox.org';

/** A computer on which Claude Desktop and Cursor have these entries. */
async function computerWith(...entries: object[]) {
  const computer = await machine('linux');
  const clients = ['claude-desktop', 'cursor'].map(client);
  for (const [index, entry] of entries.entries()) {
    await put(
      clients[index]?.places(computer).file ?? '',
      JSON.stringify({ mcpServers: { mailbox: entry } }),
    );
  }
  return { computer, clients };
}

const npx = { command: 'npx', args: ['-y', 'mailbox-mcp-server'] };

test.each([
  ['nothing', [], {}],
  [
    '--read-only in its arguments',
    [{ ...npx, args: [...npx.args, '--read-only'] }],
    { MAILBOX_READ_ONLY: 'true' },
  ],
  ['the setting', [{ ...npx, env: { MAILBOX_READ_ONLY: 'yes' } }], { MAILBOX_READ_ONLY: 'true' }],
  [
    "--read-only in Zed's older form",
    [{ command: { path: 'npx', args: [...npx.args, '--read-only'] } }],
    { MAILBOX_READ_ONLY: 'true' },
  ],
  [
    'the setting as a word for env',
    [{ command: 'env', args: ['MAILBOX_READ_ONLY=1', 'npx', ...npx.args] }],
    { MAILBOX_READ_ONLY: 'true' },
  ],
  ['it switched off', [{ ...npx, env: { MAILBOX_READ_ONLY: 'off' } }], {}],
  ['mail to be confirmed', [{ ...npx, env: { MAILBOX_SEND: 'Confirm' } }], { MAILBOX_SEND: 'confirm' }],
  [
    'different things in two programs',
    [
      { ...npx, env: { MAILBOX_SEND: 'confirm' } },
      { ...npx, env: { MAILBOX_SEND: 'drafts-only' } },
    ],
    { MAILBOX_SEND: 'drafts-only' },
  ],
])('whoever only presses Enter keeps what the assistant may do: %s', async (_what, entries, settings) => {
  const { computer, clients } = await computerWith(...entries);
  const { freedom } = await knownOf(computer, clients);
  const ask = new Scripted([[/May the assistant/u, undefined]]);
  expect(await askRights(ask, {}, freedom)).toEqual(settings);
});

const answers: Line[] = [
  [/Which e-mail/u, undefined],
  [/for mail/u, 'pw'],
  [/for the calendar/u, ''],
];

test('an authority of the environment or of the former entry is trusted and said', async () => {
  const { computer, clients } = await computerWith({
    ...npx,
    env: { MAILBOX_EMAIL: 'You@mailbox.org', MAILBOX_CA_FILE: '~/entry.pem' },
  });
  await put(join(computer.home, 'entry.pem'), 'x');
  const ask = new Scripted(answers);
  const { settings } = await askAccount(ask, await knownOf(computer, clients, email));
  expect(settings.MAILBOX_CA_FILE).toBe(join(computer.home, 'entry.pem'));
  expect(ask.screen.join('\n')).toContain('(MAILBOX_CA_FILE) are trusted');
  const exported = join(computer.home, 'shell.pem');
  await put(exported, 'x');
  const known = await knownOf({ ...computer, env: { ...computer.env, MAILBOX_CA_FILE: exported } }, clients);
  expect([known.caFileOf(email), known.caFileOf('other@mailbox.org')]).toEqual([exported, exported]);
});

test('an authority that cannot be read, or of an entry for another address, is not taken', async () => {
  const env = { MAILBOX_EMAIL: email, MAILBOX_CA_FILE: '/nowhere/entry.pem' };
  const { computer, clients } = await computerWith({ ...npx, env });
  const known = await knownOf(computer, clients);
  expect(known.caFileOf(email)).toBeUndefined();
  const folder = { ...computer, env: { ...computer.env, MAILBOX_CA_FILE: computer.home } };
  expect((await knownOf(folder, clients)).caFileOf(email)).toBeUndefined();
  const mine = join(computer.home, 'mine.pem');
  await put(mine, 'x');
  const { computer: other, clients: same } = await computerWith({
    ...npx,
    env: { ...env, MAILBOX_CA_FILE: mine },
  });
  expect((await knownOf(other, same)).caFileOf('other@mailbox.org')).toBeUndefined();
});
